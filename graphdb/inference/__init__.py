"""The inference engine: derived facts that follow from stated ones, and go with them."""

from graphdb.inference.engine import infer
from graphdb.inference.inference import InferenceConfig, InferenceReport
from graphdb.inference.questions import Answer, about_entities
from graphdb.inference.trial import RuleTrial, try_rule
from graphdb.inference.values import Blend

__all__ = [
    "Answer",
    "Blend",
    "InferenceConfig",
    "InferenceReport",
    "RuleTrial",
    "about_entities",
    "infer",
    "try_rule",
]
