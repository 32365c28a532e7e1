"""Which facts a person should look at first: those that contradict others, and the unsure ones."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graphdb.asking.provenance import Witness, by_document, witnesses
from graphdb.connection import Connection, Row
from graphdb.identity import Verdict, VerdictKind
from graphdb.queries import cypher

N_CITED = 2
"""Documents that are cited for a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulFact:
    """A stated fact of which a person is to say whether it is right."""

    key: str
    type: str
    subject_key: str
    subject: str
    subject_type: str
    object_key: str
    object: str
    object_type: str
    confidence: float
    contradicts: bool
    """Whether the ontology says that it cannot be right together with others."""
    cited: tuple[tuple[Witness, ...], ...]
    """The sentences of the documents that are surest of it."""

    def verdict(self, kind: VerdictKind, *, by: str, at: str) -> Verdict:
        """Return what a person says of it."""
        return Verdict(
            kind=kind,
            type=self.type,
            subject=self.subject,
            subject_type=self.subject_type,
            object=self.object,
            object_type=self.object_type,
            by=by,
            at=at,
        )


def doubtful_facts(
    connection: Connection, contradicting: Sequence[str], judged: Collection[str], limit: int
) -> list[DoubtfulFact]:
    """Return facts to look at, those that contradict others first, then the least certain.

    Args:
        connection: To the graph.
        contradicting: Keys of facts that contradict others.
        judged: Keys of facts of which somebody has said something already.
        limit: Facts at most.
    """
    asked_about = set(judged)
    rows = [
        row
        for row in connection.read(cypher("verdicts/stated"), facts=list(contradicting))
        if row["key"] not in asked_about
    ][:limit]
    n_first = len(rows)
    asked_about |= {row["key"] for row in rows}
    unsure = connection.read(cypher("verdicts/least_certain"), limit=limit + len(asked_about))
    rows += [row for row in unsure if row["key"] not in asked_about][: limit - n_first]
    return _with_sentences(connection, rows, n_first)


def stated_fact(connection: Connection, key: str) -> DoubtfulFact | None:
    """Return the fact with a key if documents state it."""
    rows = connection.read(cypher("verdicts/stated"), facts=[key])[:1]
    return next(iter(_with_sentences(connection, rows, 0)), None)


def _with_sentences(
    connection: Connection, rows: list[Row], n_contradicting: int
) -> list[DoubtfulFact]:
    evidence = witnesses(connection, [row["key"] for row in rows])
    return [
        DoubtfulFact(
            **row,
            contradicts=number < n_contradicting,
            cited=tuple(by_document(evidence[row["key"]])[:N_CITED]),
        )
        for number, row in enumerate(rows)
    ]
