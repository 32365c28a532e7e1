"""The documents of the table: small, synthetic, and about the same few names.

A document is written as paragraphs of statements; each paragraph is a chunk, each statement a
sentence that mentions both ends of one fact.
"""

import random
from collections.abc import Sequence
from typing import NamedTuple

from benchmarks import workload
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

PEOPLE = ("Ada Byron", "Bea Ito", "Cy Novak", "Dina Moreau", "Emil Hahn", "Fay Okoro", "Gus Lind")
FIRMS = ("Acme", "Bolt Works", "Cobalt", "Delta Mills", "Ember")
TOWNS = ("Ghent", "Lodz", "Porto", "Turku")

PHRASES = {"WORKS_FOR": "works for", "BASED_IN": "is based in", "KNOWS": "knows"}
ENDS = {
    "WORKS_FOR": ("Person", "Organization"),
    "BASED_IN": ("Organization", "Location"),
    "KNOWS": ("Person", "Person"),
}
RELATION_TYPES = (*PHRASES, *workload.RELATION_TYPES)
ENTITY_TYPES = workload.ENTITY_TYPES

HOSTILE = {
    "quotes": 'O\'Brien "the \\"Hat\\"" Kelly',
    "backslashes": "C:\\new\\table\\",
    "backtick": "x`) DETACH DELETE n //",
    "\\u0060": "x\\u0060) DETACH DELETE n //",
    "newline": "line\nbreak\r\ttab",
    "10 kB": " ".join(map(str, range(2050)))[:10_000].strip(),
    "lone surrogate": "half \ud83d of a pair",
}


class Statement(NamedTuple):
    """A sentence: one fact, and how sure it is."""

    subject: str
    type: str
    object: str
    confidence: float = 0.9


Paragraph = Sequence[Statement]


def ontology() -> Ontology:
    """Return the ontology of both the table's own documents and the workload's."""
    return workload.ontology(*PHRASES)


def document(id_: str, *paragraphs: Paragraph) -> Extraction:
    """Return a document that says this."""
    text = ""
    chunks: list[Chunk] = []
    mentions: dict[tuple[str, str], list[Mention]] = {}
    stated: dict[tuple[tuple[str, str], str, tuple[str, str]], list[Evidence]] = {}
    for index, paragraph in enumerate(paragraphs):
        start = len(text)
        for subject, type_, object_, confidence in paragraph:
            ends = tuple(zip(ENDS[type_], (subject, object_), strict=True))
            sentence = f"{subject} {PHRASES[type_]} {object_}. "
            at = len(text)
            for end, position in zip(
                ends, (at, at + len(sentence) - len(object_) - 2), strict=True
            ):
                span = Span(position, position + len(end[1]))
                mentions.setdefault(end, []).append(Mention(span, end[1], 0.9))
            evidence = Evidence(Span(at, at + len(sentence) - 1), confidence)
            stated.setdefault((ends[0], type_, ends[1]), []).append(evidence)
            text += sentence
        chunks.append(Chunk(index, Span(start, len(text))))
    entities = {end: Entity(*end, tuple(found)) for end, found in mentions.items()}
    return Extraction(
        document=Document(id=id_, text=text, source="table", title=id_),
        chunks=tuple(chunks),
        entities=tuple(entities.values()),
        relations=tuple(
            Relation(entities[subject], type_, entities[object_], tuple(evidence))
            for (subject, type_, object_), evidence in stated.items()
        ),
        extractor="synthetic",
    )


def paragraphs(number: int) -> list[list[Statement]]:
    """Return what document `number` says: two paragraphs of three statements."""
    dice = random.Random(f"table/{number}")
    population = {"Person": PEOPLE, "Organization": FIRMS, "Location": TOWNS}
    said = [[_statement(dice, population) for _ in range(3)] for _ in range(2)]
    said[1][2] = Statement(f"Person {number}", "WORKS_FOR", dice.choice(FIRMS))
    return said


def _statement(dice: random.Random, population: dict[str, tuple[str, ...]]) -> Statement:
    type_ = dice.choice(tuple(ENDS))
    subject, object_ = ENDS[type_]
    if subject == object_:
        first, second = dice.sample(population[subject], 2)
    else:
        first, second = dice.choice(population[subject]), dice.choice(population[object_])
    return Statement(first, type_, second)


def twenty() -> list[Extraction]:
    """Return the documents that most behaviours start from."""
    return [document(f"doc/{number:02}", *paragraphs(number)) for number in range(20)]


def hub_heavy(n: int = 120) -> list[Extraction]:
    """Return documents that all speak of the same three firms, in changing order."""
    hubs = FIRMS[:3]
    return [
        document(
            f"hub/{number:03}",
            [
                Statement("Ada Byron", "WORKS_FOR", hubs[number % 3]),
                Statement(f"Person {number}", "WORKS_FOR", hubs[(number + 1) % 3]),
                Statement(hubs[(number + 2) % 3], "BASED_IN", "Ghent"),
            ],
        )
        for number in range(n)
    ]
