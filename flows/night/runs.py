"""How the last run over each whole source ended: completed, failed, crashed, stopped.

A file in the home folder, for monitors that do not know Prefect. A run is noted when it begins and
when it ends; one that has begun and whose process is gone has crashed. A run over a part of a
source, a dry run, and a run that stepped aside for another say nothing of the source, so they are
not noted. The file may be deleted: the next run notes itself anew, and so no run is lost over it.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from pydantic import TypeAdapter, ValidationError

from flows.errors import StoppedError
from flows.night.holding import is_dead
from flows.night.note_files import write_notes
from flows.night.report import Report
from flows.night.request import Request
from graphdb import LeaseHeldError, LeaseLostError
from graphdb.embedded import locks

logger = logging.getLogger(__name__)

COMPLETED = "completed"
WARNED = "completed with warnings"
FAILED = "failed"
CRASHED = "crashed"
STOPPED = "stopped"
OUTCOMES = (COMPLETED, WARNED, FAILED, CRASHED, STOPPED)
"""How a run can end; with warnings means that documents were set aside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedRun:
    """A run over a whole source that has ended."""

    run: str
    at: datetime
    """When it began."""

    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BegunRun:
    """A run over a whole source that has begun."""

    run: str
    at: datetime
    holder: str
    """Who runs it: names the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunNote:
    """The runs over one source: the last one that has ended, and the one that is at work."""

    ended: EndedRun | None = None
    begun: BegunRun | None = None

    @property
    def as_known_now(self) -> "RunNote":
        """The same; but if the process of the run at work is gone, that run has crashed."""
        if self.begun is None or not is_dead(self.begun.holder):
            return self
        crashed = EndedRun(run=self.begun.run, at=self.begun.at, outcome=CRASHED)
        return RunNote(ended=crashed)


_NOTES: TypeAdapter[dict[str, RunNote]] = TypeAdapter(dict[str, RunNote])


@dataclass(frozen=True, slots=True)
class RunNotes:
    """The last runs of all sources."""

    path: Path

    @classmethod
    def of(cls, home: Path) -> Self:
        """Return those that runs of a home folder note."""
        return cls(home / "runs.json")

    def read(self) -> Mapping[str, RunNote]:
        """Return the note of each source; nothing where the file is missing or damaged."""
        return {source: note.as_known_now for source, note in self._read().items()}

    def begin(self, request: Request) -> None:
        """Note that a run has begun."""
        begun = BegunRun(run=request.run, at=datetime.now(UTC), holder=request.holder)
        self._change(request, lambda note: replace(note, begun=begun))

    def end(self, request: Request, outcome: str) -> None:
        """Note how a run ended; without an outcome, only that it is no longer at work."""

        def ended(note: RunNote) -> RunNote:
            is_this = note.begun is not None and note.begun.run == request.run
            at = note.begun.at if note.begun and is_this else datetime.now(UTC)
            return RunNote(
                ended=EndedRun(run=request.run, at=at, outcome=outcome) if outcome else note.ended,
                # Another run that waits for this one has begun meanwhile: it stays.
                begun=None if is_this else note.begun,
            )

        self._change(request, ended)

    def _change(self, request: Request, changed: Callable[[RunNote], RunNote]) -> None:
        # A home folder that is not there is made by whoever keeps something in it.
        if not request.is_whole or not self.path.parent.is_dir():
            return
        try:
            # Runs of different processes may end at the same time.
            with locks.exclusive(self.path.with_suffix(".lock")):
                notes = self._read()
                notes[request.source] = changed(notes.get(request.source, RunNote()).as_known_now)
                write_notes(self.path, _NOTES.dump_python(notes, mode="json"))
        except OSError as error:  # a full disk stops the night itself, with a sentence that says so
            logger.warning("the outcome of the run could not be noted: %s", error)

    def _read(self) -> dict[str, RunNote]:
        try:
            return _NOTES.validate_json(self.path.read_bytes())
        except (FileNotFoundError, ValidationError):
            return {}


@contextmanager
def noted_run(request: Request, notes: RunNotes | None) -> Iterator[Callable[[Report], Report]]:
    """Note a run from its begin to its end; yield what is told its report, and returns it.

    Args:
        request: What the run was asked for.
        notes: Where it is noted; None: nowhere.
    """
    if notes is None:
        yield lambda report: report
        return
    outcome = FAILED

    def told(report: Report) -> Report:
        nonlocal outcome
        outcome = _outcome_of(report)
        return report

    notes.begin(request)
    try:
        yield told
    except BaseException as error:
        outcome = _outcome_of_error(error)
        raise
    finally:
        notes.end(request, outcome)


@contextmanager
def noted_failure(requests: Sequence[Request], notes: RunNotes) -> Iterator[None]:
    """Note of runs that could not begin, because something failed before, that they failed."""
    try:
        yield
    except BaseException as error:
        noted = notes.read()
        for request in requests:
            ended = noted[request.source].ended if request.source in noted else None
            if ended is None or ended.run != request.run:
                notes.end(request, _outcome_of_error(error))
        raise


def _outcome_of(report: Report) -> str:
    if report.failure:
        return FAILED
    return WARNED if report.set_aside else COMPLETED


def _outcome_of_error(error: BaseException) -> str:
    """Return what an error makes of a run; empty: the run left the work to another one."""
    if isinstance(error, LeaseHeldError):
        return ""
    # Ctrl-C and signals are no `Exception`: they are people's wish.
    is_stop = isinstance(error, (StoppedError, LeaseLostError)) or not isinstance(error, Exception)
    return STOPPED if is_stop else FAILED
