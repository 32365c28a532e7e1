"""Whose fault an error is: the machine's, its device's, or that of what was read.

The only place where errors of torch and of ONNX Runtime are told apart. An error is the machine's
fault when the same text would have been read by another machine, or an hour later: memory that ran
out, a GPU that stopped working. What is left may be the document's fault.
"""

import errno
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from extractors.errors import DeviceUnavailableError, ExtractionError, MachineError

# The processor's allocator, C++ and the operating system have no exception class of their own.
_NO_MEMORY = re.compile(
    r"can't allocate memory|not enough memory|cannot allocate memory|failed to map segment"
    r"|bad_alloc|bad allocation|failed to allocate memory|out of memory|can't start new thread"
    r"|_ALLOC_FAILED",
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


def is_lack_of_memory(error: BaseException) -> bool:
    """Say whether an error means that memory ran out, of the device or of the machine."""
    if isinstance(error, (MemoryError, *_torch_errors("OutOfMemoryError"))):
        return True
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno == errno.ENOMEM  # its message quotes names of files
    libraries = (RuntimeError, ImportError, OSError)
    return isinstance(error, libraries) and _NO_MEMORY.search(str(error)) is not None


def fault_of(error: BaseException, device: object) -> ExtractionError | None:
    """Return what an error says about the machine or its device.

    None if it says nothing about either: then what was read may be at fault.

    Args:
        error: What was raised.
        device: Where it computed, as torch or a setting names it.
    """
    reason = first_line(error)
    if is_lack_of_memory(error):
        if str(device) == "cpu" or not isinstance(error, RuntimeError):
            return MachineError(
                f"this machine has no memory left ({reason}): end other programs, or take a "
                "smaller model"
            )
        return DeviceUnavailableError(
            f"{device} has no memory left ({reason}): end other programs that use it, or choose cpu"
        )
    if isinstance(error, _torch_errors("AcceleratorError")) or (
        isinstance(error, RuntimeError) and _BROKEN_DEVICE.search(str(error))
    ):
        # After such an error CUDA answers every later call of this process with it.
        return DeviceUnavailableError(
            f"{device} stopped working ({reason}): start again, or choose cpu"
        )
    return None


@contextmanager
def machine_faults(device: object) -> Iterator[None]:
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


@contextmanager
def library_faults() -> Iterator[None]:
    """Name errors of loading the libraries that read documents; all others pass unchanged.

    Raises:
        MachineError: There is no memory for them, or one of them cannot be loaded.
    """
    try:
        yield
    except ModuleNotFoundError:
        raise  # an extra that was not installed: the command line says which
    except (ImportError, OSError, MemoryError) as error:
        reason = str(error) or "no memory is left"
        raise MachineError(
            f"the libraries that read documents cannot be loaded ({reason}): "
            "free memory, or install nightloom anew"
        ) from error


def _torch_errors(name: str) -> tuple[type[BaseException], ...]:
    """Return a class of errors of torch's; nothing if torch was never loaded: nobody raised it."""
    torch = sys.modules.get("torch")
    return (getattr(torch, name),) if hasattr(torch, name) else ()


def first_line(error: BaseException) -> str:
    """Return the first line of what an error says, or its class if it says nothing."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)
