"""Groups are written one after the other, each begun while the one before commits.

A commit takes the server two fifths of a load. Meanwhile the next transaction is opened, its
documents are claimed and its entities sent; there it waits for the entities that both mention.

    group n    ─► statements ─► COMMIT
    group n+1                 ─► statements ─► COMMIT
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from functools import partial
from threading import Event
from typing import Self

from graphdb.writing.change import Change
from graphdb.writing.coming import Coming

Write = Callable[[Coming, Event], Change]
"""Writes a group, and sets the event when all but the commit is done, or nothing more will be."""


@dataclass(frozen=True, slots=True)
class _Group:
    ids: frozenset[str]
    is_written: Event
    change: Future[Change]


class Pipeline:
    """Groups on their way into the graph: one is written, and one before it may be committing."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._threads = ThreadPoolExecutor(2, "upsert")
        self._groups: deque[_Group] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def add(self, coming: Coming) -> Change:
        """Begin to write a group as soon as it may be; return what came of those before."""
        ids, change = frozenset(document.id for document in coming.documents), Change()
        while self._groups:
            last = self._groups[-1]
            # Two versions of one document come in their order.
            if len(self._groups) == 1 and last.ids.isdisjoint(ids):
                last.is_written.wait()
                break
            change += self._first()
        is_written = Event()
        # With the context of this thread, because whoever logs may look there for the run.
        write = partial(copy_context().run, self._write, coming, is_written)
        self._groups.append(_Group(ids, is_written, self._threads.submit(write)))
        return change

    def rest(self) -> Change:
        """Wait for all groups; return what came of them."""
        change = Change()
        while self._groups:
            change += self._first()
        return change

    def _first(self) -> Change:
        return self._groups.popleft().change.result()
