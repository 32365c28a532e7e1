"""Compare the relations of two extractions of one document: exactly, strictly and softly.

    boundaries   label, and both arguments have exactly the gold mentions
    strict       and both arguments have the gold types
    soft         label, and both arguments share at least one mention with the gold arguments

Direction matters, except for labels named symmetric: those are counted once, whichever way round.
Relations are de-duplicated on both sides; of equal predictions the most confident one stays.
With one mention to an entity, as in sentence corpora, boundaries and strict are the usual scores
of relations between mentions.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from extractors.calibration import f1
from extractors.evaluation.scores import (
    Figures,
    Score,
    TypedScore,
    ratio,
    typed_score,
)
from extractors.facts import Entity, Extraction

Match = Literal["boundaries", "strict", "soft"]
Place = tuple[int, int]
NamedFact = tuple[str, str, str]
"""Subject name, relation type, object name."""


@dataclass(frozen=True, slots=True)
class Argument:
    """What counts of an entity when relations are compared."""

    places: frozenset[Place]
    type: str


@dataclass(frozen=True, slots=True)
class RelationKey:
    """What counts of a relation when relations are compared."""

    type: str
    subject: Argument
    object: Argument

    def without_types(self) -> "RelationKey":
        """Return the key with the types of both arguments blanked."""
        return RelationKey(
            self.type, Argument(self.subject.places, ""), Argument(self.object.places, "")
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """One prediction, how sure the model was, and which gold relations it meets."""

    type: str
    confidence: float
    meets: tuple[int, ...]
    """Indices into the document's gold relations; empty when the prediction is wrong."""

    @property
    def right(self) -> bool:
        """Say whether it meets a gold relation."""
        return bool(self.meets)


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """The predictions of one document, judged, and the types of its gold relations."""

    predictions: tuple[Judged, ...]
    gold_types: tuple[str, ...]
    gold_known: tuple[bool, ...]
    """Per gold relation, whether training already stated it between entities of those names."""

    def score(self) -> TypedScore:
        """Count what is right and what was found, per relation type."""
        met = {index for judged in self.predictions for index in judged.meets}
        return typed_score(
            right=(judged.type for judged in self.predictions if judged.right),
            predicted=(judged.type for judged in self.predictions),
            found=(self.gold_types[index] for index in met),
            gold=self.gold_types,
        )

    def n_right_known(self) -> int:
        """Count the right predictions that training already stated."""
        return sum(
            any(self.gold_known[index] for index in judged.meets) for judged in self.predictions
        )


@dataclass(frozen=True, slots=True)
class IgnScore:
    """A score whose precision leaves out what training already stated (DocRED's Ign F1)."""

    score: Score
    n_right_known: int

    @property
    def figures(self) -> Figures:
        """Precision without the known facts, recall over all, and their F1."""
        precision = ratio(
            self.score.right - self.n_right_known, self.score.predicted - self.n_right_known
        )
        recall = self.score.recall
        return Figures(precision=precision, recall=recall, f1=f1(precision, recall))


def judge(
    gold: Extraction,
    predicted: Extraction,
    match: Match,
    *,
    symmetric: Collection[str] = (),
    known: Collection[NamedFact] = (),
) -> JudgedDocument:
    """Say of every predicted relation of a document which gold relations it meets."""
    finder: SoftMatcher | _Exactly
    if match == "soft":
        finder = SoftMatcher(gold, symmetric)
    else:
        finder = _Exactly(list(_keys(gold, symmetric)), match)
    return JudgedDocument(
        predictions=tuple(
            Judged(key.type, confidence, finder.meets(key))
            for key, confidence in _predictions(predicted, match, symmetric).items()
        ),
        gold_types=tuple(key.type for key in finder.gold),
        gold_known=_known(gold, finder.gold, known) if known else (False,) * len(finder.gold),
    )


def named_facts(extractions: Iterable[Extraction]) -> frozenset[NamedFact]:
    """Return every stated relation under every pair of names of its two arguments."""
    return frozenset(
        (subject.text, relation.type, object_.text)
        for extraction in extractions
        for relation in extraction.relations
        for subject in relation.subject.mentions
        for object_ in relation.object.mentions
    )


class _Exactly:
    """Finds the gold relation that a prediction equals."""

    def __init__(self, gold: Sequence[RelationKey], match: Match) -> None:
        self.gold = list(dict.fromkeys(_as_compared(key, match) for key in gold))
        self._index_by_key = {key: index for index, key in enumerate(self.gold)}

    def meets(self, key: RelationKey) -> tuple[int, ...]:
        index = self._index_by_key.get(key)
        return () if index is None else (index,)


class SoftMatcher:
    """Finds the gold relations with whose arguments a prediction shares mentions.

    Training judges by it after every epoch and `judge` afterwards, so that "soft" means one thing.
    """

    def __init__(self, gold: Extraction, symmetric: Collection[str]) -> None:
        self.gold = list(dict.fromkeys(key.without_types() for key in _keys(gold, symmetric)))
        self._symmetric = symmetric
        self._as_subject: dict[tuple[str, Place], set[int]] = {}
        self._as_object: dict[tuple[str, Place], set[int]] = {}
        for index, key in enumerate(self.gold):
            for place in key.subject.places:
                self._as_subject.setdefault((key.type, place), set()).add(index)
            for place in key.object.places:
                self._as_object.setdefault((key.type, place), set()).add(index)

    def meets(self, key: RelationKey) -> tuple[int, ...]:
        """Return the indices in `gold` of what a prediction meets.

        Types of arguments say nothing; without direction either way round will do.
        """
        met = self._meets(key.type, key.subject.places, key.object.places)
        if key.type in self._symmetric:
            met |= self._meets(key.type, key.object.places, key.subject.places)
        return tuple(sorted(met))

    def _meets(self, type_: str, subject: Iterable[Place], object_: Iterable[Place]) -> set[int]:
        of_subject: set[int] = set()
        of_object: set[int] = set()
        for place in subject:
            of_subject |= self._as_subject.get((type_, place), set())
        for place in object_:
            of_object |= self._as_object.get((type_, place), set())
        return of_subject & of_object


def _predictions(
    predicted: Extraction, match: Match, symmetric: Collection[str]
) -> dict[RelationKey, float]:
    """Return the predictions as compared, each once, with its highest confidence."""
    confidence_by_key: dict[RelationKey, float] = {}
    pairs = zip(_keys(predicted, symmetric), predicted.relations, strict=True)
    for full_key, relation in pairs:
        key = _as_compared(full_key, match)
        confidence_by_key[key] = max(relation.confidence, confidence_by_key.get(key, 0.0))
    return confidence_by_key


def _as_compared(key: RelationKey, match: Match) -> RelationKey:
    return key if match == "strict" else key.without_types()


def _keys(extraction: Extraction, symmetric: Collection[str]) -> Iterator[RelationKey]:
    argument_by_entity = {entity: _argument(entity) for entity in extraction.entities}
    for relation in extraction.relations:
        subject = argument_by_entity[relation.subject]
        object_ = argument_by_entity[relation.object]
        # Both orders of a type without direction become one key, and so one relation.
        if relation.type in symmetric and _order(object_) < _order(subject):
            subject, object_ = object_, subject
        yield RelationKey(relation.type, subject, object_)


def _argument(entity: Entity) -> Argument:
    return Argument(places_of(entity), entity.type)


def _order(argument: Argument) -> tuple[list[Place], str]:
    return sorted(argument.places), argument.type


def places_of(entity: Entity) -> frozenset[Place]:
    """Return where an entity is mentioned, as pairs of start and end."""
    return frozenset((mention.span.start, mention.span.end) for mention in entity.mentions)


def _known(
    gold: Extraction, keys: Sequence[RelationKey], known: Collection[NamedFact]
) -> tuple[bool, ...]:
    text = gold.document.text
    return tuple(
        any(
            (text[slice(*subject)], key.type, text[slice(*object_)]) in known
            for subject in key.subject.places
            for object_ in key.object.places
        )
        for key in keys
    )
