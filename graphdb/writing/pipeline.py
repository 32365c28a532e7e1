"""Transactions one after the other, each begun while the one before commits.

A commit takes the server two fifths of what it does for a load. Meanwhile the next transaction is
opened and sent, and does what needs nothing that the one before holds:

    n    ─► statements ─► COMMIT
    n+1                 ─► statements ─► COMMIT
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from threading import Event
from typing import Generic, Self, TypeVar

T = TypeVar("T")

Work = Callable[[Callable[[], None]], T]
"""Writes in a transaction, and calls what it is given when it has but to commit."""


class Pipeline(Generic[T]):
    """Work on its way to the server: one is done, and the one before may be committing."""

    def __init__(self, name: str) -> None:
        self._threads = ThreadPoolExecutor(2, name)
        self._begun: deque[tuple[Future[T], Event]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()

    def begin(self, work: Work[T]) -> Future[T]:
        """Begin work as soon as the last has but to commit, and the one before has ended.

        Raises:
            Exception: Whatever the one before raised.
        """
        while len(self._begun) > 1:
            self._end_first()
        for _, is_written in self._begun:
            is_written.wait()
        is_written = Event()
        # With the context of this thread, because whoever logs may look there for the run.
        context = copy_context()

        def whole() -> T:
            try:
                return context.run(work, is_written.set)
            finally:
                is_written.set()

        future = self._threads.submit(whole)
        self._begun.append((future, is_written))
        return future

    def settle(self) -> None:
        """Return when all has ended.

        Raises:
            Exception: Whatever any of it raised, the first of them.
        """
        while self._begun:
            self._end_first()

    def _end_first(self) -> None:
        self._begun.popleft()[0].result()
