"""What a night tells of itself to whoever watches from outside: its place, and its figures."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flows.night.report import Report
from flows.night.request import Request
from flows.telemetry import Trace

logger = logging.getLogger(__name__)


@contextmanager
def observed_night(request: Request, trace: Trace) -> Iterator[Callable[[Report], Report]]:
    """Yield what is told the report of a night that is done, and returns it."""
    with trace.night(request.run, request.source):
        yield lambda report: _told(report, trace)


def _told(report: Report, trace: Trace) -> Report:
    for aside in report.set_aside:
        # The reason may quote the document; the report has it.
        logger.info("set aside by %s", aside.stage, extra={"document": aside.document})
    source = report.source
    for outcome, n in report.account.rows.items():
        trace.figure("documents", n, source=source, outcome=outcome)
    for kind, n in report.changed.counts.items():
        trace.figure("facts", n, source=source, change=kind)
    for step, seconds in report.seconds.items():
        trace.figure("seconds", seconds, source=source, step=step)
    return report
