"""Begins or mixes a training with what another model has learned, as far as the two are alike.

What the encoder and the heads know of names and relations is taken over whole. What stands for one
type of entity or relation is taken over by the type's name: types that only one of them has begin
afresh.
"""

from collections.abc import Hashable, Sequence
from copy import deepcopy
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from extractors.errors import ConfigError
from extractors.network import JointModel, ModelConfig, Network
from extractors.training.donor import load_donor

_BETWEEN = tuple(
    f"relation_head.{end}_{part}.weight"
    for end in ("subject", "object")
    for part in ("between", "order")
)

Index = tuple[npt.NDArray[Any], ...]


def start_from(model: Network, name: str, setting: str = "start_from") -> None:
    """Give a new model the weights of a trained one.

    Args:
        model: Where to put them; on the processor, as the other.
        name: A shipped model or the folder of one.
        setting: Which key of the configuration names it.

    Raises:
        CheckpointError: There is no such model, or it is damaged.
        ConfigError: It has another encoder or architecture, so that nothing could be taken over.
    """
    donor = _donor(setting, name, model.config)
    if not isinstance(model, JointModel):
        raise ConfigError(f"{setting} is for joint models, not a tagger", setting)
    our_axes, their_axes = _named_axes(model.config), _named_axes(donor.config)
    weights = model.state_dict()
    if model.config.between and not donor.config.between:
        # What stands between two names says nothing yet, or it would drown what was learned.
        for parameter in _BETWEEN:
            weights[parameter].zero_()
    for parameter, given in donor.state_dict().items():
        # `allowed` says which types the new training data join, not what was learned.
        if parameter == "allowed" or parameter not in weights:
            continue
        ours, theirs = (axes.get(parameter, ()) for axes in (our_axes, their_axes))
        if weights[parameter].shape[len(ours) :] == given.shape[len(theirs) :]:
            to, origin = _rows(ours, theirs)  # all of it where no axis has names
            weights[parameter].numpy()[to] = given.numpy()[origin]


def weights_of(model: Network, name: str) -> dict[str, Tensor]:
    """Return the weights of a trained model, to be mixed into a model of other types.

    Args:
        model: Into which; it stays as it is.
        name: A shipped model or the folder of one.

    Returns:
        The model's parameters by name, on the processor; NaN where the other says nothing.

    Raises:
        CheckpointError, ConfigError: As `start_from`.
    """
    other = deepcopy(model).cpu()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.fill_(torch.nan)
    start_from(other, name, "mean")
    return {name: parameter.detach() for name, parameter in other.named_parameters()}


def also_allow(model: JointModel, name: str, setting: str) -> None:
    """Let a model look for relations between the types between which a trained one does.

    Args:
        model: Whose table of types gets more.
        name: A shipped model or the folder of one.
        setting: Which key of the configuration names it.

    Raises:
        CheckpointError, ConfigError: As `start_from`.
    """
    donor = _donor(setting, name, model.config)
    to, origin = _rows(*map(_allowed_axes, (model.config, donor.config)))
    model.allowed.numpy()[to] |= donor.get_buffer("allowed").numpy()[origin]


def _donor(setting: str, name: str, taker: ModelConfig) -> Network:
    return load_donor(
        setting,
        name,
        taker,
        alike=("architecture", "encoder"),
        remedy="a model that was trained with the same",
    ).model


def _allowed_axes(config: ModelConfig) -> tuple[Sequence[Hashable], ...]:
    return (config.entity_types, config.entity_types, config.relation_types)


def _named_axes(config: ModelConfig) -> dict[str, tuple[Sequence[Hashable], ...]]:
    """Say for each parameter what the rows of its first axes stand for."""
    entities, relations = config.entity_types, config.relation_types
    some_entity, some_relation = ("", *entities), ("", *relations)
    widths = range(config.max_width + 1)
    return {
        "encoder.guides.weight": (("", *config.guides),),
        "mention_head.pool.width.weight": (widths,),
        "mention_head.score.2.weight": (some_entity,),
        "mention_head.score.2.bias": (some_entity,),
        "group_pooler.pool.width.weight": (widths,),
        "relation_head.subject_type.weight": (entities,),
        "relation_head.object_type.weight": (entities,),
        "relation_head.bilinear.weight": (some_relation,),
        "relation_head.bilinear.bias": (some_relation,),
        "relation_head.types": (entities, entities, some_relation),
    }


def _rows(
    ours: Sequence[Sequence[Hashable]], theirs: Sequence[Sequence[Hashable]]
) -> tuple[Index, Index]:
    """Return where what both have names for stands in our array and in theirs."""
    shared = [
        [row for row in mine if row in yours] for mine, yours in zip(ours, theirs, strict=True)
    ]

    def index(axes: Sequence[Sequence[Hashable]]) -> Index:
        named = zip(axes, shared, strict=True)
        return np.ix_(*([axis.index(row) for row in rows] for axis, rows in named))

    return index(ours), index(theirs)
