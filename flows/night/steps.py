"""The steps of a night: plain functions that do one thing to one shard and say what they did.

Nothing here knows Prefect, the environment or the terminal. This is the one place where an
unexpected error about one document is caught: it becomes a row of the report, with its traceback,
and the night goes on.
"""

import logging
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from extractors import ExtractionStore
from extractors.errors import DocumentRejectedError, ExtractionError
from extractors.facts import Document, Extraction
from flows.errors import SourceError
from flows.night.plan import Plan
from flows.sources import SUFFIXES, ListedDocument, Listing, SetAside, read_document
from flows.text import shown
from graphdb import Change, FactsRejectedError, Graph, Lease, Version

logger = logging.getLogger(__name__)

MAX_SHARDS = 50
"""Prefect keeps about 20 kB for a task and slows down after hundreds of them."""

DOCUMENTS_AT_ONCE = 64
"""Texts held in memory while a shard is extracted."""

T = TypeVar("T")

Done = Callable[[int], None]
"""Told how many more documents are done."""


class Extractor(Protocol):
    """Whatever reads documents: our model, another one, a person's spreadsheet."""

    @property
    def fingerprint(self) -> str:
        """What decides an extraction besides the document: weights, configuration, code."""

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """Read documents in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What became of one shard's documents on their way into the extraction store."""

    documents: tuple[ListedDocument, ...] = ()
    """Those that have an extraction now."""

    n_read: int = 0
    """How many of them the model had to read."""

    set_aside: tuple[SetAside, ...] = ()

    def __add__(self, other: "Extracted") -> "Extracted":
        return Extracted(
            documents=self.documents + other.documents,
            n_read=self.n_read + other.n_read,
            set_aside=self.set_aside + other.set_aside,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Upserted:
    """What became of one shard's documents on their way into the graph."""

    change: Change = field(default_factory=Change)
    n_entities: int = 0
    n_relations: int = 0
    set_aside: tuple[SetAside, ...] = ()

    def __add__(self, other: "Upserted") -> "Upserted":
        return Upserted(
            change=self.change + other.change,
            n_entities=self.n_entities + other.n_entities,
            n_relations=self.n_relations + other.n_relations,
            set_aside=self.set_aside + other.set_aside,
        )


def check_not_empty(listing: Listing, folder: Path) -> None:
    """Refuse a folder without documents, of which the graph has none either.

    Raises:
        SourceError: Says what could be put there.
    """
    if listing.is_empty:
        kinds = ", ".join(sorted(SUFFIXES))
        raise SourceError(f"{shown(folder)} holds no documents ({kinds}): put some there")


def shards(
    documents: Sequence[ListedDocument], shard_documents: int
) -> list[tuple[ListedDocument, ...]]:
    """Cut a night's documents into shards, `MAX_SHARDS` at most."""
    size = max(shard_documents, -(-len(documents) // MAX_SHARDS))
    return list(_batched(documents, size))


def extract_shard(
    shard: Sequence[ListedDocument], extractor: Extractor, store: ExtractionStore, done: Done
) -> Extracted:
    """Make sure that the store has tonight's extraction of each document of a shard.

    Raises:
        ExtractionError: The model or its device fails for all documents alike.
    """
    total = Extracted()
    for batch in _batched(shard, DOCUMENTS_AT_ONCE):
        total += _extract_batch(batch, extractor, store)
        done(len(batch))
    return total


def upsert_shard(
    shard: Sequence[ListedDocument],
    fingerprint: str,
    store: ExtractionStore,
    graph: Graph,
    lease: Lease,
    done: Done,
) -> Upserted:
    """Make the graph say what the store says of a shard's documents.

    Raises:
        LeaseLostError: Another run owns the graph; nothing more was written.
        GraphUnavailableError: The server went away; what was committed stays.
    """
    aside: list[SetAside] = []
    n_entities = n_relations = 0

    def extractions() -> Iterator[Extraction]:
        nonlocal n_entities, n_relations
        for listed in shard:
            done(1)
            document = _read(listed, aside)
            extraction = store.get(document, fingerprint) if document else None
            if extraction:
                n_entities += len(extraction.entities)
                n_relations += len(extraction.relations)
                yield extraction
            elif document:
                aside.append(SetAside(listed.id, "was lost from the extraction store: run again"))

    change = graph.upsert(extractions(), lease=lease)
    return Upserted(
        change=change,
        n_entities=n_entities,
        n_relations=n_relations,
        set_aside=(*aside, *map(refused, change.set_aside)),
    )


def audit(plan: Plan, set_aside: Iterable[SetAside], ledger: Mapping[str, Version]) -> list[str]:
    """Compare the ledger after a night with its plan; return a sentence for what is not so.

    This is the promise that nothing is lost silently, checked every night: each listed document is
    in the graph in tonight's version or was set aside with a reason, and no vanished one is left.
    """
    known = {aside.document for aside in set_aside}
    broken = [
        f"{shown(listed.id)} is neither in the graph nor set aside"
        for listed in (*plan.to_extract, *plan.unchanged)
        if listed.id not in known
        and (listed.id not in ledger or ledger[listed.id].raw_sha256 != listed.raw_sha256)
    ]
    return broken + [
        f"{shown(id_)} is still in the graph" for id_ in plan.vanished if id_ in ledger
    ]


def _batched(items: Sequence[T], size: int) -> Iterator[tuple[T, ...]]:
    return (tuple(items[start : start + size]) for start in range(0, len(items), size))


def _extract_batch(
    batch: Sequence[ListedDocument], extractor: Extractor, store: ExtractionStore
) -> Extracted:
    aside: list[SetAside] = []
    read = [(listed, document) for listed in batch if (document := _read(listed, aside))]
    missing = []
    for _, document in read:
        known = store.get(document, extractor.fingerprint)
        if known:
            store.put(known)  # found under another id, it must not go when that one goes
        else:
            missing.append(document)
    for extraction in _extractions(missing, extractor, aside):
        store.put(extraction)
    failed = {each.document for each in aside}
    return Extracted(
        documents=tuple(listed for listed, _ in read if listed.id not in failed),
        n_read=sum(document.id not in failed for document in missing),
        set_aside=tuple(aside),
    )


def _extractions(
    documents: Sequence[Document], extractor: Extractor, aside: list[SetAside]
) -> Iterator[Extraction]:
    """Yield extractions of all documents together; where that fails, of each alone."""
    done = 0
    try:
        for extraction in extractor.extract(documents):
            yield extraction
            done += 1
    except Exception as error:  # noqa: BLE001 - who is at fault shows below
        logger.info("a batch failed and is read document by document: %s", error)
    for document in documents[done:]:
        alone = _extract_alone(document, extractor, aside)
        if alone:
            yield alone


def _extract_alone(
    document: Document, extractor: Extractor, aside: list[SetAside]
) -> Extraction | None:
    try:
        return next(iter(extractor.extract([document])))
    except DocumentRejectedError as error:
        aside.append(SetAside(document.id, error.reason))
    except ExtractionError:
        raise  # the model or its device: no document is at fault
    except Exception as error:
        logger.exception("document %s made the extractor fail", document.id)
        reason = f"made the extractor fail ({type(error).__name__}: {error}): report it as a bug"
        aside.append(SetAside(document.id, reason, traceback.format_exc()))
    return None


def _read(listed: ListedDocument, aside: list[SetAside]) -> Document | None:
    try:
        return read_document(listed)
    except SourceError as error:
        aside.append(SetAside(listed.id, str(error)))
        return None


def refused(error: FactsRejectedError) -> SetAside:
    """Return a document that the graph cannot take, and why, as a night reports it."""
    return SetAside(error.document_id, "; ".join(error.reasons))
