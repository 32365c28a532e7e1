"""R-Drop: how far two readings of one batch are apart."""

import json
import shutil
from dataclasses import replace

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import Bernoulli, Categorical, kl_divergence

from extractors.errors import ConfigError
from extractors.training import consistency, run

logits = st.lists(st.tuples(*[st.floats(-20, 20, width=32)] * 6), min_size=1, max_size=5).map(
    lambda rows: torch.tensor(rows, dtype=torch.float64).reshape(-1, 2, 3).unbind(1)
)
"""Two readings of any three classes."""


@given(logits)
def test_any_two_readings_are_as_far_apart_as_divergences_say(readings):
    one, other = readings
    classes = [Categorical(logits=each) for each in readings]
    chances = [Bernoulli(logits=each) for each in readings]

    def both_ways(left, right):
        return (kl_divergence(left, right) + kl_divergence(right, left)) / 2

    expected = both_ways(*classes).mean(), both_ways(*chances).sum(-1).mean()
    found = consistency.of_classes(one, other), consistency.of_chances(one, other)
    assert torch.allclose(torch.stack(found), torch.stack(expected), atol=1e-6)


@pytest.mark.parametrize("dropout", [0.0, 0.5])
def test_two_readings_differ_by_their_dropouts_alone(config, tmp_path, dropout):
    """Wrong mentions and pairs are shown alike."""
    encoder = shutil.copytree(config.model.encoder, tmp_path / "encoder")
    settings = json.loads((encoder / "config.json").read_text())
    settings |= {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout}
    (encoder / "config.json").write_text(json.dumps(settings))
    config = replace(
        config,
        model=replace(config.model, encoder=str(encoder), dropout=dropout),
        objective=replace(config.objective, consistency_weight=1.0, shape_dropout=0.0),
        schedule=replace(config.schedule, epochs=2, misread_after=1),
    )

    apart = [step.parts["consistency"] for step in run(config, tmp_path / "model")]

    assert all(each > 1e-3 for each in apart) if dropout else max(apart) < 1e-6


def test_a_tagger_is_not_read_twice(config):
    tagger = replace(config.model, architecture="tagger")
    objective = replace(config.objective, consistency_weight=1.0)

    with pytest.raises(ConfigError, match="tagger"):
        replace(config, model=tagger, objective=objective)
