"""Say of every gold and predicted mention and relation what became of it.

    mentions    right · type (right place, another type) · border (overlaps one of the other side)
                · missed · spurious
    relations   right · partly (right softly, an argument's mentions differ) · type (same arguments,
                another label) · direction (arguments turned round) · missed · spurious

Each side is judged by the other, so that a wrong type shows where it was labelled and predicted.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.evaluation.relations import Place, places_of
from extractors.facts import Entity, Extraction, Relation

Verdict = Literal["right", "partly", "type", "border", "direction", "missed", "spurious"]


@dataclass(frozen=True, slots=True, order=True)
class JudgedMention:
    """A mention of one side, and what became of it."""

    start: int
    end: int
    type: str
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedRelation:
    """A relation of one side, and what became of it."""

    side: Literal["gold", "predicted"]
    verdict: Verdict
    relation: Relation
    instead: tuple[str, ...] = ()
    """Where the label is wrong: what the other side calls it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdicts:
    """Everything that was right or wrong about one document."""

    gold: Extraction
    predicted: Extraction
    gold_mentions: tuple[JudgedMention, ...]
    predicted_mentions: tuple[JudgedMention, ...]
    relations: tuple[JudgedRelation, ...]

    @property
    def n_errors(self) -> int:
        """How many mentions and relations are not right."""
        of_mentions = [one.verdict for one in (*self.gold_mentions, *self.predicted_mentions)]
        of_relations = [one.verdict for one in self.relations]
        return sum(one not in ("right", "partly") for one in [*of_mentions, *of_relations])


def verdicts(gold: Extraction, predicted: Extraction, symmetric: Collection[str] = ()) -> Verdicts:
    """Judge both sides of one document by each other."""
    return Verdicts(
        gold=gold,
        predicted=predicted,
        gold_mentions=_judged_mentions(gold, predicted, "missed"),
        predicted_mentions=_judged_mentions(predicted, gold, "spurious"),
        relations=(
            *_judged_relations(gold, predicted, "gold", symmetric),
            *_judged_relations(predicted, gold, "predicted", symmetric),
        ),
    )


def _judged_mentions(
    judged: Extraction, other: Extraction, alone: Literal["missed", "spurious"]
) -> tuple[JudgedMention, ...]:
    others = _mentions(other)
    places = {place for place, _ in others}

    def verdict(place: Place, type_: str) -> Verdict:
        if (place, type_) in others:
            return "right"
        if place in places:
            return "type"
        if any(start < place[1] and place[0] < end for start, end in places):
            return "border"
        return alone

    return tuple(
        JudgedMention(*place, type_, verdict(place, type_))
        for place, type_ in sorted(_mentions(judged))
    )


def _mentions(extraction: Extraction) -> set[tuple[Place, str]]:
    return {(place, entity.type) for entity in extraction.entities for place in places_of(entity)}


def _judged_relations(
    judged: Extraction,
    other: Extraction,
    side: Literal["gold", "predicted"],
    symmetric: Collection[str],
) -> Iterator[JudgedRelation]:
    for relation in judged.relations:
        verdict, instead = _verdict(relation, other.relations, side, symmetric)
        yield JudgedRelation(side=side, verdict=verdict, relation=relation, instead=instead)


def _verdict(
    relation: Relation, others: Sequence[Relation], side: str, symmetric: Collection[str]
) -> tuple[Verdict, tuple[str, ...]]:
    straight = [o for o in others if _meets(relation, o.subject, o.object)]
    turned = [o for o in others if _meets(relation, o.object, o.subject)]
    same = [o for o in straight if o.type == relation.type]
    if relation.type in symmetric:
        same += [o for o in turned if o.type == relation.type]
    if same:
        return ("right" if any(_equals(relation, o, symmetric) for o in same) else "partly"), ()
    if straight:
        return "type", tuple(sorted({o.type for o in straight}))
    if any(o.type == relation.type for o in turned):
        return "direction", ()
    return ("missed" if side == "gold" else "spurious"), ()


def _meets(relation: Relation, subject: Entity, object_: Entity) -> bool:
    return bool(
        places_of(relation.subject) & places_of(subject)
        and places_of(relation.object) & places_of(object_)
    )


def _equals(relation: Relation, other: Relation, symmetric: Collection[str]) -> bool:
    places = places_of(relation.subject), places_of(relation.object)
    other_places = places_of(other.subject), places_of(other.object)
    return places == other_places or (relation.type in symmetric and places == other_places[::-1])
