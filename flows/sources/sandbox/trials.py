"""A conversion that converts nothing, but tries what a document could try: for `probe` and tests.

It has the face of the modules in `flows.sources.conversions`; a trial is named by what it is given.
"""

import os
import socket
import sys
import time
from collections.abc import Callable, Iterator
from typing import BinaryIO

from flows.sources.values import Content

PACKAGES: tuple[str, ...] = ()


def warm_up() -> None:
    """Load nothing: what is tried here is there."""


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001
    """Try something; the text says whether it was `done` or `refused`."""
    name, _, argument = content.decode().partition(" ")
    if name == "say":
        return Content("x" * int(argument) * 1_000_000)
    try:
        TRIALS[name](argument)
    except OSError as error:
        return Content(f"refused: {error}")
    return Content("done", title=str(os.getpid()))


def unpack(file: BinaryIO, max_bytes: int) -> Iterator[object]:  # noqa: ARG001
    """Yield nothing."""
    return iter(())


def _open(path: str) -> None:
    os.close(os.open(path, os.O_RDONLY))


def _list(path: str) -> None:
    for _ in os.scandir(path):
        return


def _write(path: str) -> None:
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT))


def _connect(address: str) -> None:
    host, port = address.split(":")
    with socket.socket() as connection:
        connection.settimeout(2)
        connection.connect((host, int(port)))


def _start(path: str) -> None:
    pid = os.fork()
    if pid == 0:
        os.execv(path, [path])  # noqa: S606 - it is what must not work
    os.waitpid(pid, 0)


def _kill(pid: str) -> None:
    os.kill(int(pid), 0)


def _fill(megabytes: str) -> None:
    _ = bytearray(int(megabytes) * 1_000_000)


def _grow(megabytes: str) -> None:
    descriptor = os.memfd_create("grown")
    try:
        os.ftruncate(descriptor, int(megabytes) * 1_000_000)
        os.write(descriptor, b"x")
    finally:
        os.close(descriptor)


def _compute(_: str) -> None:
    while True:
        pass


def _wait(seconds: str) -> None:
    time.sleep(float(seconds))


def _crash(_: str) -> None:
    os.abort()


def _recurse(_: str) -> None:
    sys.setrecursionlimit(10_000)
    _recurse(_)


TRIALS: dict[str, Callable[[str], None]] = {
    "open": _open,
    "list": _list,
    "write": _write,
    "connect": _connect,
    "start": _start,
    "kill": _kill,
    "fill": _fill,
    "grow": _grow,
    "compute": _compute,
    "wait": _wait,
    "pid": lambda _: None,
    "crash": _crash,
    "recurse": _recurse,
}
