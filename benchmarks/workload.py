"""The synthetic workload of the graph benchmarks: documents that meet in their entities.

12 entities a document from a Zipf population of 20,000, 25 mentions, 12 facts, 5 chunks of 60
words. The same seed gives the same documents, whichever of them are asked for.
"""

import bisect
import itertools
import random
from collections.abc import Iterable, Iterator

from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Relation,
    Span,
)
from graphdb import Ontology

POPULATION = 20_000
ENTITIES, MENTIONS, FACTS, CHUNKS, WORDS = 12, 25, 12, 5, 60
ENTITY_TYPES = ("Person", "Organization", "Location", "Work", "Event", "Product")
RELATION_TYPES = tuple(f"RELATION_{letter}" for letter in "ABCDEFGHIJ")

_SYLLABLES = [c + v for c, v in zip("bcdfghjklmnprstvwxyz", "aeiou" * 4, strict=True)]
_WORDS = ["".join(parts) for parts in itertools.product(_SYLLABLES, repeat=2)]
_CUMULATIVE = list(itertools.accumulate(1 / rank for rank in range(1, POPULATION + 1)))


def ontology(*more: str) -> Ontology:
    """Return the ontology of the workload, and more relation types: any between any entities."""
    return Ontology.model_validate(
        {
            "entities": {name: {} for name in ENTITY_TYPES},
            "relations": {name: {} for name in (*more, *RELATION_TYPES)},
        }
    )


def documents(numbers: Iterable[int], seed: int = 0, version: int = 0) -> Iterator[Extraction]:
    """Yield the documents with these numbers, in some version."""
    for number in numbers:
        yield document(number, seed, version)


def document(number: int, seed: int = 0, version: int = 0) -> Extraction:
    """Return one document; another version of it says something else."""
    dice = random.Random(f"{seed}/{number}/{version}")
    population = draw(dice)
    mentioned = [*population, *dice.choices(population, k=MENTIONS - ENTITIES)]
    dice.shuffle(mentioned)
    text, chunks, places = _write(dice, mentioned)
    mentions: dict[int, list[Mention]] = {}
    for entity, span in places:
        mentions.setdefault(entity, []).append(Mention(span, text[span.start : span.end], 0.9))
    entities = {
        entity: Entity(ENTITY_TYPES[entity % len(ENTITY_TYPES)], _name(entity), tuple(found))
        for entity, found in mentions.items()
    }
    return Extraction(
        document=Document(id=f"bench/{number}", text=text, source="bench", title=f"No. {number}"),
        chunks=tuple(Chunk(index, span) for index, span in enumerate(chunks)),
        entities=tuple(entities.values()),
        relations=tuple(_facts(dice, population, entities, chunks)),
        extractor="synthetic",
    )


def draw(dice: random.Random) -> list[int]:
    """Return the entities of one document: different ones, the first of all the most often."""
    drawn: dict[int, None] = {}
    while len(drawn) < ENTITIES:
        drawn[bisect.bisect(_CUMULATIVE, dice.random() * _CUMULATIVE[-1])] = None
    return list(drawn)


def _name(entity: int) -> str:
    first, second = divmod(entity, len(_WORDS))
    return f"{_WORDS[second].title()} {_WORDS[first].title()}"


def _write(
    dice: random.Random, mentioned: list[int]
) -> tuple[str, list[Span], list[tuple[int, Span]]]:
    parts, position, chunks, places = [], 0, [], []
    each = len(mentioned) // CHUNKS
    for number in range(CHUNKS):
        start = position
        names = mentioned[number * each : (number + 1) * each]
        words: list[str | int] = [*dice.choices(_WORDS, k=WORDS - 2 * each), *names]
        dice.shuffle(words)
        for word in words:
            written = word if isinstance(word, str) else _name(word)
            if not isinstance(word, str):
                places.append((word, Span(position, position + len(written))))
            parts.append(written + " ")
            position += len(written) + 1
        chunks.append(Span(start, position))
    return "".join(parts), chunks, places


def _facts(
    dice: random.Random, population: list[int], entities: dict[int, Entity], chunks: list[Span]
) -> Iterator[Relation]:
    for _ in range(FACTS):
        subject, object_ = dice.sample(population, 2)
        span = dice.choice(chunks)
        evidence = Evidence(Span(span.start, span.start + 50), dice.randrange(50, 100) / 100)
        yield Relation(
            entities[subject], dice.choice(RELATION_TYPES), entities[object_], (evidence,)
        )
