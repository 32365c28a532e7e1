"""What a run tells of itself while it works: where it is, how long it takes, what comes of it.

night ──► Trace ─┬─► the place of every log line     (flows.telemetry.places)
                 └─► a sender, where there is one    (flows.telemetry.otlp)
"""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Protocol

from flows.telemetry.places import working

Attributes = Mapping[str, str]


class Sender(Protocol):
    """Keeps spans and figures of one run for a receiver."""

    def span(self, name: str, attributes: Attributes) -> AbstractContextManager[None]:
        """Count what happens in the `with` as a part of whatever is open."""

    def figure(self, name: str, value: float, attributes: Attributes) -> None:
        """Keep a number about the run."""


class Trace:
    """Told where a night is by the night itself; without a sender only the log lines know it."""

    def __init__(self, sender: Sender | None = None) -> None:
        self._sender = sender

    @contextmanager
    def night(self, run: str, source: str) -> Iterator[None]:
        """Spend a night over a source."""
        with working(run=run, source=source), self._span("night", run=run, source=source):
            yield

    @contextmanager
    def step(self, step: str, title: str = "") -> Iterator[None]:
        """Do a step of a night, or the shard of one that the title names."""
        with working(step=step), self._span(title or step, step=step):
            yield

    def figure(self, name: str, value: float, **attributes: str) -> None:
        """Tell a number about the run."""
        if self._sender:
            self._sender.figure(f"nightloom.{name}", value, attributes)

    def _span(self, name: str, **attributes: str) -> AbstractContextManager[None]:
        if not self._sender:
            return nullcontext()
        named = {f"nightloom.{key}": value for key, value in attributes.items()}
        return self._sender.span(name, named)
