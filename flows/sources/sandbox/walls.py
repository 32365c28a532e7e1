"""The walls around a converting process, one a layer: each stands by itself.

    namespaces   no network, no other processes' channels      (clone flags of Linux)
    landlock     no file, no folder, no connection             (Linux 5.13 and later)
    seccomp      no call but those that read and answer        (`syscalls`)
    limits       memory, output files, descriptors, core dumps (POSIX)

A kernel may know some of them only, and a container may forbid some: what does not stand is left
out, and `nightloom doctor` says which do, by trying what each must forbid.
"""

import ctypes
import os
import resource
import struct
from collections.abc import Callable
from contextlib import suppress

from flows.sources.sandbox.limits import Limits
from flows.sources.sandbox.syscalls import LIBC, forbid_calls, forbid_privileges

MAX_DESCRIPTORS = 64
_PARENT_DEATH_SIGNAL, _KILL = 1, 9
_NEW_USER, _NEW_NETWORK, _NEW_IPC, _NEW_UTS = 0x10000000, 0x40000000, 0x08000000, 0x04000000

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_ASK_VERSION = 1
_FILE_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
"""How many kinds of access to files a version of Landlock knows; later ones as the last."""


def die_with_parent() -> None:
    """Have this process killed when the one that started it ends, however that ends."""
    with suppress(AttributeError):
        LIBC.prctl(_PARENT_DEATH_SIGNAL, _KILL, 0, 0, 0)
    if os.getppid() == 1:
        os._exit(1)  # it had ended before


def leave_networks() -> None:
    """Move this process, which has one thread, where there is no network.

    Raises:
        OSError: The kernel or the container forbids it.
    """
    others = _NEW_NETWORK | _NEW_IPC | _NEW_UTS
    # A plain user needs a namespace of users first; where these are forbidden, root does not.
    if LIBC.unshare(_NEW_USER | others) and LIBC.unshare(others):
        raise OSError(ctypes.get_errno(), "no namespaces")


def close_files() -> None:
    """Forbid this process to open, list, make or remove anything in any file system.

    Raises:
        OSError: The kernel has no Landlock.
    """
    version = LIBC.syscall(_CREATE_RULESET, None, 0, _ASK_VERSION)
    if version < 1:
        raise OSError(ctypes.get_errno(), "no Landlock")
    files = (1 << _FILE_BITS[min(version, max(_FILE_BITS))]) - 1
    attributes = struct.pack("=Q", files)
    if version >= 4:
        attributes += struct.pack("=Q", 0b11)  # binding and connecting by TCP
    if version >= 6:
        attributes += struct.pack("=Q", 0b11)  # sockets without a file, and signals
    ruleset = LIBC.syscall(_CREATE_RULESET, attributes, len(attributes), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "no Landlock")
    forbid_privileges()
    failed = LIBC.syscall(_RESTRICT_SELF, ruleset, 0)
    number = ctypes.get_errno()
    os.close(ruleset)
    if failed:
        raise OSError(number, "no Landlock")


def limit_process(limits: Limits) -> None:
    """Limit what this process may take from now on; only its time is counted a document."""
    n_bytes = limits.memory_mb * 1_000_000
    for kind, most in (
        (resource.RLIMIT_AS, n_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, MAX_DESCRIPTORS),
        (resource.RLIMIT_CORE, 0),
    ):
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def limit_time(cpu_s: float) -> None:
    """Have this process killed when it has computed for so long from now on."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    most = int(used.ru_utime + used.ru_stime + cpu_s) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))


EARLY: dict[str, Callable[[], None]] = {"namespaces": leave_networks}
"""Walls that are put up before any library is loaded: later there may be threads."""

LATE: dict[str, Callable[[], None]] = {"landlock": close_files, "seccomp": forbid_calls}
"""Walls that are put up when all libraries are loaded: then no file can be opened any more."""


def put_up(walls: dict[str, Callable[[], None]], names: frozenset[str]) -> None:
    """Put up those of the walls that are asked for and that this kernel has."""
    for name, wall in walls.items():
        if name in names:
            with suppress(OSError):
                wall()
