"""A trained model that another one takes something from."""

from collections.abc import Sequence

from extractors.checkpoints import Checkpoint, find_checkpoint, load
from extractors.errors import ConfigError
from extractors.network import ModelConfig


def load_donor(
    setting: str, name: str, taker: ModelConfig, *, alike: Sequence[str], remedy: str
) -> Checkpoint:
    """Load the model that a setting names, if what it gives would mean the same to the taker.

    Args:
        setting: Its key in the configuration, for the message.
        name: A shipped model or the folder of one.
        taker: The shape of the model that takes.
        alike: Keys of `ModelConfig` in which the two must agree.
        remedy: What to take instead, for the message.

    Raises:
        CheckpointError: There is no such model, or it is damaged.
        ConfigError: The two differ.
    """
    donor = load(find_checkpoint(name))
    for key in alike:
        theirs, ours = getattr(donor.model.config, key), getattr(taker, key)
        if theirs != ours:
            raise ConfigError(
                f"{setting} {name} has model.{key} = {theirs!r}, not {ours!r}: take {remedy}",
                setting,
            )
    return donor
