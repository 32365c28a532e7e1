"""Groups of documents into the graph, each group in one transaction.

While the server writes one group, the rows of the next are made:

    extractions ─► rows of group n+1         (this thread)
                   group n ─► transaction    (`graphdb.writing.pipeline`)

A group that the graph refuses for what is in it is halved until the document at fault stands
alone; that one is set aside with its reason and all the others are written.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from extractors.facts import Extraction
from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import TOO_LARGE, FactsRejectedError, StatementRefusedError
from graphdb.identity import Clusters, Decision, Denials, Verdict
from graphdb.leases import Lease
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.tables import RowElsewhere
from graphdb.writing.change import Change
from graphdb.writing.coming import Coming, Naming
from graphdb.writing.pipeline import Pipeline
from graphdb.writing.rows import DocumentRows, document_rows
from graphdb.writing.swap import retract_documents, upsert_documents

logger = logging.getLogger(__name__)

KEYS_AT_ONCE = 10_000
"""Keys of rows that one statement looks for."""


@dataclass(frozen=True, slots=True)
class GroupConfig:
    """How much goes into one transaction."""

    documents: int = 100
    """At most so many documents; 1 makes a night 20 times as long."""
    rows: int = 20_000
    """At most so many rows, unless one document alone has more."""

    def __post_init__(self) -> None:
        for name in ("documents", "rows"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; a transaction takes 1 or more")


def upsert(
    connection: Connection,
    extractions: Iterable[Extraction],
    ontology: Ontology,
    config: GroupConfig,
    lease: Lease | None = None,
    *,
    is_evidence_new: bool = True,
    are_keys_followed: bool = False,
    decision: str = "",
) -> Change:
    """Make the graph say what these documents now say, reading `extractions` group by group.

    Args:
        connection: To the graph.
        extractions: What the documents say.
        ontology: The types that the graph may have.
        config: How much goes into one transaction.
        lease: Checked inside every transaction.
        is_evidence_new: Whether they may say something else; otherwise only decisions about names
            are others.
        are_keys_followed: Whether only rows of other documents are others, which they name by key.
        decision: Why they are written, if something was decided: recorded with what changes.
    """
    # Once for all groups: nobody decides meanwhile, because decisions take the same lease.
    change, clusters = Change(), read_clusters(connection, ontology)
    denials, naming = read_denials(connection, ontology, clusters), Naming(ontology, clusters)
    unit = partial(
        upsert_documents,
        lease=lease,
        is_evidence_new=is_evidence_new,
        are_keys_followed=are_keys_followed,
        decision=decision,
    )

    def rows_of(extraction: Extraction) -> DocumentRows:
        elsewhere = partial(rows_elsewhere, connection)
        return document_rows(extraction, ontology, clusters, denials, elsewhere)

    changes: list[Future[Change]] = []
    ids_before: frozenset[str] = frozenset()
    # A caller's iterator is read here, in the thread of the caller: it may belong to it, as a
    # cursor does.
    with Pipeline[Change]("upsert") as pipeline:
        for group, refused in _groups(extractions, config, rows_of):
            change += Change(set_aside=tuple(refused))
            if not group:
                continue
            ids = frozenset(document.id for document in group)
            coming = Coming.of(group, naming)
            if not ids.isdisjoint(ids_before):
                pipeline.settle()  # two versions of one document come in their order
            write = partial(_upsert_group, connection, coming, config, unit)
            changes.append(pipeline.begin(write))
            ids_before = ids
        pipeline.settle()
    return sum((each.result() for each in changes), change)


def rows_elsewhere(connection: Connection, keys: Collection[str]) -> dict[str, list[RowElsewhere]]:
    """Return the rows of all documents that have each of some keys."""
    rows: dict[str, list[RowElsewhere]] = {}
    wanted = sorted(keys)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        found = connection.read(cypher("keys/rows"), keys=wanted[start : start + KEYS_AT_ONCE])
        for row in found:
            rows.setdefault(row.pop("key"), []).append(RowElsewhere(**row))
    return rows


def read_decisions(connection: Connection) -> list[Decision]:
    """Return what was decided about who is who, in order of time."""
    return [decision_of(row) for row in connection.read(cypher("decisions/all"))]


def decision_of(row: Row) -> Decision:
    """Return the decision that a row has the properties of."""
    return Decision(**row | {"documents": tuple(row["documents"])})


def read_clusters(connection: Connection, ontology: Ontology) -> Clusters:
    """Return which keys mean one thing by decisions."""
    return Clusters.of(read_decisions(connection), ontology.entity_types)


def read_verdicts(connection: Connection) -> list[Verdict]:
    """Return what people said of facts, in order of time."""
    return [Verdict(**row) for row in connection.read(cypher("verdicts/all"))]


def read_denials(
    connection: Connection, ontology: Ontology, clusters: Clusters | None = None
) -> Denials:
    """Return which facts people called wrong, by what decisions make of their ends."""
    verdicts = read_verdicts(connection)
    # Most graphs have no verdict, and then nothing else needs to be read.
    if clusters is None and verdicts:
        clusters = read_clusters(connection, ontology)
    return Denials.of(verdicts, clusters or Clusters(), ontology.entity_types)


def retract(
    connection: Connection,
    document_ids: Iterable[str],
    ontology: Ontology,
    config: GroupConfig,
    lease: Lease | None = None,
) -> Change:
    """Withdraw documents, and with them every fact and entity that nothing else supports."""
    # Groups bound the memory of the server, and how long a reader waits for a lock.
    change, ids, clusters = Change(), list(document_ids), read_clusters(connection, ontology)
    for start in range(0, len(ids), config.documents):
        change += _retract_group(
            connection, ids[start : start + config.documents], ontology, config, clusters, lease
        )
    return change


def _retract_group(
    connection: Connection,
    ids: Sequence[str],
    ontology: Ontology,
    config: GroupConfig,
    clusters: Clusters,
    lease: Lease | None,
) -> Change:
    def unit(tx: Transaction) -> Change:
        return retract_documents(tx, ids, Naming(ontology, clusters), lease)

    try:
        return connection.write(unit, "retract")
    except StatementRefusedError as error:
        if len(ids) == 1:
            raise StatementRefusedError(
                f"document {ids[0]!r} cannot be withdrawn: {error}", error.code
            ) from error
    # One of them is at fault: halving finds it in a logarithm of transactions.
    half = len(ids) // 2
    return _retract_group(
        connection, ids[:half], ontology, config, clusters, lease
    ) + _retract_group(connection, ids[half:], ontology, config, clusters, lease)


def _upsert_group(
    connection: Connection,
    group: Coming,
    config: GroupConfig,
    unit: Callable[[Transaction, Coming], Change],
    written: Callable[[], None],
) -> Change:
    documents = group.documents

    def whole(tx: Transaction) -> Change:
        change = unit(tx, group)
        written()
        return change

    try:
        return connection.write(whole, "upsert")
    except StatementRefusedError as error:
        if not error.is_about_values:
            raise  # halving would only meet the same fault of the server again and again
        if len(documents) == 1:
            return Change(set_aside=(_blamed(documents[0], config, error),))
    half = len(documents) // 2
    halves = (Coming.of(each, group.naming) for each in (documents[:half], documents[half:]))
    return sum(
        (_upsert_group(connection, each, config, unit, written) for each in halves), Change()
    )


def _blamed(
    document: DocumentRows, config: GroupConfig, error: StatementRefusedError
) -> FactsRejectedError:
    """Return why a document is set aside that the server refuses alone.

    Raises:
        StatementRefusedError: The server has no memory for a document of ordinary size.
    """
    # A document of ordinary size is not to blame for the server's memory: all later ones would be
    # set aside as well, and the night would look as if it had gone well.
    if error.code == TOO_LARGE and document.size <= config.rows:
        raise StatementRefusedError(
            f"the server has too little memory for a transaction of {document.size} rows ({error}):"
            " give it more (NIGHTLOOM_GRAPH__HEAP_MB) or wait until others use less",
            error.code,
        ) from error
    logger.warning(
        "document %r is set aside: %s", document.id, error, extra={"document": document.id}
    )
    return FactsRejectedError(document.id, (str(error),))


def _groups(
    extractions: Iterable[Extraction],
    config: GroupConfig,
    rows_of: Callable[[Extraction], DocumentRows],
) -> Iterator[tuple[list[DocumentRows], list[FactsRejectedError]]]:
    """Yield groups ready to be written, each with the documents set aside on the way.

    A document that comes twice begins a new group: the later version wins.
    """
    group: dict[str, DocumentRows] = {}
    refused: list[FactsRejectedError] = []
    size = 0
    for extraction in extractions:
        try:
            document = rows_of(extraction)
        except FactsRejectedError as error:
            refused.append(error)
            continue
        full = len(group) >= config.documents or size + document.size > config.rows
        # A document larger than the limit still gets a group, of its own.
        if group and (full or document.id in group):
            yield list(group.values()), refused
            group, refused, size = {}, [], 0
        group[document.id] = document
        size += document.size
    # Even if the group is empty: the documents that were refused last have to be told of.
    yield list(group.values()), refused
