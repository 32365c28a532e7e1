"""Entities called by other names: the text of a labelled document, said of somebody else.

A model that has few documents learns their names by heart. With a name of the same type in its
place a sentence is as true as before to whoever knows neither (mention replacement, Dai and Adel
2020, "An Analysis of Simple Data Augmentation for Named Entity Recognition").
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from extractors.facts import Chunk, Entity, Evidence, Extraction, Mention, Span
from extractors.text import folded_name

_PREPOSITION = re.compile(r" (in|at|of|for|from|by|to|with|near|on) $")
_STOPS = frozenset(".,;:!?)")
_ENOUGH = 20
"""Fewer names would be seen too often."""


class OtherNames:
    """The names of each type in labelled documents, as often as they are mentioned."""

    def __init__(self, golds: Iterable[Extraction]) -> None:
        self._names: dict[tuple[str, ...], list[str]] = defaultdict(list)
        self._nouns: dict[tuple[str, str], list[str]] = defaultdict(list)
        for gold in golds:
            roles = _roles(gold)
            for entity in gold.entities:
                for mention in entity.mentions:
                    word = _preposition(gold, mention)
                    for likeness in _likenesses(entity, roles[entity], word):
                        self._names[likeness].append(mention.text)
                    # "in Ghent," names a place as a noun; "in Belgian hands" does not.
                    is_noun = gold.document.text[mention.span.end :][:1] in _STOPS
                    if word and is_noun and "\n" not in mention.text:
                        for place in ("", word):
                            self._nouns[entity.type, place].append(mention.text)

    def standing(self, type_: str, word: str, rng: np.random.Generator) -> str | None:
        """Draw a name that stands after a preposition in some document, "" for any; None: none."""
        nouns = self._nouns.get((type_, word))
        return nouns[int(rng.integers(len(nouns)))] if nouns else None

    def _alike(self, likenesses: Iterable[tuple[str, ...]]) -> list[str]:
        """Return the names of the closest likeness that enough have, or of the last."""
        choices: list[str] = []
        for likeness in likenesses:
            choices = self._names.get(likeness, [])
            if len(choices) >= _ENOUGH:
                break
        return choices

    def swapped(self, gold: Extraction, share: float, rng: np.random.Generator) -> Extraction:
        """Call some entities of a document by other names of their types.

        What reads the same stays the same: entities of one type and name get one new name. Those
        that go by several names, and mentions that overlap others, stay as they are.

        Args:
            gold: A labelled document of those the names are from.
            share: The chance of each name to be another one.
            rng: Draws which, and the names.
        """
        new_names: dict[tuple[str, str], str] = {}
        roles = _roles(gold)
        for entity in gold.entities:
            name = entity.type, folded_name(entity.name)
            if name not in new_names:
                draws = rng.random() < share
                word = _preposition(gold, entity.mentions[0])
                choices = self._alike(_likenesses(entity, roles[entity], word))
                choice = int(rng.integers(len(choices)))
                new_names[name] = choices[choice] if draws else ""
        fixed = _fixed_entities(gold)
        wanted = {
            mention.span: new
            for entity in gold.entities
            if entity not in fixed and (new := new_names[entity.type, folded_name(entity.name)])
            for mention in entity.mentions
        }
        return rewritten(gold, wanted) if wanted else gold


def _roles(gold: Extraction) -> dict[Entity, list[str]]:
    """Return for each entity the ends of relations that it stands at."""
    roles: dict[Entity, list[str]] = {entity: [] for entity in gold.entities}
    for relation in gold.relations:
        roles[relation.subject].append(f"{relation.type} subject")
        roles[relation.object].append(f"{relation.type} object")
    return roles


def _likenesses(entity: Entity, roles: Iterable[str], word: str) -> Iterator[tuple[str, ...]]:
    """Yield what a name has in common with others, the closest first.

    A mayor is no festival, though both are of one type in many ontologies: what stands at the same
    end of the same relation is alike. So is what stands after the same preposition: "in 1867"
    becomes "in May 1920" and not "in 3 May", "in Ghent" not "in Belgian".
    """
    roles = dict.fromkeys(roles)
    yield from ((entity.type, role, word) for role in roles)
    yield from ((entity.type, role) for role in roles)
    yield entity.type, word
    yield (entity.type,)


def _preposition(gold: Extraction, mention: Mention) -> str:
    """Return the preposition before a mention; "" where there is none."""
    start = mention.span.start
    match = _PREPOSITION.search(gold.document.text, max(0, start - 8), start)
    return match[1] if match else ""


def _fixed_entities(gold: Extraction) -> set[Entity]:
    """Return the entities that have several names, or a mention that overlaps another."""
    fixed = {
        entity
        for entity in gold.entities
        if len({folded_name(mention.text) for mention in entity.mentions}) > 1
    }
    placed_mentions = sorted(
        ((mention.span, entity) for entity in gold.entities for mention in entity.mentions),
        key=lambda pair: pair[0],
    )
    # Sorted by start, a mention overlaps an earlier one if and only if it starts before the
    # farthest end so far; `reaching` is the entity that end belongs to.
    reach, reaching = 0, None
    for span, entity in placed_mentions:
        if reaching and span.start < reach:
            fixed |= {entity, reaching}
        if span.end > reach:
            reach, reaching = span.end, entity
    return fixed


def rewritten(gold: Extraction, wanted: dict[Span, str]) -> Extraction:
    """Put other words in the place of spans, none of which overlaps another or a mention."""
    text, pieces, position = gold.document.text, [], 0
    spans = sorted(wanted)
    for span in spans:
        pieces += [text[position : span.start], wanted[span]]
        position = span.end
    text = "".join([*pieces, text[position:]])
    starts = np.array([span.start for span in spans])
    ends = np.array([span.end for span in spans])
    grown = np.cumsum([0, *(len(wanted[span]) - len(span) for span in spans)])

    def moved(span: Span) -> Span:
        """Return where a span lies now; a bound inside words that are gone moves outwards."""
        before_start = int(np.searchsorted(ends, span.start, "right"))
        before_end = int(np.searchsorted(starts, span.end, "left"))
        start, end = span.start, span.end
        if before_start < len(spans) and spans[before_start].start < start:
            start = spans[before_start].start
        if before_end and spans[before_end - 1].end > end:
            end = spans[before_end - 1].end
        return Span(start + int(grown[before_start]), end + int(grown[before_end]))

    def mention_of(mention: Mention) -> Mention:
        span = moved(mention.span)
        return Mention(span, text[span.start : span.end], mention.confidence)

    entities = {
        entity: Entity(
            entity.type,
            wanted.get(entity.mentions[0].span, entity.name),
            tuple(mention_of(mention) for mention in entity.mentions),
        )
        for entity in gold.entities
    }
    return replace(
        gold,
        document=replace(gold.document, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities[entity] for entity in gold.entities),
        relations=tuple(
            replace(
                relation,
                subject=entities[relation.subject],
                object=entities[relation.object],
                evidence=tuple(Evidence(moved(e.span), e.confidence) for e in relation.evidence),
            )
            for relation in gold.relations
        ),
    )
