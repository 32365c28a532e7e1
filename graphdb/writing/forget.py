"""Erase a document at once, and look everywhere to prove it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from graphdb.connection import Connection, Transaction
from graphdb.history import erase
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.writing.change import Change
from graphdb.writing.upsert import GroupConfig, retract


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What was erased with a document, and every place that still cites it: hopefully none."""

    document_id: str
    chunks: int
    """Passages of its text that were deleted."""
    change: Change
    n_records: int = 0
    """Recorded changes that were because of it, or of what followed from it."""
    citing_nodes: tuple[str, ...]
    citing_relationships: tuple[str, ...]

    @property
    def is_forgotten(self) -> bool:
        """Whether nothing in the graph cites the document any more."""
        return not (self.citing_nodes or self.citing_relationships)


def forget(
    connection: Connection,
    document_id: str,
    ontology: Ontology,
    config: GroupConfig,
    lease: Lease | None = None,
    conclude: Callable[[], object] = lambda: None,
) -> Receipt:
    """Withdraw a document and search all nodes and relationships for what cites it.

    Args:
        connection: To the graph.
        document_id: Which document.
        ontology: The types that the graph may have.
        config: How much goes into one transaction.
        lease: Checked inside every transaction.
        conclude: Has the rules follow, when the document has gone and before its records go.
    """
    # Read before they are deleted: afterwards nobody knows which keys to search for.
    rows = connection.read(cypher("forget/chunks"), id=document_id)
    chunks = [row["key"] for row in rows]
    change = retract(connection, [document_id], ontology, config, lease)

    def unit(tx: Transaction) -> None:
        tx.run(cypher("decisions/forget"), id=document_id)
        fence(tx, lease)

    connection.write(unit)
    # The rules come before the records: by then what followed from the document is gone, too, and
    # its records are found by way of what the document stated.
    conclude()
    n_records = erase(connection, document_id, lease)
    cited = [document_id, *chunks]
    return Receipt(
        document_id=document_id,
        chunks=len(chunks),
        change=change,
        n_records=n_records,
        citing_nodes=_places(connection.read(cypher("forget/citing_nodes"), cited=cited)),
        citing_relationships=_places(
            connection.read(cypher("forget/citing_relationships"), cited=cited)
        ),
    )


def _places(rows: Iterable[dict[str, str]]) -> tuple[str, ...]:
    return tuple(row["place"] for row in rows)
