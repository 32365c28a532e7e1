"""What every reader yields and every writer takes: a document, its labels, and its place.

    reader ──► LabelledDocument(extraction = gold) ── .saying(predicted) ──► writer

The extraction is what the labels mean; the rest is what a writer needs to say something else
about the same document in the format it came in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from typing import Any, TypeAlias, TypeVar

from extractors.errors import CorpusError
from extractors.facts import Chunk, Entity, Evidence, Extraction, Mention, Relation, Span

T = TypeVar("T")

GOLD = "gold"
"""`Extraction.extractor` of what people labelled."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something a reader mended or could not keep, and where."""

    kind: str
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledDocument:
    """A document of a corpus with its labels, and how to write it back."""

    extraction: Extraction
    format: str
    where: str
    """Its place in the file, in words: `record 3 (line 17)`."""
    tokens: tuple[tuple[Span, ...], ...] = ()
    """The corpus' own tokens, sentence by sentence; empty where it has only text."""
    record: Any = None
    """What else the format says of the document; only its own writer looks inside."""
    entity_ids: Mapping[Entity, str] = field(default_factory=dict)
    """The corpus' names for gold entities, such as concept numbers."""
    asked: tuple[str, ...] | None = None
    """Relation types that somebody looked for in this text; None: the corpus does not say. Of
    another type no label says nothing."""
    notes: tuple[Note, ...] = ()

    def saying(self, extraction: Extraction) -> "LabelledDocument":
        """Return the same document with other labels: a model's instead of people's.

        Raises:
            ValueError: The extraction is of another text.
        """
        if extraction.document.text != self.extraction.document.text:
            raise ValueError(
                f"the extraction of {extraction.document.id!r} is not of the text {self.where} has"
            )
        return replace(self, extraction=extraction, entity_ids={}, notes=())


Found: TypeAlias = LabelledDocument | CorpusError | Note
"""What a reader makes of a record: a document, what is wrong with it, or why there is none."""


def not_labelled(where: str, why: str) -> Note:
    """Return why a record gives no document though nothing is wrong with it."""
    return Note("not labelled", where, why)


class Ids:
    """Gives the documents of one file ids that are each used once."""

    def __init__(self) -> None:
        self._used: set[str] = set()

    def new(self, wanted: object, number: int) -> str:
        """Return the corpus' own id if it is there and free, and else one with the number."""
        id_ = f"record-{number}" if wanted in (None, "") else str(wanted)
        if id_ in self._used:
            id_ = f"{id_}#{number}"
        self._used.add(id_)
        return id_


@dataclass(frozen=True, slots=True)
class FlatFacts:
    """The facts of an extraction as formats without entities hold them: mentions and pairs."""

    mentions: tuple[tuple[Span, str], ...]
    """Spans and types, each pair once, in the order of the entities."""
    relations: tuple[tuple[int, str, int], ...]
    """Indices of two mentions and the type between them, each once."""


def flatten(extraction: Extraction) -> FlatFacts:
    """Say of mentions what an extraction says of entities.

    A relation between entities of several mentions is told once for each evidence, of the two
    mentions that stand together in it, or else nearest to each other.
    """
    mentions = dict.fromkeys(
        (mention.span, entity.type) for entity in extraction.entities for mention in entity.mentions
    )
    index_by_mention = {mention: index for index, mention in enumerate(mentions)}
    relations = dict.fromkeys(
        (
            index_by_mention[subject.span, relation.subject.type],
            relation.type,
            index_by_mention[object_.span, relation.object.type],
        )
        for relation in extraction.relations
        for evidence in relation.evidence
        for subject, object_ in [mention_pair(relation, evidence.span)]
    )
    return FlatFacts(tuple(mentions), tuple(relations))


def mention_pair(relation: Relation, stated: Span) -> tuple[Mention, Mention]:
    """Return the mentions of both arguments that best stand for what a place states."""

    def distance(pair: tuple[Mention, Mention]) -> tuple[bool, int, Span, Span]:
        subject, object_ = pair[0].span, pair[1].span
        start, end = min(subject.start, object_.start), max(subject.end, object_.end)
        together = stated.start <= start and end <= stated.end
        # Negative where the two overlap, which is as near as can be.
        gap = max(subject.start, object_.start) - min(subject.end, object_.end)
        return not together, max(gap, 0), subject, object_

    pairs = (
        (subject, object_)
        for subject in relation.subject.mentions
        for object_ in relation.object.mentions
    )
    return min(pairs, key=distance)


def mention_entity(text: str, type: str, span: Span) -> Entity:  # noqa: A002
    """Return the entity that one mention alone makes."""
    name = text[span.start : span.end]
    return Entity(type, name, (Mention(span, name),))


def whole(text: str) -> tuple[Chunk, ...]:
    """Return the one chunk of a text of which no corpus says where its sentences end."""
    return (Chunk(0, Span(0, len(text))),) if text else ()


def evidence_in(chunks: Sequence[Chunk], *mentions: Span) -> Evidence:
    """Return the stretch of whole chunks that holds all these mentions."""
    start, end = min(span.start for span in mentions), max(span.end for span in mentions)
    touched = [chunk.span for chunk in chunks if chunk.span.start < end and start < chunk.span.end]
    return Evidence(Span(touched[0].start, touched[-1].end))


def joined(groups: Iterable[Iterable[T]]) -> list[list[T]]:
    """Return groups without members in common: those that share one are put together."""
    group_by_member: dict[T, list[T]] = {}
    for group in groups:
        members = list(
            dict.fromkeys(
                other for member in group for other in group_by_member.get(member, [member])
            )
        )
        group_by_member |= dict.fromkeys(members, members)
    return [group for member, group in group_by_member.items() if group[0] == member]


def unique(relations: Iterable[Relation]) -> tuple[Relation, ...]:
    """Return relations in order, those of one triple joined with the evidence of all."""
    evidence_by_triple: dict[tuple[Entity, str, Entity], dict[Evidence, None]] = {}
    for relation in relations:
        triple = relation.subject, relation.type, relation.object
        evidence_by_triple.setdefault(triple, {}).update(dict.fromkeys(relation.evidence))
    return tuple(
        Relation(*triple, tuple(evidence)) for triple, evidence in evidence_by_triple.items()
    )


def retyped(
    document: LabelledDocument,
    entity_types: Mapping[str, str],
    relation_types: Mapping[str, str],
) -> LabelledDocument:
    """Return a document with its types renamed, facts of a type renamed to "" left out.

    Args:
        document: Any labelled document.
        entity_types: New type by old one; `*` stands for anything, the first that fits counts.
        relation_types: The same for relations.
    """
    extraction = document.extraction
    entity_by_old: dict[Entity, Entity] = {}
    for entity in extraction.entities:
        if type_ := _renamed(entity.type, entity_types):
            entity_by_old[entity] = replace(entity, type=type_)
    relations = unique(
        Relation(
            entity_by_old[relation.subject],
            type_,
            entity_by_old[relation.object],
            relation.evidence,
        )
        for relation in extraction.relations
        if (type_ := _renamed(relation.type, relation_types))
        and {relation.subject, relation.object} <= entity_by_old.keys()
    )
    entities = tuple(dict.fromkeys(entity_by_old.values()))
    ids = {
        entity_by_old[entity]: id_
        for entity, id_ in document.entity_ids.items()
        if entity in entity_by_old
    }
    asked = document.asked
    if asked is not None:
        renamed = (_renamed(type_, relation_types) for type_ in asked)
        asked = tuple(dict.fromkeys(type_ for type_ in renamed if type_))
    return replace(
        document,
        extraction=replace(extraction, entities=entities, relations=relations),
        entity_ids=ids,
        asked=asked,
    )


def _renamed(type_: str, new_by_pattern: Mapping[str, str]) -> str:
    for pattern, new in new_by_pattern.items():
        if fnmatchcase(type_, pattern):
            return new
    return type_
