"""The only door to the driver: transactions that may be repeated, and errors in our own words.

Every write goes through `Connection.write`, which runs a unit of work in one transaction and
repeats it when the server asks for that, or when the answer to COMMIT was lost and nobody knows
whether it happened. A unit must therefore be safe to do again after it has been done.
`Connection.rehearse` does the same and keeps nothing.

Seams: `tracer` sees every statement before it is sent; `reached` is told the moments at which a
run can die, so that a test can make it die there.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, LiteralString, Self, TypeVar

# An ontology or a rule can be checked where no driver is installed; only a connection needs it.
if TYPE_CHECKING or find_spec("neo4j"):
    from neo4j import Driver, GraphDatabase
    from neo4j import Transaction as DriverTransaction
    from neo4j.exceptions import (
        AuthError,
        ConfigurationError,
        DriverError,
        IncompleteCommit,
        Neo4jError,
        ServiceUnavailable,
        SessionExpired,
    )

from graphdb.errors import (
    AccessDeniedError,
    GraphError,
    GraphUnavailableError,
    StatementRefusedError,
)

logger = logging.getLogger(__name__)

Row = dict[str, Any]
Tracer = Callable[[str, Mapping[str, Any]], None]
Reached = Callable[[str], None]
T = TypeVar("T")

MOMENTS = ("begun", "written", "committed")
"""When a run can die in a unit of work: in the open transaction, before COMMIT, and after it."""

# Somebody was quicker: a node was found and then deleted before we came to use it, or the index we
# saw missing is there now, which `IF NOT EXISTS` does not always notice. Look again.
_OVERTAKEN = (
    "Neo.ClientError.Statement.EntityNotFound",
    "Neo.ClientError.Schema.EquivalentSchemaRuleAlreadyExists",
)
_FETCHED_AT_ONCE = 10_000
"""Records the server sends before it waits to be asked for more."""

_TOO_LARGE = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"


class Transaction:
    """One open transaction; what it has written is seen by nobody until it commits."""

    def __init__(self, transaction: DriverTransaction, tracer: Tracer | None) -> None:
        self._transaction = transaction
        self._tracer = tracer
        self.nodes_created = 0
        """By the last statement."""
        self.only_reads = True
        """Whether the last statement was of a kind that cannot write, whatever it finds."""

    def run(self, query: LiteralString, /, **parameters: Any) -> list[Row]:
        """Run a statement to its end and return its rows."""
        if self._tracer:
            self._tracer(query, parameters)
        result = self._transaction.run(query, parameters)
        keys = result.keys()
        rows = [dict(zip(keys, record, strict=True)) for record in result]  # dict(record) is slow
        summary = result.consume()
        self.nodes_created = summary.counters.nodes_created
        self.only_reads = summary.query_type == "r"
        return rows

    def stream(self, query: LiteralString, /, **parameters: Any) -> Iterator[Row]:
        """Run a statement and yield its rows as they arrive."""
        if self._tracer:
            self._tracer(query, parameters)
        result = self._transaction.run(query, parameters)
        keys = result.keys()
        for record in result:
            yield dict(zip(keys, record, strict=True))  # dict(record) is slow
        self.only_reads = result.consume().query_type == "r"


class Connection:
    """A pool of connections to one database; threads may share it."""

    def __init__(
        self,
        uri: str,
        auth: tuple[str, str],
        *,
        database: str | None = None,
        patience_s: float = 30.0,
        tracer: Tracer | None = None,
        reached: Reached | None = None,
    ) -> None:
        import neo4j  # noqa: F401 - without the driver: fail here, and say what is missing

        self.uri = uri
        self.retries = 0
        """Transactions that had to be repeated."""
        self._user = auth[0]
        self._database = database
        self._patience_s = patience_s
        self._tracer = tracer
        self._reached = reached
        if not uri.startswith(("bolt", "neo4j")):  # the driver takes http, as a preview
            raise self._not_an_address("it begins with bolt:// or neo4j://")
        with self._translated():
            self._driver: Driver = GraphDatabase.driver(
                uri, auth=auth, notifications_min_severity="OFF", warn_notification_severity="OFF"
            )
        try:
            self.verify()
        except GraphError:
            self._driver.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; open transactions are rolled back."""
        self._driver.close()

    def verify(self) -> None:
        """Ask the server for a sign of life.

        Raises:
            GraphUnavailableError: There was none.
            AccessDeniedError: The server does not take the password.
        """
        with self._translated():
            self._driver.verify_connectivity()

    def read(self, query: LiteralString, /, **parameters: Any) -> list[Row]:
        """Return all rows of one reading statement."""
        return self.write(lambda tx: tx.run(query, **parameters), access="READ")

    def stream(self, query: LiteralString, /, **parameters: Any) -> Iterator[Row]:
        """Yield the rows of one reading statement as they arrive; not repeated on failure."""
        with (
            self._translated(),
            self._driver.session(database=self._database, default_access_mode="READ") as session,
            session.begin_transaction() as transaction,
        ):
            yield from Transaction(transaction, self._tracer).stream(query, **parameters)

    def write(
        self, unit: Callable[[Transaction], T], name: str | None = None, access: str = "WRITE"
    ) -> T:
        """Run a unit of work in one transaction, again if need be, and return what it returns.

        Args:
            unit: Does its work through the transaction. It is called again after a deadlock, a
                lost connection or a commit whose answer was lost, so it must not mind.
            name: What the moments of this unit are called: "upsert" gives "upsert: begun", …
            access: "READ" sends it to a reader where a cluster has one.

        Raises:
            GraphUnavailableError: The server was gone for longer than `patience_s`.
            StatementRefusedError: The server refuses it, and would again.
        """
        return self._repeated(unit, name, access, keep=True)

    def rehearse(self, unit: Callable[[Transaction], T]) -> T:
        """Run a unit of work as `write` does, roll it back, and return what it returns.

        Raises:
            GraphUnavailableError: The server was gone for longer than `patience_s`.
            StatementRefusedError: The server refuses it, and would again.
        """
        return self._repeated(unit, None, "WRITE", keep=False)

    def _repeated(
        self, unit: Callable[[Transaction], T], name: str | None, access: str, *, keep: bool
    ) -> T:
        deadline = time.monotonic() + self._patience_s
        attempt = 0
        while True:
            try:
                return self._attempt(unit, name, access, keep=keep)
            except (Neo4jError, DriverError) as error:
                if not _is_passing(error) or time.monotonic() > deadline:
                    raise self._in_our_words(error) from error
                self.retries += 1
                attempt += 1
                logger.info("%s is tried again (%d): %s", name or "a unit", attempt, error)
            time.sleep(min(0.02 * 2**attempt, 2.0) * random.uniform(0.5, 1.5))  # noqa: S311

    def _attempt(
        self, unit: Callable[[Transaction], T], name: str | None, access: str, *, keep: bool
    ) -> T:
        with (
            self._driver.session(
                database=self._database, default_access_mode=access, fetch_size=_FETCHED_AT_ONCE
            ) as session,
            session.begin_transaction() as transaction,
        ):
            self._tell(name, "begun")
            with _packing():
                value = unit(Transaction(transaction, self._tracer))
            self._tell(name, "written")
            if keep:
                transaction.commit()
            else:
                transaction.rollback()
        self._tell(name, "committed")
        return value

    def _tell(self, name: str | None, moment: str) -> None:
        if name and self._reached:
            self._reached(f"{name}: {moment}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (Neo4jError, DriverError) as error:
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: Neo4jError | DriverError) -> GraphError:
        if isinstance(error, AuthError):
            return AccessDeniedError(
                f"{self.uri} does not take the password of user {self._user!r}:"
                " check the user and password in the settings",
                self.uri,
                self._user,
            )
        if isinstance(error, ConfigurationError):
            return self._not_an_address(_first_line(error))
        if (isinstance(error, Neo4jError) and not _is_passing(error)) or _is_too_large(error):
            return StatementRefusedError(str(error.message or error), str(error.code))
        return GraphUnavailableError(
            f"no graph answers at {self.uri} ({_first_line(error)}): check that the server is"
            " running and try again",
            self.uri,
        )

    def _not_an_address(self, why: str) -> GraphUnavailableError:
        return GraphUnavailableError(f"{self.uri} is not an address of a graph: {why}", self.uri)


def _is_passing(error: Neo4jError | DriverError) -> bool:
    """Say whether the same unit may well succeed next time."""
    if isinstance(error, Neo4jError):
        return error.is_retryable() or error.code in _OVERTAKEN
    # IncompleteCommit: it may have been committed or not, so do it again, and it is done.
    return isinstance(error, ServiceUnavailable | SessionExpired | IncompleteCommit)


def _is_too_large(error: Neo4jError | DriverError) -> bool:
    return isinstance(error, Neo4jError) and error.code == _TOO_LARGE


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:200] or type(error).__name__


@contextmanager
def _packing() -> Iterator[None]:
    """Turn what the driver cannot even send into a refusal like the server's."""
    try:
        yield
    except (UnicodeEncodeError, OverflowError) as error:
        raise StatementRefusedError(f"cannot be sent: {error}", "client") from error
