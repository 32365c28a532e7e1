"""What can go wrong between us and the graph; the comment names the remedy.

GraphError
├── FactsRejectedError       set aside   .document_id .reasons
├── GraphUnavailableError    try again   .uri
├── EmbeddedServerError      try again   .folder (of the server that nightloom runs itself)
├── AccessDeniedError        stop        .uri .user
├── StatementRefusedError    set aside   .code (of one document) or stop (of anything else)
├── LeaseHeldError           step aside  .holder .since .expires
├── LeaseLostError           stop        .holder
├── SchemaVersionError       stop        .found .wanted
├── SchemaConflictError      stop        .name (of a constraint or index)
├── OntologyError            stop        .path .table
├── UnsafeIdentifierError    stop        .identifier (also a ValueError)
└── RuleError                stop        .rule .line .why
"""

from datetime import datetime
from pathlib import Path


class GraphError(Exception):
    """Something between us and the graph went wrong."""


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


class SchemaVersionError(GraphError):
    """The graph was made by another version of nightloom and cannot be read as it is."""

    def __init__(self, found: str, wanted: str) -> None:
        super().__init__(
            f"this graph has schema {found} and this nightloom needs {wanted}: remove it with"
            " `nightloom clear`, which leaves everything else in the database alone, and fill it"
            " again (`nightloom ingest FOLDER`, which reads nothing again that the extraction"
            " store has)"
        )
        self.found = found
        self.wanted = wanted


class SchemaConflictError(GraphError):
    """A constraint, an index or nodes of somebody else's are where nightloom needs its own."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


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
