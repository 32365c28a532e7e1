"""The joint network: one encoder pass, then heads for mentions, coreference and relations.

tokens ─► Encoder ─► hidden ─┬─► MentionHead      every span up to a width
├─► GroupPooler ─┬─► CoreferenceHead   pairs of names
│                └─► RelationHead ◄─ attention over the window
└────────────────────────┘
"""

import torch
from torch import Tensor, nn
from transformers import PreTrainedModel

from extractors.network.coreference import CoreferenceHead
from extractors.network.encoder import Encoder, keep_layers
from extractors.network.mentions import MentionHead
from extractors.network.pooling import GroupPooler
from extractors.network.relations import RelationHead
from extractors.network.values import ModelConfig


class JointModel(nn.Module):
    """Encoder and heads; `training` and `extractor.py` call its parts in turn."""

    encoder_prefix = "encoder.base."
    """How the names of the pretrained parameters begin."""

    allowed: Tensor

    def __init__(self, encoder: PreTrainedModel, config: ModelConfig) -> None:
        super().__init__()
        self.config = config
        if config.encoder_layers:
            keep_layers(encoder, config.encoder_layers)
        self.encoder = Encoder(encoder, structure=config.structure, n_guides=len(config.guides))
        hidden_size = self.encoder.hidden_size
        self.mention_head = MentionHead(hidden_size, config)
        self.group_pooler = GroupPooler(hidden_size, config.max_width)
        self.coreference_head = CoreferenceHead(hidden_size, config)
        self.relation_head = RelationHead(hidden_size, config)
        n_types, n_relations = len(config.entity_types), len(config.relation_types)
        # Which relation may join which types: what the training data show, all of it if unset.
        self.register_buffer("allowed", torch.ones(n_types, n_types, n_relations, dtype=torch.bool))
