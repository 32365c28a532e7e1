"""A text, regions of it and links between them: what JSON of annotation tools has in common."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from extractors.corpora.files import Record, whole_number
from extractors.corpora.grid import repeated
from extractors.corpora.labelled import (
    GOLD,
    Ids,
    LabelledDocument,
    Note,
    evidence_in,
    mention_entity,
    unique,
    whole,
)
from extractors.corpora.text import squeezed
from extractors.facts import Document, Entity, Extraction, Relation, Span


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a text and its label, as a tool gives them."""

    start: object
    end: object
    type: object
    id: object = None
    """What links call the region."""
    quoted: str = ""
    """The text of the region, where the tool writes it down."""


@dataclass(frozen=True, slots=True)
class Link:
    """A relation between two regions, named by their ids."""

    subject: object
    type: object
    object: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Standoff:
    """What a record says, before entities are made of it."""

    text: object
    regions: Sequence[Region]
    links: Sequence[Link] = ()
    id: object = None
    title: object = ""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """What else the record says, for the writer of its format."""
    not_read: Sequence[str] = ()
    """Names of what the record says besides and nobody reads here."""


LABEL_LISTS = ("label", "labels", "spans", "ents", "entities", "annotation", "annotations")
"""Names under which formats have what is labelled in a text."""


def _holds_places(value: object) -> bool:
    """Say whether a field is a list of labelled places, and not a label of the whole text."""
    return isinstance(value, list) and any(isinstance(each, list | dict) for each in value)


def standoff_document(
    format: str,  # noqa: A002
    record: Record,
    said: Standoff,
    ids: Ids,
) -> LabelledDocument:
    """Return the document of a record; every region is an entity of its own.

    Raises:
        ValueError: The text is none, a region is no stretch of it, or places are labelled in a list
            of another format.
    """
    text = text_of(said.text)
    if others := [name for name in LABEL_LISTS if _holds_places(said.kept.get(name))]:
        raise ValueError(
            f"labels stand in {', '.join(map(repr, others))}, which {format} does not have: "
            "rename the list, or put files of two formats apart"
        )
    notes = [Note("not read", record.where, each) for each in said.not_read]
    entities = [
        mention_entity(text, type_of(region.type), _span(text, region, record.where, notes))
        for region in said.regions
    ]
    entity_by_id = {
        _key(region.id): entity
        for region, entity in zip(said.regions, entities, strict=True)
        if region.id is not None
    }
    relations = list(_relations(text, said.links, entity_by_id, record.where, notes))
    once, relations_once = tuple(dict.fromkeys(entities)), unique(relations)
    notes += repeated(
        record.where,
        n_mentions=len(entities) - len(once),
        n_relations=len(relations) - len(relations_once),
    )
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=ids.new(said.id, record.number),
                text=text,
                source=format,
                title=str(said.title or ""),
            ),
            chunks=whole(text),
            entities=once,
            relations=relations_once,
            extractor=GOLD,
        ),
        format=format,
        where=record.where,
        record=said.kept,
        notes=tuple(notes),
    )


def text_of(value: object) -> str:
    """Return the text of a record.

    Raises:
        ValueError: It is no string.
    """
    if not isinstance(value, str):
        raise ValueError(f"a text is a string, not {value!r}")
    return value


def type_of(value: object) -> str:
    """Return a label; older exports give labels by number.

    Raises:
        ValueError: It is neither a name nor a number.
    """
    if isinstance(value, bool) or not isinstance(value, (str, int)) or value == "":
        raise ValueError(f"a label is a name, not {value!r}")
    return str(value)


def _key(value: object) -> object:
    """Return an id that a dictionary can hold; JSON's `true` is not the number 1."""
    return repr(value) if isinstance(value, (bool, list, dict)) else value


def _relations(
    text: str,
    links: Iterable[Link],
    entity_by_id: Mapping[object, Entity],
    where: str,
    notes: list[Note],
) -> Iterator[Relation]:
    for link in links:
        type_ = type_of(link.type)
        ends = [entity_by_id.get(_key(end)) for end in (link.subject, link.object)]
        subject, object_ = ends
        if subject is None or object_ is None:
            missing = link.subject if subject is None else link.object
            message = f"{type_} names {missing!r}, which is not there"
            notes.append(Note("relation without its region", where, message))
        else:
            spans = subject.mentions[0].span, object_.mentions[0].span
            yield Relation(subject, type_, object_, (evidence_in(whole(text), *spans),))


def _span(text: str, region: Region, where: str, notes: list[Note]) -> Span:
    start, end = whole_number(region.start), whole_number(region.end)
    if region.quoted:
        # Some tools count the last character in, and some count one too many at the end of a text.
        for last in (end, end + 1, end - 1):
            if 0 <= start < last and squeezed(text[start:last]) == squeezed(region.quoted):
                return Span(start, min(last, len(text)))
    span = Span(start, end)
    if span.end > len(text):
        raise ValueError(f"{start}:{end} lies beyond {len(text)} characters")
    if region.quoted:
        message = f"{region.quoted!r} is labelled where {text[start:end]!r} stands"
        notes.append(Note("offset", where, message))
    return span
