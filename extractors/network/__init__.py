"""The network: one encoder pass, then heads for mentions, coreference and relations.

What the network consists of needs torch, and is loaded when it is first asked for. The arrays that
go into it and its configuration need numpy alone.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.network.arrays import (
    candidate_arrays,
    group_arrays,
    input_arrays,
    pair_arrays,
    sentence_distances,
)
from extractors.network.labels import ENDS, GOES_ON, Tag, bio_labels
from extractors.network.values import (
    DISTANCE_BUCKETS,
    N_STRING_FEATURES,
    ORDER_BUCKETS,
    Candidates,
    Group,
    Groups,
    Inputs,
    ModelConfig,
    Pairs,
    Spans,
)

if TYPE_CHECKING:
    from extractors.network.batches import (
        candidates_of,
        groups_of,
        inputs_of,
        on_device,
        pairs_of,
    )
    from extractors.network.joint import JointModel
    from extractors.network.tagger import Network, Tagger, load_tagger, new_tagger, save_tagger

__all__ = [
    "DISTANCE_BUCKETS",
    "ENDS",
    "GOES_ON",
    "N_STRING_FEATURES",
    "ORDER_BUCKETS",
    "Candidates",
    "Group",
    "Groups",
    "Inputs",
    "JointModel",
    "ModelConfig",
    "Network",
    "Pairs",
    "Spans",
    "Tag",
    "Tagger",
    "bio_labels",
    "candidate_arrays",
    "candidates_of",
    "group_arrays",
    "groups_of",
    "input_arrays",
    "inputs_of",
    "load_tagger",
    "new_tagger",
    "on_device",
    "pair_arrays",
    "pairs_of",
    "save_tagger",
    "sentence_distances",
]

_OF_BATCHES = ("candidates_of", "groups_of", "inputs_of", "on_device", "pairs_of")


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = "batches" if name in _OF_BATCHES else "joint" if name == "JointModel" else "tagger"
    return getattr(import_module(f"{__name__}.{module}"), name)
