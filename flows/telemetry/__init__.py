"""What a run tells of itself besides its report: log lines as JSON, a trace, figures."""

from flows.telemetry.lines import JsonLines, keep_secret, without_secrets
from flows.telemetry.places import Place, place, working
from flows.telemetry.sending import sent_trace
from flows.telemetry.trace import Trace

__all__ = [
    "JsonLines",
    "Place",
    "Trace",
    "keep_secret",
    "place",
    "sent_trace",
    "without_secrets",
    "working",
]
