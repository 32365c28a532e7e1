"""What can go wrong on a night, named by its remedy.

FlowError
├── SourceError              try again      a folder or document could not be read
├── ServiceError             try again      a server of ours could not be started or reached
├── StoppedError             try again      somebody stopped the run; what was done stays
├── ModelError               stop           the model fails, whatever it reads
├── UnknownTypesError        stop           the model finds what the ontology does not know
├── IncompleteListingError   stop           too much has vanished; nothing was retracted
├── DamagedNotesError        stop           the notes of a killed rebuild cannot be read
├── RoleMissingError         stop           a command needs what is not installed
└── SettingsError            stop           says which setting, what was found, what is allowed
"""

from pathlib import Path
from typing import Any


class FlowError(Exception):
    """A run could not do what it was asked to."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with words and values, whatever the class is made from."""
        return _arrived, (type(self), self.args, vars(self))


def _arrived(kind: type[FlowError], args: tuple[Any, ...], values: dict[str, Any]) -> FlowError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(values)
    return error


class SourceError(FlowError):
    """A folder or document could not be read; mend it and try again."""


class ServiceError(FlowError):
    """A server that nightloom runs could not be started or reached; try again."""


class StoppedError(FlowError):
    """Somebody stopped the run; what was done stays, and the next run goes on from there."""

    def __init__(self, message: str, *, n_in: int, n_waiting: int) -> None:
        super().__init__(message)
        self.n_in = n_in
        self.n_waiting = n_waiting


class ModelError(FlowError):
    """The model fails, whatever it is given to read; no document is at fault."""


class UnknownTypesError(FlowError):
    """The model finds types that the ontology does not know; nothing of them would be kept."""

    def __init__(
        self, message: str, *, entities: tuple[str, ...], relations: tuple[str, ...]
    ) -> None:
        super().__init__(message)
        self.entities = entities
        self.relations = relations


class IncompleteListingError(FlowError):
    """More of a source has vanished than is believable; nothing was retracted."""

    def __init__(
        self, message: str, *, source: str, vanished: tuple[str, ...], n_known: int
    ) -> None:
        super().__init__(message)
        self.source = source
        self.vanished = vanished
        self.n_known = n_known


class DamagedNotesError(FlowError):
    """A file in which a run has noted something for the next ones cannot be understood."""

    def __init__(self, path: Path, why: str, meaning: str) -> None:
        super().__init__(f"{path} is damaged ({why}), and {meaning}")
        self.path = path
        self.why = why


class RoleMissingError(FlowError):
    """A command needs a role of nightloom that is not installed."""

    def __init__(self, message: str, roles: tuple[str, ...]) -> None:
        super().__init__(message)
        self.roles = roles


class SettingsError(FlowError):
    """A setting is unknown or holds a value that is not allowed."""

    def __init__(self, message: str, *, setting: str = "") -> None:
        super().__init__(message)
        self.setting = setting
