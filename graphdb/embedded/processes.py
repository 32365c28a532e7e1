"""Programs that run beside us and can be found, and stopped, by anybody who knows their lock file.

Such a program inherits the descriptor of its lock file and so holds the lock as long as it lives.
Whether it runs is asked of the kernel, never of a pid that may by now be somebody else's; the pid
in the file is the holder's as long as the lock is held.
"""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from graphdb.embedded import locks

POLL_S = 0.1

# What our programs keep holds the documents: it is nobody else's to read.
PRIVATE_FILE = 0o600
UMASK = 0o077

# The shell says who it is, then becomes the program: whoever holds the lock has always said so,
# even when its starter was killed a moment after starting it.
ANNOUNCE = 'printf "%s %s" $$ "$2" >"$1"; shift 2; exec "$@"'


@contextmanager
def claimed(lock: Path) -> Iterator[int | None]:
    """Hold `lock` to launch its program, unless that runs already or somebody else launches it."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with locks.exclusive_or_none(lock) as descriptor:
        if descriptor is not None:
            os.truncate(descriptor, 0)  # what the last holder said of itself is true no more
        yield descriptor


def launch(
    command: Sequence[str],
    *,
    lock: Path,
    descriptor: int,
    note: str,
    log: Path,
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a program that holds `lock` as long as it lives; what it writes is for its user alone.

    Args:
        command: Program and arguments.
        lock: The lock file, held by the caller.
        descriptor: Under which the caller holds it.
        note: What others should read about the program, besides its pid.
        log: File for everything it says, begun anew.
        environment: All of the environment it gets.
        folder: Its working directory; default: ours.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    log.touch(mode=PRIVATE_FILE)
    log.chmod(PRIVATE_FILE)  # an older one may be open to all
    with log.open("wb") as out:
        return subprocess.Popen(
            ["/bin/sh", "-c", ANNOUNCE, "sh", str(lock), note, *command],
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            pass_fds=(descriptor,),
            cwd=folder,
            umask=UMASK,
            start_new_session=True,  # Ctrl-C in this terminal is for us to pass on
        )


def is_free(port: int) -> bool:
    """Say whether a program could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def holder(lock: Path) -> tuple[int, list[str]] | None:
    """Return pid and note of the program that holds `lock`; None when none does, or not yet."""
    if not locks.is_held(lock):
        return None
    pid, *note = lock.read_text("utf-8").split() or ["0"]
    return (int(pid), note) if int(pid) else None


def terminate(lock: Path, timeout_s: float, by: signal.Signals = signal.SIGTERM) -> bool:
    """Ask whoever holds `lock` to end, by a signal, and say whether it did in time."""
    deadline = time.monotonic() + timeout_s
    asked = set[int]()
    while locks.is_held(lock):
        if time.monotonic() > deadline:
            return False
        program = holder(lock)  # none for a moment while it is being launched
        if program and program[0] not in asked:
            asked.add(program[0])
            with suppress(ProcessLookupError):
                os.kill(program[0], by)
        time.sleep(POLL_S)
    return True
