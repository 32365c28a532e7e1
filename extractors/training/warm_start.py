"""Begins a training with what another model has learned, as far as the two are alike.

What the encoder and the heads know of names and relations is taken over whole. What stands for one
type of entity or relation is taken over by the type's name: types that only one of them has begin
afresh.
"""

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.errors import ConfigError
from extractors.network import JointModel, ModelConfig, Network
from extractors.training.donor import load_donor

_BETWEEN = tuple(
    f"relation_head.{end}_{part}.weight"
    for end in ("subject", "object")
    for part in ("between", "order")
)

Index = tuple[npt.NDArray[Any], ...]


def start_from(model: Network, name: str) -> None:
    """Give a new model the weights of a trained one.

    Args:
        model: Where to put them; on the processor, as the other.
        name: A shipped model or the folder of one.

    Raises:
        CheckpointError: There is no such model, or it is damaged.
        ConfigError: It has another encoder or architecture, so that nothing could be taken over.
    """
    donor = load_donor(
        "start_from",
        name,
        model.config,
        alike=("architecture", "encoder"),
        remedy="a model that was trained with the same",
    ).model
    if not isinstance(model, JointModel):
        raise ConfigError("start_from is for joint models, not a tagger", "start_from")
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
