"""Transactions of an inference: everything in one, or a batch in each.

A small inference is one transaction: whoever reads sees all of it or nothing, and a crash leaves
nothing behind. One that grows larger is written in several, under a mark that says so; should it
not come to its end, the next one sees the mark and checks everything instead of what is new.

With several transactions the server answers and writes while the inference thinks:

    answers to batch n+1 ◄─ a thread that asks ahead
                  batch n    what follows from it (the thread of the inference)
                  batch n-1 ─► a thread that writes
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from types import TracebackType
from typing import Any, LiteralString, NamedTuple, Protocol, Self

from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import StatementRefusedError
from graphdb.leases import Lease, fence
from graphdb.queries import cypher

Statement = tuple[LiteralString, dict[str, Any]]


class Question(NamedTuple):
    """A reading statement that is asked ahead.

    What is written meanwhile, or was handed over and is not written yet, may be answered or not.
    """

    query: LiteralString
    parameters: Mapping[str, Any]
    after: Future[None] | None = None
    """What has to be written before; see `handed_over`."""


class TooLargeError(Exception):
    """The work does not fit into one transaction."""


class Writer(Protocol):
    """Where statements go."""

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""

    def ask(self, questions: Iterable[Question]) -> Iterator[list[Row]]:
        """Yield the rows that answer each of these questions."""

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements that belong together."""

    def hand_over(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements that belong together, before anything else is written or read."""

    def handed_over(self) -> Future[None] | None:
        """Return what was handed over last, if it may not be written yet; all else is written."""

    def wait(self) -> None:
        """Return when all that was handed over is written."""


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

    def ask(self, questions: Iterable[Question]) -> Iterator[list[Row]]:
        """Yield the rows that answer each of these questions."""
        for question in questions:
            yield self.read(question.query, **question.parameters)

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

    def hand_over(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements: a transaction does one thing at a time."""
        self.write(statements, n_rows)

    def handed_over(self) -> None:
        """Return nothing: all is written."""

    def wait(self) -> None:
        """Return: all is written."""


class ManyTransactions:
    """A transaction for each batch, each counted so that none happens twice."""

    def __init__(self, connection: Connection, lease: Lease | None, batch: int) -> None:
        self.connection = connection
        self.lease = lease
        self.batch = batch
        # One thread each: batches are counted, so they are written in their order.
        self._asking = ThreadPoolExecutor(1, "infer-ask")
        self._writing = ThreadPoolExecutor(1, "infer-write")
        self._handed_over: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._asking.shutdown(cancel_futures=True)
        self._writing.shutdown()

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement, which sees all that was written."""
        self.wait()
        return self.connection.read(query, **parameters)

    def ask(self, questions: Iterable[Question]) -> Iterator[list[Row]]:
        """Yield the rows that answer each of these questions.

        While the caller looks at some rows, the next are on their way.
        """
        coming: Future[list[Row]] | None = None
        for question in questions:
            following = self._asking.submit(copy_context().run, self._answer, question)
            if coming:
                yield coming.result()
            coming = following
        if coming:
            yield coming.result()

    def _answer(self, question: Question) -> list[Row]:
        if question.after:
            question.after.result()
        return self.connection.read(question.query, **question.parameters)

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements in one transaction.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        self.hand_over(statements, n_rows)
        self.wait()

    def hand_over(self, statements: Sequence[Statement], n_rows: int) -> None:  # noqa: ARG002
        """Have writing statements run in one transaction, when the last one has been committed.

        Raises:
            LeaseLostError: Another run owns the graph; stop. Of what was handed over before.
        """
        self.wait()
        self.batch += 1
        # With the context of this thread, because whoever logs may look there for the run.
        self._handed_over = self._writing.submit(
            copy_context().run, self._write, statements, self.batch
        )

    def handed_over(self) -> Future[None] | None:
        """Return what was handed over last, if it may not be written yet; all else is written."""
        return self._handed_over

    def wait(self) -> None:
        """Return when all that was handed over is written.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        handed_over, self._handed_over = self._handed_over, None
        if handed_over:
            handed_over.result()

    def _write(self, statements: Sequence[Statement], batch: int) -> None:
        def unit(tx: Transaction) -> None:
            # The answer to a COMMIT may be lost; done again, this unit must find that it is done.
            if tx.run(cypher("infer/count_batch"), batch=batch)[0]["is_new"]:
                for query, parameters in statements:
                    tx.run(query, **parameters)
            fence(tx, self.lease)

        self.connection.write(unit, "infer")
