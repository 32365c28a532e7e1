"""The vocabulary everything else speaks: documents, and the facts found in them.

Standard library only, so that any extractor (ours, a language model, a person's spreadsheet) can
say what it found without installing torch, and `graphdb` can take it without knowing who said it.

    Document ── split into ──► Chunk …
        └── read as ──► Extraction ── Entity ── Mention …
                                   └─ Relation(subject, type, object) ── Evidence …

Offsets are code points of `Document.text`, half open.
"""

import datetime
import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters `start` up to but not including `end` of a document's text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"empty or negative span: {self.start}:{self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def overlaps(self, other: "Span") -> bool:
        """Say whether the two share at least one character."""
        return self.start < other.end and other.start < self.end


Box = tuple[float, float, float, float]
"""Left, top, right and bottom of a rectangle on a page, in points (1/72 inch) from its top left."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a stretch of a text stands in the file that it was made of, up to the next place."""

    start: int
    """Its first character in the text."""

    page: int
    """Number of the page or slide, from 1; 0: there are no pages."""

    box: Box | None = None
    """What it takes up of the page; None: nobody knows."""

    row: int = 0
    """Number, in its sheet, of the row that begins there, from 1: rows below count on from it; 0:
    no row begins there, or it follows the one above."""

    def __post_init__(self) -> None:
        if min(self.start, self.page, self.row) < 0 or not (self.page or self.row):
            raise ValueError(
                f"no such place: character {self.start} on page {self.page}, row {self.row}"
            )

    def to_list(self) -> list[float]:
        """Return plain data that `place_from_list` reads back."""
        return [self.start, self.page, *(self.box or ()), *([self.row] if self.row else ())]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with the identity its source gave it.

    `id` is unique over all sources (`source/path` by convention) and survives edits; `sha256`
    changes with every edit of the text.
    """

    id: str
    text: str
    source: str = "default"
    title: str = ""
    title_from: str = ""
    """`file`: it has no title of its own and is called after its file; empty: nobody said so."""

    raw_sha256: str = ""
    """Digest of the bytes that the text was made of; empty: there were none, or nobody said."""

    format: str = ""
    """Name and version of what made the text of these bytes."""

    language: str = ""
    """Code of the language that the text looks to be in (`en`, `zh`); empty: nobody can tell."""

    author: str = ""
    """Who wrote it, if its format says so."""

    date: str = ""
    """When it was written, as an ISO 8601 date, if its format says so."""

    places: tuple[Place, ...] = ()
    """Pages, and rows that do not follow the one above, in order of the text; empty: its format has
    none."""

    def __post_init__(self) -> None:
        if not self.id:
            raise ValueError("a document needs an id")
        starts = [place.start for place in self.places]
        if starts != sorted(starts) or (starts and starts[-1] > len(self.text)):
            raise ValueError(f"{self.id}: its places do not follow one another in the text")

    def places_of(self, span: Span) -> tuple[Place, ...]:
        """Return the places that a span of the text lies in; none where the format has none."""
        first = bisect_right(self.places, span.start, key=lambda place: place.start) - 1
        last = bisect_left(self.places, span.end, key=lambda place: place.start)
        return self.places[max(first, 0) : last]

    @property
    def day(self) -> datetime.date | None:
        """The day on which it was written, if its format says so and it can be understood."""
        try:
            return datetime.date.fromisoformat(self.date[:10])
        except ValueError:
            return None

    @property
    def sha256(self) -> str:
        """Hexadecimal digest of the text in UTF-8."""
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold and `document_from_dict` reads back."""
        return {
            "id": self.id,
            "source": self.source,
            "title": self.title,
            "title_from": self.title_from,
            "raw_sha256": self.raw_sha256,
            "format": self.format,
            "language": self.language,
            "author": self.author,
            "date": self.date,
            "places": [place.to_list() for place in self.places],
            "text": self.text,
        }


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of one document, small enough to read and to encode."""

    index: int
    span: Span


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where a text names an entity."""

    span: Span
    text: str
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Entity:
    """The thing in the world that a document's mentions stand for.

    `name` is the canonical name: the text of the mention that names it best.
    """

    type: str
    name: str
    mentions: tuple[Mention, ...]

    def __post_init__(self) -> None:
        if not self.type:
            raise ValueError(f"the entity {self.name!r} has no type")
        if not any(mention.text == self.name for mention in self.mentions):
            raise ValueError(f"no mention reads {self.name!r}, the canonical name of the entity")

    def left_with(self, mentions: tuple[Mention, ...]) -> "Entity":
        """Return what is left of it with some of its mentions: without its name, the longest."""
        texts = [mention.text for mention in mentions]
        name = self.name if self.name in texts else max(texts, key=len)
        return Entity(self.type, name, mentions)

    def __hash__(self) -> int:
        # Not of all mentions, which may be dozens: who makes rows looks an entity up for each of
        # its relations, and a third of that work was hashing. Two of one name differ in the first.
        return hash((self.type, self.name, self.mentions[0].span.start))


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence that is cited for a relation, and how sure the model is.

    A fact that no sentence states alone has several, which state it together. The confidence is
    the calibrated probability that the fact, with both its arguments, is right.
    """

    span: Span
    confidence: float = 1.0

    def __post_init__(self) -> None:
        _check_confidence(self.confidence)


@dataclass(frozen=True, slots=True)
class Relation:
    """A typed, directed statement found in one document."""

    subject: Entity
    type: str
    object: Entity
    evidence: tuple[Evidence, ...]
    """In order of the text."""

    def __post_init__(self) -> None:
        if not self.type:
            raise ValueError("a relation has no type")
        if not self.evidence:
            raise ValueError(f"a relation without evidence: {self.type}")

    @property
    def confidence(self) -> float:
        """The confidence of the best evidence."""
        return max(evidence.confidence for evidence in self.evidence)

    @property
    def mentions_both_ends(self) -> bool:
        """Whether the cited sentences, taken together, mention subject and object."""
        return all(
            any(
                evidence.span.start <= mention.span.start and mention.span.end <= evidence.span.end
                for evidence in self.evidence
                for mention in end.mentions
            )
            for end in (self.subject, self.object)
        )


@dataclass(frozen=True, slots=True)
class Rejection:
    """Something that a reader said of a document and that cannot be taken; the rest was."""

    what: str
    reason: str

    def __str__(self) -> str:
        return f"{self.what} {self.reason}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything one extractor found in one version of one document.

    Chunks partition the text: in order, without gaps or overlaps, from its first character to its
    last. A mention or an evidence belongs to the chunk in which it starts.

    Raises:
        ValueError: A chunk, mention, evidence or relation contradicts the document.
    """

    document: Document
    chunks: tuple[Chunk, ...]
    entities: tuple[Entity, ...] = ()
    relations: tuple[Relation, ...] = ()
    extractor: str = "unknown"
    """Fingerprint of weights, configuration and code: other facts may come from another one."""
    rejected: tuple[Rejection, ...] = ()
    """What its reader also said and nobody can take; kept, so that every report can name it."""

    _entity_set: frozenset[Entity] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_entity_set", frozenset(self.entities))
        self._check_chunks()
        text, name = self.document.text, self.document.id
        for entity in self.entities:
            for mention in entity.mentions:
                span = mention.span
                if span.end > len(text) or text[span.start : span.end] != mention.text:
                    raise ValueError(
                        f"{name}: the text at {span.start}:{span.end} is not {mention.text!r}"
                    )
        for relation in self.relations:
            if not {relation.subject, relation.object} <= self._entity_set:
                raise ValueError(f"{name}: {relation.type} joins an entity that is not listed")
            for evidence in relation.evidence:
                if evidence.span.end > len(text):
                    raise ValueError(f"{name}: evidence for {relation.type} lies beyond the text")

    def _check_chunks(self) -> None:
        position = 0
        for index, chunk in enumerate(self.chunks):
            if chunk.index != index or chunk.span.start != position:
                raise ValueError(f"{self.document.id}: chunk {index} does not follow the last one")
            position = chunk.span.end
        if position != len(self.document.text):
            raise ValueError(f"{self.document.id}: no chunk covers character {position}")

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold and `extraction_from_dict` reads back."""
        index_by_entity = {entity: index for index, entity in enumerate(self.entities)}
        return {
            "document": self.document.to_dict(),
            "extractor": self.extractor,
            "chunks": [[chunk.span.start, chunk.span.end] for chunk in self.chunks],
            "entities": [
                {
                    "type": entity.type,
                    "name": entity.name,
                    "mentions": [
                        [mention.span.start, mention.span.end, mention.confidence]
                        for mention in entity.mentions
                    ],
                }
                for entity in self.entities
            ],
            "relations": [
                {
                    "subject": index_by_entity[relation.subject],
                    "type": relation.type,
                    "object": index_by_entity[relation.object],
                    "evidence": [
                        [evidence.span.start, evidence.span.end, evidence.confidence]
                        for evidence in relation.evidence
                    ],
                }
                for relation in self.relations
            ],
            "rejected": [[rejection.what, rejection.reason] for rejection in self.rejected],
        }


def document_from_dict(data: dict[str, Any]) -> Document:
    """Read back what `Document.to_dict` wrote.

    Raises:
        ValueError: The data contradict themselves, or lack something.
    """
    try:
        return _document(data)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"not a document: {type(error).__name__}: {error}") from error


def extraction_from_dict(data: dict[str, Any]) -> Extraction:
    """Read back what `Extraction.to_dict` wrote, and nothing else.

    JSON has one kind of number, and Python counts -1 from the end: a wrong number would read as
    another place or another entity, so that each is checked.

    Raises:
        ValueError: The data contradict themselves, or lack something.
    """
    try:
        return _extraction(data)
    except (KeyError, IndexError, TypeError, AttributeError) as error:
        raise ValueError(f"not an extraction: {type(error).__name__}: {error}") from error


def _document(data: dict[str, Any]) -> Document:
    said = dict(data)
    places = said.pop("places", ())  # entries of older versions have none
    return Document(
        **{key: _text(value) for key, value in said.items()},
        places=tuple(map(place_from_list, places)),
    )


def _extraction(data: dict[str, Any]) -> Extraction:
    document = _document(data["document"])
    entities = tuple(
        Entity(
            _text(entity["type"]),
            _text(entity["name"]),
            tuple(_mention(document.text, *mention) for mention in entity["mentions"]),
        )
        for entity in data["entities"]
    )
    return Extraction(
        document=document,
        extractor=_text(data["extractor"]),
        chunks=tuple(
            Chunk(index, _span(start, end)) for index, (start, end) in enumerate(data["chunks"])
        ),
        entities=entities,
        relations=tuple(
            Relation(
                entities[_whole(relation["subject"])],
                _text(relation["type"]),
                entities[_whole(relation["object"])],
                tuple(
                    Evidence(_span(start, end), _number(confidence))
                    for start, end, confidence in relation["evidence"]
                ),
            )
            for relation in data["relations"]
        ),
        rejected=tuple(
            Rejection(_text(what), _text(reason))
            for what, reason in data.get("rejected", ())  # entries of older versions have none
        ),
    )


def _mention(text: str, start: Any, end: Any, confidence: Any) -> Mention:
    span = _span(start, end)
    return Mention(span, text[span.start : span.end], _number(confidence))


def place_from_list(data: Sequence[Any]) -> Place:
    """Return a place from what `Place.to_list` made of it.

    Raises:
        ValueError: It is none.
    """
    if len(data) not in (2, 3, 6, 7):
        raise ValueError(f"a place is 2, 3, 6 or 7 numbers, and not {len(data)}")
    start, page, *box = data
    row = box.pop() if len(data) in (3, 7) else 0
    if not all(type(edge) in (int, float) and isfinite(edge) for edge in box):
        raise ValueError("the edges of a box are numbers")
    left, top, right, bottom = map(float, box or (0, 0, 0, 0))
    edges = (left, top, right, bottom) if box else None
    return Place(_whole(start), _whole(page), edges, _whole(row))


def _span(start: Any, end: Any) -> Span:
    return Span(_whole(start), _whole(end))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a text is wanted, not {_shown(value)}")
    return value


def _whole(value: Any) -> int:
    # `True` is an int for Python, and not for anybody else.
    if type(value) is not int or value < 0:
        raise ValueError(f"a place or a number of an entity is wanted, not {_shown(value)}")
    return value


def _number(value: Any) -> float:
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise ValueError(f"a confidence is wanted, not {_shown(value)}")
    return float(value)


def _shown(value: Any) -> str:
    """Quote a value without writing out a long one."""
    is_short = isinstance(value, (float, bool)) or (isinstance(value, int) and abs(value) < 10**9)
    return repr(value) if is_short else f"a value of type {type(value).__name__}"


def _check_confidence(confidence: float) -> None:
    if not 0 <= confidence <= 1:
        raise ValueError(f"a confidence lies between 0 and 1, not {confidence}")
