"""What people said of facts, in the graph: recorded, withdrawn, and followed by what was read.

A fact that somebody called wrong goes, and what followed from it, though documents go on stating
it: their evidence of it is withheld, not deleted, so that a verdict can be withdrawn and gives the
fact back exactly. A verdict that is new, or withdrawn, stays marked as such until the documents are
written again: whoever comes next after a crash does what is left.
"""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from itertools import product

from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import DecisionError
from graphdb.history import in_words
from graphdb.identity import Verdict, fact_key, meant
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rereading import reread
from graphdb.writing import Change, GroupConfig, read_clusters, read_verdicts, upsert

MOST_WITHIN = 1_000
"""Entities of one name, each within its document, that one verdict is about at most."""


@dataclass(frozen=True, slots=True)
class Judging:
    """Where verdicts are recorded, and how the documents follow."""

    connection: Connection
    ontology: Ontology
    config: GroupConfig
    lease: Lease | None = None

    def judge(self, verdicts: Iterable[Verdict], *, settle: bool = True) -> Change:
        """Record what people said of facts, and make the graph say so; harmless to repeat.

        Args:
            verdicts: What they said.
            settle: Whether documents follow at once, or with the next `settle`.

        Raises:
            DecisionError: One is about a type that the ontology does not have; none was recorded.
        """
        new = {verdict.key: verdict for verdict in verdicts}
        for verdict in new.values():
            _check(verdict, self.ontology)
        rows = [asdict(verdict) | {"key": key} for key, verdict in new.items()]
        self._write("verdicts/put", rows=rows)
        return self.settle() if settle else Change()

    def withdraw(self, keys: Collection[str]) -> tuple[list[Verdict], Change]:
        """Withdraw verdicts; what they denied is in the graph again. Return which they were."""
        gone = [each for each in read_verdicts(self.connection) if each.key in keys]
        self._write("verdicts/withdraw", keys=sorted(each.key for each in gone))
        return gone, self.settle()

    def settle(self) -> Change:
        """Have the documents follow all verdicts that they do not follow yet."""
        rows = self.connection.read(cypher("verdicts/unsettled"))
        if not rows:
            return Change()
        keys = [row.pop("key") for row in rows]
        are_gone = [row.pop("is_gone") for row in rows]
        unsettled = [Verdict(**row) for row in rows]
        documents = self.connection.read(
            cypher("verdicts/documents"), facts=sorted(self.facts(unsettled))
        )
        extractions = reread(self.connection, self.ontology, [row["id"] for row in documents])
        change = upsert(
            self.connection,
            extractions,
            self.ontology,
            self.config,
            self.lease,
            decision=in_words(unsettled, are_gone),
        )
        self._write("verdicts/settle", keys=keys)
        self._write("verdicts/delete", keys=keys)
        return change

    def facts(self, verdicts: Iterable[Verdict]) -> set[str]:
        """Return the keys of all facts that verdicts are about, by the names of now."""
        clusters = read_clusters(self.connection, self.ontology)
        return {
            fact_key(subject, verdict.type, object_)
            for verdict in verdicts
            for ends in meant(verdict, clusters, self.ontology.entity_types)
            for subject, object_ in product(*map(self._whole, ends))
        }

    def denying(self, subjects: Iterable[str], type_: str, objects: Iterable[str]) -> list[Verdict]:
        """Return the verdicts that keep facts between these entities, by key, out of the graph."""
        wanted = {fact_key(one, type_, other) for one, other in product(subjects, objects)}
        return [
            verdict
            for verdict in read_verdicts(self.connection)
            if verdict.denies
            and verdict.type == type_
            and not wanted.isdisjoint(self.facts([verdict]))
        ]

    def _whole(self, end: str) -> list[str]:
        """Return the keys that begin with this one, which may be one already."""
        found = self.connection.read(
            cypher("browse/of_documents"), prefixes=[end], limit=MOST_WITHIN
        )
        return sorted({end, *(row["key"] for row in found)})

    def _write(self, name: str, **parameters: list[Row] | list[str]) -> None:
        def unit(tx: Transaction) -> None:
            tx.run(cypher(name), **parameters)
            fence(tx, self.lease)

        self.connection.write(unit)


def _check(verdict: Verdict, ontology: Ontology) -> None:
    unknown = [
        type_
        for type_ in (verdict.subject_type, verdict.object_type)
        if type_ not in ontology.entity_types
    ]
    if verdict.type not in ontology.relation_types:
        raise DecisionError(f"the ontology has no relation type {verdict.type!r}, so {verdict}?")
    if unknown:
        raise DecisionError(f"the ontology has no entity type {unknown[0]!r}, so {verdict}?")
