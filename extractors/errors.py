"""What can go wrong while reading documents, named by what to do about it.

ExtractionError
├── DocumentRejectedError     set aside   .document_id .reason
├── DeviceUnavailableError    try again
├── MachineError              stop
├── CheckpointError           stop
├── ReaderError               stop
├── CorpusError               stop        .path .where .reason
├── ConfigError               stop        .key
└── TrainingError             stop        .step
"""

from typing import Any


class ExtractionError(Exception):
    """Something went wrong between a document and its facts."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with words and values, whatever the class is made from."""
        return _arrived, (type(self), self.args, vars(self))


def _arrived(
    kind: type[ExtractionError], args: tuple[Any, ...], values: dict[str, Any]
) -> ExtractionError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(values)
    return error


class DocumentRejectedError(ExtractionError):
    """This one document cannot be read; others can."""

    def __init__(self, document_id: str, reason: str) -> None:
        super().__init__(f"{document_id}: {reason}")
        self.document_id = document_id
        self.reason = reason


class DeviceUnavailableError(ExtractionError):
    """The processor asked for is missing, broken, busy or out of memory."""


class MachineError(ExtractionError):
    """The machine has no memory left, or cannot load a library: no document is at fault."""


class CheckpointError(ExtractionError):
    """A checkpoint is missing, damaged or from another time."""


class ReaderError(ExtractionError):
    """A reader of somebody else's cannot be found or made, or breaks what a reader promises."""


class CorpusError(ExtractionError):
    """A file of labelled documents contradicts itself or its format."""

    def __init__(self, path: object, where: str, reason: str) -> None:
        super().__init__(f"{path}, {where}: {reason}" if where else f"{path}: {reason}")
        self.path = path
        self.where = where
        self.reason = reason


class ConfigError(ExtractionError):
    """A training configuration names something that does not exist."""

    def __init__(self, message: str, key: str = "") -> None:
        super().__init__(message)
        self.key = key


class TrainingError(ExtractionError):
    """Training cannot go on."""

    def __init__(self, message: str, step: int = 0) -> None:
        super().__init__(message)
        self.step = step
