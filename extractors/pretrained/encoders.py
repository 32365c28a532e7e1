"""Loads pretrained encoders and tokenizers from folders or a hub, and never runs code of theirs."""

from logging import getLogger
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

from extractors.errors import CheckpointError, ConfigError
from extractors.pretrained.bert import weights_digest
from extractors.pretrained.quiet import no_progress_bar, no_remarks
from extractors.pretrained.sources import names_without_hub

logger = getLogger(__name__)

READ_SAFELY = {"use_safetensors": True, "trust_remote_code": False}
"""How weights are loaded: a pickle or a model's own code would run whatever is in it."""

_ATTENTION_DROPOUTS = ("attention_probs_dropout_prob", "attention_dropout", "attn_pdrop")
"""What the families of encoders call the dropout on their attention."""


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
        with no_progress_bar(), no_remarks():
            model, info = AutoModel.from_pretrained(
                location,
                config=encoder_config(location, attention_dropout),
                output_loading_info=True,
                **READ_SAFELY,
            )
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise CheckpointError(unreadable("encoder", location, error)) from error
    # The pooler is dropped below: whether it was there is all the same.
    missing_names = sorted(name for name in info["missing_keys"] if "pooler" not in name)
    if missing_names:
        logger.warning(
            "%d parameters of the encoder %s are not in its files and begin at random, the first "
            "is %s: is the folder complete?",
            len(missing_names),
            location,
            missing_names[0],
        )
    return without_pooler(model.float())


def encoder_config(location: str, attention_dropout: float, **changes: Any) -> PreTrainedConfig:
    """Read the configuration of an encoder.

    Args:
        location: A folder or a hub name.
        attention_dropout: Dropout on attention while training; below 0 it is the encoder's own.
        **changes: What else should be otherwise.

    Raises:
        OSError, ValueError: There is none, or it cannot be read.
        ConfigError: Its attention knows no dropout, and some is wanted.
    """
    config: PreTrainedConfig = AutoConfig.from_pretrained(
        location, trust_remote_code=False, **changes
    )
    if attention_dropout >= 0:
        dropouts = [name for name in _ATTENTION_DROPOUTS if hasattr(config, name)]
        if not dropouts:
            key = "objective.attention_dropout"
            raise ConfigError(f"the attention of {location} knows no dropout: leave out {key}", key)
        for name in dropouts:
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
    model: PreTrainedModel = AutoModel.from_config(  # type: ignore[no-untyped-call]
        encoder_config(folder, -1.0), trust_remote_code=False
    )
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
        tokenizer = AutoTokenizer.from_pretrained(location, use_fast=True, trust_remote_code=False)
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise CheckpointError(unreadable("tokenizer", location, error)) from error
    if not tokenizer.is_fast:
        raise CheckpointError(f"{location} has no fast tokenizer, and offsets need one")
    return tokenizer


def unreadable(what: str, location: str, error: Exception) -> str:
    """Return why nothing could be loaded, and the way out."""
    folder = Path(location)
    if folder.is_dir():
        pickles = sorted(path.name for path in folder.glob("*.bin"))
        if what != "tokenizer" and pickles and not any(folder.glob("*.safetensors")):
            return (
                f"{location} holds its weights as a pickle ({pickles[0]}), which may run anything "
                "when it is read: save them as safetensors"
            )
        hint = ""
    elif "safetensors" in str(error):
        hint = " (only safetensors are read, for a pickle may run anything)"
    else:
        hint = f" (without a hub there are {', '.join(names_without_hub())}, and folders)"
    return f"no {what} can be loaded from {location}{hint}: {error}"


def weights_sha256(model: PreTrainedModel) -> str:
    """Return a digest of all weights, the same wherever they were loaded from."""
    return weights_digest(
        {name: tensor.detach().cpu().numpy() for name, tensor in model.state_dict().items()}
    )
