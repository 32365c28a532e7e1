"""Where work is: run, source, step and document, known to every log line below."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where in a night something happens; empty: nobody knows."""

    run: str = ""
    source: str = ""
    step: str = ""
    document: str = ""


_place: ContextVar[Place] = ContextVar("place", default=Place())  # noqa: B039 - it is frozen


def place() -> Place:
    """Return where this thread or task works."""
    return _place.get()


@contextmanager
def working(**where: str) -> Iterator[None]:
    """Say where the work is for as long as the `with` lasts; what is not named stays."""
    before = _place.set(replace(_place.get(), **where))
    try:
        yield
    finally:
        _place.reset(before)
