"""The sandbox as a night sees it: bytes go in, a text or the reason why there is none comes out.

Converting processes are started when they are first needed, one for each kind of document; each has
one document at a time, and is replaced after a number of them, or when one was too much for it.
"""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from extractors.errors import MachineError
from extractors.facts import place_from_list
from flows.sources.sandbox.frames import Kind, memory_file, receive_frame, send_request
from flows.sources.sandbox.limits import Limits
from flows.sources.sandbox.walls import EARLY, LATE
from flows.sources.values import Content, UnreadableError

MAX_PROCESSES = 12
"""Converting processes that are kept: one of each kind. Each takes 40 to 100 MB and a second or two
to start, and a folder in order of its names has the kinds mixed."""

MAX_MEMBERS = 10_000
"""Files within one file: what comes behind so many is not listed."""

START_S = 60
"""How long a process may take to load its libraries."""

CONVERSIONS = "flows.sources.conversions"

ALL_WALLS = frozenset((*EARLY, *LATE))
_ROOT = Path(__file__).parents[3]
# Nothing is imported from the working directory or by a user's environment (decision 0041).
_START = (
    "import sys; sys.path.append(sys.argv.pop(1)); "
    "from flows.sources.sandbox.worker import main; main()"
)


@dataclass(frozen=True, slots=True)
class ListedMember:
    """A file within a file, as a listing sees it."""

    name: str
    sha256: str
    n_bytes: int
    reason: str
    """Why it cannot be taken, as the end of a sentence; empty: it can."""

    content: bytes | None = None
    """Only of those that were asked for with their bytes."""


class Sandbox:
    """Converts documents in processes of their own; used by one thread at a time."""

    def __init__(self, limits: Limits | None = None, walls: frozenset[str] = ALL_WALLS) -> None:
        self.limits = limits or Limits()
        self._walls = walls
        self._processes: dict[str, _Process] = {}

    def convert(self, conversion: str, content: bytes, encoding: str = "") -> Content:
        """Return the text of a document.

        Raises:
            UnreadableError: There is none, or to make it takes more than is allowed.
        """
        request = {"do": "convert", "encoding": encoding}
        _, data = self._last_frame(conversion, content, request)
        return _content(data)

    def members(
        self, conversion: str, file: int | bytes, *, max_bytes: int, with_bytes: tuple[str, ...]
    ) -> tuple[list[ListedMember], str]:
        """Return the files within a file, in their order there, and why these are not all.

        The reason is the end of a sentence; empty: they are all.

        Args:
            conversion: What unpacks it.
            file: Its descriptor, or its bytes.
            max_bytes: How long each of them may be.
            with_bytes: Ends of the names of those whose bytes are wanted.
        """
        request = {"do": "list", "max_bytes": max_bytes, "with_bytes": with_bytes}
        members: list[ListedMember] = []
        try:
            for kind, data in self._frames(conversion, file, request):
                # The bytes of a member follow its head, if they were asked for.
                if kind == "member":
                    members.append(_member(_parsed(data)))
                elif members:
                    members[-1] = replace(members[-1], content=data)
                if len(members) > MAX_MEMBERS:
                    return [], f"holds more than {MAX_MEMBERS} files: pack fewer together"
        except UnreadableError as error:
            return members, str(error)
        return members, ""

    def member(
        self, conversion: str, file: int | bytes, *, key: str, name: str, max_bytes: int
    ) -> bytes:
        """Return the bytes of one file within a file.

        Args:
            conversion: What unpacks it.
            file: Its descriptor, or its bytes.
            key: What tells this version of it from others: it may be open still.
            name: The name that `members` gave it.
            max_bytes: How long it may be.

        Raises:
            UnreadableError: It cannot be unpacked, or is not there any more.
        """
        request = {"do": "member", "key": key, "name": name, "max_bytes": max_bytes}
        content = None
        for kind, data in self._frames(conversion, file, request):
            content = data if kind == "bytes" else content
        if content is None:
            raise UnreadableError("is not in its file any more: run again")
        return content

    def picture(self, conversion: str, content: bytes, *, page: int, sentence: str) -> bytes:
        """Return a page of a document as PNG, with a sentence marked where it stands.

        Raises:
            UnreadableError: There is no such page, or to draw it takes more than is allowed.
        """
        request = {"do": "picture", "page": page, "sentence": sentence}
        return b"".join(data for _, data in self._frames(conversion, content, request))

    def close(self) -> None:
        """End all processes; the next document starts another."""
        for process in self._processes.values():
            process.end()
        self._processes.clear()

    def _last_frame(
        self, conversion: str, content: bytes, request: dict[str, Any]
    ) -> tuple[Kind, bytes]:
        return list(self._frames(conversion, content, request))[-1]

    def _frames(
        self, conversion: str, file: int | bytes, request: dict[str, Any]
    ) -> Iterator[tuple[Kind, bytes]]:
        """Yield what a process answers; it is ended if it does not keep within its limits."""
        process = self._process(conversion)
        descriptor = memory_file(file) if isinstance(file, bytes) else file
        is_done = False
        try:
            yield from process.answers(request, descriptor)
            is_done = True
        except UnreadableError:
            # It refused the document and can go on. Otherwise it ended, or went beyond a limit.
            is_done = process.is_well
            raise
        finally:
            # Also where nobody asked for the last frames: they would answer the next request.
            if isinstance(file, bytes):
                _close(descriptor)
            if not is_done or process.n_documents >= self.limits.documents:
                self._drop(conversion)

    def _process(self, conversion: str) -> "_Process":
        # Taken out and put in again, so that the dictionary has the one that was used last at its
        # end.
        process = self._processes.pop(conversion, None)
        if process is None:
            while len(self._processes) >= MAX_PROCESSES:
                self._drop(next(iter(self._processes)))  # the one that was not used for longest
            process = _Process(conversion, self.limits, self._walls)
        self._processes[conversion] = process
        return process

    def _drop(self, conversion: str) -> None:
        process = self._processes.pop(conversion, None)
        if process:
            process.end()


class _Process:
    """One converting process."""

    def __init__(self, conversion: str, limits: Limits, walls: frozenset[str]) -> None:
        self._limits = limits
        self.n_documents = 0
        self.is_well = True
        ours, theirs = socket.socketpair()
        module = conversion if "." in conversion else f"{CONVERSIONS}.{conversion}"
        order = {"conversion": module, "limits": asdict(limits), "walls": sorted(walls)}
        self._program = subprocess.Popen(
            [sys.executable, "-I", "-c", _START, str(_ROOT), json.dumps(order)],
            # The socket is all that it gets, with a path to search and no secret of the night's.
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={"LANG": "C.UTF-8", "OMP_NUM_THREADS": "1"},
            start_new_session=True,  # Ctrl-C is for the night, which ends this process itself
        )
        theirs.close()
        self._connection = ours
        try:
            receive_frame(ours, 0, time.monotonic() + START_S)
        except (OSError, EOFError, OverflowError) as error:
            said = self.end()
            raise MachineError(
                f"the process that converts documents does not start ({said or error}): "
                "`nightloom doctor` says what is missing"
            ) from error

    def answers(self, request: dict[str, Any], descriptor: int) -> Iterator[tuple[Kind, bytes]]:
        """Yield the frames of one answer but its end.

        Raises:
            UnreadableError: It refuses, or ended, or went beyond a limit.
        """
        self.n_documents += 1
        # Bytes and time are for the whole answer: many small frames must not get round them.
        deadline = time.monotonic() + self._limits.wall_s
        left = self._limits.output_mb * 1_000_000
        self.is_well = False
        try:
            self._connection.settimeout(self._limits.wall_s)
            send_request(self._connection, request, descriptor)
            while True:
                kind, data = receive_frame(self._connection, left, deadline)
                left -= len(data)
                if kind in ("end", "refused", "content"):
                    self.is_well = True
                if kind == "refused":
                    raise UnreadableError(data.decode("utf-8", "backslashreplace"))
                if kind == "end":
                    return
                yield kind, data
                if kind == "content":
                    return
        except TimeoutError as error:
            raise UnreadableError(
                f"takes longer than NIGHTLOOM_SANDBOX__WALL_S={self._limits.wall_s:g} seconds to "
                "be converted: split it or raise the setting"
            ) from error
        except OverflowError as error:
            raise UnreadableError(
                f"gives more than NIGHTLOOM_SANDBOX__OUTPUT_MB={self._limits.output_mb}: split it "
                "or raise the setting"
            ) from error
        except (EOFError, OSError) as error:
            raise UnreadableError(self._why_it_ended()) from error

    def end(self) -> str:
        """End the process; return the last line that it wrote, if it wrote any."""
        self._program.kill()  # and no polite request: what is in it may be hostile
        self._connection.close()
        _, said = self._program.communicate()
        lines = said.decode("utf-8", "backslashreplace").strip().splitlines()
        return lines[-1] if lines else ""

    def _why_it_ended(self) -> str:
        self._connection.close()  # one that only closed its side ends of it, too
        try:
            code = self._program.wait(1)
        except subprocess.TimeoutExpired:
            return "made its converter fail: save it anew"
        if code == -signal.SIGXCPU:
            return (
                f"takes more than NIGHTLOOM_SANDBOX__CPU_S={self._limits.cpu_s:g} seconds of the "
                "processor to be converted: split it or raise the setting"
            )
        name = f"exit code {code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
        return f"made its converter end ({name}): it is damaged or hostile, or needs more memory"


def _content(data: bytes) -> Content:
    """Return what a process says of a document; it is not believed to say what it should."""
    said = _parsed(data)
    try:
        places = tuple(map(place_from_list, said.pop("places")))
        texts = {name: value for name, value in said.items() if isinstance(value, str)}
        return Content(**texts, places=places)
    except (TypeError, ValueError, KeyError) as error:
        raise UnreadableError("made its converter give nonsense: it is hostile") from error


def _member(head: dict[str, Any]) -> ListedMember:
    try:
        return ListedMember(
            name=str(head["name"]),
            sha256=str(head["sha256"]),
            n_bytes=int(head["n_bytes"]),
            reason=str(head["reason"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError("made its converter give nonsense: it is hostile") from error


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        said = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("made its converter give nonsense: it is hostile") from error
    return said if isinstance(said, dict) else {}


def _close(descriptor: int) -> None:
    with suppress(OSError):
        os.close(descriptor)
