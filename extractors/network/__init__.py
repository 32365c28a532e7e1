"""The network: one encoder pass, then heads for mentions, coreference and relations."""

from extractors.network.batches import (
    Group,
    Inputs,
    candidates_of,
    groups_of,
    inputs_of,
    pairs_of,
    sentence_distances,
)
from extractors.network.joint import JointModel
from extractors.network.tagger import (
    ENDS,
    GOES_ON,
    Network,
    Tag,
    Tagger,
    bio_labels,
    load_tagger,
    new_tagger,
    save_tagger,
)
from extractors.network.values import Candidates, Groups, ModelConfig, Pairs

__all__ = [
    "ENDS",
    "GOES_ON",
    "Candidates",
    "Group",
    "Groups",
    "Inputs",
    "JointModel",
    "ModelConfig",
    "Network",
    "Pairs",
    "Tag",
    "Tagger",
    "bio_labels",
    "candidates_of",
    "groups_of",
    "inputs_of",
    "load_tagger",
    "new_tagger",
    "pairs_of",
    "save_tagger",
    "sentence_distances",
]
