"""Evaluate predictions against gold, by every convention at once, and say which they are."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from extractors.evaluation.clusters import ClusterScore, cluster_score
from extractors.evaluation.conventions import Conventions
from extractors.evaluation.mentions import boundary_score, entity_score, mention_score
from extractors.evaluation.pairing import paired
from extractors.evaluation.relations import IgnScore, JudgedDocument, Match, NamedFact, judge
from extractors.evaluation.reliability import Reliability, reliability
from extractors.evaluation.scores import Figures, Score, TypedScore
from extractors.facts import Extraction


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionEvaluation:
    """Mentions by their spans alone, and with their types."""

    boundaries: Score = field(default_factory=Score)
    strict: TypedScore = field(default_factory=TypedScore)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationEvaluation:
    """Relations by exact arguments, with their types, and softly."""

    boundaries: TypedScore = field(default_factory=TypedScore)
    strict: TypedScore = field(default_factory=TypedScore)
    soft: TypedScore = field(default_factory=TypedScore)
    ign: IgnScore | None = None
    """Exact arguments, less what training stated; None where no training facts were given."""
    ign_soft: IgnScore | None = None
    """The same, softly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """How long reading took, the model already loaded."""

    n_documents: int
    n_tokens: int
    """Tokens of the texts by the model's own tokenizer, each counted once, without padding."""
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Return counts and rates as plain data that JSON can hold."""
        seconds = max(self.seconds, 1e-9)
        return {
            "seconds": self.seconds,
            "n_tokens": self.n_tokens,
            "documents_per_second": self.n_documents / seconds,
            "tokens_per_second": self.n_tokens / seconds,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """Everything measured of one set of predictions."""

    conventions: Conventions
    n_documents: int
    mentions: MentionEvaluation
    clusters: ClusterScore
    entities: TypedScore
    relations: RelationEvaluation
    calibration: Reliability
    speed: Speed | None = None
    """None where predictions came from a file."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        relations = self.relations
        return {
            "conventions": self.conventions.lines(),
            "n_documents": self.n_documents,
            "mentions": {
                "boundaries": self.mentions.boundaries.to_dict(),
                "strict": self.mentions.strict.to_dict(),
            },
            "clusters": self.clusters.to_dict(),
            "entities": self.entities.to_dict(),
            "relations": {
                "boundaries": relations.boundaries.to_dict(),
                "strict": relations.strict.to_dict(),
                "soft": relations.soft.to_dict(),
                **({"ign": relations.ign.figures.to_dict()} if relations.ign else {}),
                **(
                    {"ign_soft": relations.ign_soft.figures.to_dict()} if relations.ign_soft else {}
                ),
            },
            "calibration": self.calibration.to_dict(),
            **({"speed": self.speed.to_dict()} if self.speed else {}),
        }

    def table(self, *, by_type: bool = False) -> list[tuple[str, ...]]:
        """Return rows of text: a heading, then measure, precision, recall, F1 and counts.

        Figures are percentages, those of calibration and speed excepted.
        """
        rows: list[tuple[str, ...]] = [("measure", "P", "R", "F1", "predicted", "gold")]
        rows += self._mention_rows(by_type)
        rows += self._cluster_rows(by_type)
        rows += self._relation_rows(by_type)
        rows += self._calibration_rows()
        if self.speed:
            speed = self.speed.to_dict()
            rows.append(_plain_row("documents/s", f"{speed['documents_per_second']:.1f}"))
            rows.append(_plain_row("tokens/s", f"{speed['tokens_per_second']:.0f}"))
        return rows

    def _mention_rows(self, by_type: bool) -> list[tuple[str, ...]]:
        return [
            _row("mentions, boundaries", self.mentions.boundaries),
            *_typed_rows("mentions, strict", self.mentions.strict, by_type),
        ]

    def _cluster_rows(self, by_type: bool) -> list[tuple[str, ...]]:
        clusters = self.clusters
        if not clusters.muc.recall_whole + clusters.muc.precision_whole:
            return []  # every entity is one mention: the rows would repeat those of mentions
        return [
            _row("clusters, exact", clusters.exact),
            _row("clusters, MUC", clusters.muc.figures),
            _row("clusters, B³", clusters.b_cubed.figures),
            _row("clusters, CEAF φ4", clusters.ceaf.figures),
            ("clusters, CoNLL average", "", "", _percent(clusters.conll), "", ""),
            *_typed_rows("entities (cluster and type)", self.entities, by_type),
        ]

    def _relation_rows(self, by_type: bool) -> list[tuple[str, ...]]:
        relations = self.relations
        rows = [
            *_typed_rows("relations, boundaries", relations.boundaries, by_type),
            *_typed_rows("relations, strict", relations.strict, by_type),
            *_typed_rows("relations, soft", relations.soft, by_type),
        ]
        if relations.ign:
            rows.append(_row("relations, Ign", relations.ign.figures))
        if relations.ign_soft:
            rows.append(_row("relations, Ign, soft", relations.ign_soft.figures))
        return rows

    def _calibration_rows(self) -> list[tuple[str, ...]]:
        return [
            _plain_row("calibration: ECE", f"{self.calibration.ece:.3f}"),
            _plain_row("calibration: ECE, equal mass", f"{self.calibration.ece_equal_mass:.3f}"),
            _plain_row("calibration: Brier", f"{self.calibration.brier:.3f}"),
            *(
                (f"precision of the surest {coverage:.0%}", _percent(precision), "", "", "", "")
                for coverage, precision in self.calibration.precision_at_coverage
            ),
        ]


def evaluate(
    gold: Iterable[Extraction],
    predicted: Iterable[Extraction],
    *,
    conventions: Conventions | None = None,
    train_facts: Collection[NamedFact] | None = None,
) -> Evaluation:
    """Compare predictions with gold, document by document.

    A gold document without predictions counts as read and found empty.

    Args:
        gold: What is true of each document.
        predicted: What the model kept of each.
        conventions: What to count, where corpora differ.
        train_facts: `named_facts` of the training data, for the Ign scores.

    Raises:
        ValueError: The two sides do not speak of the same documents.
    """
    conventions = conventions or Conventions()
    sums = _Sums(conventions, train_facts)
    for truth, guess in paired(gold, predicted):
        sums.add(truth, guess)
    return sums.evaluation()


class _Sums:
    """Adds up documents, one at a time."""

    def __init__(self, conventions: Conventions, train_facts: Collection[NamedFact] | None) -> None:
        self._conventions = conventions
        self._train_facts = train_facts
        self._n_documents = 0
        self._boundaries = Score()
        self._mentions = TypedScore()
        self._entities = TypedScore()
        self._clusters = ClusterScore()
        self._relations: dict[Match, TypedScore] = {
            match: TypedScore() for match in ("boundaries", "strict", "soft")
        }
        self._n_right_known: dict[Match, int] = dict.fromkeys(self._relations, 0)
        self._confidence: list[float] = []
        self._right: list[bool] = []

    def add(self, truth: Extraction, guess: Extraction) -> None:
        """Add one document."""
        self._n_documents += 1
        self._boundaries += boundary_score(truth, guess)
        self._mentions += mention_score(truth, guess)
        self._entities += entity_score(truth, guess)
        self._clusters += cluster_score(truth, guess, singletons=self._conventions.singletons)
        for match in self._relations:
            self._add_relations(match, self._judged(match, truth, guess))

    def _judged(self, match: Match, truth: Extraction, guess: Extraction) -> JudgedDocument:
        return judge(
            truth,
            guess,
            match,
            symmetric=self._conventions.symmetric,
            known=self._train_facts or (),
        )

    def _add_relations(self, match: Match, judged: JudgedDocument) -> None:
        self._relations[match] += judged.score()
        self._n_right_known[match] += judged.n_right_known()
        if match == self._conventions.calibrated_on:
            self._confidence += [prediction.confidence for prediction in judged.predictions]
            self._right += [prediction.right for prediction in judged.predictions]

    def evaluation(self) -> Evaluation:
        """Return what was added up."""
        return Evaluation(
            conventions=self._conventions,
            n_documents=self._n_documents,
            mentions=MentionEvaluation(boundaries=self._boundaries, strict=self._mentions),
            clusters=self._clusters,
            entities=self._entities,
            relations=RelationEvaluation(
                boundaries=self._relations["boundaries"],
                strict=self._relations["strict"],
                soft=self._relations["soft"],
                ign=self._ign("boundaries"),
                ign_soft=self._ign("soft"),
            ),
            calibration=reliability(self._confidence, self._right),
        )

    def _ign(self, match: Match) -> IgnScore | None:
        if self._train_facts is None:
            return None
        return IgnScore(self._relations[match].micro, self._n_right_known[match])


def _typed_rows(name: str, score: TypedScore, by_type: bool) -> list[tuple[str, ...]]:
    rows = [_row(name, score.micro), _row(f"{name}, macro", score.macro)]
    if by_type:
        rows += [_row(f"  {type_}", of_type) for type_, of_type in score.by_type.items()]
    return rows


def _row(name: str, score: Score | Figures) -> tuple[str, ...]:
    counts = (str(score.predicted), str(score.gold)) if isinstance(score, Score) else ("", "")
    figures = (_percent(score.precision), _percent(score.recall), _percent(score.f1))
    return (name, *figures, *counts)


def _plain_row(name: str, value: str) -> tuple[str, ...]:
    return (name, "", "", value, "", "")


def _percent(value: float) -> str:
    return f"{100 * value:.1f}"
