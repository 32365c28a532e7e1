"""A token classifier as the mention stage: one BIO tag a word, in Hugging Face's own format.

Any folder that `AutoModelForTokenClassification` saved can be used, and what training writes with
`architecture = "tagger"` is such a folder. It finds mentions and no relations; mentions of one name
and type are one entity.
"""

from dataclasses import replace
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerBase

from extractors.errors import CheckpointError
from extractors.network.joint import JointModel
from extractors.network.labels import bio_labels, tags_of
from extractors.network.values import ModelConfig
from extractors.pretrained import (
    READ_SAFELY,
    encoder_config,
    no_progress_bar,
    no_remarks,
    unreadable,
)

SETTINGS = ("window_tokens", "overlap_tokens", "clustering")
"""What a folder that training wrote says beside what Hugging Face says."""


class Tagger(nn.Module):
    """A token classifier with what its labels mean."""

    def __init__(self, network: PreTrainedModel, config: ModelConfig) -> None:
        super().__init__()
        self.network = network
        self.encoder_prefix = f"network.{network.base_model_prefix}."
        labels = {int(index): label for index, label in (network.config.id2label or {}).items()}
        self.tags = tags_of([labels[index] for index in range(len(labels))])
        # A folder of somebody else's has no types but those of its labels.
        types = sorted({tag.type for tag in self.tags if tag.type})
        self.config = replace(
            config,
            architecture="tagger",
            entity_types=config.entity_types or tuple(types),
            relation_types=(),
        )

    def forward(self, token_ids: Tensor, mask: Tensor, *, bfloat16: bool = False) -> Tensor:
        """Return `(B, T, L)` logits of the labels in float32, whatever it computes in."""
        with torch.autocast(token_ids.device.type, torch.bfloat16, enabled=bfloat16):
            logits: Tensor = self.network(
                input_ids=token_ids, attention_mask=mask.to(torch.int64)
            ).logits
        return logits.float()


Network = JointModel | Tagger
"""What a checkpoint may hold."""


def new_tagger(location: str, config: ModelConfig, *, attention_dropout: float = -1.0) -> Tagger:
    """Put a fresh layer of labels for the types of a configuration on a pretrained encoder.

    Args:
        location: A folder or a hub name.
        config: With the types.
        attention_dropout: Of `encoder_config`.

    Raises:
        CheckpointError: There is no such encoder, or nothing that tags can be made of it.
        ConfigError: Its attention knows no dropout, and some is wanted.
    """
    labels = bio_labels(config.entity_types)
    try:
        with no_progress_bar(), no_remarks():
            network = AutoModelForTokenClassification.from_pretrained(
                location,
                config=encoder_config(
                    location,
                    attention_dropout,
                    id2label=dict(enumerate(labels)),
                    label2id={label: index for index, label in enumerate(labels)},
                ),
                ignore_mismatched_sizes=True,  # it may have been a tagger of other types
                **READ_SAFELY,
            )
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise CheckpointError(unreadable("tagger", location, error)) from error
    # Some encoders are published in half precision, in which small steps of training get lost.
    return Tagger(network.float(), config)


def load_tagger(folder: Path, tokenizer: PreTrainedTokenizerBase) -> Tagger:
    """Load a token classifier that Hugging Face or training saved; safetensors only.

    Raises:
        CheckpointError: It cannot be read, or its labels make no sense.
    """
    try:
        with no_progress_bar():
            network = AutoModelForTokenClassification.from_pretrained(
                folder, local_files_only=True, **READ_SAFELY
            )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CheckpointError(unreadable("token classifier", str(folder), error)) from error
    trained_with = getattr(network.config, "nightloom", {})
    if unknown := trained_with.keys() - set(SETTINGS):
        raise CheckpointError(f"{folder}/config.json: nightloom has no {min(unknown)!r}")
    # RoBERTa counts positions from the padding token's id on.
    positions = getattr(network.config, "max_position_embeddings", None) or 512
    window_tokens = min(ModelConfig().window_tokens, positions - 2, tokenizer.model_max_length)
    settings = {"window_tokens": window_tokens, "overlap_tokens": window_tokens // 4}
    return Tagger(network, ModelConfig(encoder=str(folder), **settings | trained_with))


def save_tagger(model: Tagger, folder: Path) -> None:
    """Write the network as Hugging Face does."""
    model.network.config.nightloom = {name: getattr(model.config, name) for name in SETTINGS}
    model.network.save_pretrained(folder)
