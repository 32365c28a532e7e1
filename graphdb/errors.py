"""What can go wrong between us and the graph; the comment names the remedy.

GraphError
├── FactsRejectedError       set aside   .document_id .reasons
├── GraphUnavailableError    try again   .uri
├── GraphBusyError           try again   .uri .blocking (the id of a transaction, or None)
├── ServerFaultError         stop        .uri .code
├── EmbeddedServerError      try again   .folder (of the server that nightloom runs itself)
├── AccessDeniedError        stop        .uri .user
├── StatementRefusedError    set aside   .code (of one document) or stop (of anything else)
├── LeaseHeldError           step aside  .holder .since .expires
├── LeaseLostError           stop        .holder
│   └── GraphEmptiedError    stop        .holder (nobody: the lease was deleted)
├── SchemaVersionError       stop        .found .wanted
├── HalfRestoredError        stop        (restore again, or clear)
├── BackupError              stop
├── SchemaConflictError      stop        .name (of a constraint or index)
├── DecisionError            stop
├── OntologyError            stop        .path .table
├── UnsafeIdentifierError    stop        .identifier (also a ValueError)
└── RuleError                stop        .rule .line .why
"""

from datetime import datetime
from pathlib import Path
from typing import Any

TOO_LARGE = "Neo.TransientError.General.MemoryPoolOutOfMemoryError"
"""The server's code for a transaction that needs more memory than it grants."""

ABOUT_VALUES = frozenset(
    (
        *("client", TOO_LARGE),
        "Neo.ClientError.Statement.ArgumentError",
        "Neo.ClientError.Statement.ArithmeticError",
        "Neo.ClientError.Statement.TypeError",
        "Neo.ClientError.Schema.ConstraintValidationFailed",
    )
)
"""Codes of refusals that depend on what is in a statement's parameters, and so on a document."""

REMEDIES = (
    (
        ("No space left", "File too large", "Could not append", "disk"),
        "make room on the server's disk and restart it",
    ),
    (("critical error", "panic"), "read the server's log, mend what it names, and restart it"),
    (("read-only", "ReadOnly", "read only"), "make the database writable"),
    (("OutOfMemory", "StackOverflow"), "give the server more memory and restart it"),
    (("DatabaseNotFound",), "set NIGHTLOOM_GRAPH__DATABASE to a database that the server has"),
)
"""What to do about a fault of the server's, by words of its code and message."""


class GraphError(Exception):
    """Something between us and the graph went wrong."""

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel between processes with words and values, whatever the class is made from."""
        return _arrived, (type(self), self.args, vars(self))


def _arrived(kind: type[GraphError], args: tuple[Any, ...], values: dict[str, Any]) -> GraphError:
    error = kind.__new__(kind)
    error.args = args
    vars(error).update(values)
    return error


class FactsRejectedError(GraphError):
    """The graph cannot take what was said about one document; the others are not affected."""

    def __init__(self, document_id: str, reasons: tuple[str, ...]) -> None:
        super().__init__(f"{document_id!r} is set aside: {'; '.join(reasons)}")
        self.document_id = document_id
        self.reasons = reasons


class GraphUnavailableError(GraphError):
    """The server does not answer, or stopped answering; whatever was half done is undone."""

    def __init__(self, message: str, uri: str) -> None:
        super().__init__(message)
        self.uri = uri


class GraphBusyError(GraphError):
    """Transactions of others stood in the way of ours for too long; ours was rolled back."""

    def __init__(self, message: str, uri: str, blocking: str | None = None) -> None:
        super().__init__(message)
        self.uri = uri
        self.blocking = blocking


class ServerFaultError(GraphError):
    """The server has a fault that no document is to blame for, and cannot go on."""

    def __init__(self, uri: str, code: str, message: str) -> None:
        remedy = next(
            (
                remedy
                for words, remedy in REMEDIES
                if any(word in f"{code} {message}" for word in words)
            ),
            "read the server's log and restart it",
        )
        super().__init__(
            f"the graph server at {uri} cannot go on ({message}; {code}): {remedy}, then run again;"
            " no document is at fault, and nothing is half written"
        )
        self.uri = uri
        self.code = code


class EmbeddedServerError(GraphError):
    """The server that nightloom runs itself could not be fetched, started or stopped."""

    def __init__(self, message: str, folder: Path) -> None:
        super().__init__(message)
        self.folder = folder


class AccessDeniedError(GraphError):
    """The server answers and does not let us in."""

    def __init__(self, message: str, uri: str, user: str) -> None:
        super().__init__(message)
        self.uri = uri
        self.user = user


class StatementRefusedError(GraphError):
    """The server, or the driver on its behalf, refused a statement for what is in it."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code

    @property
    def is_about_values(self) -> bool:
        """Whether other values in the same statement might have been taken."""
        return self.code in ABOUT_VALUES


class LeaseHeldError(GraphError):
    """Another run is writing to this graph."""

    def __init__(self, holder: str, since: datetime, expires: datetime) -> None:
        super().__init__(
            f"{holder} has been writing to this graph since {since:%Y-%m-%d %H:%M:%S %Z};"
            f" wait until it is done (if it is dead, its lease runs out at {expires:%H:%M:%S %Z})"
        )
        self.holder = holder
        self.since = since
        self.expires = expires


class LeaseLostError(GraphError):
    """Another run has taken the graph over; this one can write no more."""

    def __init__(self, holder: str) -> None:
        super().__init__(
            f"the lease on this graph has passed to {holder}; this run wrote nothing more"
        )
        self.holder = holder


class GraphEmptiedError(LeaseLostError):
    """The lease of this run was deleted, as it is when a database is emptied."""

    def __init__(self) -> None:
        super().__init__("nobody")
        self.args = (
            "the graph was emptied while this run was writing to it, because the run's lease is no"
            " longer there; nothing more was written: run again to fill the graph",
        )


class SchemaVersionError(GraphError):
    """The graph was made by another version of nightloom and cannot be read as it is."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(
            f"this graph has schema {found} and this nightloom needs {wanted}: `nightloom migrate`"
            " brings an older one here without reading anything again; one that it cannot bring"
            " goes with `nightloom clear`, which leaves everything else in the database alone, and"
            " is filled again by `nightloom ingest FOLDER`"
        )
        self.found = found
        self.wanted = wanted


class HalfRestoredError(GraphError):
    """A restore into this graph was broken off: it knows documents without all their facts."""

    def __init__(self) -> None:
        super().__init__(
            "a restore into this graph was broken off, so it is not whole: run `nightloom restore"
            " FILE` again, or `nightloom clear` and then `nightloom ingest FOLDER`"
        )


class BackupError(GraphError):
    """A backup cannot be made of this graph, or not be restored into it."""


class SchemaConflictError(GraphError):
    """A constraint, an index or nodes of somebody else's are where nightloom needs its own."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


class DecisionError(GraphError):
    """A decision about who is who contradicts another, or cannot be one."""


class OntologyError(GraphError):
    """The ontology file cannot be read or contradicts itself."""

    def __init__(self, path: Path | str, table: str, why: str) -> None:
        where = f", [{table}]" if table else ""
        super().__init__(f"{path}{where}: {why}")
        self.path = path
        self.table = table


class UnsafeIdentifierError(GraphError, ValueError):
    """A label or relationship type is not one that may stand in a query."""

    def __init__(self, identifier: str, where: str = "") -> None:
        super().__init__(
            f"{where and where + ': '}{identifier[:80]!r} cannot be a label or relationship type;"
            " take an ASCII capital, then ASCII letters, digits and underscores"
        )
        self.identifier = identifier


class RuleError(GraphError):
    """A rule file cannot be taken as a rule."""

    def __init__(self, rule: str, line: int, why: str) -> None:
        super().__init__(f"{rule}, line {line}: {why}")
        self.rule = rule
        self.line = line
        self.why = why
