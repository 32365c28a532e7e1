"""From an extraction to rows: what one document version says, in the shape the statements take.

Pure, and where everything is decided that one document alone decides: keys, which rows the
ontology refuses, and whether the document can be stored at all.
"""

import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Any

from extractors.facts import Document, Entity, Extraction, Mention, Relation, Span
from graphdb.connection import Row
from graphdb.errors import FactsRejectedError
from graphdb.identity import (
    ALONE,
    NOTHING_DENIED,
    Clusters,
    Context,
    Denials,
    Identity,
    Properties,
    chunk_key,
    fact_key,
    identity,
    normalised_name,
)
from graphdb.ontology import Ontology
from graphdb.spotting import Spotted, with_known_names
from graphdb.tables import (
    RowsElsewhere,
    TablesRead,
    no_rows,
    read_tables,
    row_places,
    unescaped,
)

MAX_ID_BYTES = 4096
"""Ids and sources are indexed, and an index key may not pass about 8 kB."""


@dataclass(frozen=True, slots=True)
class RejectedRow:
    """One statement of a document that cannot be taken, by its ontology mostly; the rest was."""

    document_id: str
    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.document_id}: {self.what} {self.reason}"


@dataclass(frozen=True, slots=True, order=True)
class Triple:
    """A fact's identity without its documents, by keys."""

    subject: str
    type: str
    object: str

    @property
    def key(self) -> str:
        """The key of the fact."""
        return fact_key(self.subject, self.type, self.object)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRows:
    """One document version as rows."""

    id: str
    properties: Row
    chunks: list[Row]
    types_by_entity: dict[str, str]
    texts_by_entity: dict[str, frozenset[str]]
    values_by_entity: dict[str, Properties]
    """What dates and quantities amount to."""
    types_by_name: dict[str, str]
    """Types of names that resolution weighs, by the key that each is read as."""
    triples_by_fact: dict[str, Triple]
    confidence_by_fact: dict[str, float]
    rejected: tuple[RejectedRow, ...]
    n_left_out: int = 0
    """Entities without a fact in the document, which the ontology does not want."""
    keyed_rows: tuple[Row, ...] = ()
    """Rows of its tables that other documents may name by key, with what they are of."""
    rows_named: tuple[Row, ...] = ()
    """Keys by which it names rows of other documents."""

    @property
    def size(self) -> int:
        """Rows to be written, about."""
        n_evidence = sum(1 + len(c["mentions"]) + len(c["states"]) for c in self.chunks)
        return 1 + n_evidence + len(self.keyed_rows) + len(self.rows_named)


def as_written(extraction: Extraction, ontology: Ontology) -> Extraction:
    """Return an extraction with the facts of its mapped tables and the names of the catalogue.

    Facts with what rows of other documents stand for are not among them.
    """
    tables = read_tables(extraction, ontology.tables)
    return with_known_names(tables.extraction, ontology.known_names, tables.places).extraction


def document_rows(
    extraction: Extraction,
    ontology: Ontology,
    clusters: Clusters = ALONE,
    denials: Denials = NOTHING_DENIED,
    elsewhere: RowsElsewhere = no_rows,
) -> DocumentRows:
    """Return the rows of one extraction, with its mapped tables and the names of the catalogue.

    Args:
        extraction: What was read of the document.
        ontology: What of it may be in the graph.
        clusters: Which names mean one thing.
        denials: Which facts are called wrong.
        elsewhere: Finds the rows of other documents that its tables name by key.

    Raises:
        FactsRejectedError: The document cannot be stored, whatever the graph holds.
    """
    _check_storable(extraction)
    tables = read_tables(extraction, ontology.tables, elsewhere)
    spotted = with_known_names(tables.extraction, ontology.known_names, tables.places)
    extraction = spotted.extraction
    building = _Rows(extraction, ontology, clusters, denials, tables, spotted)
    for rejection in extraction.rejected:
        building.reject(rejection.what, rejection.reason)
    for entity in extraction.entities:
        building.add_entity(entity)
    for relation in extraction.relations:
        building.add_relation(relation)
    building.add_mentions()
    return building.finished()


def digest_of(chunks: list[Row]) -> str:
    """Return a hash of all that a document version puts into the graph, text aside.

    The same can be computed from the graph, where chunks keep nothing else.
    """
    evidence_by_chunk = [
        [
            chunk["start"],
            chunk["end"],
            # Sorted, because the graph returns a chunk's relationships in no order.
            sorted(
                (m["entity"], m["start"], m["end"], m["text"], m["confidence"], *_rest_of(m))
                for m in chunk["mentions"]
            ),
            # What is withheld is told from what counts; a document without any is as it always was.
            sorted(
                [
                    *map(_as_digested, chunk["states"]),
                    *((*_as_digested(row), "withheld") for row in chunk.get("withheld", ())),
                ]
            ),
        ]
        for chunk in chunks
    ]
    return hashlib.blake2b(json.dumps(evidence_by_chunk).encode(), digest_size=16).hexdigest()


def _as_digested(row: Row) -> tuple[Any, ...]:
    return (
        *(row["fact"], row["entity"], row["type"], row["object"]),
        *(row["start"], row["end"], row["confidence"]),
        row.get("subject_read_as") or "",
        row.get("object_read_as") or "",
    )


def _rest_of(mention: Row) -> tuple[Any, ...]:
    ids = mention.get("catalogue")
    # Without a catalogue a document is digested as it always was.
    of_catalogue = (tuple(ids),) if ids else ()
    return bool(mention.get("inferred")), mention.get("read_as") or "", *of_catalogue


def _if_other(read_as: str, key: str) -> str | None:
    # None is no property: of a name that no decision is about, the key itself says it.
    return read_as if read_as != key else None


def _check_storable(extraction: Extraction) -> None:
    document = extraction.document
    named = {"id": document.id, "source": document.source, "title": document.title}
    reasons = [f"its {name} is too long" for name in ("id", "source")
               if len(named[name].encode("utf-8", "surrogatepass")) > MAX_ID_BYTES]  # fmt: skip
    # The driver would fail on such a text in the middle of a group, and name no document.
    for name, value in (named | {"text": document.text, "extractor": extraction.extractor}).items():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            reasons.append(
                f"character {error.start} of its {name} is half of a surrogate pair (U+"
                f"{ord(value[error.start]):04X}) and stands for nothing"
            )
    if reasons:
        raise FactsRejectedError(document.id, tuple(reasons))


@dataclass
class _Rows:
    """Rows in the making."""

    extraction: Extraction
    ontology: Ontology
    clusters: Clusters
    denials: Denials
    tables: TablesRead
    spotted: Spotted
    read_as: dict[Entity, str] = field(default_factory=dict)
    """The key of each entity as its name says; `keys` has what decisions make of it."""
    keys: dict[Entity, str] = field(default_factory=dict)
    values: dict[str, Properties] = field(default_factory=dict)
    mentions: dict[tuple[str, int, int], Row] = field(default_factory=dict)
    states: dict[tuple[str, int, int], Row] = field(default_factory=dict)
    withheld: dict[tuple[str, int, int], Row] = field(default_factory=dict)
    """Evidence of facts that a person called wrong: kept, so that it can be given back."""
    triples: dict[str, Triple] = field(default_factory=dict)
    rejected: list[RejectedRow] = field(default_factory=list)
    inferred: set[Entity] = field(default_factory=set)
    """Values that are right only if the document was written when it says."""
    with_fact: set[str] = field(default_factory=set)
    """What is in a fact, by the key that its name was read as."""
    n_left_out: int = 0
    row_places: dict[Span, tuple[str, int]] = field(init=False)
    """Rows of tables, which are cited by heading and number."""

    def __post_init__(self) -> None:
        self.row_places = row_places(self.extraction.document)

    @cached_property
    def context(self) -> Context:
        """What names need to know of the document."""
        document = self.extraction.document
        return Context(document_id=document.id, language=document.language, written=document.day)

    def add_entity(self, entity: Entity) -> None:
        """Take an entity, or say why not."""
        if entity.type not in self.ontology.entity_types:
            return self.reject(entity.name, f"the ontology has no entity type {entity.type!r}")
        if not normalised_name(entity.name):
            return self.reject(repr(entity.name), "the name has no visible character")
        if row := self.tables.elsewhere.get(entity):
            # Whatever the name means in the row's document is meant here.
            self.read_as[entity] = row.entity
            self.keys[entity] = self.clusters.key(row.entity, row.document_id)
            return None
        as_read = self.identity(entity.type, unescaped(entity.name))
        self.read_as[entity] = as_read.key
        key = self.keys[entity] = self.clusters.key(as_read.key, self.context.document_id)
        if as_read.properties:
            self.values[key] = as_read.properties
        if as_read.is_inferred:
            self.inferred.add(entity)
        return None

    def identity(self, type_: str, name: str) -> Identity:
        """Return which entity a name stands for in this document."""
        return identity(type_, self.ontology.entity_types[type_], name, self.context)

    def add_mentions(self) -> None:
        """Take the mentions of all entities but those that the ontology does not keep.

        That is decided by this document and by what names were read as. So it is the same after any
        history, and whatever was merged.
        """
        # Last of all, because a later relation may be the one that gives an entity a fact.
        for entity, read_as in list(self.read_as.items()):
            if not self.ontology.keeps(entity.type, has_fact=read_as in self.with_fact):
                del self.read_as[entity], self.keys[entity]
                self.n_left_out += 1
        self.values = {key: self.values[key] for key in self.values.keys() & {*self.keys.values()}}
        for entity, key in self.keys.items():
            row_elsewhere = self.tables.elsewhere.get(entity)
            inferred = True if entity in self.inferred else None
            other_key = _if_other(self.read_as[entity], key)
            for mention in entity.mentions:
                row = {
                    "entity": key,
                    "start": mention.span.start,
                    "end": mention.span.end,
                    # A key is no name: what it stands for is called as in its own row. And a bar of
                    # a name has a backslash in a table, not in the name.
                    "text": row_elsewhere.name if row_elsewhere else unescaped(mention.text),
                    "confidence": float(mention.confidence),
                    "inferred": inferred,
                    "read_as": other_key,
                    "catalogue": self.catalogue_ids(entity, mention),
                }
                # Two entities of the extractor may have one key, and one place then names it twice.
                _keep_surer(self.mentions, (key, mention.span.start, mention.span.end), row)

    def catalogue_ids(self, entity: Entity, mention: Mention) -> list[str] | None:
        """Return the ids of what is named there, if the mention comes from the catalogue."""
        ids = self.spotted.ids.get((entity.type, mention.span))
        return list(ids) if ids else None

    def add_relation(self, relation: Relation) -> None:
        """Take the evidence of a relation, or say why not."""
        if reason := self.why_not(relation):
            what = f"{relation.subject.name} {relation.type} {relation.object.name}"
            return self.reject(what, reason)
        triple = Triple(self.keys[relation.subject], relation.type, self.keys[relation.object])
        key = triple.key
        is_denied = self.denials.has(triple.subject, triple.type, triple.object)
        if not is_denied:
            self.triples[key] = triple
        # Also where it is denied: what is withheld hangs on the subject, and may come back.
        subject, object_ = self.read_as[relation.subject], self.read_as[relation.object]
        self.with_fact |= {subject, object_}
        taken = self.withheld if is_denied else self.states
        for evidence in relation.evidence:
            sheet, number = self.row_places.get(evidence.span, (None, None))
            row = {
                "entity": triple.subject,
                "fact": key,
                "type": triple.type,
                "object": triple.object,
                "start": evidence.span.start,
                "end": evidence.span.end,
                "confidence": float(evidence.confidence),
                "page": _page(self.extraction.document, evidence.span),
                "subject_read_as": _if_other(subject, triple.subject),
                "object_read_as": _if_other(object_, triple.object),
                "sheet": sheet or None,
                "row": number,
            }
            _keep_surer(taken, (key, evidence.span.start, evidence.span.end), row)
        return None

    def why_not(self, relation: Relation) -> str:
        """Say why a relation cannot be taken; empty if it can."""
        allowed = self.ontology.relation_types.get(relation.type)
        if allowed is None:
            return f"the ontology has no relation type {relation.type!r}"
        # Said before the types are compared: the entity's own refusal is the reason to mend.
        if not {relation.subject, relation.object} <= self.keys.keys():
            return "one of its entities was rejected"
        if not allowed.allows(relation.subject.type, relation.object.type):
            types = f"{relation.subject.type} and {relation.object.type}"
            return f"the ontology has no {relation.type} between {types}"
        return ""

    def reject(self, what: str, reason: str) -> None:
        self.rejected.append(RejectedRow(self.extraction.document.id, what, reason))

    def finished(self) -> DocumentRows:
        document, chunks = self.extraction.document, self.chunks()
        texts = defaultdict(set)
        for row in self.mentions.values():
            texts[row["entity"]].add(row["text"])
        confidence: dict[str, float] = {}
        for row in self.states.values():
            # Sentences of one document are no independent witnesses: the surest one counts.
            confidence[row["fact"]] = max(confidence.get(row["fact"], 0.0), row["confidence"])
        return DocumentRows(
            id=document.id,
            properties={
                "title": document.title,
                "source": document.source,
                "sha256": document.sha256,
                "raw_sha256": document.raw_sha256 or None,  # what nobody said is no property
                "format": document.format or None,
                "language": document.language or None,
                "author": document.author or None,
                "date": document.date or None,
                "extractor": self.extraction.extractor,
                "ontology": self.ontology.fingerprint,
                "digest": digest_of(chunks),
            },
            chunks=chunks,
            types_by_entity={key: entity.type for entity, key in self.keys.items()},
            texts_by_entity={key: frozenset(each) for key, each in texts.items()},
            values_by_entity=self.values,
            types_by_name={
                read_as: entity.type
                for entity, read_as in self.read_as.items()
                if entity.type in self.ontology.resolved_types
            },
            triples_by_fact=self.triples,
            confidence_by_fact=confidence,
            rejected=tuple(self.rejected),
            n_left_out=self.n_left_out,
            keyed_rows=tuple(self.keyed_rows()),
            rows_named=tuple(asdict(each) for each in self.tables.named),
        )

    def keyed_rows(self) -> Iterator[Row]:
        """Yield the rows that other documents may name by key, with what they are of."""
        for row in self.tables.rows:
            if row.type in self.ontology.entity_types and normalised_name(row.name):
                entity = self.identity(row.type, row.name).key
                yield {"key": row.key, "type": row.type, "entity": entity, "name": row.name}

    def chunks(self) -> list[Row]:
        """Return the chunks with what starts in each, in an order that is always the same."""
        document = self.extraction.document
        rows: list[Row] = [
            {
                "key": chunk_key(document.id, chunk.index),
                "index": chunk.index,
                "start": chunk.span.start,
                "end": chunk.span.end,
                "text": document.text[chunk.span.start : chunk.span.end],
                "page": _page(document, chunk.span),
                "box": _box(document, chunk.span),
                "mentions": [],
                "states": [],
                "withheld": [],
            }
            for chunk in self.extraction.chunks
        ]
        # Chunks are in order and cover the text, so the last one that starts before a span has it.
        # A span may end in the next chunk; it belongs to the chunk in which it starts.
        starts = [row["start"] for row in rows]
        for kind, evidence in (
            ("mentions", self.mentions),
            ("states", self.states),
            ("withheld", self.withheld),
        ):
            for _, row in sorted(evidence.items()):
                rows[bisect_right(starts, row["start"]) - 1][kind].append(row)
        return rows


def _page(document: Document, span: Span) -> int | None:
    """Return the page that a span begins on; nothing where the document has none."""
    places = document.places_of(span)
    return places[0].page or None if places else None


def _box(document: Document, span: Span) -> list[float] | None:
    """Return the rectangle that a span takes up of the page it begins on, if anybody knows."""
    places = document.places_of(span)
    # A rectangle over two pages would lie on neither, so only the first page counts.
    boxes = [place.box for place in places if place.box and place.page == places[0].page]
    if not boxes:
        return None
    left, top, right, bottom = zip(*boxes, strict=True)
    return [min(left), min(top), max(right), max(bottom)]


def _keep_surer(rows: dict[tuple[str, int, int], Row], key: tuple[str, int, int], row: Row) -> None:
    other = rows.get(key)
    if other is None or other["confidence"] < row["confidence"]:
        rows[key] = row
