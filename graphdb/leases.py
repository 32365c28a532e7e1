"""The lease: one run at a time owns the graph, and a run that lost it can no longer commit.

A lease runs out when its holder stops renewing it, so a killed run blocks nobody for long. Taking
it raises the epoch; every transaction of a run ends by comparing epochs under the lease's lock, so
a run that was merely slow finds out before it commits anything. The server's clock counts.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import GraphEmptiedError, GraphError, LeaseHeldError, LeaseLostError
from graphdb.queries import cypher

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write, as long as nobody has taken it over."""

    holder: str
    run: str
    epoch: int

    def check(self, tx: Transaction) -> None:
        """Make the commit of a transaction depend on this lease; its last statement.

        Raises:
            LeaseLostError: The lease has passed to somebody else.
            GraphEmptiedError: The lease is no longer in the graph.
        """
        rows = tx.run(cypher("lease/fence"))
        if not rows:
            raise GraphEmptiedError
        # Epochs begin anew in a graph that was emptied, so a run is compared by its name, too.
        if (rows[0]["epoch"], rows[0]["run"]) != (self.epoch, self.run):
            raise LeaseLostError(rows[0]["holder"] or "nobody")


def fence(tx: Transaction, lease: Lease | None) -> None:
    """Make the commit of this transaction depend on the lease.

    Raises:
        LeaseLostError: The lease has passed to somebody else.
    """
    if lease is not None:
        lease.check(tx)


@contextmanager
def lease(connection: Connection, holder: str, run: str, ttl_s: float) -> Iterator[Lease]:
    """Hold the graph for one run, renewing the lease in the background.

    Raises:
        LeaseHeldError: Another run holds it.
    """
    held = acquire(connection, holder, run, ttl_s)
    done = threading.Event()
    renewing = threading.Thread(
        target=_renew_until, args=(done, connection, held, ttl_s), name="lease", daemon=True
    )
    renewing.start()
    try:
        yield held
    finally:
        done.set()
        renewing.join()
        release(connection, held)


def acquire(connection: Connection, holder: str, run: str, ttl_s: float) -> Lease:
    """Take the lease if it is free or has run out.

    Raises:
        LeaseHeldError: Another run holds it.
    """

    def unit(tx: Transaction) -> Lease:
        tx.run(cypher("lease/claim"))
        row = tx.run(cypher("lease/read"))[0]
        if row["run"] != run:
            _check(row)
        tx.run(cypher("lease/take"), holder=holder, run=run, ttl_s=ttl_s)
        return Lease(holder, run, row["epoch"] + 1)

    return connection.write(unit, "lease")


def check_free(connection: Connection) -> None:
    """Do nothing if no run holds the graph.

    Raises:
        LeaseHeldError: One does.
    """
    for row in connection.read(cypher("lease/read")):
        _check(row)


def _check(row: Row) -> None:
    if row["held"]:
        since, expires = row["since"].to_native(), row["expires"].to_native()
        raise LeaseHeldError(row["holder"], since, expires)


def renew(connection: Connection, held: Lease, ttl_s: float) -> bool:
    """Put off the end of a lease; false if it has passed to somebody else or was deleted."""

    def unit(tx: Transaction) -> bool:
        return bool(tx.run(cypher("lease/renew"), epoch=held.epoch, run=held.run, ttl_s=ttl_s))

    return connection.write(unit)


def release(connection: Connection, held: Lease) -> None:
    """Give the lease back; nothing happens if it has passed to somebody else."""

    def unit(tx: Transaction) -> None:
        tx.run(cypher("lease/release"), epoch=held.epoch, run=held.run)

    try:
        connection.write(unit)
    except GraphError as error:  # it runs out by itself
        logger.warning("the lease could not be given back: %s", error)


def _renew_until(done: threading.Event, connection: Connection, held: Lease, ttl_s: float) -> None:
    while not done.wait(ttl_s / 3):
        try:
            if not renew(connection, held, ttl_s):
                logger.warning("the lease of run %s was taken over or deleted", held.run)
                return
        except GraphError as error:
            logger.warning("the lease could not be renewed, will try again: %s", error)
