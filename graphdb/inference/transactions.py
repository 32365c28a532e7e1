"""Transactions of an inference: everything in one, or a batch in each.

A small inference is one transaction: whoever reads sees all of it or nothing, and a crash leaves
nothing behind. One that grows larger is written in several, under a mark that says so; should it
not come to its end, the next one sees the mark and checks everything instead of what is new.
"""

from collections.abc import Callable, Sequence
from typing import Any, LiteralString, Protocol, TypeVar

from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import StatementRefusedError
from graphdb.leases import Lease, fence
from graphdb.queries import cypher

T = TypeVar("T")
Statement = tuple[LiteralString, dict[str, Any]]


class TooLargeError(Exception):
    """The work does not fit into one transaction."""


class Writer(Protocol):
    """Where statements go."""

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""

    def collect(self, query: LiteralString, make: Callable[[Row], T]) -> list[T]:
        """Return what `make` makes of each row of a reading statement, as the rows arrive."""

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements that belong together."""


class OneTransaction:
    """Everything in one transaction, up to so many rows."""

    def __init__(self, tx: Transaction, max_rows: int) -> None:
        self.tx = tx
        self.rows_left = max_rows

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement, which sees what was written.

        Raises:
            StatementRefusedError: It is no reading statement; all that was written is rolled back.
        """
        rows = self.tx.run(query, **parameters)
        # The server says after the statement whether it read only. The check raises before the
        # commit, so what such a statement wrote never stays.
        self._check_only_reads(query)
        return rows

    def collect(self, query: LiteralString, make: Callable[[Row], T]) -> list[T]:
        """Return what `make` makes of each row of a reading statement, as the rows arrive.

        Raises:
            StatementRefusedError: It is no reading statement; all that was written is rolled back.
        """
        made = [make(row) for row in self.tx.stream(query)]
        self._check_only_reads(query)
        return made

    def _check_only_reads(self, query: str) -> None:
        if not self.tx.only_reads:  # the author of a rule has found a way round its grammar
            why = f"a rule may only read, and this one would write: {query}"
            raise StatementRefusedError(why, "client")

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements.

        Raises:
            TooLargeError: There would be more rows than allowed.
        """
        # Counted before the statements run: the server holds all rows of a transaction in memory.
        self.rows_left -= n_rows
        if self.rows_left < 0:
            raise TooLargeError
        for query, parameters in statements:
            self.tx.run(query, **parameters)


class ManyTransactions:
    """A transaction for each batch, each counted so that none happens twice."""

    def __init__(self, connection: Connection, lease: Lease | None, batch: int) -> None:
        self.connection = connection
        self.lease = lease
        self.batch = batch

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""
        return self.connection.read(query, **parameters)

    def collect(self, query: LiteralString, make: Callable[[Row], T]) -> list[T]:
        """Return what `make` makes of each row of a reading statement, as the rows arrive."""
        # As a unit of work, because the driver may repeat it: a list that is half made is dropped.
        return self.connection.write(
            lambda tx: [make(row) for row in tx.stream(query)], access="READ"
        )

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:  # noqa: ARG002
        """Run writing statements in one transaction.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        self.batch += 1

        def unit(tx: Transaction) -> None:
            # The answer to a COMMIT may be lost; done again, this unit must find that it is done.
            if tx.run(cypher("infer/count_batch"), batch=self.batch)[0]["is_new"]:
                for query, parameters in statements:
                    tx.run(query, **parameters)
            fence(tx, self.lease)

        self.connection.write(unit, "infer")
