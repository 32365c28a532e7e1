"""Remove what nightloom keeps in a database, and leave alone what others keep there."""

from graphdb.connection import Connection, Transaction
from graphdb.leases import Lease, fence
from graphdb.queries import cypher

NODES_AT_ONCE = 2_000
"""Nodes of one transaction: its memory is that of all the relationships they have. 10,000 chunks of
fifty mentions each took more than the 637 MiB that a heap of 1 GB allows."""


def clear(connection: Connection, lease: Lease | None = None) -> int:
    """Delete all nodes of nightloom's with their relationships; return how many there were."""

    def some(tx: Transaction) -> int:
        n: int = tx.run(cypher("clear/nodes"), limit=NODES_AT_ONCE)[0]["n"]
        fence(tx, lease)
        return n

    def rest(tx: Transaction) -> None:
        # First, and not last as elsewhere: the lease itself is bookkeeping, and is deleted here.
        fence(tx, lease)
        tx.run(cypher("clear/bookkeeping"))
        tx.run(cypher("clear/decisions"))
        tx.run(cypher("clear/verdicts"))

    n_nodes = 0
    while n := connection.write(some, "clear"):
        n_nodes += n
    connection.write(rest)
    return n_nodes
