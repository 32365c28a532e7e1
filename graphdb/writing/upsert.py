"""Groups of documents into the graph, each group in one transaction.

A group that the graph refuses for what is in it is halved until the document at fault stands
alone; that one is set aside with its reason and all the others are written.
"""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extractors.facts import Extraction
from graphdb.connection import Connection, Transaction
from graphdb.errors import FactsRejectedError, StatementRefusedError
from graphdb.leases import Lease
from graphdb.ontology import Ontology
from graphdb.writing.rows import DocumentRows, document_rows
from graphdb.writing.swap import Change, retract_documents, upsert_documents

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """How much goes into one transaction."""

    documents: int = 100
    """At most so many documents; 1 makes a night 20 times as long."""
    rows: int = 20_000
    """At most so many rows, unless one document alone has more."""


def upsert(
    connection: Connection,
    extractions: Iterable[Extraction],
    ontology: Ontology,
    config: GroupConfig,
    lease: Lease | None = None,
) -> Change:
    """Make the graph say what these documents now say, reading `extractions` group by group."""
    change = Change()
    for group, refused in _groups(extractions, ontology, config):
        change += Change(set_aside=tuple(refused))
        if group:
            change += _upsert_group(connection, group, ontology, lease)
    return change


def retract(
    connection: Connection,
    document_ids: Iterable[str],
    ontology: Ontology,
    config: GroupConfig,
    lease: Lease | None = None,
) -> Change:
    """Withdraw documents, and with them every fact and entity that nothing else supports."""
    change, ids = Change(), list(document_ids)
    for start in range(0, len(ids), config.documents):
        group = ids[start : start + config.documents]

        def unit(tx: Transaction, group: Sequence[str] = group) -> Change:
            return retract_documents(tx, group, ontology, lease)

        change += connection.write(unit, "retract")
    return change


def _upsert_group(
    connection: Connection, group: Sequence[DocumentRows], ontology: Ontology, lease: Lease | None
) -> Change:
    def unit(tx: Transaction) -> Change:
        return upsert_documents(tx, group, ontology, lease)

    try:
        return connection.write(unit, "upsert")
    except StatementRefusedError as error:
        if len(group) == 1:
            logger.warning("document %r is set aside: %s", group[0].id, error)
            return Change(set_aside=(FactsRejectedError(group[0].id, (str(error),)),))
    half = len(group) // 2
    return _upsert_group(connection, group[:half], ontology, lease) + _upsert_group(
        connection, group[half:], ontology, lease
    )


def _groups(
    extractions: Iterable[Extraction], ontology: Ontology, config: GroupConfig
) -> Iterator[tuple[list[DocumentRows], list[FactsRejectedError]]]:
    """Yield groups ready to be written, each with the documents set aside on the way.

    A document that comes twice begins a new group: the later version wins.
    """
    group: dict[str, DocumentRows] = {}
    refused: list[FactsRejectedError] = []
    size = 0
    for extraction in extractions:
        try:
            document = document_rows(extraction, ontology)
        except FactsRejectedError as error:
            refused.append(error)
            continue
        full = len(group) >= config.documents or size + document.size > config.rows
        if group and (full or document.id in group):
            yield list(group.values()), refused
            group, refused, size = {}, [], 0
        group[document.id] = document
        size += document.size
    yield list(group.values()), refused
