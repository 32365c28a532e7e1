"""Where facts come from: the sentences that state them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from graphdb.connection import Connection
from graphdb.queries import cypher


@dataclass(frozen=True, slots=True, kw_only=True)
class Witness:
    """A sentence that a document cites for a fact: alone, or together with others of its own."""

    document_id: str
    title: str
    start: int
    end: int
    text: str
    """The sentence."""
    confidence: float
    extractor: str
    page: int | None = None
    """Where its document has pages: the one that the sentence begins on."""
    sheet: str | None = None
    """Where the sentence is the row of a table: the heading above it, which is a sheet's name."""
    row: int | None = None
    """The number of that row in its table; the header is row 1."""

    @property
    def place(self) -> str:
        """Its document, and the page or the row."""
        parts = [self.document_id]
        parts += [f"page {self.page}"] if self.page else []
        parts += [f"{self.sheet}"] if self.sheet and self.row else []
        return ", ".join([*parts, f"row {self.row}"] if self.row else parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedFact:
    """A fact as a person reads it, with the evidence of one document."""

    key: str
    subject: str
    subject_type: str
    type: str
    object: str
    object_type: str
    confidence: float
    witnesses: int
    """Documents that state it."""
    cited: tuple[Witness, ...]
    """The sentences of the document that is surest of it, in order of the text."""


def stated_facts(
    connection: Connection, document_ids: Sequence[str], limit: int
) -> list[StatedFact]:
    """Return facts that these documents state, the surest first, as one of them states it."""
    rows = connection.read(cypher("provenance/facts"), ids=document_ids, limit=limit)
    by_fact = witnesses(connection, [row["key"] for row in rows])
    facts = []
    for row in rows:
        documents = by_document(by_fact[row["key"]])
        facts.append(
            StatedFact(
                **row,
                confidence=max(witness.confidence for witness in documents[0]),
                witnesses=len(documents),
                cited=next(d for d in documents if d[0].document_id in document_ids),
            )
        )
    return facts


def witnesses(connection: Connection, facts: Sequence[str]) -> dict[str, list[Witness]]:
    """Return all evidence of each fact, by its key.

    The document that is surest of it comes first; the sentences of one document stay together, in
    order of the text, because often they state the fact only together.
    """
    by_fact: dict[str, list[Witness]] = {fact: [] for fact in facts}
    for row in connection.read(cypher("provenance/witnesses"), facts=list(facts)):
        fact, passages = row.pop("fact"), row.pop("passages")
        row["text"] = "".join(_cut(passages, row["start"], row["end"]))
        by_fact[fact].append(Witness(**row))
    return {fact: _in_order(unordered) for fact, unordered in by_fact.items()}


def by_document(ordered: Iterable[Witness]) -> list[tuple[Witness, ...]]:
    """Split the evidence of one fact, as `witnesses` orders it, into that of each document."""
    return [tuple(cited) for _, cited in groupby(ordered, key=lambda each: each.document_id)]


def _in_order(unordered: Sequence[Witness]) -> list[Witness]:
    surest: dict[str, float] = {}
    for witness in unordered:
        confidence = max(witness.confidence, surest.get(witness.document_id, 0.0))
        surest[witness.document_id] = confidence
    return sorted(unordered, key=lambda w: (-surest[w.document_id], w.document_id, w.start, w.end))


def _cut(passages: list[dict[str, int | str]], start: int, end: int) -> Iterator[str]:
    """Yield the parts of a span that lie in each chunk. Here, because Cypher counts UTF-16."""
    for passage in passages:
        first, text = int(passage["start"]), str(passage["text"])
        yield text[max(start - first, 0) : max(end - first, 0)]
