"""A program that `nightloom up` runs: started once, found after a crash, stopped with us."""

import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.errors import ServiceError
from graphdb.embedded import locks, processes


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run, and where its lock and log lie."""

    name: str
    command: tuple[str, ...]
    folder: Path
    """For its lock and log; it works there, too, away from files of the person's."""
    port: int | None = None
    """The loopback port it will listen on."""
    port_setting: str = ""
    """Where that port can be changed."""
    stop_timeout_s: float = 30.0

    @property
    def lock(self) -> Path:
        """Held by the program as long as it lives."""
        return self.folder / f"{self._file_name}.lock"

    @property
    def log(self) -> Path:
        """What it has said since it was started."""
        return self.folder / f"{self._file_name}.log"

    @property
    def _file_name(self) -> str:
        return self.name.lower().replace(" ", "-")

    @property
    def is_running(self) -> bool:
        """Whether it runs, whoever started it."""
        return locks.is_held(self.lock)

    @property
    def port_in_use(self) -> int | None:
        """The port on which it listens, if it runs: it may have been started with another."""
        holder = processes.holder(self.lock)
        return int(holder[1][0]) if holder and holder[1] else None


class StartedProgram:
    """A program that we started."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes]") -> None:
        self.program = program
        self._process = process

    @property
    def has_ended(self) -> bool:
        """Whether it ended, which none of ours does by itself."""
        return self._process.poll() is not None

    def wait_until(self, is_ready: Callable[[], bool], timeout_s: float) -> None:
        """Wait until the program is ready.

        Raises:
            ServiceError: It ended instead, or takes longer than it may.
        """
        deadline = time.monotonic() + timeout_s
        while not is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{self.program.name} was not ready after {timeout_s:.0f} s; "
                    f"{self.program.log} may say why"
                )
            time.sleep(processes.POLL_S)

    def check(self) -> None:
        """Do nothing as long as it runs.

        Raises:
            ServiceError: It has ended; the message quotes its last words.
        """
        if self.has_ended:
            raise ServiceError(
                f"{self.program.name} ended with exit code {self._process.returncode}: "
                f"{_last_line(self.program.log)} (more in {self.program.log})"
            )

    def stop(self) -> None:
        """Ask it to end and wait; kill it when it does not listen."""
        if not processes.terminate(self.program.lock, self.program.stop_timeout_s):
            self._process.kill()
        self._process.wait()


def start(program: Program, environment: Mapping[str, str]) -> StartedProgram:
    """Start a program; one of the same that was left behind by a crash of ours is ended first.

    Args:
        program: What to run.
        environment: All of the environment it gets.

    Raises:
        ServiceError: The one left behind does not end, or the port is taken.
    """
    with processes.claimed(program.lock) as descriptor:
        if descriptor is not None:
            _check_port(program)
            return StartedProgram(program, _launch(program, environment, descriptor))
    if not processes.terminate(program.lock, program.stop_timeout_s):
        raise ServiceError(f"{program.name} of an earlier `nightloom up` does not end")
    return start(program, environment)


def _check_port(program: Program) -> None:
    if program.port and not processes.is_free(program.port):
        raise ServiceError(
            f"port {program.port} is not free for the {program.name}: stop what uses it, or set "
            f"{program.port_setting} to another"
        )


def _launch(
    program: Program, environment: Mapping[str, str], descriptor: int
) -> "subprocess.Popen[bytes]":
    return processes.launch(
        program.command,
        lock=program.lock,
        descriptor=descriptor,
        note=str(program.port or ""),
        log=program.log,
        environment=environment,
        folder=program.folder,
    )


def _last_line(log: Path) -> str:
    lines = [line.strip() for line in log.read_text("utf-8", errors="replace").splitlines()]
    return next((line for line in reversed(lines) if line), "it said nothing")
