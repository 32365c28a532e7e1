"""The ledger: which version of which document is in the graph.

It is the Document nodes themselves, written in the transaction that writes the facts, so that
graph and ledger cannot disagree.
"""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from extractors.facts import Extraction
from graphdb.connection import Connection, Row, Transaction
from graphdb.queries import cypher

T = TypeVar("T")

_SHARED = ("extractor", "ontology", "format", "language")
"""What most documents of a source have in common, kept once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """What a document was when it was read, and by what."""

    sha256: str
    title: str
    extractor: str
    ontology: str
    raw_sha256: str = ""
    """Digest of the bytes that the text was made of; empty if nobody said."""

    format: str = ""
    """Name and version of what made the text of these bytes."""

    language: str = ""
    """Code of the language that the text looks to be in; empty if nobody can tell."""

    ingested_at: str = ""
    """When it came into the graph, in ISO 8601."""

    def was_read_as(self, extraction: Extraction) -> bool:
        """Say whether this extraction is what put the version into the graph."""
        return (self.sha256, self.title, self.extractor) == (
            extraction.document.sha256,
            extraction.document.title,
            extraction.extractor,
        )


def with_ledger(
    connection: Connection, source: str, unit: Callable[[Iterator[tuple[str, Version]]], T]
) -> T:
    """Return what a function makes of the ids and versions of a source's documents.

    They are given one by one, so a million of them take no room; the function is called again if
    the connection is lost.
    """

    def reading(tx: Transaction) -> T:
        rows = tx.stream(cypher("ledger/source"), source=source)
        return unit((row.pop("id"), _version(row)) for row in rows)

    return connection.write(reading, access="READ")


def ledger(connection: Connection, source: str) -> dict[str, Version]:
    """Return the version of each document of a source, by document id."""
    return with_ledger(connection, source, dict)


def languages(connection: Connection, source: str) -> dict[str, int]:
    """Return how many documents of a source look to be in each language; some in none."""
    rows = connection.read(cypher("ledger/languages"), source=source)
    return {row["language"]: row["n"] for row in rows}


def extractors(connection: Connection, source: str) -> dict[str, int]:
    """Return how many documents of a source each extractor has read, by its fingerprint."""
    rows = connection.read(cypher("ledger/extractors"), source=source)
    return {row["extractor"]: row["n"] for row in rows}


def ledgers(connection: Connection) -> dict[str, Version]:
    """Return the versions of all documents, whatever source they are of."""
    sources = [row["source"] for row in connection.read(cypher("ledger/sources"))]
    return {
        id_: version for source in sources for id_, version in ledger(connection, source).items()
    }


def _version(row: Row) -> Version:
    return Version(**row | {name: sys.intern(row[name]) for name in _SHARED})
