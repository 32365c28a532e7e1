"""The only door to the driver: transactions that may be repeated, and errors in our own words.

Every write goes through `Connection.write`, which runs a unit of work in one transaction and
repeats it when the server asks for that, or when the answer to COMMIT was lost and nobody knows
whether it happened. A unit must therefore be safe to do again after it has been done.
`Connection.rehearse` does the same and keeps nothing.

How long to try is counted by what the server does, and not by what a unit takes. `patience_s`
bounds the time in which the server lets no transaction begin, with the pauses between attempts;
`MAX_REPEATS` bounds how often a unit that had begun is begun again. A unit that waits for a lock of
somebody else's for longer than `patience_s` is ended, and the error names who holds it.

Seams: `tracer` sees every statement before it is sent; `reached` is told the moments at which a
run can die, so that a test can make it die there.
"""

from __future__ import annotations

import logging
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, LiteralString, Self, TypeVar

# An ontology or a rule can be checked where no driver is installed; only a connection needs it.
if TYPE_CHECKING or find_spec("neo4j"):
    from neo4j import Driver, GraphDatabase, Result
    from neo4j import Transaction as DriverTransaction
    from neo4j.exceptions import (
        AuthError,
        ConfigurationError,
        DriverError,
        IncompleteCommit,
        Neo4jError,
        ResultFailedError,
        ServiceUnavailable,
        SessionExpired,
    )

from graphdb.blocking import BlockingTransaction, Flight, Watchman
from graphdb.errors import (
    TOO_LARGE,
    AccessDeniedError,
    GraphBusyError,
    GraphError,
    GraphUnavailableError,
    ServerFaultError,
    StatementRefusedError,
)
from graphdb.queries import cypher

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

MAX_REPEATS = 20
"""How often a unit of work that the server had begun is begun again."""

_IN_THE_WAY = re.compile(r"Neo\.\w+\.Transaction\.(Deadlock|Lock|.*TimedOut|Terminated)")
"""Codes of what other transactions do to ours."""

_REFUSED = re.compile(r"Neo\.(ClientError\.(Statement|Schema)|DatabaseError\.Schema)\.")
"""Codes of statements that the server understands and does not carry out."""

_UNINDEXABLE = "Property value is too large to index"
"""The server calls this one an error of its own, though the value is ours."""

_UNREADABLE = "ParseException"
"""So it does this one: words for a full-text index that are no query of Lucene's."""


class _Unshown(list[Any]):
    """Rows of which the driver is not to make a text.

    It makes one of the parameters of every statement, for a log that nobody has turned on: a
    twentieth of a load. And if somebody does, texts of documents are not for a log.
    """

    def __repr__(self) -> str:
        return f"[{len(self)} rows]"


class Transaction:
    """One open transaction; what it has written is seen by nobody until it commits."""

    def __init__(
        self, transaction: DriverTransaction, tracer: Tracer | None, flight: Flight | None = None
    ) -> None:
        self._transaction = transaction
        self._tracer = tracer
        self._flight = flight or Flight()
        self.nodes_created = 0
        """By the last statement."""
        self.only_reads = True
        """Whether the last statement was of a kind that cannot write, whatever it finds."""

    def run(self, query: LiteralString, /, **parameters: Any) -> list[Row]:
        """Run a statement to its end and return its rows."""
        return self.send(query, **parameters)()

    def send(self, query: LiteralString, /, **parameters: Any) -> Callable[[], list[Row]]:
        """Send a statement, which the server carries out while the caller does something else.

        Returns:
            What waits for its end and gives its rows; to be called before the next statement.
        """
        return partial(self._rows_of, self._sent(query, parameters))

    def stream(self, query: LiteralString, /, **parameters: Any) -> Iterator[Row]:
        """Run a statement and yield its rows as they arrive."""
        result = self._sent(query, parameters)
        keys = result.keys()
        for record in result:
            yield dict(zip(keys, record, strict=True))  # dict(record) is slow
        self.only_reads = result.consume().query_type == "r"

    def _sent(self, query: LiteralString, parameters: Mapping[str, Any]) -> Result:
        if self._tracer:
            self._tracer(query, parameters)
        unshown = {
            name: _Unshown(value) if isinstance(value, list) else value
            for name, value in parameters.items()
        }
        return self._transaction.run(query, unshown)

    def _rows_of(self, result: Result) -> list[Row]:
        keys = result.keys()
        rows = [dict(zip(keys, record, strict=True)) for record in result]  # dict(record) is slow
        summary = result.consume()
        self._flight.answer()
        self.nodes_created = summary.counters.nodes_created
        self.only_reads = summary.query_type == "r"
        return rows


class Connection:
    """A pool of connections to one database; threads may share it."""

    def __init__(
        self,
        uri: str,
        auth: tuple[str, str],
        *,
        database: str | None = None,
        patience_s: float,
        tracer: Tracer | None = None,
        reached: Reached | None = None,
    ) -> None:
        import neo4j  # noqa: F401 - without the driver: fail here, and say what is missing

        _check_address(uri)
        self.uri = uri
        self.retries = 0
        """Transactions that had to be repeated."""
        self._user = auth[0]
        self._database = database
        self._patience_s = patience_s
        self._tracer = tracer
        self._reached = reached
        with self._translated():
            self._driver: Driver = GraphDatabase.driver(
                uri, auth=auth, notifications_min_severity="OFF", warn_notification_severity="OFF"
            )
        self._watchman = Watchman(self._ask, patience_s, logger.warning)
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
        self._watchman.close()
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
            GraphBusyError: Other transactions were in the way for as long, or too often.
            ServerFaultError: The server cannot go on, whatever is asked of it.
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
        waited_s = 0.0
        n_begun = n_attempts = 0
        while True:
            started, flight = time.monotonic(), Flight()
            try:
                with self._watchman.watching(flight):
                    return self._attempt(unit, name, access, flight, keep=keep)
            except (Neo4jError, DriverError) as met:
                error = _underlying(met)
                if flight.ended_for:
                    raise self._busy(flight.ended_for) from error
                # Where the server began, it was there: what the unit took is not waiting.
                if flight.has_begun:
                    n_begun += 1
                else:
                    waited_s += time.monotonic() - started
                is_over = waited_s >= self._patience_s or n_begun > MAX_REPEATS
                if is_over or not _is_passing(error):
                    raise self._in_our_words(error) from error
                self.retries += 1
                n_attempts += 1
                logger.info("%s is tried again (%d): %s", name or "a unit", n_attempts, error)
            pause_s = min(0.02 * 2**n_attempts, 2.0) * random.uniform(0.5, 1.5)  # noqa: S311
            time.sleep(pause_s)
            waited_s += pause_s

    def _attempt(
        self,
        unit: Callable[[Transaction], T],
        name: str | None,
        access: str,
        flight: Flight,
        *,
        keep: bool,
    ) -> T:
        with (
            self._driver.session(
                database=self._database, default_access_mode=access, fetch_size=_FETCHED_AT_ONCE
            ) as session,
            session.begin_transaction(metadata={"nightloom": flight.tag}) as transaction,
        ):
            flight.answer()
            self._tell(name, "begun")
            with _packing():
                value = unit(Transaction(transaction, self._tracer, flight))
            self._tell(name, "written")
            if keep:
                transaction.commit()
            else:
                transaction.rollback()
        self._tell(name, "committed")
        return value

    def _ask(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Run one of the watchman's own statements; no rows if the server does not let us."""
        try:
            with self._driver.session(database=self._database) as session:
                return [dict(record) for record in session.run(query, parameters)]
        except (Neo4jError, DriverError) as error:
            logger.debug("the server does not say: %s", error)
            return []

    def _tell(self, name: str | None, moment: str) -> None:
        if name and self._reached:
            self._reached(f"{name}: {moment}")

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (Neo4jError, DriverError) as error:
            raise self._in_our_words(_underlying(error)) from error

    def _in_our_words(self, error: Neo4jError | DriverError) -> GraphError:
        if isinstance(error, AuthError):
            return AccessDeniedError(
                f"{self.uri} does not take the password of user {self._user!r}:"
                " check the user and password in the settings",
                self.uri,
                self._user,
            )
        if isinstance(error, ConfigurationError):
            return _not_an_address(self.uri, _first_line(error))
        if isinstance(error, Neo4jError):
            return self._said_by_server(error)
        return GraphUnavailableError(
            f"no graph answers at {self.uri} ({_first_line(error)}): check that the server is"
            " running and try again",
            self.uri,
        )

    def _said_by_server(self, error: Neo4jError) -> GraphError:
        code, message = str(error.code), str(error.message or error)
        if code.startswith("Neo.ClientError.Security."):
            return AccessDeniedError(
                f"{self.uri} does not let user {self._user!r} do that ({message}): give this user"
                " the right to read and write, or take another one",
                self.uri,
                self._user,
            )
        if _IN_THE_WAY.match(code):
            return self._busy(None, message)
        is_ours = _UNINDEXABLE in message or _UNREADABLE in message
        if _REFUSED.match(code) or code in (*_OVERTAKEN, TOO_LARGE) or is_ours:
            code = "Neo.ClientError.Statement.ArgumentError" if is_ours else code
            return StatementRefusedError(message, code)
        ailments = [f"{row['name']}: {row['why']}" for row in self._ask(cypher("show_databases"))]
        return ServerFaultError(self.uri, code, "; ".join((message.rstrip("."), *ailments)))

    def _busy(self, blocking: BlockingTransaction | None, message: str = "") -> GraphBusyError:
        if blocking is None:
            return GraphBusyError(
                f"other transactions at {self.uri} were in the way again and again ({message}):"
                " try again when they are done",
                self.uri,
            )
        return GraphBusyError(
            f"{blocking} holds a lock at {self.uri} and did not let go of it in"
            f" {self._patience_s:g} s: finish it where it was begun (in Browser `:commit` or"
            f" `:rollback`) or end it with TERMINATE TRANSACTION '{blocking.id}', then try again",
            self.uri,
            blocking.id,
        )


def _check_address(uri: str) -> None:
    """Check that an address can be one, and can be shown: it holds no secret.

    Raises:
        GraphUnavailableError: It is none, or has a user and a password in it.
    """
    before, at, address = uri.rpartition("@")
    if at:
        scheme = before.partition("://")[0] if "://" in before else "bolt"
        raise GraphUnavailableError(
            f"the address of a graph has no user and no password in it: write {scheme}://{address},"
            " and give them as NIGHTLOOM_GRAPH__USER and NIGHTLOOM_GRAPH__PASSWORD",
            f"{scheme}://{address}",
        )
    if not uri.startswith(("bolt", "neo4j")):  # the driver takes http, as a preview
        raise _not_an_address(uri, "it begins with bolt:// or neo4j://")


def _not_an_address(uri: str, why: str) -> GraphUnavailableError:
    return GraphUnavailableError(f"{uri} is not an address of a graph: {why}", uri)


def _underlying(error: Neo4jError | DriverError) -> Neo4jError | DriverError:
    """Return what the server said, where the driver only says that an answer cannot be read on.

    The driver meets the server's error once more while it closes a transaction, and raises an error
    of its own in its place.
    """
    if isinstance(error, ResultFailedError):
        for inner in (error.__cause__, error.__context__):
            if isinstance(inner, Neo4jError | DriverError):
                return _underlying(inner)
    return error


def _is_passing(error: Neo4jError | DriverError) -> bool:
    """Say whether the same unit may well succeed next time."""
    if isinstance(error, Neo4jError):
        return error.is_retryable() or error.code in _OVERTAKEN
    # IncompleteCommit: it may have been committed or not, so do it again, and it is done.
    return isinstance(error, ServiceUnavailable | SessionExpired | IncompleteCommit)


def _first_line(error: Exception) -> str:
    return str(error).strip().split("\n", 1)[0][:200] or type(error).__name__


@contextmanager
def _packing() -> Iterator[None]:
    """Turn what the driver cannot even send into a refusal like the server's."""
    try:
        yield
    except (UnicodeEncodeError, OverflowError) as error:
        raise StatementRefusedError(f"cannot be sent: {error}", "client") from error
