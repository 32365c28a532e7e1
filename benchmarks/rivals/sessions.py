"""A rival at work: its driver as a process, run by a Python of the rival's own.

uv makes that environment in its cache, from the pinned dependencies at the head of the driver.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from benchmarks.rivals.drivers.protocol import Server
from extractors.facts import Extraction

DRIVERS = Path(__file__).parent / "drivers"
ROOT = Path(__file__).parents[2]

ENVIRONMENT = {"DO_NOT_TRACK": "1", "COCOINDEX_DISABLE_USAGE_TRACKING": "1"}
"""No tool tells anybody that it is being measured."""


@dataclass(frozen=True)
class Rival:
    """A column of the table."""

    name: str
    driver: str
    """Name of its driver's file, without the end."""

    @property
    def script(self) -> Path:
        return DRIVERS / f"{self.driver}_driver.py"

    @cached_property
    def python(self) -> str:
        """The interpreter that has this rival, installed when first asked for.

        Raises:
            RuntimeError: It could not be installed.
        """
        if "# /// script" not in self.script.read_text("utf-8"):
            return sys.executable
        _uv("sync", "--quiet", "--script", str(self.script))
        return _uv("python", "find", "--script", str(self.script)).strip()


def _uv(*arguments: str) -> str:
    # Beside our own Python first, where `make install` puts it.
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    completed = subprocess.run(
        ["uv", *arguments],
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if completed.returncode:
        raise RuntimeError(f"could not be installed: {completed.stderr.strip()[-200:]}")
    return completed.stdout


RIVALS = (
    Rival("nightloom", "nightloom"),
    Rival("neo4j-graphrag", "neo4j_graphrag"),
    Rival("langchain-neo4j", "langchain_neo4j"),
    Rival("llama-index", "llama_index"),
    Rival("cocoindex", "cocoindex"),
)


@dataclass(frozen=True)
class Reply:
    """How a call to a rival ended."""

    error: str = ""
    set_aside: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


class Session:
    """One process of a rival, connected to the server; leaving the `with` ends it."""

    def __init__(self, rival: Rival, server: Server) -> None:
        self.log = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed when the session ends
        read, write = os.pipe()
        self.replies = os.fdopen(read)
        self.process = subprocess.Popen(
            [rival.python, str(rival.script), str(write)],
            stdin=subprocess.PIPE,
            stdout=self.log,
            stderr=self.log,
            pass_fds=(write,),
            text=True,
            cwd=server.state,
            env=os.environ | ENVIRONMENT,
        )
        os.close(write)
        self._started = 0.0
        self._send(asdict(server))
        self.version: str = self._receive()["version"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.replies.close()
        self.log.close()

    def write(self, documents: list[Extraction]) -> Reply:
        """Write documents and wait."""
        self.begin(documents)
        return self.finish()

    def begin(self, documents: list[Extraction]) -> None:
        """Start writing documents; ask for the end with `finish`."""
        request = {"write": [each.to_dict() for each in documents]}
        self._started = time.perf_counter()
        self._send(request)

    def finish(self) -> Reply:
        """Wait for the call that was begun."""
        try:
            answer = self._receive()
        except RuntimeError as error:
            answer = {"error": str(error)}
        return Reply(**answer, seconds=time.perf_counter() - self._started)

    def delete(self, *documents: Extraction) -> Reply:
        """Take documents out of the graph."""
        self._send({"delete": [each.document.id for each in documents]})
        return self.finish()

    def kill(self) -> None:
        """End the process without a warning."""
        self.process.kill()
        self.process.wait()

    def _send(self, request: dict[str, Any]) -> None:
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        if line := self.replies.readline():
            return json.loads(line)
        self.log.seek(0)
        raise RuntimeError(f"ended: {self.log.read().strip()[-300:]}")
