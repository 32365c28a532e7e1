"""From readings of windows to the facts of one document.

A mention is reported by the window that owns its first character. Entities meet across windows by
the longest name each window found for them, so that "Smith" follows the Smith it was read with
nearby and does not weld two Smiths of a long document together. A relation that several windows
state is stated once, as surely as the surest of them has it; `evidence` chooses the sentences to
cite from those that any of them read.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING

from extractors.calibration import Calibration
from extractors.facts import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Rejection,
    Relation,
    Span,
)
from extractors.reading.decoding import NameGroup, Reading, ScoredMention
from extractors.reading.evidence import Sentences
from extractors.text import chunks, folded_name, is_demonym, naming_texts, sentences

if TYPE_CHECKING:
    from extractors.network import ModelConfig

Key = tuple[int, str]
"""What an entity is known by within a document: its type and longest name."""
Fact = tuple[Key, int, Key]
"""Subject, relation type and object."""


@dataclass(slots=True)
class _Statement:
    """What the windows of a document that state a fact say of it."""

    confidence: float = 0.0
    attention: dict[Span, float] = field(default_factory=dict)
    """The sentences that they read, each with the most attention that one paid to it."""

    def add(self, confidence: float, attention: Mapping[Span, float]) -> None:
        self.confidence = max(self.confidence, confidence)
        for sentence, share in attention.items():
            self.attention[sentence] = max(self.attention.get(sentence, 0.0), share)


@dataclass(frozen=True, slots=True, kw_only=True)
class Types:
    """The names of the types a model was trained on."""

    entities: Sequence[str]
    relations: Sequence[str]
    symmetric: Collection[str] = ()
    """Relation types without direction."""

    @classmethod
    def of(cls, config: "ModelConfig") -> "Types":
        """Return the types of a model."""
        return cls(
            entities=config.entity_types,
            relations=config.relation_types,
            symmetric=config.symmetric,
        )


def merge(
    document: Document,
    readings: Iterable[Reading],
    types: Types,
    calibration: Calibration,
    *,
    extractor: str = "unknown",
    alone: bool = False,
) -> Extraction:
    """Make one extraction of all readings of a document, given in order.

    Args:
        document: What was read.
        readings: Of its windows.
        types: Names for the indices in the readings.
        calibration: Turns scores into confidences and says which are kept.
        extractor: Fingerprint to sign with.
        alone: Each mention is an entity of its own.
    """
    in_order = list(readings)
    keys = _entity_keys(document.text, in_order, alone)
    mentions = _mentions(document.text, in_order, keys, calibration)
    stated = _stated(in_order, keys, mentions, types, calibration)
    threshold = calibration.mention_threshold
    # A fact needs both its ends. So the ends of a sure fact are reported even if no mention of
    # them is sure enough to be reported for its own sake.
    shown = {
        key: _reported(mentions[key], threshold, any_=True)
        for key in {end for subject, _, object_ in stated for end in (subject, object_)}
    }
    evidence = _evidence(document.text, stated, shown)
    arguments = {key for subject, _, object_ in evidence for key in (subject, object_)}
    entities = {
        key: Entity(types.entities[key[0]], best_written_name(reported), reported)
        # In order of the first mention, which does not depend on how the text was cut in windows.
        for key, at_span in sorted(mentions.items(), key=lambda row: min(row[1]))
        if (reported := _reported(at_span, threshold, any_=key in arguments))
    }
    return Extraction(
        document=document,
        chunks=tuple(chunks(document.text)),
        entities=tuple(entities.values()),
        relations=tuple(
            Relation(entities[subject], types.relations[type_], entities[object_], cited)
            for (subject, type_, object_), cited in evidence.items()
        ),
        extractor=extractor,
        rejected=tuple(
            _uncited(fact, shown, types.relations) for fact in stated if fact not in evidence
        ),
    )


def _entity_keys(text: str, readings: Sequence[Reading], alone: bool) -> list[list[Key]]:
    """Return the key of each entity of each window."""
    if alone:
        return [
            [(group.type, str(group.mentions[0].span)) for group in r.entities] for r in readings
        ]
    named = [[_names(text, group) for group in reading.entities] for reading in readings]
    longest = [
        [
            # Whom pronouns stand for is known in their window alone, so no two of them meet.
            (group.type, names[0] if names else f"{group.name} {group.mentions[0].span}")
            for group, names in zip(reading.entities, window_names, strict=True)
        ]
        for reading, window_names in zip(readings, named, strict=True)
    ]
    # Where a short name was read together with a longer one, and which.
    fuller: dict[Key, list[tuple[int, Key]]] = defaultdict(list)
    for window, (keys, window_names) in enumerate(zip(longest, named, strict=True)):
        for key, names in zip(keys, window_names, strict=True):
            for name in names[1:]:
                fuller[key[0], name].append((window, key))
    return [[_follow(key, window, fuller) for key in keys] for window, keys in enumerate(longest)]


def _follow(key: Key, window: int, fuller: dict[Key, list[tuple[int, Key]]]) -> Key:
    """Return the fullest name the nearest windows know an entity by."""
    seen = {key}  # "Smith" may stand for "J. Smith" here and the other way round elsewhere
    while fuller_names := fuller.get(key):
        key = nearest(fuller_names, window)
        if key in seen:
            break
        seen.add(key)
    return key


def nearest(names: Sequence[tuple[int, Key]], window: int) -> Key:
    """Return the name of the nearest window, the earlier of two, and the first there.

    Args:
        names: Windows, in order, and a name of each; not empty.
        window: Whose neighbours are asked.
    """
    # Two candidates: the first at or after the window, and the first of the last window before it.
    place = bisect_left(names, window, key=itemgetter(0))
    candidates = list(names[place : place + 1])
    if place:
        candidates.append(names[bisect_left(names, names[place - 1][0], key=itemgetter(0))])
    return min(candidates, key=lambda row: (abs(row[0] - window), row[0]))[1]


def _names(text: str, group: NameGroup) -> list[str]:
    """Return the names of an entity of a window, the longest first; none if it has only pronouns.

    Common nouns of what has a name are left out: elsewhere "the company" is another one.
    """
    texts = naming_texts(text[m.span.start : m.span.end] for m in group.mentions)
    return sorted(set(map(folded_name, texts)), key=lambda name: (-len(name), name))


def _mentions(
    text: str, readings: Sequence[Reading], keys: Sequence[Sequence[Key]], calibration: Calibration
) -> dict[Key, dict[Span, Mention]]:
    """Return all mentions that were looked at, by entity."""
    mentions: dict[Key, dict[Span, Mention]] = defaultdict(dict)
    # A mention may reach over the border of its window, into characters that the next window owns.
    # A mention that the next window found there would overlap it, and is left out.
    taken = 0
    for reading, entity_keys in zip(readings, keys, strict=True):
        taken_before = taken
        for group, key in zip(reading.entities, entity_keys, strict=True):
            for scored in group.mentions:
                span = scored.span
                if not reading.owned.start <= span.start < reading.owned.end:
                    continue
                if span.start < taken_before or scored.score < calibration.least_argument_score:
                    continue
                confidence = calibration.mention_confidence(scored.score)
                mentions[key][span] = Mention(span, text[span.start : span.end], confidence)
                taken = max(taken, span.end)
    return mentions


def _reported(at_span: dict[Span, Mention], threshold: float, *, any_: bool) -> tuple[Mention, ...]:
    """Return the mentions of an entity that are sure enough, in order.

    Args:
        at_span: Its mentions.
        threshold: How sure that is.
        any_: Whether all are to be returned if none of them is.
    """
    mentions = tuple(at_span[span] for span in sorted(at_span))
    sure = tuple(mention for mention in mentions if mention.confidence >= threshold)
    return sure or (mentions if any_ else ())


def best_written_name(mentions: Iterable[Mention]) -> str:
    """Return the text that names an entity best: read surely, then long, then frequent.

    A country is named by its name where a document has it, not by a word for its people.
    """
    counts: Counter[str] = Counter()
    sure: dict[str, float] = {}
    for mention in mentions:
        counts[mention.text] += 1
        sure[mention.text] = max(sure.get(mention.text, 0.0), mention.confidence)

    def merits(text: str) -> tuple[bool, bool, int, int, str]:
        is_of_people = is_demonym(folded_name(text))
        return sure[text] >= 0.5, not is_of_people, len(text), counts[text], text

    return max(counts, key=merits)


def _stated(
    readings: Sequence[Reading],
    keys: Sequence[Sequence[Key]],
    spans_by_key: Mapping[Key, Collection[Span]],
    types: Types,
    calibration: Calibration,
) -> dict[Fact, _Statement]:
    """Return the relations that some window is sure enough of."""
    stated: dict[Fact, _Statement] = defaultdict(_Statement)
    symmetric = {row for row, type_ in enumerate(types.relations) if type_ in types.symmetric}
    for reading, entity_keys in zip(readings, keys, strict=True):
        for relation in reading.relations:
            subject, object_ = entity_keys[relation.subject], entity_keys[relation.object]
            # Two names of a window may turn out to be one entity of the document.
            if subject == object_ or not {subject, object_} <= spans_by_key.keys():
                continue
            # A fact about a misread name is wrong, so the less sure of its ends counts.
            weaker = min(
                best_score(reading.entities[relation.subject].mentions),
                best_score(reading.entities[relation.object].mentions),
            )
            confidence = calibration.relation_confidence(
                relation.score, weaker, relation.apart, relation.type, relation.leads
            )
            if confidence < calibration.relation_threshold:
                continue
            # Windows may read it either way round. It is one fact, and is stated one way.
            if relation.type in symmetric:
                subject, object_ = sorted((subject, object_), key=lambda k: min(spans_by_key[k]))
            stated[subject, relation.type, object_].add(confidence, relation.attention)
    return stated


def _evidence(
    text: str,
    stated: Mapping[Fact, _Statement],
    mentions: Mapping[Key, Sequence[Mention]],
) -> dict[Fact, tuple[Evidence, ...]]:
    """Return the evidence of each fact that sentences of the document show.

    Args:
        text: The whole document.
        stated: The facts, all of them.
        mentions: Those of their ends that are reported.
    """
    if not stated:
        return {}
    document = Sentences(text, sentences(text))
    places = {key: document.places(of_entity) for key, of_entity in mentions.items()}
    evidence = {}
    for fact, statement in stated.items():
        subject, _, object_ = fact
        cited = document.showing(places[subject], places[object_], statement.attention)
        if cited:
            evidence[fact] = tuple(Evidence(span, statement.confidence) for span in cited)
    return evidence


def _uncited(
    fact: Fact, mentions: Mapping[Key, Iterable[Mention]], relation_types: Sequence[str]
) -> Rejection:
    """Say of a fact that no sentences of the document show it."""
    subject, object_ = (best_written_name(mentions[key]) for key in (fact[0], fact[2]))
    return Rejection(
        f"{subject} {relation_types[fact[1]]} {object_}",
        "has no sentences that mention both by name",
    )


def best_score(mentions: Iterable[ScoredMention]) -> float:
    """Return the score of the mention read most surely."""
    return max(mention.score for mention in mentions)
