"""Begins a training with what another model has learned, as far as the two are alike.

What the encoder and the heads know of names and relations is taken over whole. What stands for one
type of entity or relation is taken over by the type's name: types that only one of them has begin
afresh.
"""

from collections.abc import Hashable, Sequence

import torch

from extractors.checkpoint import load
from extractors.errors import ConfigError
from extractors.fingerprints import find_checkpoint
from extractors.model import JointModel, ModelConfig
from extractors.tagger import Network


def start_from(model: Network, name: str) -> None:
    """Give a new model the weights of a trained one.

    Args:
        model: Where to put them.
        name: A shipped model or the folder of one.

    Raises:
        CheckpointError: There is no such model, or it is damaged.
        ConfigError: It has another encoder or architecture, so that nothing could be taken over.
    """
    donor = load(find_checkpoint(name)).model
    for key in ("architecture", "encoder"):
        theirs, ours = getattr(donor.config, key), getattr(model.config, key)
        if theirs != ours:
            raise ConfigError(
                f"start_from {name} has model.{key} = {theirs!r}, not {ours!r}: take a model that "
                "was trained with the same",
                "start_from",
            )
    if not isinstance(model, JointModel):
        raise ConfigError("start_from is for joint models, not a tagger", "start_from")
    our_axes, their_axes = _named_axes(model.config), _named_axes(donor.config)
    own = model.state_dict()
    for parameter, given in donor.state_dict().items():
        if parameter == "allowed" or parameter not in own:
            continue
        ours, theirs = (axes.get(parameter, ()) for axes in (our_axes, their_axes))
        if own[parameter].shape[len(ours) :] == given.shape[len(theirs) :]:
            _copy(own[parameter], ours, given, theirs)


def _named_axes(config: ModelConfig) -> dict[str, tuple[Sequence[Hashable], ...]]:
    """Say for each parameter what the rows of its first axes stand for."""
    entities, relations = config.entity_types, config.relation_types
    some_entity, some_relation = ("", *entities), ("", *relations)
    widths = range(config.max_width + 1)
    return {
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


def _copy(
    own: torch.Tensor,
    ours: Sequence[Sequence[Hashable]],
    given: torch.Tensor,
    theirs: Sequence[Sequence[Hashable]],
) -> None:
    if not ours:
        own.copy_(given)
        return
    to, origin = [], []
    for our_rows, their_rows in zip(ours, theirs, strict=True):
        shared = [row for row in our_rows if row in their_rows]
        to.append(torch.tensor([our_rows.index(row) for row in shared], dtype=torch.long))
        origin.append(torch.tensor([their_rows.index(row) for row in shared], dtype=torch.long))
    # The outer product of the rows of each axis, as numpy's `ix_`.
    own[torch.meshgrid(*to, indexing="ij")] = given[torch.meshgrid(*origin, indexing="ij")]
