"""A document's extraction put together again from what the graph says, as it was read."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Place,
    Relation,
    Span,
)
from graphdb.connection import Connection, Row
from graphdb.identity import IDENTITY_VERSION, Context, identity, names_of_version
from graphdb.ontology import Ontology
from graphdb.queries import cypher

DOCUMENTS_AT_ONCE = 100

_OF_DOCUMENT = (
    *("id", "source", "title", "raw_sha256", "format", "language"),
    *("author", "date"),
)


def reread(
    connection: Connection,
    ontology: Ontology,
    document_ids: Sequence[str],
    version: int = IDENTITY_VERSION,
) -> Iterator[Extraction]:
    """Yield what some documents say, as it was when their keys were of this version."""
    for start in range(0, len(document_ids), DOCUMENTS_AT_ONCE):
        batch = list(document_ids[start : start + DOCUMENTS_AT_ONCE])
        for row in connection.read(cypher("migrate/documents"), ids=batch):
            yield _Reading(row["properties"], row["chunks"], ontology, version).extraction()


class _Reading:
    """What one document says."""

    def __init__(
        self, properties: Row, chunks: list[Row], ontology: Ontology, version: int
    ) -> None:
        self.chunks = chunks
        self.extractor = properties["extractor"]
        self.ontology = ontology
        self.version = version
        self.document = Document(
            text="".join(chunk["text"] for chunk in chunks),
            places=tuple(_places(chunks)),
            **{name: properties.get(name) or "" for name in _OF_DOCUMENT},
        )
        self.context = Context(
            document_id=self.document.id,
            language=self.document.language,
            written=self.document.day,
        )
        # What is named by the key of a row elsewhere is not called so here: tables are read anew.
        mentions = [
            row
            for chunk in chunks
            for row in chunk["mentions"]
            if self.document.text[row["start"] : row["end"]] == row["text"]
        ]
        by_key: defaultdict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in sorted(mentions, key=lambda row: (row["start"], row["end"])):
            by_key[row["key"], row["type"]].append(row)
        self.entities = {
            key: self.entities_of(key, type_, rows) for (key, type_), rows in by_key.items()
        }

    def extraction(self) -> Extraction:
        """Return all of it."""
        return Extraction(
            document=self.document,
            chunks=tuple(
                Chunk(index, Span(chunk["start"], chunk["end"]))
                for index, chunk in enumerate(self.chunks)
            ),
            entities=tuple(each for entities in self.entities.values() for each in entities),
            relations=tuple(self.relations()),
            extractor=self.extractor,
        )

    def relations(self) -> Iterator[Relation]:
        """Yield each relation with all its evidence."""
        evidence: defaultdict[tuple[Entity, str, Entity], list[Evidence]] = defaultdict(list)
        states = [
            row
            for chunk in self.chunks
            for row in chunk["states"]
            if {row["subject"], row["object"]} <= self.entities.keys()
        ]
        for row in sorted(states, key=lambda row: (row["start"], row["end"])):
            span = Span(row["start"], row["end"])
            ends = self.mentioned(row["subject"], span), self.mentioned(row["object"], span)
            evidence[ends[0], row["type"], ends[1]].append(Evidence(span, row["confidence"]))
        for (subject, type_, object_), cited in evidence.items():
            yield Relation(subject, type_, object_, tuple(cited))

    def mentioned(self, key: str, span: Span) -> Entity:
        """Return what is meant there by a key under which two things may have been one."""
        entities = self.entities[key]
        return next(
            (
                entity
                for entity in entities
                if any(mention.span.overlaps(span) for mention in entity.mentions)
            ),
            entities[0],
        )

    def entities_of(self, key: str, type_: str, rows: list[Row]) -> list[Entity]:
        """Return what stood behind one key: several things, where spelling counts more by now."""
        things = {text: self.key_today(type_, text) for text in self.names(key, type_, rows)}
        first = min(things.values())  # what only refers ("the firm") goes to one, always the same
        mentions: defaultdict[str, list[Mention]] = defaultdict(list)
        for row in rows:
            mention = Mention(Span(row["start"], row["end"]), row["text"], row["confidence"])
            mentions[things.get(row["text"], first)].append(mention)
        name_by_thing = {thing: text for text, thing in sorted(things.items(), reverse=True)}
        return [
            Entity(type_, name_by_thing[thing], tuple(of_thing))
            for thing, of_thing in mentions.items()
        ]

    def names(self, key: str, type_: str, rows: list[Row]) -> list[str]:
        """Return the texts from which the key was computed."""
        texts = sorted({row["text"] for row in rows})
        if self.version != IDENTITY_VERSION:
            return names_of_version(self.version, type_, key, texts) or texts
        names = [text for text in texts if self.key_today(type_, text) == key]
        return names or texts  # the ontology says otherwise by now, and the next night writes it

    def key_today(self, type_: str, text: str) -> str:
        """Return the key that a text has in this document by the ontology of today."""
        return identity(type_, self.ontology.entity_type(type_), text, self.context).key


def _places(chunks: list[Row]) -> list[Place]:
    """Return pages and rows as far as chunks and what is cited tell: where each of them begins."""
    boxes = {(chunk["start"], chunk["page"]): chunk["box"] for chunk in chunks if chunk["page"]}
    cited = {
        (row["start"], row["page"]): None
        for chunk in chunks
        for row in chunk["states"]
        if row["page"]
    }
    # Rows of tables on pages are counted from the table's first one.
    numbers = {
        row["start"]: row["row"]
        for chunk in chunks
        for row in chunk["states"]
        if row["row"] and not row["page"]
    }
    places = [Place(start, 0, row=number) for start, number in numbers.items()]
    for (start, page), box in sorted((cited | boxes).items(), key=lambda item: item[0]):
        left, top, right, bottom = box or (0.0, 0.0, 0.0, 0.0)
        edges = (left, top, right, bottom) if box else None
        places.append(Place(start, page, edges))
    return sorted(places, key=lambda place: place.start)
