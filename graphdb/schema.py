"""Constraints and indexes: made once, checked on every start.

One statement per file in `cypher/schema/`, each safe to repeat. What counts as there is what a
constraint or an index *is*: its label, its property and its type. A name proves nothing, because
the database may be somebody else's, too, and `IF NOT EXISTS` is content with a name.
"""

import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString, Self

from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import (
    HalfRestoredError,
    SchemaConflictError,
    SchemaVersionError,
    StatementRefusedError,
)
from graphdb.identity import IDENTITY_VERSION
from graphdb.ontology import Ontology
from graphdb.queries import cypher, names

SCHEMA_VERSION = 1
"""Changes whenever the contract of nodes and relationships does."""

PAUSES_S = (0.1, 0.3, 1.0)
"""How long to wait before looking again at a filled index that may get its constraint yet."""

POLL_S = 0.5
"""How often to look at an index that is being filled, which takes minutes in a large graph."""

PROPERTIES = {
    "Document": (
        *("id", "title", "source", "sha256", "extractor", "ontology", "digest"),
        *("raw_sha256", "format", "language", "author", "date", "ingested_at", "embedded"),
    ),
    "Chunk": (
        *("key", "index", "start", "end", "text", "page", "box"),
        *("embedding_en", "embedding_zh"),
    ),
    "Entity": (
        *("key", "name", "aliases", "type", "edtf", "earliest", "latest"),
        *("value", "unit", "comparison", "lowest", "highest"),
    ),
    "Derivation": (
        *("fact", "rule", "premises", "confidence", "best"),
        *("first", "second", "third", "fourth"),
    ),
    "HAS_CHUNK": (),
    "MENTIONS": ("start", "end", "text", "confidence", "inferred", "read_as", "catalogue"),
    "STATES": (
        *("fact", "type", "object", "start", "end", "confidence", "page", "sheet", "row"),
        *("subject_read_as", "object_read_as"),
    ),
    "WITHHELD": (
        *("fact", "type", "object", "start", "end", "confidence", "page", "sheet", "row"),
        *("subject_read_as", "object_read_as"),
    ),
    "fact": ("key", "confidence", "witnesses", "derived", "rule", "indirect"),
}
"""The properties that nightloom writes, by label or relationship type; `fact` is any fact's."""

COMPUTED = frozenset({"embedded", "embedding_en", "embedding_zh"})
"""Those of them that are computed of others whenever they are missing: what a graph says does not
depend on them, and no backup holds them."""

MARKED_AT_ONCE = 10_000
"""Documents of one transaction."""

_STATEMENT = re.compile(
    r"^CREATE (?P<kind>CONSTRAINT|INDEX|FULLTEXT INDEX|VECTOR INDEX) (?P<name>\w+) IF NOT EXISTS\s+"
    r"FOR (?:\(\w+:(?P<label>\w+)\)|\(\)-\[\w+:(?P<type>\w+)\]-\(\)) "
    r"(?:REQUIRE|ON|ON EACH) [(\[]?(?P<properties>\w+\.\w+(?:, \w+\.\w+)*)",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A constraint or index that nightloom needs, as the statement that makes it says."""

    statement: LiteralString
    kind: str
    """CONSTRAINT (of uniqueness), INDEX (a range index), FULLTEXT INDEX or VECTOR INDEX."""
    name: str
    on: str
    """A label or a relationship type."""
    properties: tuple[str, ...]

    @classmethod
    def of(cls, statement: LiteralString) -> Self:
        match = _STATEMENT.search(statement)
        assert match, statement
        on = match["label"] or match["type"]
        properties = (each.partition(".")[2] for each in match["properties"].split(", "))
        return cls(statement, match["kind"], match["name"], on, tuple(properties))

    def __str__(self) -> str:
        kinds = {"CONSTRAINT": "a uniqueness constraint", "INDEX": "an index"}
        kinds |= {"FULLTEXT INDEX": "a full-text index", "VECTOR INDEX": "a vector index"}
        what = kinds[self.kind]
        return f"{what} on {' and '.join(self.properties)} of {self.on}"

    def is_met_by(self, row: Row) -> bool:
        """Say whether a constraint or index on this very property does what is wanted."""
        if self.kind in ("FULLTEXT INDEX", "VECTOR INDEX"):
            # Somebody else's would serve, but a look-up asks for ours by its name.
            type_ = self.kind.removesuffix(" INDEX")
            return bool(row["type"] == type_ and row["name"] == self.name)
        return _is_unique(row) if self.kind == "CONSTRAINT" else _is_range(row)

    def is_about(self, row: Row) -> bool:
        """Say whether a constraint or index is on this very property."""
        return (row["on"], row["properties"]) == ([self.on], list(self.properties))


@dataclass(frozen=True, slots=True)
class _Existing:
    """What constraints and indexes the database has, whoever made them."""

    constraints: list[Row]
    indexes: list[Row]

    @classmethod
    def read(cls, connection: Connection) -> Self:
        constraints = connection.read(cypher("schema_constraints"))
        return cls(constraints, connection.read(cypher("schema_indexes")))

    def index_for(self, wanted: _Wanted) -> str | None:
        """Return the name of the index that serves; none if there is none that does."""
        rows = self.constraints if wanted.kind == "CONSTRAINT" else self.indexes
        serving = (row["name"] for row in rows if wanted.is_about(row) and wanted.is_met_by(row))
        return next(serving, None)  # the index of a constraint has the constraint's name

    def is_being_filled(self, wanted: _Wanted) -> bool:
        """Say whether the index of a constraint like this, under its name, is being filled."""
        return any(
            row["name"] == wanted.name and wanted.is_about(row) and row["state"] == "POPULATING"
            for row in self.indexes
        )

    def check_free(self, wanted: _Wanted) -> None:
        """Check that nothing of somebody else's stands where ours is to be made."""
        for kind, rows in (("CONSTRAINT", self.constraints), ("INDEX", self.indexes)):
            for row in rows:
                if row["name"] == wanted.name:
                    raise SchemaConflictError(
                        f"{_named(kind, row)} has the name of {wanted} that nightloom needs, and"
                        f" is not it: remove it (DROP {kind} `{wanted.name}`) and make it again"
                        " under another name",
                        row["name"],
                    )
        for row in self.indexes:
            if wanted.kind == "CONSTRAINT" and wanted.is_about(row) and _is_range(row):
                raise SchemaConflictError(
                    f"{_named('INDEX', row)} stands in the way of {wanted} that nightloom needs,"
                    f" and that serves the same queries: remove it (DROP INDEX `{row['name']}`)",
                    row["name"],
                )


@dataclass(frozen=True, slots=True)
class _Version:
    schema: int
    identity: int

    def __str__(self) -> str:
        return f"{self.schema} (identity {self.identity})"


def prepare(connection: Connection, ontology: Ontology) -> None:
    """Make constraints and indexes that are missing, and put the schema's version on the graph.

    Several processes may do this at once: each statement is its own transaction and repeated
    when it meets another one's.

    Raises:
        SchemaVersionError: The graph was made under another version.
        SchemaConflictError: A constraint or index of somebody else's is in the way.
    """
    check_version(connection)
    make_all(connection, ontology)
    connection.write(_write_version)
    _mark_old_documents(connection)


def make_all(connection: Connection, ontology: Ontology) -> None:
    """Make all constraints and indexes that are missing.

    Raises:
        SchemaConflictError: A constraint or index of somebody else's is in the way.
    """
    _check_others(connection, ontology)
    make_missing(connection, [cypher(name) for name in names("schema")])


def identity_of(connection: Connection) -> int | None:
    """Return the version of identity that the graph was made under; None if it is new."""
    versions = connection.read(cypher("schema_version_read"))
    return versions[0]["identity"] if versions else None


def check_version(connection: Connection) -> None:
    """Check that the graph, if it has a version, has ours.

    Raises:
        SchemaVersionError: It has another.
        HalfRestoredError: A restore into it was broken off.
    """
    wanted = _Version(SCHEMA_VERSION, IDENTITY_VERSION)
    for row in connection.read(cypher("schema_version_read")):
        if row["restoring"]:
            raise HalfRestoredError
        version = _Version(row["schema"], row["identity"])
        if version != wanted:
            raise SchemaVersionError(str(version), str(wanted))


def make_missing(connection: Connection, statements: Sequence[LiteralString]) -> None:
    """Run those of the statements whose constraint or index is missing, and wait until all work.

    Raises:
        SchemaConflictError: A constraint, an index or nodes of somebody else's are in the way.
    """
    all_wanted = [_Wanted.of(statement) for statement in statements]
    existing = _Existing.read(connection)
    missing = [wanted for wanted in all_wanted if not existing.index_for(wanted)]
    for wanted in missing:
        _await_free(connection, wanted, existing)
        _make(connection, wanted)
    if not missing:
        return
    existing = _Existing.read(connection)
    indexes = [existing.index_for(wanted) for wanted in all_wanted]
    for wanted, index in zip(all_wanted, indexes, strict=True):
        if index is None:  # somebody took the name between our look and our statement
            existing.check_free(wanted)
    # Only for ours: an index of somebody else's may have failed, or take hours.
    connection.read(cypher("schema_await"), names=indexes)


def _await_free(connection: Connection, wanted: _Wanted, existing: _Existing) -> None:
    """Check that nothing stands in the way, unless it is ours in the making.

    Another process may be making the same constraint: its index is there before it, for as long as
    it takes to fill the index.

    Raises:
        SchemaConflictError: Something of somebody else's stands there.
    """
    pauses = iter(PAUSES_S)
    while not existing.index_for(wanted):
        try:
            existing.check_free(wanted)
        except SchemaConflictError:
            pause_s = POLL_S if existing.is_being_filled(wanted) else next(pauses, None)
            if pause_s is None:
                raise
            time.sleep(pause_s)
            existing = _Existing.read(connection)
        else:
            return


def _make(connection: Connection, wanted: _Wanted) -> None:
    def unit(tx: Transaction) -> None:
        tx.run(wanted.statement)

    try:
        connection.write(unit)
    except StatementRefusedError as error:
        why = " ".join(str(error).split())
        raise SchemaConflictError(
            f"the database does not take {wanted} that nightloom needs ({why}): give nodes that"
            f" are not nightloom's another label, or another value of {wanted.properties[0]}",
            wanted.name,
        ) from error


def _check_others(connection: Connection, ontology: Ontology) -> None:
    """Check that no constraint of somebody else's forbids what nightloom writes."""
    ours = [_Wanted.of(cypher(name)) for name in names("schema")]
    for row in connection.read(cypher("schema_constraints")):
        written = _properties_of(row["on"][0], ontology)
        is_ours = _is_unique(row) and any(wanted.is_about(row) for wanted in ours)
        if written is None or is_ours or not _forbids(row, written):
            continue
        raise SchemaConflictError(
            f"{_named('CONSTRAINT', row)} would refuse what nightloom writes, which has the same"
            f" label or type: remove it (DROP CONSTRAINT `{row['name']}`), or give nightloom a"
            " server of its own",
            row["name"],
        )


def _properties_of(name: str, ontology: Ontology) -> Iterable[str] | None:
    """Return what nightloom writes under a label or relationship type; None if it never does."""
    if name in ontology.entity_types:
        return PROPERTIES["Entity"]
    if name in ontology.relation_types:
        return PROPERTIES["fact"]
    return PROPERTIES.get(name)


def _forbids(row: Row, written: Iterable[str]) -> bool:
    """Say whether a constraint can refuse a node or relationship that has these properties."""
    has_all = set(row["properties"]) <= set(written)
    if "KEY" in row["type"]:
        return True
    return has_all if "UNIQUENESS" in row["type"] else "EXISTENCE" in row["type"] and not has_all


def _is_unique(row: Row) -> bool:
    return "UNIQUENESS" in row["type"] or row["type"] == "NODE_KEY"


def _is_range(row: Row) -> bool:
    return bool(row["type"] == "RANGE")


def _named(kind: str, row: Row) -> str:
    on = f"{', '.join(row['on'] or ())} ({', '.join(row['properties'] or ())})"
    return f"the {kind.lower()} {row['name']!r} on {on}"


def _mark_old_documents(connection: Connection) -> None:
    """Have the documents wait for vectors that came without a word of it; looks at all, once."""
    if connection.read(cypher("schema_version_read"))[0]["embeddings"]:
        return
    last = ""
    while True:

        def unit(tx: Transaction, after: str = last) -> Row:
            return tx.run(cypher("embed/mark"), after=after, limit=MARKED_AT_ONCE)[0]

        row = connection.write(unit)
        if row["n"] < MARKED_AT_ONCE:
            break
        last = row["last"]

    def noted(tx: Transaction) -> None:
        tx.run(cypher("embed/marked"))

    connection.write(noted)


def _write_version(tx: Transaction) -> None:
    tx.run(cypher("schema_version_write"), schema=SCHEMA_VERSION, identity=IDENTITY_VERSION)
