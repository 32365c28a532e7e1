"""The terminal: results on standard output, everything else on standard error, progress that shows.

Wherever standard error is no terminal (a log, CI) a bar would be noise, so a line says what has
begun and, in long work, how far it is.

What is printed may come from documents. Strings are never read as markup or as names of emoji, and
what a terminal would obey is escaped (`flows.text`); callers that lay texts out in columns escape
them first, because an escape is wider than what it stands for.
"""

import json
import logging
import sys
import time
import traceback
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Literal

from rich.console import Console, ConsoleOptions, RenderableType
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)
from rich.segment import Segment
from rich.text import Text

from flows.telemetry import JsonLines
from flows.text import shown, shown_json, shown_lines

WIDTH = 100
"""Columns where there is no terminal to ask."""

SECONDS_BETWEEN_LINES = 10.0


def output() -> Console:
    """Return where results go."""
    return _console(sys.stdout.isatty(), stderr=False)


def errors() -> Console:
    """Return where logs, progress and errors go."""
    return _console(sys.stderr.isatty(), stderr=True)


def print_json(data: Any) -> None:
    r"""Print one JSON document on standard output: no colours, no wrapping.

    What a terminal would obey stands there as JSON writes it (`\u001b`).
    """
    print_json_line(json.dumps(data, ensure_ascii=False, indent=2))


def print_json_line(document: str) -> None:
    """Print JSON that is written already, for a program or a terminal to read."""
    sys.stdout.write(shown_json(document) + "\n")


def print_result(data: Any, said: RenderableType, *, as_json: bool) -> None:
    """Print what came of a command: as JSON for a program, else in words for a person."""
    if as_json:
        print_json(data)
    else:
        output().print(said, soft_wrap=True)


def print_error(sentence: str) -> None:
    """Say on standard error what went wrong."""
    _tell("ERROR", sentence, Text.assemble(("error:", "bold red"), f" {shown(sentence)}"))


def print_note(sentence: str) -> None:
    """Say something beside the result, on standard error."""
    _tell("INFO", sentence, Text(shown(sentence), style="dim"))


def set_up_logging(level: str, form: Literal["text", "json"] = "text") -> None:
    """Send log lines of at least `level` to standard error, and warnings too.

    As JSON, whatever else is said there is one object a line from now on, too.
    """
    handler = logging.StreamHandler()
    plain = _OneLineFormatter("%(levelname)s %(name)s: %(message)s")
    handler.setFormatter(JsonLines() if form == "json" else plain)
    logging.basicConfig(level=level, handlers=[handler])
    logging.captureWarnings(True)


def says_json() -> bool:
    """Say whether what goes to standard error is JSON, as `set_up_logging` was told."""
    return any(isinstance(each.formatter, JsonLines) for each in logging.getLogger().handlers)


def _tell(level: str, sentence: str, line: Text, **more: object) -> None:
    """Say something on standard error: as a line, or as an object of JSON with more values."""
    if says_json():
        _say_object(level, sentence, None, **more)
    else:
        errors().print(line, soft_wrap=True)


def _say_object(
    level: str, sentence: str, error: BaseException | None = None, **more: object
) -> None:
    values = {"levelname": level, "levelno": logging.getLevelNamesMapping()[level], **more}
    record = logging.makeLogRecord({"name": "flows", "msg": sentence, "args": (), **values})
    record.exc_info = (type(error), error, error.__traceback__) if error else None
    sys.stderr.write(JsonLines().format(record) + "\n")


def print_traceback(
    type_: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Print an error that nobody expected, a `sys.excepthook`; it may quote a document."""
    if says_json():
        _say_object("CRITICAL", "an error that nobody expected: report it as a bug", error)
        return
    sys.stderr.write(shown_lines("".join(traceback.format_exception(type_, error, trace))))


class _OneLineFormatter(logging.Formatter):
    """Writes a record so that what is logged cannot begin another line, nor move the cursor."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        record.message = shown(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return shown_lines(super().formatException(ei))


class Display:
    """Shows what is going on; called with what, how much is done and of how much (0: unknown).

    A note says more about where the work stands: figures, the time that is left.
    """

    def __init__(self, progress: Progress | None) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}
        self._said_at: dict[str, float] = {}

    def __call__(self, what: str, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` is done of what began when `what` was first named."""
        if self._progress:
            self._draw(self._progress, what, done, total, note)
        else:
            self._say(what, done, total, note)

    def _draw(self, progress: Progress, what: str, done: int, total: int, note: str) -> None:
        if what not in self._tasks:
            for task in self._tasks.values():
                progress.stop_task(task)
            self._tasks[what] = progress.add_task(shown(what), total=None, note="")
        progress.update(self._tasks[what], completed=done, total=total or None, note=shown(note))

    def _say(self, what: str, done: int, total: int, note: str) -> None:
        now = time.monotonic()
        if now - self._said_at.get(what, -1e9) < SECONDS_BETWEEN_LINES:
            return
        self._said_at[what] = now
        share = f" ({done / total:.0%})" if total and done else ""
        more = f": {note}" if note else ""
        line = Text(f"── {shown(what + share + more)}", style="dim")
        _tell("INFO", what + more, line, done=round(done / total, 3) if total else None)


@contextmanager
def display() -> Iterator[Display]:
    """Show progress for as long as the `with` lasts."""
    console = errors()
    if says_json() or not console.is_terminal:
        yield Display(None)
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[note]}", style="dim", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Display(progress)


class _ShowingConsole(Console):
    """Prints nothing that a terminal would obey, whatever a caller forgot to escape."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            # Control segments are Rich's own: a bar that is drawn again moves the cursor.
            yield segment if segment.control else segment._replace(text=shown_lines(segment.text))


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    return _ShowingConsole(
        stderr=stderr,
        width=None if is_terminal else WIDTH,
        soft_wrap=False,
        markup=False,
        emoji=False,
        highlight=False,
    )
