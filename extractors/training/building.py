"""The network a configuration describes, before it has learned anything."""

import torch
from transformers import PreTrainedModel

from extractors.errors import ConfigError
from extractors.network import JointModel, Network, new_tagger
from extractors.pretrained import find_encoder, load_encoder, load_tokenizer, most_tokens
from extractors.text import TextEncoder
from extractors.training.config import TrainConfig
from extractors.training.data import Data
from extractors.training.examples import type_table
from extractors.training.lora import add_adapters
from extractors.training.warm_start import also_allow, start_from


def build_model(config: TrainConfig, data: Data) -> Network:
    """Put heads on a pretrained encoder; the seed decides the first weights of fresh ones.

    Raises:
        CheckpointError: There is no model to start from, or it is damaged.
        ConfigError: What the configuration names does not fit together.
    """
    torch.manual_seed(config.seed)
    location = find_encoder(config.model.encoder).location
    attention_dropout = config.objective.attention_dropout
    model: Network
    encoder: PreTrainedModel
    if config.model.architecture == "tagger":
        model = new_tagger(location, config.model, attention_dropout=attention_dropout)
        encoder = getattr(model.network, model.network.base_model_prefix)
    else:
        loaded = load_encoder(location, attention_dropout=attention_dropout)
        model = JointModel(loaded, config.model)
        encoder = model.encoder.base
        if encoder.config.hidden_size % config.model.block_size:
            key = "model.block_size"
            raise ConfigError(
                f"{key} should divide the encoder's width of {encoder.config.hidden_size}, which "
                f"{config.model.block_size} does not",
                key,
            )
        if config.type_constraints:
            table = type_table(data.train, config.model, config.type_constraints)
            model.allowed.copy_(torch.from_numpy(table))
            for each in config.mean:
                also_allow(model, each.model, "mean")
            if not config.schedule.epochs:
                also_allow(model, config.start_from, "start_from")
    most = most_tokens(encoder)
    if most is not None and config.model.window_tokens > most:
        key = "model.window_tokens"
        raise ConfigError(
            f"{config.model.encoder} reads at most {most} tokens at once, and {key} is "
            f"{config.model.window_tokens}",
            key,
        )
    if config.start_from:
        start_from(model, config.start_from)
    if config.schedule.freeze_embeddings:
        embeddings = [m for m in encoder.modules() if isinstance(m, torch.nn.Embedding)]
        for embedding in embeddings:
            embedding.requires_grad_(False)
    if config.lora.rank:
        add_adapters(encoder, config.lora)
    return model


def build_text_encoder(config: TrainConfig) -> TextEncoder:
    """Return what cuts texts into windows for the encoder of a configuration.

    Raises:
        CheckpointError: There is no tokenizer.
        ConfigError: Windows are too small for what they should share.
    """
    model = config.model
    tokenizer = load_tokenizer(find_encoder(model.encoder).location)
    try:
        return TextEncoder(
            tokenizer, window_tokens=model.window_tokens, overlap_tokens=model.overlap_tokens
        )
    except ValueError as error:
        raise ConfigError(f"model.window_tokens: {error}", "model.window_tokens") from error
