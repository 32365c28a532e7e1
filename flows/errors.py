"""What can go wrong on a night, named by its remedy.

FlowError
├── SourceError              try again      a folder or document could not be read
├── ServiceError             try again      a server of ours could not be started or reached
├── IncompleteListingError   stop           too much has vanished; nothing was retracted
├── DamagedNotesError        stop           the notes of a killed rebuild cannot be read
├── RoleMissingError         stop           a command needs what is not installed
└── SettingsError            stop           says which setting, what was found, what is allowed
"""

from pathlib import Path


class FlowError(Exception):
    """A run could not do what it was asked to."""


class SourceError(FlowError):
    """A folder or document could not be read; mend it and try again."""


class ServiceError(FlowError):
    """A server that nightloom runs could not be started or reached; try again."""


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
    """The file that says what a killed rebuild still owes the graph cannot be understood."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(
            f"{path} is damaged ({why}), and a rebuild that was killed noted there which documents "
            "are missing in the graph: run `nightloom ingest FOLDER` for each folder, which brings "
            "them back from the extraction store, then delete this file"
        )
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
