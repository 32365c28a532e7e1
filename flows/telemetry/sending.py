"""Makes what sends a trace; the libraries of OpenTelemetry are loaded only where there is one."""

from collections.abc import Iterator
from contextlib import contextmanager

from flows.telemetry.trace import Trace


@contextmanager
def sent_trace(endpoint: str, given: str, version: str) -> Iterator[Trace]:
    """Yield a trace, and send it when the run ends.

    Args:
        endpoint: Address to which it is sent, for people to read.
        given: The same if it was given to nightloom; empty: OpenTelemetry reads its own variables.
        version: Of nightloom.
    """
    from flows.telemetry.otlp import Otlp

    sender = Otlp(endpoint, given, version)
    try:
        yield Trace(sender)
    finally:
        sender.send()
