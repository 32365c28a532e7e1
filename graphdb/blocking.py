"""Whoever keeps us waiting: open transactions of others that hold a lock which one of ours needs.

Neo4j lets a transaction wait for a lock without limit and without a word, on every server that was
not told otherwise. So a watchman looks at those of our transactions that have had no answer for a
while. The server says of each whether it is blocked, and by whom. One that waits for the same
transaction for longer than our patience is ended, and the error can say who was in the way.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from graphdb.queries import cypher

Ask = Callable[..., list[dict[str, Any]]]
"""Runs a statement by itself and returns its rows."""

LOOK_EVERY_S = 2.0
"""How often to look at transactions without an answer; more often where patience is short."""

_ID = re.compile(r"[\w.-]+-transaction-\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockingTransaction:
    """An open transaction for which others wait."""

    id: str
    user: str
    since: str
    """When it began, by the server's clock."""
    address: str
    query: str
    """What it runs at the moment; empty if nothing."""

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "BlockingTransaction":
        """Read a row of SHOW TRANSACTIONS."""
        return cls(
            id=row["id"],
            user=row["user"] or "",
            since=str(row["since"]),
            address=row["address"] or "",
            query=" ".join((row["query"] or "").split())[:200],
        )

    def __str__(self) -> str:
        work = f"it runs {self.query!r}" if self.query else "it runs no query now"
        return (
            f"transaction {self.id!r} of user {self.user!r} from {self.address},"
            f" open since {self.since} ({work})"
        )


@dataclass(slots=True)
class Flight:
    """One of our transactions on its way, as the watchman sees it."""

    tag: str = field(default_factory=lambda: uuid4().hex)
    """By which the server tells it from others: it is in the transaction's metadata."""
    answered: float = field(default_factory=time.monotonic)
    """When the server last answered."""
    has_begun: bool = False
    """Whether the server has opened it."""
    blockers: tuple[str, ...] = ()
    blocked_since: float = 0.0
    ended_for: BlockingTransaction | None = None
    """For whom it waited when the watchman ended it."""

    def answer(self) -> None:
        """Note that the server has answered."""
        self.has_begun = True
        self.answered = time.monotonic()


class Watchman:
    """Looks after the transactions of one connection, in a thread that begins with the first."""

    def __init__(self, ask: Ask, patience_s: float, tell: Callable[[str], None]) -> None:
        self._ask = ask
        self._patience_s = patience_s
        self._tell = tell
        self._look_every_s = min(LOOK_EVERY_S, max(patience_s / 4, 0.1))
        self._flights: dict[str, Flight] = {}
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None

    @contextmanager
    def watching(self, flight: Flight) -> Iterator[None]:
        """Look after a transaction for the length of a `with`."""
        self._start()
        self._flights[flight.tag] = flight
        try:
            yield
        finally:
            del self._flights[flight.tag]

    def close(self) -> None:
        """Stop looking."""
        self._closed.set()
        if self._thread:
            self._thread.join(1.0)  # it may be asking a server that does not answer

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._watch, name="watchman", daemon=True)
                self._thread.start()

    def _watch(self) -> None:
        while not self._closed.wait(self._look_every_s):
            latest = time.monotonic() - self._look_every_s
            waiting = [each for each in list(self._flights.values()) if each.answered < latest]
            if waiting:
                self._look(waiting)

    def _look(self, waiting: list[Flight]) -> None:
        rows = {row["id"]: row for row in self._ask(cypher("show_transactions"))}
        row_by_tag = {(row["metadata"] or {}).get("nightloom"): row for row in rows.values()}
        for flight in waiting:
            row = row_by_tag.get(flight.tag)
            blockers = _blockers(row) if row else ()
            now = time.monotonic()
            if blockers != flight.blockers:
                flight.blockers, flight.blocked_since = blockers, now
                if blocking := _first(blockers, rows):
                    self._tell(f"waits for a lock that is held by {blocking}")
            elif row and blockers and now - flight.blocked_since >= self._patience_s:
                flight.ended_for = _first(blockers, rows)
                self._ask(cypher("terminate_transaction"), id=row["id"])


def _blockers(row: Mapping[str, Any]) -> tuple[str, ...]:
    status = str(row["status"])
    return tuple(sorted(_ID.findall(status))) if status.startswith("Blocked by") else ()


def _first(
    blockers: tuple[str, ...], rows: Mapping[str, Mapping[str, Any]]
) -> BlockingTransaction | None:
    """Return who is in the way in the end: a blocker may be waiting for another one itself."""
    seen = set[str]()
    last = None
    while blockers and blockers[0] not in seen and (row := rows.get(blockers[0])):
        seen.add(blockers[0])
        last, blockers = BlockingTransaction.of(row), _blockers(row)
    return last
