"""Compare what a model found with what is true: scores, curves, calibration.

Gold and predictions are both `Extraction`s of `extractors.facts`, brought together by document id.
"""

from extractors.evaluation.behaviours import BehaviourTable, Case, judge_cases, read_cases
from extractors.evaluation.clusters import ClusterScore, compare_clusters
from extractors.evaluation.conventions import Conventions
from extractors.evaluation.curves import Curve, curve, relation_curve
from extractors.evaluation.pairing import nothing_found, paired
from extractors.evaluation.plots import precision_recall_plot, reliability_plot
from extractors.evaluation.relations import (
    Argument,
    Match,
    NamedFact,
    RelationKey,
    SoftMatcher,
    judge,
    named_facts,
)
from extractors.evaluation.reliability import Bin, Reliability, reliability
from extractors.evaluation.report import Evaluation, Speed, evaluate
from extractors.evaluation.scores import Figures, Score, TypedScore

__all__ = [
    "Argument",
    "BehaviourTable",
    "Bin",
    "Case",
    "ClusterScore",
    "Conventions",
    "Curve",
    "Evaluation",
    "Figures",
    "Match",
    "NamedFact",
    "RelationKey",
    "Reliability",
    "Score",
    "SoftMatcher",
    "Speed",
    "TypedScore",
    "compare_clusters",
    "curve",
    "evaluate",
    "judge",
    "judge_cases",
    "named_facts",
    "nothing_found",
    "paired",
    "precision_recall_plot",
    "read_cases",
    "relation_curve",
    "reliability",
    "reliability_plot",
]
