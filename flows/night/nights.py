"""The nights of several sources, one after the other: one that fails does not stop the others."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from extractors.errors import ExtractionError
from flows.errors import FlowError, StoppedError
from flows.night.order import run_night
from flows.night.report import Report
from flows.night.request import Request
from flows.night.steps import Tools
from flows.text import escaped
from graphdb import GraphError, LeaseHeldError, LeaseLostError


@dataclass(frozen=True, slots=True)
class Failure:
    """A source whose night failed, and the sentence that says why."""

    source: str
    reason: str

    def __str__(self) -> str:
        return f"{self.source}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Nights:
    """What became of each source."""

    reports: tuple[Report, ...] = ()
    failures: tuple[Failure, ...] = ()
    ended_early: str = ""
    """Why no further source was begun, if so: the run was stopped, or another one is at work."""
    stepped_aside: bool = False
    """Whether another one was at work, for longer than this one was to wait."""
    late: tuple[str, ...] = ()
    """One sentence for each source whose last whole night is older than it may be."""

    @property
    def title(self) -> str:
        """All of it in one sentence a source."""
        titles = [report.failure or report.title for report in self.reports]
        rest = [*map(str, self.failures), *filter(None, [self.ended_early]), *self.late]
        return "; ".join([*titles, *rest])

    def to_markdown(self, page: str = "") -> str:
        """Return one page of all reports; failures come first, and why no more was begun.

        Args:
            page: Address of the page on which people ask, to which facts lead; empty: nowhere.
        """
        failed = [f"* {escaped(failure)}" for failure in self.failures]
        heading = ["# Failed", "\n".join(failed)] if failed else []
        if self.ended_early:  # at the top: what is below may be of other sources, and complete
            heading += ["# Ended early", escaped(self.ended_early)]
        if self.late:
            heading += ["# Late", "\n".join(f"* {escaped(sentence)}" for sentence in self.late)]
        return "\n\n".join([*heading, *(report.to_markdown(page) for report in self.reports)])


def run_nights(
    requests: Sequence[Request], tools: Tools, begin: Callable[[str, int, int], None]
) -> Nights:
    """Spend a night over each source, whatever becomes of the others.

    Args:
        requests: One a source, in order.
        tools: For all of them.
        begin: Told the name of each source before its night, how many there were, and of how many.
    """
    reports: list[Report] = []
    failures: list[Failure] = []
    ended_early, stepped_aside = "", False
    for number, request in enumerate(requests):
        begin(request.source, number, len(requests))
        try:
            reports.append(run_night(request, tools))
        except LeaseHeldError as error:
            ended_early, stepped_aside = f"Stepped aside: {error}", True
        except (StoppedError, LeaseLostError) as error:
            ended_early = str(error)
        except (FlowError, GraphError, ExtractionError, OSError) as error:
            failures.append(Failure(request.source, str(error)))
        if ended_early:
            break
    return Nights(tuple(reports), tuple(failures), ended_early, stepped_aside)
