"""Rows that documents name by key, in the graph: when a row changes, those that name it follow.

A document may be written before the one whose rows it names, and either may change later. So each
key of which something has changed stays marked until the documents that name it are written again:
whoever comes next after a crash does what is left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from graphdb.connection import Connection, Row, Transaction
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rereading import reread
from graphdb.tables import RowElsewhere, candidate_rows, row_meant
from graphdb.writing import Change, GroupConfig, RejectedRow, rows_elsewhere, upsert

AT_ONCE = 10_000
"""Keys of one statement."""


@dataclass(frozen=True, slots=True)
class Linking:
    """Where rows are found by key, and how the documents follow."""

    connection: Connection
    ontology: Ontology
    config: GroupConfig
    lease: Lease | None = None

    def settle(self) -> Change:
        """Have the documents follow all rows that they name and do not follow yet.

        Returns:
            What changed. No document counts as upserted by it; what is named by a key that leads
            nowhere is among the rejected.
        """
        unsettled = self.connection.read(cypher("keys/unsettled"))
        change = Change()
        for start in range(0, len(unsettled), AT_ONCE):
            change += self._settle(unsettled[start : start + AT_ONCE])
        return change

    def _settle(self, unsettled: Sequence[Row]) -> Change:
        keys = [row["key"] for row in unsettled]
        named = self.connection.read(cypher("keys/named"), keys=keys)
        change = upsert(
            self.connection,
            reread(self.connection, self.ontology, sorted({row["document_id"] for row in named})),
            self.ontology,
            self.config,
            self.lease,
            are_keys_followed=True,
        )
        nowhere = tuple(self._leading_nowhere(named))

        def unit(tx: Transaction) -> None:
            tx.run(cypher("keys/settle"), rows=unsettled)
            tx.run(cypher("keys/delete"), rows=unsettled)
            fence(tx, self.lease)

        self.connection.write(unit)
        return replace(change, upserted=0, unchanged=0, entities_left_out=0, rejected=nowhere)

    def _leading_nowhere(self, named: Sequence[Row]) -> Iterator[RejectedRow]:
        """Yield what is named by a key that no row has, or that rows of two things have."""
        rows_by_key = rows_elsewhere(self.connection, {row["key"] for row in named})
        for row in named:
            rows = rows_by_key.get(row["key"], [])
            if row_meant(rows, row["source"]) is None:
                why = _why_nowhere(candidate_rows(rows, row["source"]))
                for number, column in zip(row["rows"], row["columns"], strict=True):
                    reason = f"names the {row['type']} {row['text']!r} in {column!r}, {why}"
                    yield RejectedRow(row["document_id"], f"row {number}", reason)


def _why_nowhere(rows: Sequence[RowElsewhere]) -> str:
    if not rows:
        return "and no row of any table has that key"
    said = {row.entity: f"{row.name} in {row.document_id}" for row in rows}
    return f"and that key is {' and '.join(sorted(said.values()))}"
