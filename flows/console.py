"""The terminal: results on standard output, everything else on standard error, progress that shows.

Wherever standard error is no terminal (a log, CI) a bar would be noise, so a line says what has
begun and, in long work, how far it is.
"""

import json
import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TaskProgressColumn,
    TextColumn,
    TimeElapsedColumn,
)

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
    """Print one JSON document on standard output, as it is: no colours, no wrapping."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2) + "\n")


def print_error(sentence: str) -> None:
    """Say on standard error what went wrong."""
    errors().print(f"[bold red]error:[/] {escape(sentence)}", highlight=False, soft_wrap=True)


def print_note(sentence: str) -> None:
    """Say something beside the result, on standard error."""
    errors().print(escape(sentence), style="dim", highlight=False, soft_wrap=True)


def set_up_logging(level: str) -> None:
    """Send log lines of at least `level` to standard error."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")


class Display:
    """Shows what is going on; called with what, how much is done and of how much (0: unknown).

    A note says more about where the work stands: figures, the time that is left.
    """

    def __init__(self, progress: Progress | None, console: Console) -> None:
        self._progress = progress
        self._console = console
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
            self._tasks[what] = progress.add_task(escape(what), total=None, note="")
        progress.update(self._tasks[what], completed=done, total=total or None, note=escape(note))

    def _say(self, what: str, done: int, total: int, note: str) -> None:
        now = time.monotonic()
        if now - self._said_at.get(what, -1e9) < SECONDS_BETWEEN_LINES:
            return
        self._said_at[what] = now
        share = f" ({done / total:.0%})" if total and done else ""
        more = f": {note}" if note else ""
        self._console.print(f"[dim]── {escape(what + share + more)}[/]", highlight=False)


@contextmanager
def display() -> Iterator[Display]:
    """Show progress for as long as the `with` lasts."""
    console = errors()
    if not console.is_terminal:
        yield Display(None, console)
        return
    columns = (
        SpinnerColumn(finished_text="[green]✓[/]"),
        TextColumn("{task.description}"),
        BarColumn(bar_width=30),
        TaskProgressColumn(),
        TimeElapsedColumn(),
        TextColumn("[dim]{task.fields[note]}"),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        yield Display(progress, console)


def _console(is_terminal: bool, *, stderr: bool) -> Console:
    return Console(stderr=stderr, width=None if is_terminal else WIDTH, soft_wrap=False)
