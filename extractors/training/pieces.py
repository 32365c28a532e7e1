"""Labelled documents cut and joined: what becomes of the text, and of what is labelled in it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import numpy as np

from extractors.facts import Chunk, Entity, Evidence, Extraction, Mention, Relation, Span
from extractors.text import folded_name

T = TypeVar("T")


def excerpt(gold: Extraction, span: Span) -> Extraction:
    """Return a part of a document with what is labelled in it.

    A relation stays if the part mentions both its ends and, where the corpus says what states it,
    holds that.
    """
    return cut_to(gold, [span])


def cut_to(gold: Extraction, spans: Sequence[Span], end: str = "") -> Extraction:
    """Return some stretches of a document one after the other, with what is labelled in them.

    Args:
        gold: Any labelled document.
        spans: In order, without overlap.
        end: What is written behind the last.
    """
    pieces = [gold.document.text[span.start : span.end] for span in spans]
    text = "".join([*pieces, end])
    starts = np.cumsum([0, *map(len, pieces)]).tolist()

    def moved(inner: Span) -> Span | None:
        """Return where a span lies now, if one of the stretches holds it."""
        for span, start in zip(spans, starts, strict=False):
            if contains(span, inner):
                return _shifted(inner, start - span.start)
        return None

    entities: dict[Entity, Entity] = {}
    for entity in gold.entities:
        mentions = tuple(
            Mention(span, mention.text, mention.confidence)
            for mention in entity.mentions
            if (span := moved(mention.span))
        )
        if mentions:
            entities[entity] = entity.left_with(mentions)
    relations = []
    for relation in gold.relations:
        if relation.subject not in entities or relation.object not in entities:
            continue
        evidence = tuple(
            Evidence(span, item.confidence)
            for item in relation.evidence
            if (span := moved(item.span))
        )
        # Where a sentence was cut, what states the relation is part of it.
        is_whole = len(spans) == 1
        if not evidence and is_whole and _is_located(relation, gold):
            continue
        relations.append(
            replace(
                relation,
                subject=entities[relation.subject],
                object=entities[relation.object],
                evidence=evidence or (Evidence(Span(0, len(text))),),
            )
        )
    return built(gold, text, list(entities.values()), relations)


def joined(parts: Sequence[Extraction | str], like: Extraction) -> Extraction:
    """Write documents and plain texts one after the other.

    What two of them call by one name of one type is one entity; nothing else joins them.

    Args:
        parts: In order; a plain text mentions nothing.
        like: Whose id, title and source the whole gets.
    """
    text, position = "".join(_text(part) for part in parts), 0
    mentions_by_name: dict[tuple[str, str], list[Mention]] = {}
    pending: list[tuple[Relation, int, int, dict[Entity, tuple[str, str]]]] = []
    for part in parts:
        if isinstance(part, Extraction):
            keys = {entity: (entity.type, folded_name(entity.name)) for entity in part.entities}
            for entity, key in keys.items():
                mentions_by_name.setdefault(key, []).extend(
                    Mention(_shifted(each.span, position), each.text, each.confidence)
                    for each in entity.mentions
                )
            length = len(part.document.text)
            pending += [(relation, position, length, keys) for relation in part.relations]
        position += len(_text(part))
    entities = {
        key: Entity(key[0], max((m.text for m in mentions), key=len), _ordered(mentions))
        for key, mentions in mentions_by_name.items()
    }
    relations = {
        (subject, relation.type, object_): replace(
            relation,
            subject=subject,
            object=object_,
            evidence=tuple(
                # What spans a whole part says nothing of where in it, and so of where in the text.
                Evidence(
                    Span(0, len(text)) if len(item.span) == length else _shifted(item.span, shift),
                    item.confidence,
                )
                for item in relation.evidence
            ),
        )
        for relation, shift, length, keys in pending
        if (subject := entities[keys[relation.subject]])
        is not (object_ := entities[keys[relation.object]])
    }
    return built(like, text, list(entities.values()), list(relations.values()))


def related_within(gold: Extraction, span: Span) -> list[Relation]:
    """Return the relations between things that a span mentions."""
    return [
        relation
        for relation in gold.relations
        if mentions_all(span, frozenset((relation.subject, relation.object)))
    ]


def mentions_all(span: Span, entities: frozenset[Entity]) -> bool:
    """Say whether a span mentions every one of these."""
    return all(any(contains(span, m.span) for m in entity.mentions) for entity in entities)


def _is_located(relation: Relation, gold: Extraction) -> bool:
    """Say whether the corpus says where a relation is stated."""
    return all(len(item.span) < len(gold.document.text) for item in relation.evidence)


def stripped(gold: Extraction) -> Extraction:
    """Return a document without white space around it."""
    text = gold.document.text
    start = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    return gold if (start, end) == (0, len(text)) else excerpt(gold, Span(start, end))


def built(
    like: Extraction, text: str, entities: Sequence[Entity], relations: Sequence[Relation]
) -> Extraction:
    """Return an extraction of another text with the id, title and source of one."""
    return replace(
        like,
        document=replace(like.document, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities),
        relations=tuple(relations),
    )


def _text(part: Extraction | str) -> str:
    return part if isinstance(part, str) else part.document.text


def _ordered(mentions: Sequence[Mention]) -> tuple[Mention, ...]:
    return tuple(sorted({m.span: m for m in mentions}.values(), key=lambda mention: mention.span))


def contains(outer: Span, inner: Span) -> bool:
    """Say whether one span lies inside another."""
    return outer.start <= inner.start and inner.end <= outer.end


def _shifted(span: Span, by: int) -> Span:
    return Span(span.start + by, span.end + by)


def drawn(choices: Sequence[T], rng: np.random.Generator) -> T:
    """Draw one of several, all with the same chance."""
    return choices[int(rng.integers(len(choices)))]
