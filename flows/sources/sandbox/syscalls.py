"""Which calls a converting process may make of the system: read and answer, and nothing else.

A filter of the kernel's (seccomp) answers all others with EPERM. None of those allowed opens a
file, a connection or a program: what the process works with has been handed to it.
"""

import ctypes
import errno
import platform
import struct

LIBC = ctypes.CDLL(None, use_errno=True)

# Numbers on x86_64 and aarch64; None: there is no such call.
_ALLOWED: dict[str, tuple[int | None, int | None]] = {
    "read": (0, 63),
    "write": (1, 64),
    "close": (3, 57),
    "fstat": (5, 80),
    "poll": (7, None),
    "lseek": (8, 62),
    "mmap": (9, 222),
    "mprotect": (10, 226),
    "munmap": (11, 215),
    "brk": (12, 214),
    "rt_sigaction": (13, 134),
    "rt_sigprocmask": (14, 135),
    "rt_sigreturn": (15, 139),
    "pread64": (17, 67),
    "readv": (19, 65),
    "writev": (20, 66),
    "sched_yield": (24, 124),
    "mremap": (25, 216),
    "mincore": (27, 232),
    "madvise": (28, 233),
    "dup": (32, 23),
    "nanosleep": (35, 101),
    "getpid": (39, 172),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "exit": (60, 93),
    "uname": (63, 160),
    "fcntl": (72, 25),
    "getcwd": (79, 17),
    "getrlimit": (97, None),
    "getrusage": (98, 165),
    "sysinfo": (99, 179),
    "times": (100, 153),
    "getuid": (102, 174),
    "getgid": (104, 176),
    "geteuid": (107, 175),
    "getegid": (108, 177),
    "sigaltstack": (131, 132),
    "gettid": (186, 178),
    "time": (201, None),
    "futex": (202, 98),
    "sched_getaffinity": (204, 123),
    "restart_syscall": (219, 128),
    "clock_gettime": (228, 113),
    "clock_getres": (229, 114),
    "clock_nanosleep": (230, 115),
    "exit_group": (231, 94),
    "epoll_wait": (232, None),
    "epoll_ctl": (233, 21),
    "tgkill": (234, 131),  # how a process aborts
    "newfstatat": (262, 79),
    "ppoll": (271, 73),
    "set_robust_list": (273, 99),
    "epoll_pwait": (281, 22),
    "eventfd2": (290, 19),
    "epoll_create1": (291, 20),  # for how liteparse waits for its threads
    "prlimit64": (302, 261),
    "getrandom": (318, 278),
    "membarrier": (324, 283),
    "statx": (332, 291),
    "rseq": (334, 293),
}
_CLONE = (56, 220)
_CLONE3 = 435
_SECCOMP = (317, 277)
_ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}

_LOAD, _EQUALS, _HAS_BITS, _RETURN = 0x20, 0x15, 0x45, 0x06
_NUMBER_AT, _ARCHITECTURE_AT, _FLAGS_AT = 0, 4, 16
_ALLOW = 0x7FFF0000
_FAIL = 0x00050000
_CLONE_THREAD = 0x10000
_NO_NEW_PRIVILEGES = 38
_SET_FILTER, _ALL_THREADS = 1, 1


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid_calls() -> None:
    """Forbid this process all calls but those it needs to read, to compute and to answer.

    Raises:
        OSError: The kernel has no such filter, or this machine is of a kind that is not known here.
    """
    machine = platform.machine()
    if machine not in _ARCHITECTURES:
        raise OSError(errno.ENOSYS, f"no filter for {machine}")
    column, architecture = _ARCHITECTURES[machine]
    code = b"".join(_program(column, architecture))
    program = _Program(len(code) // 8, code)
    forbid_privileges()
    number = _SECCOMP[column]
    if LIBC.syscall(number, _SET_FILTER, _ALL_THREADS, ctypes.byref(program)):
        raise OSError(ctypes.get_errno(), "the kernel takes no filter of calls")


def forbid_privileges() -> None:
    """Forbid this process to gain privileges by starting a program; filters ask for it.

    Raises:
        OSError: The kernel refuses.
    """
    if LIBC.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refuses to give up privileges")


def _program(column: int, architecture: int) -> list[bytes]:
    """Return the filter: instructions of eight bytes each."""
    numbers = [pair[column] for pair in _ALLOWED.values()]
    wanted = sorted(number for number in numbers if number is not None)
    refused = _FAIL | errno.EPERM
    return [
        _instruction(_LOAD, _ARCHITECTURE_AT),
        _instruction(_EQUALS, architecture, if_true=1),
        _instruction(_RETURN, refused),
        _instruction(_LOAD, _NUMBER_AT),
        *(part for number in wanted for part in _answer(number, _ALLOW)),
        # As if there were none, so that threads are started by the older call.
        *_answer(_CLONE3, _FAIL | errno.ENOSYS),
        _instruction(_EQUALS, _CLONE[column], if_false=3),
        _instruction(_LOAD, _FLAGS_AT),
        _instruction(_HAS_BITS, _CLONE_THREAD, if_false=1),
        _instruction(_RETURN, _ALLOW),
        _instruction(_RETURN, refused),
    ]


def _answer(number: int, answer: int) -> list[bytes]:
    return [_instruction(_EQUALS, number, if_false=1), _instruction(_RETURN, answer)]


def _instruction(code: int, value: int, *, if_true: int = 0, if_false: int = 0) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
