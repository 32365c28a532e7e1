"""A program of ours in a process of its own, spoken to in lines of JSON.

Nothing but plain data passes, and the program sees little of the environment: no setting and no
secret of a night is among it. It ends when whoever started it does, however that ends.
"""

import json
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from flows.night import Plain
from flows.settings import inherited_environment

KEPT = (
    *("PATH", "HOME", "LANG", "TMPDIR", "XDG_CACHE_HOME"),
    *("LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES"),
)
"""What a program sees of the environment: where things are."""

_ROOT = Path(__file__).parents[2]
# Nothing is imported from the working directory or by a user's environment (decision 0041).
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); from flows.scale import {name}; {name}.main()"
)


def kept_environment(*prefixes: str) -> dict[str, str]:
    """Return what a program sees of the environment, and what begins with a prefix."""
    return {
        name: value
        for name, value in inherited_environment().items()
        if name in KEPT or (prefixes and name.startswith(prefixes))
    }


class Program:
    """A running program; used by one thread at a time."""

    def __init__(self, name: str, environment: Mapping[str, str]) -> None:
        # A file and no pipe: nobody has to read along.
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed by `end`
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _START.format(name=name), str(_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            cwd="/",
            env=dict(environment),
            start_new_session=True,  # Ctrl-C is for the night, which ends this process itself
        )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    def say(self, message: Plain) -> None:
        """Tell it something.

        Raises:
            EOFError: It has ended; says how.
        """
        assert self._process.stdin
        try:
            self._process.stdin.write(json.dumps(message).encode() + b"\n")
            self._process.stdin.flush()
        except OSError as error:
            raise EOFError(self._why_it_ended()) from error

    def hear(self, patience_s: float | None = None) -> Any:
        """Return the next thing that it says; raises as `say`.

        Args:
            patience_s: How long to wait before it says its first word; None: as long as it takes.

        Raises:
            TimeoutError: It said nothing for so long.
        """
        assert self._process.stdout
        if (
            patience_s is not None
            and not select.select([self._process.stdout], [], [], patience_s)[0]
        ):
            raise TimeoutError(f"said nothing for {patience_s:g} seconds")
        line = self._process.stdout.readline()
        if not line.endswith(b"\n"):
            raise EOFError(self._why_it_ended())
        return json.loads(line)

    def end(self, patience_s: float = 0.0) -> None:
        """Let it end by itself for so long, and kill it if it does not, with all it has started."""
        assert self._process.stdin
        assert self._process.stdout
        with suppress(OSError):  # what it was told last may never have left
            self._process.stdin.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pid in _of_session(self.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.stdout.close()
        self._errors.close()

    def _why_it_ended(self) -> str:
        """Return the last line that it wrote beside, or the signal or code that it ended with."""
        try:
            code = self._process.wait(5)
        except subprocess.TimeoutExpired:
            return "closed its side"
        if code < 0:
            return f"killed by signal {-code}"
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "backslashreplace").strip().splitlines()
        return lines[-1] if lines else f"exit code {code}"


def _of_session(session: int) -> Iterator[int]:
    """Yield the processes of a session: what a program has started, and what that has."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            # PID (NAME) STATE PARENT GROUP SESSION …; anything may stand in a name.
            if int(status.read_text().rpartition(")")[2].split()[3]) == session:
                yield int(status.parent.name)


def own_output() -> TextIO:
    """Return where the other side listens; whatever else is printed goes to standard error."""
    output = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return output


def say(output: TextIO, message: Plain) -> None:
    """Say something to the other side."""
    output.write(json.dumps(message) + "\n")
    output.flush()


def heard(on_end: Callable[[], None]) -> Iterator[str]:
    """Yield the lines that the other side says.

    They are listened to by a thread, so that the end is noticed while this process works.

    Args:
        on_end: Called, by that thread, when the other side has ended.
    """
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def listen() -> None:
        for line in sys.stdin:
            lines.put(line)
        on_end()

    threading.Thread(target=listen, daemon=True).start()
    while True:
        yield lines.get()
