"""What tests of Ray look at from outside: its processes, what they show, and where they listen."""

import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

ASKED = "NIGHTLOOM_TEST_RAY"

needs_ray = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (find_spec("ray") and os.environ.get(ASKED)),
        reason=f"Ray is not installed, or {ASKED} is not set: make test-ray",
    ),
]
"""Marks of tests that start Ray, which takes them half a minute each and more."""


def parent_and_session(pid: int) -> tuple[int, int]:
    """Return the numbers of a process's parent and session."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[1]), int(fields[3])


def processes() -> Iterator[tuple[int, int, int, str]]:
    """Yield number, parent, session and command line of each process that is more than a zombie."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            said = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if said:
                yield int(folder.name), *parent_and_session(int(folder.name)), said
        except OSError:
            continue


def drivers_of(parent: int) -> list[int]:
    """Return the drivers that a process has started."""
    return [
        pid for pid, above, _, said in processes() if above == parent and "import driver" in said
    ]


def of_session(session: int, what: str = "") -> list[int]:
    """Return the processes of a driver's session whose command line begins so."""
    return [pid for pid, _, its, said in processes() if its == session and said.startswith(what)]


def listening(pids: list[int]) -> set[str]:
    """Return the addresses on which processes listen, in the kernel's hexadecimal."""
    inodes = set()
    for pid in pids:
        for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                inodes.add(str(descriptor.readlink()))
            except OSError:
                continue
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == "0A" and f"socket:[{rest[5]}]" in inodes:
                addresses.add(local.partition(":")[0])
    return addresses


LOOPBACK = {"0100007F", "0000000000000000FFFF00000100007F", "00000000000000000000000001000000"}
"""127.0.0.1, the same for IPv6, and ::1."""
