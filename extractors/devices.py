"""Where a model runs, what it computes in, and whose fault it is when that fails.

The only place where errors of torch are told apart. An error is the machine's fault when the same
text would have been read by another machine, or an hour later: memory that ran out, a GPU that
stopped working. What is left may be the document's fault.
"""

import errno
import logging
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock

import torch

from extractors.errors import ConfigError, DeviceUnavailableError, ExtractionError, MachineError

logger = logging.getLogger(__name__)

PRECISIONS = ("auto", "float32", "bfloat16")
"""`auto` is `bfloat16` on a GPU and `float32` on a processor, however fast that is in `bfloat16`:
there what else is read at the same time would move confidences by up to 0.006 (decision 0015)."""

# The processor's allocator, C++ and the operating system have no exception class of their own.
_NO_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|cannot allocate memory|failed to map segment"
    r"|bad_alloc|bad allocation|out of memory|can't start new thread|_ALLOC_FAILED",
    re.IGNORECASE,
)
# Libraries of a device raise a plain RuntimeError as often as torch's own class. `CUDA error`
# covers asserts on the device, launches that failed and a bus that lost the card.
_BROKEN_DEVICE = re.compile(
    r"\b(CUDA|HIP|MPS|XPU) (kernel |runtime )?(errors?|failure)\b|CUDA driver|NVIDIA driver"
    r"|device-side assert|no kernel image"
    r"|cuDNN|cuBLAS|cuSPARSE|cuSOLVER|cuFFT|NVRTC|NCCL|NVML|MIOpen",
    re.IGNORECASE,
)


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


def is_lack_of_memory(error: BaseException) -> bool:
    """Say whether an error means that memory ran out, of the device or of the machine."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM  # its message quotes names of files
    libraries = (RuntimeError, ImportError, OSError)
    return isinstance(error, libraries) and _NO_MEMORY.search(str(error)) is not None


def fault_of(error: BaseException, device: torch.device) -> ExtractionError | None:
    """Return what an error says about the machine or its device.

    None if it says nothing about either: then what was read may be at fault.
    """
    reason = first_line(error)
    if is_lack_of_memory(error):
        if device.type == "cpu" or not isinstance(error, RuntimeError):
            return MachineError(
                f"this machine has no memory left ({reason}): end other programs, or take a "
                "smaller model"
            )
        return DeviceUnavailableError(
            f"{device} has no memory left ({reason}): end other programs that use it, or choose cpu"
        )
    if isinstance(error, torch.AcceleratorError) or (
        isinstance(error, RuntimeError) and _BROKEN_DEVICE.search(str(error))
    ):
        # After such an error CUDA answers every later call of this process with it.
        return DeviceUnavailableError(
            f"{device} stopped working ({reason}): start again, or choose cpu"
        )
    return None


@contextmanager
def machine_faults(device: torch.device) -> Iterator[None]:
    """Name errors that are the machine's fault as such; all others pass unchanged.

    Raises:
        MachineError: The machine's memory ran out.
        DeviceUnavailableError: The device's memory ran out, or the device stopped working.
    """
    try:
        yield
    except Exception as error:
        fault = None if isinstance(error, ExtractionError) else fault_of(error, device)
        if fault is None:
            raise
        raise fault from error


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


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its class if it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


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
