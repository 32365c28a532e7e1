"""A catalogue's names among what a reader found: who gives way to whom, and what is one thing.

The longest counts: a name of the catalogue within a longer name that was read is a part of that
one, and what was read within a name of the catalogue, or at its place, is that name. Doing it again
changes nothing, so that a document that is written again from the graph says what it said.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractors.facts import Entity, Extraction, Mention, Rejection, Relation, Span
from graphdb.identity import normalised_name
from graphdb.spotting.known_names import KnownNames
from graphdb.spotting.sightings import Sighting, Sureness

_Thing = tuple[str, str]
"""Type and name of an entity."""


@dataclass(frozen=True, slots=True)
class Spotted:
    """An extraction in which the names of a catalogue are mentions."""

    extraction: Extraction
    ids: Mapping[tuple[str, Span], tuple[str, ...]] = field(default_factory=dict)
    """The ids in the catalogue of each such mention, by entity type and place."""


def with_known_names(
    extraction: Extraction, names: KnownNames | None, tables: Sequence[Span] = ()
) -> Spotted:
    """Return an extraction with a mention of each known name that its text has.

    Args:
        extraction: What was read of the document.
        names: Those of the catalogue; None: there is none.
        tables: Where the cells say what they name, so that nothing is looked for.
    """
    if names is None:
        return Spotted(extraction)
    document = extraction.document
    sightings = [
        sighting
        for sighting in names.sightings(document.text, document.language)
        if not any(sighting.span.overlaps(table) for table in tables)
    ]
    if not sightings:
        return Spotted(extraction)
    accepted = _accepted(sightings, _types_read(extraction.entities, tables), len(document.text))
    if not accepted:
        return Spotted(extraction)
    placing = _Placing(document.text, accepted)
    for entity in extraction.entities:
        placing.add(entity)
    return Spotted(
        placing.extraction(extraction),
        {(each.type, each.span): tuple(sorted(each.ids)) for each in accepted},
    )


def _types_read(entities: Iterable[Entity], tables: Sequence[Span]) -> dict[Span, set[str]]:
    """Return where something was read outside of tables, and of which types."""
    types: defaultdict[Span, set[str]] = defaultdict(set)
    for entity in entities:
        for mention in entity.mentions:
            if not any(mention.span.overlaps(table) for table in tables):
                types[mention.span].add(entity.type)
    return types


def _accepted(
    sightings: Sequence[Sighting], read: Mapping[Span, Collection[str]], n_characters: int
) -> list[Sighting]:
    """Return the sightings that count, in order of the text; none overlaps another."""
    counting = {
        each
        for each in sightings
        if each.sureness is Sureness.BY_ITSELF or each.type in read.get(each.span, ())
    }
    while True:
        accepted = _longest(counting, read, n_characters)
        ids = frozenset().union(*(each.ids for each in accepted))
        more = {
            each
            for each in sightings
            if each.sureness is Sureness.WITH_ANOTHER and not ids.isdisjoint(each.ids)
        } - counting
        if not more:
            return sorted(accepted, key=lambda each: each.span)
        counting |= more  # it only grows, so this ends


def _longest(
    sightings: Iterable[Sighting], read: Iterable[Span], n_characters: int
) -> list[Sighting]:
    """Return the sightings that no longer one and nothing longer that was read overlaps.

    What gave way itself is in nobody's way: so each is looked at after all that are longer.
    """
    known, others = bytearray(n_characters), bytearray(n_characters)
    queue: list[tuple[int, bool, Span, str, Sighting | None]] = [
        *((-len(each.span), False, each.span, each.type, each) for each in sightings),
        *((-len(span), True, span, "", None) for span in read),
    ]
    accepted = []
    for _, _, span, _, sighting in sorted(queue, key=lambda each: each[:4]):
        place = slice(span.start, span.end)
        if any(known[place]):
            continue
        if sighting is None:
            others[place] = b"\1" * len(span)
        elif not any(others[place]):
            known[place] = b"\1" * len(span)
            accepted.append(sighting)
    return accepted


class _Placing:
    """Entities in the making, of what was read and of sightings."""

    def __init__(self, text: str, accepted: Sequence[Sighting]) -> None:
        self.text = text
        self.accepted = accepted
        self.starts = [each.span.start for each in accepted]
        self.mentions: defaultdict[_Thing, dict[Span, Mention]] = defaultdict(dict)
        self.texts: defaultdict[_Thing, set[str]] = defaultdict(set)
        """In what spellings the text has the names of known things."""
        self.rests: dict[Entity, Entity] = {}
        """What is left of entities that are no known thing as a whole."""
        self.things: dict[Entity, list[_Thing]] = {}
        self.placed: set[Sighting] = set()

    def add(self, entity: Entity) -> None:
        """Take an entity that was read, and say which known things its mentions mean."""
        met = {mention: self._met(mention.span) for mention in entity.mentions}
        hits = [sighting for sightings in met.values() for sighting in sightings]
        rest = tuple(mention for mention, sightings in met.items() if not sightings)
        if not hits:
            self.rests[entity] = entity
            return
        self.placed.update(hits)
        if thing := _whole(entity, hits):
            # The reader says that all of it is one thing, and the catalogue says which.
            self._place(thing, hits)
            self.mentions[thing].update((mention.span, mention) for mention in rest)
            self.things[entity] = [thing]
            return
        for hit in hits:
            self._place((hit.type, hit.name), [hit])
        self.things[entity] = list(dict.fromkeys((hit.type, hit.name) for hit in hits))
        if rest:
            self.rests[entity] = entity.left_with(rest)

    def _met(self, span: Span) -> Sequence[Sighting]:
        """Return the sightings that a mention overlaps."""
        first = max(bisect_right(self.starts, span.start) - 1, 0)
        last = bisect_left(self.starts, span.end)
        return [each for each in self.accepted[first:last] if each.span.overlaps(span)]

    def _place(self, thing: _Thing, sightings: Iterable[Sighting]) -> None:
        for each in sightings:
            mention = Mention(each.span, self.text[each.span.start : each.span.end])
            self.mentions[thing][each.span] = mention
            if each.name == thing[1]:
                self.texts[thing].add(mention.text)

    def extraction(self, read: Extraction) -> Extraction:
        """Return what comes of it all."""
        for sighting in self.accepted:
            if sighting not in self.placed:
                self._place((sighting.type, sighting.name), [sighting])
        known = {
            (type_, name): Entity(
                type_,
                name if name in self.texts[type_, name] else min(self.texts[type_, name]),
                tuple(by_span[span] for span in sorted(by_span)),
            )
            for (type_, name), by_span in self.mentions.items()
        }
        new = {
            entity: [
                *(known[thing] for thing in self.things.get(entity, ())),
                *([self.rests[entity]] if entity in self.rests else ()),
            ]
            for entity in read.entities
        }
        rejected: list[Rejection] = []
        relations = tuple(_relations(read.relations, new, rejected))
        return replace(
            read,
            entities=tuple(dict.fromkeys((*self.rests.values(), *known.values()))),
            relations=relations,
            rejected=tuple(dict.fromkeys((*read.rejected, *rejected))),
        )


def _whole(entity: Entity, hits: Sequence[Sighting]) -> _Thing | None:
    """Return the known thing that an entity is as a whole; None if it is several, or a part."""
    is_one_thing = bool(frozenset.intersection(*(hit.ids for hit in hits)))
    if not is_one_thing or any(hit.type != entity.type for hit in hits):
        return None
    own = normalised_name(entity.name)
    names = [hit.name for hit in hits]
    return entity.type, next((name for name in names if normalised_name(name) == own), names[0])


def _relations(
    relations: Iterable[Relation],
    new: Mapping[Entity, Sequence[Entity]],
    rejected: list[Rejection],
) -> Iterator[Relation]:
    """Yield relations between what their ends are by now; of what cannot be, it is said why."""
    for relation in relations:
        subject, object_ = (
            _meant(new[end], relation) for end in (relation.subject, relation.object)
        )
        if (subject, object_) == (relation.subject, relation.object):
            yield relation
            continue
        moved = replace(relation, subject=subject, object=object_)
        what = f"{relation.subject.name} {relation.type} {relation.object.name}"
        if subject == object_:
            rejected.append(Rejection(what, f"joins {subject.name} of the catalogue with itself"))
        elif relation.mentions_both_ends and not moved.mentions_both_ends:
            reason = "is stated by a sentence that a name of the catalogue goes beyond"
            rejected.append(Rejection(what, reason))
        else:
            yield moved


def _meant(entities: Sequence[Entity], relation: Relation) -> Entity:
    """Return which of several things the sentences of a relation name."""
    return next(
        (
            entity
            for entity in entities
            if any(
                mention.span.overlaps(evidence.span)
                for evidence in relation.evidence
                for mention in entity.mentions
            )
        ),
        entities[0],
    )
