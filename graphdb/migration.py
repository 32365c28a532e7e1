"""A graph of an older identity brought to this one: every document is written again under new keys.

Nothing is read again. What an extraction store still has is taken from there, because it is exactly
what was read; of other documents the graph itself knows all that they say. A document keeps its old
keys or has its new ones, never half of each, and the version changes last: a migration that is
killed goes on where it stopped.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from extractors.facts import Extraction
from graphdb import schema
from graphdb.connection import Connection, Transaction
from graphdb.errors import SchemaVersionError
from graphdb.identity import IDENTITY_VERSION
from graphdb.leases import Lease
from graphdb.ledger import ledgers
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rereading import reread
from graphdb.writing import Change, GroupConfig, upsert


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What a migration did."""

    found: int
    """The identity version that the graph had."""
    change: Change
    from_store: int
    """Documents that were written from an extraction store; the others from the graph itself."""


def migrate(
    connection: Connection,
    ontology: Ontology,
    config: GroupConfig,
    stored: Iterable[Extraction] = (),
    lease: Lease | None = None,
) -> Migration:
    """Write every document again under the keys of this version; do nothing if they have them.

    Args:
        connection: To the graph.
        ontology: The types that the graph may have.
        config: How much goes into one transaction.
        stored: Extractions that may be those of the graph's documents; others are passed over.
        lease: Checked inside every transaction.

    Raises:
        SchemaVersionError: The graph is of a newer version than this nightloom.
    """
    found = schema.identity_of(connection)
    if found is None or found == IDENTITY_VERSION:
        return Migration(found=found or IDENTITY_VERSION, change=Change(), from_store=0)
    if found > IDENTITY_VERSION:
        raise SchemaVersionError(f"identity {found}", f"identity {IDENTITY_VERSION} or older")
    schema.make_all(connection, ontology)
    versions = {
        id_: version
        for id_, version in ledgers(connection).items()
        # A fingerprint names the version of identity, too: the others were migrated before.
        if version.ontology != ontology.fingerprint
    }
    done: set[str] = set()

    def exact() -> Iterator[Extraction]:
        for extraction in stored:
            version = versions.get(extraction.document.id)
            if version and version.was_read_as(extraction):
                done.add(extraction.document.id)
                yield extraction

    change = upsert(connection, exact(), ontology, config, lease)
    n_stored = len(done)
    rest = sorted(versions.keys() - done)
    change += upsert(connection, reread(connection, ontology, rest, found), ontology, config, lease)
    connection.write(_write_version)
    return Migration(found=found, change=change, from_store=n_stored)


def _write_version(tx: Transaction) -> None:
    tx.run(cypher("migrate/version"), schema=schema.SCHEMA_VERSION, identity=IDENTITY_VERSION)
