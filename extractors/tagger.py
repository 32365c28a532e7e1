"""A token classifier as the mention stage: one BIO tag a word, in Hugging Face's own format.

Any folder that `AutoModelForTokenClassification` saved can be used, and what training writes with
`architecture = "tagger"` is such a folder. It finds mentions and no relations; mentions of one name
and type are one entity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from transformers import AutoModelForTokenClassification, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging

from extractors.batches import inputs_of
from extractors.decoding import Reading, ScoredMention, group_by_name
from extractors.encoders import encoder_config
from extractors.encoding import Window
from extractors.errors import CheckpointError
from extractors.model import JointModel, ModelConfig

FloatArray = npt.NDArray[np.float32]

SETTINGS = ("window_tokens", "overlap_tokens", "clustering")
"""What a folder that training wrote says beside what Hugging Face says."""

_BEGINS, _GOES_ON = frozenset("BSU"), frozenset("IEL")
_ENDS = frozenset("ELSU")


@dataclass(frozen=True, slots=True)
class Tag:
    """What a label says of a word."""

    position: str
    """`B` and `I`; of other schemes also `E` or `L` for the last word, `S` or `U` for the only one;
    "" outside."""
    type: str


class Tagger(nn.Module):
    """A token classifier with what its labels mean."""

    def __init__(self, network: PreTrainedModel, config: ModelConfig) -> None:
        super().__init__()
        self.network = network
        self.encoder_prefix = f"network.{network.base_model_prefix}."
        labels = {int(index): label for index, label in (network.config.id2label or {}).items()}
        self.tags = tags_of([labels[index] for index in range(len(labels))])
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


def tags_of(labels: Sequence[str]) -> tuple[Tag, ...]:
    """Read labels: `O`, and `B-Person` or of another scheme; a bare type is one that goes on.

    Raises:
        CheckpointError: No label stands for words outside of mentions.
    """
    tags = []
    for label in labels:
        position, _, type_ = label.partition("-")
        if label in ("O", "0"):
            tags.append(Tag("", ""))
        elif type_ and position in _BEGINS | _GOES_ON:
            tags.append(Tag(position, type_))
        else:
            tags.append(Tag("I", label))
    if Tag("", "") not in tags:
        raise CheckpointError(
            f"no label O for words outside of mentions, only {', '.join(labels)}: name the labels "
            "in id2label of its config.json"
        )
    return tuple(tags)


def bio_labels(entity_types: Sequence[str]) -> list[str]:
    """Return the labels that training gives to these types."""
    return ["O", *(f"{position}-{type_}" for type_ in entity_types for position in "BI")]


@torch.inference_mode()
def read_tags(
    model: Tagger,
    windows: Sequence[Window],
    texts: Sequence[str],
    *,
    pad_id: int,
    least: float,
    bfloat16: bool,
) -> list[Reading]:
    """Read windows, each with the text of its document.

    Args:
        model: In evaluation mode, on the device to use.
        windows: One batch.
        texts: The whole text of each window's document.
        pad_id: Token id to pad with.
        least: Lowest log-odds of a mention worth keeping.
        bfloat16: Whether the encoder computes in bfloat16.
    """
    device = next(model.parameters()).device
    inputs = inputs_of(windows, pad_id).to(device)
    logits = model(inputs.token_ids, inputs.mask, bfloat16=bfloat16)
    chances = logits.softmax(-1).cpu().numpy()  # (B, T, L)
    type_index = {type_: index for index, type_ in enumerate(model.config.entity_types)}
    readings = []
    for window, text, own in zip(windows, texts, chances, strict=True):
        found = decode_tags(window, own[window.bounds[:, 0]], model.tags, type_index)
        mentions = [mention for mention in found if mention.score >= least]
        alone = model.config.clustering == "none"
        readings.append(
            Reading(window.owned, tuple(group_by_name(text, mentions, alone=alone)), ())
        )
    return readings


def decode_tags(
    window: Window, chances: FloatArray, tags: Sequence[Tag], type_index: Mapping[str, int]
) -> list[ScoredMention]:
    """Return the mentions that the likeliest tag of each unit spells.

    Sequences that BIO does not know are repaired as its scorers do: what goes on after nothing, or
    after another type, begins. A mention does not reach into the next sentence. Its score is the
    log-odds of its type at the least sure of its units.

    Args:
        window: Whose units these are.
        chances: `(U, L)` probabilities of the labels, by each unit's first token.
        tags: What the labels mean.
        type_index: The number of each type.
    """
    runs: list[tuple[list[int], str]] = []
    is_open = False
    for index, unit in enumerate(window.units):
        if unit.start == unit.end:  # white space belongs to neither side
            continue
        tag = tags[int(chances[index].argmax())]
        if tag.type not in type_index:
            is_open = False
            continue
        goes_on = (
            is_open
            and tag.position in _GOES_ON
            and runs[-1][1] == tag.type
            and window.units[runs[-1][0][-1]].sentence == unit.sentence
        )
        if goes_on:
            runs[-1][0].append(index)
        else:
            runs.append(([index], tag.type))
        is_open = tag.position not in _ENDS
    found = []
    for units, type_ in runs:
        of_type = [number for number, tag in enumerate(tags) if tag.type == type_]
        least_sure = min(float(chances[index, of_type].sum()) for index in units)
        chance = min(max(least_sure, 1e-7), 1 - 1e-7)
        start, end = units[0], units[-1] + 1
        found.append(
            ScoredMention(
                (start, end),
                window.span(start, end),
                type_index[type_],
                float(np.log(chance / (1 - chance))),
            )
        )
    return found


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
    verbosity = logging.get_verbosity()
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]  # that the layer of labels is new is no news
    try:
        network = AutoModelForTokenClassification.from_pretrained(
            location,
            config=encoder_config(
                location,
                attention_dropout,
                id2label=dict(enumerate(labels)),
                label2id={label: index for index, label in enumerate(labels)},
            ),
            ignore_mismatched_sizes=True,  # it may have been a tagger of other types
        )
    except (OSError, ValueError, KeyError) as error:
        raise CheckpointError(f"no tagger can be made of {location}: {error}") from error
    finally:
        logging.set_verbosity(verbosity)
    return Tagger(network.float(), config)


def load_tagger(folder: Path, tokenizer: PreTrainedTokenizerBase) -> Tagger:
    """Load a token classifier that Hugging Face or training saved; safetensors only.

    Raises:
        CheckpointError: It cannot be read, or its labels make no sense.
    """
    try:
        network = AutoModelForTokenClassification.from_pretrained(
            folder, use_safetensors=True, local_files_only=True
        )
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CheckpointError(
            f"no token classifier can be loaded from {folder}: {error}"
        ) from error
    own = getattr(network.config, "nightloom", {})
    if unknown := own.keys() - set(SETTINGS):
        raise CheckpointError(f"{folder}/config.json: nightloom has no {min(unknown)!r}")
    # RoBERTa counts positions from the padding token's id on.
    positions = getattr(network.config, "max_position_embeddings", None) or 512
    window_tokens = min(ModelConfig().window_tokens, positions - 2, tokenizer.model_max_length)
    settings = {"window_tokens": window_tokens, "overlap_tokens": window_tokens // 4} | own
    return Tagger(network, ModelConfig(encoder=str(folder), **settings))


def save_tagger(model: Tagger, folder: Path) -> None:
    """Write the network as Hugging Face does."""
    model.network.config.nightloom = {name: getattr(model.config, name) for name in SETTINGS}
    model.network.save_pretrained(folder)
