"""Constraints and indexes: made once, checked on every start.

One statement per file in `cypher/schema/`, each safe to repeat.
"""

from dataclasses import dataclass

from graphdb.connection import Connection, Transaction
from graphdb.errors import SchemaVersionError
from graphdb.identity import IDENTITY_VERSION
from graphdb.queries import cypher, names

SCHEMA_VERSION = 1
"""Changes whenever the contract of nodes and relationships does."""


@dataclass(frozen=True, slots=True)
class _Version:
    schema: int
    identity: int

    def __str__(self) -> str:
        return f"{self.schema} (identity {self.identity})"


def prepare(connection: Connection) -> None:
    """Make constraints and indexes that are missing, and put the schema's version on the graph.

    Several processes may do this at once: each statement is its own transaction and repeated
    when it meets another one's.

    Raises:
        SchemaVersionError: The graph was made under another version.
    """
    check_version(connection)
    wanted = names("schema")
    found = {row["name"] for row in connection.read(cypher("schema_names"))}
    for name in wanted:
        if name.removeprefix("schema/") not in found:
            _run(connection, name)
    connection.write(_write_version)
    connection.read(cypher("schema_await"))


def check_version(connection: Connection) -> None:
    """Check that the graph, if it has a version, has ours.

    Raises:
        SchemaVersionError: It has another.
    """
    wanted = _Version(SCHEMA_VERSION, IDENTITY_VERSION)
    for row in connection.read(cypher("schema_version_read")):
        found = _Version(row["schema"], row["identity"])
        if found != wanted:
            raise SchemaVersionError(str(found), str(wanted))


def _run(connection: Connection, name: str) -> None:
    def unit(tx: Transaction) -> None:
        tx.run(cypher(name))

    connection.write(unit)


def _write_version(tx: Transaction) -> None:
    tx.run(cypher("schema_version_write"), schema=SCHEMA_VERSION, identity=IDENTITY_VERSION)
