"""Where a model of torch runs, and what it computes in."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

import torch

from extractors.errors import ConfigError, DeviceUnavailableError

logger = logging.getLogger(__name__)

PRECISIONS = ("auto", "float32", "bfloat16")
"""`auto` is `bfloat16` on a GPU and `float32` on a processor, however fast that is in `bfloat16`:
there what else is read at the same time would move confidences by up to 0.006 (decision 0015)."""


def device_named(name: str) -> torch.device:
    """Return a device that is there; `auto` is a GPU if there is one.

    Raises:
        DeviceUnavailableError: There is no such device; says which there are.
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except (RuntimeError, TypeError) as error:
        raise DeviceUnavailableError(f"no device is called {name!r}: {_choices()}") from error
    if device.type == "cpu":
        return torch.device("cpu")  # its index means nothing
    if not _is_there(device):
        raise DeviceUnavailableError(f"there is no device {name} on this machine: {_choices()}")
    return device


def _is_there(device: torch.device) -> bool:
    # Counting does not open the GPU: a process that trains on the fourth takes nothing of the
    # first one's memory.
    if device.type == "cuda":
        return torch.cuda.is_available() and (device.index or 0) < torch.cuda.device_count()
    try:
        torch.zeros(1, device=device).cpu()  # `meta` makes tensors, and keeps nothing in them
    except (RuntimeError, AssertionError, ImportError):
        return False
    return True


def _choices() -> str:
    """Return what may be chosen on this machine, as the end of a sentence."""
    n_gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    return f"choose {', '.join(['auto', 'cpu', *(f'cuda:{index}' for index in range(n_gpus))])}"


_SETTING_THREADS = Lock()


@contextmanager
def reading_threads(n_readers: int, threads_each: int) -> Iterator[ThreadPoolExecutor]:
    """Open threads that compute side by side; what waits at the end is not begun any more.

    Args:
        n_readers: How many there are.
        threads_each: With how many threads of its own each of them computes.
    """
    readers = ThreadPoolExecutor(n_readers, "read", _compute_with, (threads_each,))
    try:
        yield readers
    finally:
        readers.shutdown(cancel_futures=True)


def _compute_with(n_threads: int) -> None:
    """Let the calling thread compute with so many threads, and no other thread.

    `torch.set_num_threads` sets two numbers: that of the calling thread, and the one with which
    threads begin that are started later. The second is a setting of the whole process, so it is
    put back at once, by a thread that ends here: it would lose its own number by that.
    """
    with _SETTING_THREADS, ThreadPoolExecutor(1) as helper:
        # Asked first: a thread that has not computed yet would take the second number later on.
        torch.get_num_threads()
        later_threads = helper.submit(torch.get_num_threads).result()
        try:
            torch.set_num_threads(n_threads)
        finally:
            helper.submit(torch.set_num_threads, later_threads).result()


def uses_bfloat16(precision: str, device: torch.device) -> bool:
    """Say whether an encoder computes in bfloat16 on a device; warns where that is slow.

    Raises:
        ConfigError: There is no such precision.
    """
    if precision not in PRECISIONS:
        choices = ", ".join(PRECISIONS)
        raise ConfigError(f"no precision is called {precision!r}: known are {choices}", "precision")
    wanted = precision == "bfloat16" or (precision == "auto" and device.type == "cuda")
    if wanted and device.type == "cpu" and not has_bfloat16_units():
        logger.warning("this processor has no units for bfloat16: float32 is faster on it")
    return wanted


def has_bfloat16_units() -> bool:
    """Say whether the processor multiplies matrices of bfloat16; so does a torch that cannot tell.

    The dot products of `avx512_bf16` gain nothing over float32 on Intel's processors. On AMD's they
    do: four times the products a second on a Zen 5, one thread, 800 × 384 by 384 × 1536.
    """
    get_capabilities = getattr(torch.cpu, "get_capabilities", None)
    if get_capabilities is None:
        return True
    has = get_capabilities()
    names = ["amx_bf16", "bf16", "sme"]
    if str(has.get("cpu_name", "")).startswith("AMD"):
        names.append("avx512_bf16")
    return any(has.get(name, False) for name in names)
