"""Optimisers, learning rates over steps and over layers."""

from typing import get_args

import pytest

from extractors.training.optimization import (
    OPTIMIZERS,
    LearningRateSchedule,
    ScheduleConfig,
    build_optimizer,
    learning_rate_share,
)
from tests.extractors.tiny import tiny_checkpoint


def shares(steps, **settings) -> list[float]:
    return [learning_rate_share(step, 100, ScheduleConfig(**settings)) for step in steps]


def test_a_trapezoid_rises_stays_and_falls():
    found = shares((1, 10, 40, 75, 100), warm_up=0.1, cool_down=0.5)

    assert found == pytest.approx([0.1, 1.0, 1.0, 0.52, 0.02])


@pytest.mark.parametrize(
    ("name", "middle", "last"), [("constant", 1, 1), ("linear", 0.5, 0.01), ("cosine", 0.5, 0.0)]
)
def test_schedules_start_full_and_end_as_named(name, middle, last):
    found = shares((1, 51, 100), warm_up=0.0, learning_rate_schedule=name)

    assert found == pytest.approx([1.0, middle, last], abs=0.001)


@pytest.mark.parametrize("name", get_args(LearningRateSchedule))
def test_every_schedule_warms_up(name):
    found = shares((1, 5, 10), warm_up=0.2, cool_down=0.2, learning_rate_schedule=name)

    assert found == pytest.approx([0.05, 0.25, 0.5])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer_goes_downhill(name, encoder_folders):
    model = tiny_checkpoint(encoder_folders["bert"]).model.train()
    optimizer = build_optimizer(model, ScheduleConfig(optimizer=name, weight_decay=0.0))
    weights = [p for p in model.parameters() if p.requires_grad]
    before = sum(p.square().sum() for p in weights).item()
    for _ in range(3):
        sum(p.square().sum() for p in weights).backward()
        optimizer.step()
        optimizer.zero_grad()

    assert sum(p.square().sum() for p in weights).item() < before


def test_matrices_decay_and_vectors_do_not(encoder_folders):
    """Biases and the gains of norms have nothing to shrink towards."""
    model = tiny_checkpoint(encoder_folders["bert"]).model
    decays = {
        id(parameter): group["weight_decay"]
        for group in build_optimizer(model, ScheduleConfig(weight_decay=0.3)).param_groups
        for parameter in group["params"]
    }

    by_axes = {False: set(), True: set()}
    for parameter in model.parameters():
        by_axes[parameter.ndim > 1].add(decays[id(parameter)])
    assert by_axes == {False: {0.0}, True: {0.3}}


@pytest.mark.parametrize("kind", ["bert", "gpt2", "xlm-roberta"])
def test_lower_layers_learn_more_slowly(encoder_folders, kind):
    model = tiny_checkpoint(encoder_folders[kind]).model
    schedule = ScheduleConfig(encoder_learning_rate=1.0, head_learning_rate=5.0, layer_decay=0.5)
    rates = {
        id(parameter): group["full_lr"]
        for group in build_optimizer(model, schedule).param_groups
        for parameter in group["params"]
    }

    found = {}
    for name, parameter in model.encoder.base.named_parameters():
        layer = next((part for part in name.split(".") if part.isdigit()), name.split(".")[0])
        found.setdefault(layer, set()).add(rates[id(parameter)])
    assert found["1"] == {1.0}
    assert found["0"] == {0.5}
    assert all(rates_ == {0.25} for layer, rates_ in found.items() if layer[0] in "ew")
    assert {rates[id(p)] for p in model.mention_head.parameters()} == {5.0}
