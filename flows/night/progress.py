"""How far a night is: one share of the whole night, which only grows.

A step says how many of its documents are done; how much of a night that is stands here alone. So
the terminal and Prefect show the same number, and neither of them ever goes back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

SHARE_BEFORE = {
    "discover": 0.0,
    "plan": 0.03,
    "extract": 0.05,
    "upsert": 0.75,
    "retract": 0.9,
    "resolve": 0.91,
    "infer": 0.92,
    "embed": 0.95,
    "audit": 0.98,
    "check": 0.99,
}
"""How much of a night is done when a step begins: most of a night is reading."""

PARTS = 1000
"""A night is shown in so many parts."""


class Watch(Protocol):
    """Shown what is going on, how much is done, of how much (0: nobody knows), and a note."""

    def __call__(self, what: str, done: int, total: int, note: str = "", /) -> None:
        """Show it."""


def in_silence(what: str, done: int, total: int, note: str = "", /) -> None:
    """Show nothing."""


class Progress:
    """Tells somebody who watches how far the work is; in a night, as a share of the whole night.

    Outside a night it passes on what it is told. In a night, whatever takes long beside the steps
    (a model is loaded, another run is waited for) is named, and the share stays as it is.
    """

    def __init__(self, watch: Watch = in_silence) -> None:
        self.n_done = 0
        """Documents of the current step that are done."""
        self.step = ""
        """The current step; empty before the first one."""
        self._watch = watch
        self._n_documents = 0
        self._share: float | None = None

    def __call__(self, what: str, done: int, total: int, note: str = "", /) -> None:
        """Show what is going on beside the steps of a night, or outside of any."""
        if self._share is None:
            self._watch(what, done, total, *((note,) if note else ()))
        else:
            self._show(what, note or (f"{done} of {total}" if total else ""))

    @contextmanager
    def night(self) -> Iterator[None]:
        """Count shares of one night for as long as the `with` lasts."""
        self.step, self._share = "", 0.0
        try:
            yield
        finally:
            self._share = None

    def begin(self, step: str, n_documents: int = 0) -> None:
        """Begin a step; one that counts documents is shown with its first document."""
        self.step, self.n_done, self._n_documents = step, 0, n_documents
        self._grow_to(SHARE_BEFORE[step])
        if not n_documents:
            self._show(step, "")

    def add(self, n_documents: int = 1) -> None:
        """Count documents of the current step that are done."""
        self.reach(self.n_done + n_documents)

    def reach(self, n_done: int) -> None:
        """Count documents done by others, too: so many are done now, or more."""
        self.n_done = max(self.n_done, min(n_done, self._n_documents))
        if self._n_documents:
            before = SHARE_BEFORE[self.step]
            later = (share for share in SHARE_BEFORE.values() if share > before)
            width = min(later, default=1.0) - before
            self._grow_to(before + width * self.n_done / self._n_documents)
            self._show(self.step, f"{self.n_done} of {self._n_documents} documents")

    def _grow_to(self, share: float) -> None:
        if self._share is not None:
            self._share = max(self._share, share)

    def _show(self, what: str, note: str) -> None:
        if self._share is not None:
            self._watch(what, round(PARTS * self._share), PARTS, note)
