"""From settings to a trace: whether somebody is to receive it, and whether we can speak to them."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from flows.roles import install_command, missing_distributions, version
from flows.settings import Settings, otlp_endpoint
from flows.telemetry import Trace, sent_trace, without_secrets

logger = logging.getLogger(__name__)


def unsent_reason(settings: Settings) -> str:
    """Say why nothing is sent though there is an address; empty: it is, or there is none."""
    endpoint = without_secrets(otlp_endpoint(settings))
    if not (endpoint and missing_distributions("otel")):
        return ""
    return (
        f"traces are to go to {endpoint}, and OpenTelemetry is not installed, so none is sent: "
        f"{install_command('otel')}"
    )


@contextmanager
def opened_trace(settings: Settings) -> Iterator[Trace]:
    """Yield what a run tells its progress to, and send the trace when the run ends."""
    reason = unsent_reason(settings)
    if reason:
        logger.warning(reason)
    endpoint = without_secrets(otlp_endpoint(settings))
    if not endpoint or reason:
        yield Trace()
        return
    with sent_trace(endpoint, settings.telemetry.endpoint or "", version()) as trace:
        yield trace
