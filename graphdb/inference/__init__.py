"""The inference engine: derived facts that follow from stated ones, and go with them."""

from graphdb.inference.engine import InferenceConfig, InferenceReport, infer
from graphdb.inference.values import Blend

__all__ = ["Blend", "InferenceConfig", "InferenceReport", "infer"]
