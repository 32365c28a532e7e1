"""What a configuration says about the network it begins with."""

from dataclasses import replace

import pytest
from torch import nn

from extractors.errors import ConfigError
from extractors.training.building import build_model
from extractors.training.data import read_data, with_types
from tests.extractors.tiny import KINDS


def attention_dropouts(config, architecture: str) -> list[float]:
    """The dropouts of a network in training that are not as any other."""
    config = replace(config, model=replace(config.model, architecture=architecture))
    data = read_data(config)
    model = build_model(with_types(config, data), data)
    return [m.p for m in model.modules() if isinstance(m, nn.Dropout) and m.p not in (0.0, 0.1)]


@pytest.mark.parametrize("architecture", ["joint", "tagger"])
@pytest.mark.parametrize("kind", KINDS)
def test_attention_has_the_dropout_that_is_wanted(config, encoder_folders, kind, architecture):
    folder = str(encoder_folders[kind])
    config = replace(config, model=replace(config.model, encoder=folder))
    wanted = replace(config, objective=replace(config.objective, attention_dropout=0.4))

    assert attention_dropouts(config, architecture) == []
    assert attention_dropouts(wanted, architecture) == [0.4, 0.4]  # two layers


def test_a_dropout_that_leaves_nothing_is_refused(config):
    with pytest.raises(ConfigError, match=r"objective\.attention_dropout should be below 1"):
        replace(config, objective=replace(config.objective, attention_dropout=1.5))
