"""Where facts come from: the sentences that state them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphdb.connection import Connection
from graphdb.queries import cypher


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """One place in a document that states a fact."""

    document_id: str
    title: str
    start: int
    end: int
    text: str
    """The sentence."""
    confidence: float
    extractor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """A fact as a person reads it, with its best evidence."""

    key: str
    subject: str
    subject_type: str
    type: str
    object: str
    object_type: str
    confidence: float
    witnesses: int
    """Documents that state it."""
    best: Witness


def stated_facts(
    connection: Connection, document_ids: Sequence[str], limit: int
) -> list[StatedFact]:
    """Return facts that these documents state, the surest first."""
    rows = connection.read(cypher("provenance/facts"), ids=document_ids, limit=limit)
    by_fact = witnesses(connection, [row["key"] for row in rows])
    facts = []
    for row in rows:
        fact_witnesses = by_fact[row["key"]]
        facts.append(
            StatedFact(
                **row,
                confidence=fact_witnesses[0].confidence,
                witnesses=len({witness.document_id for witness in fact_witnesses}),
                best=next(w for w in fact_witnesses if w.document_id in document_ids),
            )
        )
    return facts


def witnesses(connection: Connection, facts: Sequence[str]) -> dict[str, list[Witness]]:
    """Return all evidence of each fact, by its key, the surest first."""
    by_fact: dict[str, list[Witness]] = {fact: [] for fact in facts}
    for row in connection.read(cypher("provenance/witnesses"), facts=list(facts)):
        fact, passages = row.pop("fact"), row.pop("passages")
        row["text"] = "".join(_cut(passages, row["start"], row["end"]))
        by_fact[fact].append(Witness(**row))
    return by_fact


def _cut(passages: list[dict[str, int | str]], start: int, end: int) -> Iterator[str]:
    """Yield the parts of a span that lie in each chunk. Here, because Cypher counts UTF-16."""
    for passage in passages:
        first, text = int(passage["start"]), str(passage["text"])
        yield text[max(start - first, 0) : max(end - first, 0)]
