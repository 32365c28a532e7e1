"""Who may be one: names that meet in blocks, weighed in pairs, joined in things that hold."""

from graphdb.resolution.evidence import PEOPLES, Equation, NameEvidence, SeenFact, equations
from graphdb.resolution.exploring import Neighbourhood, Question
from graphdb.resolution.homonyms import Namesake, namesakes
from graphdb.resolution.likeness import Reason
from graphdb.resolution.meeting import LARGEST_BLOCK, blocks_of, pairs
from graphdb.resolution.names import PLACES
from graphdb.resolution.records import Known, Records, unknown
from graphdb.resolution.resolving import Decided, Findings, one_question_each, resolve_names
from graphdb.resolution.weighing import (
    AS_PUBLISHED,
    Cutoffs,
    Judgement,
    features,
    judge,
    likeness_of,
)

__all__ = [
    "AS_PUBLISHED",
    "LARGEST_BLOCK",
    "PEOPLES",
    "PLACES",
    "Cutoffs",
    "Decided",
    "Equation",
    "Findings",
    "Judgement",
    "Known",
    "NameEvidence",
    "Namesake",
    "Neighbourhood",
    "Question",
    "Reason",
    "Records",
    "SeenFact",
    "blocks_of",
    "equations",
    "features",
    "judge",
    "likeness_of",
    "namesakes",
    "one_question_each",
    "pairs",
    "resolve_names",
    "unknown",
]
