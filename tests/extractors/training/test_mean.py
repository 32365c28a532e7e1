"""What is judged and saved may be a mean of models, and need not have been learned now."""

from dataclasses import replace
from itertools import islice

import pytest
import torch

from extractors.checkpoints import load
from extractors.errors import CheckpointError, ConfigError
from extractors.training import TrainConfig, run
from extractors.training.config import MeanConfig
from extractors.training.lora import LoraConfig


@pytest.fixture
def once(config: TrainConfig) -> TrainConfig:
    return replace(config, schedule=replace(config.schedule, epochs=1))


def weights(folder) -> dict[str, torch.Tensor]:
    return load(folder).model.state_dict()


def differ(one, other) -> bool:
    return not torch.allclose(one, other, atol=1e-3)


def test_every_weight_lies_between_what_was_learned_and_the_other_model(
    once: TrainConfig, trained, tmp_path
):
    list(run(once, tmp_path / "learned"))
    list(run(replace(once, mean=(MeanConfig(model=str(trained), share=0.3),)), tmp_path / "mixed"))

    learned, other, mixed = map(weights, (tmp_path / "learned", trained, tmp_path / "mixed"))
    assert differ(learned["relation_head.bilinear.weight"], other["relation_head.bilinear.weight"])
    for name, weight in mixed.items():
        if weight.is_floating_point():
            between = 0.7 * learned[name] + 0.3 * other[name]
            assert torch.allclose(weight, between, atol=1e-5), name


def test_three_models_are_mixed_by_their_shares(once: TrainConfig, trained, tmp_path):
    other_seed = replace(once, seed=5)
    list(run(once, tmp_path / "learned"))
    list(run(other_seed, tmp_path / "second"))
    mean = (
        MeanConfig(model=str(trained), share=0.3),
        MeanConfig(model=str(tmp_path / "second"), share=0.5),
    )
    list(run(replace(once, mean=mean), tmp_path / "mixed"))

    name = "relation_head.bilinear.weight"
    learned, first, second, mixed = (
        weights(folder)[name]
        for folder in (tmp_path / "learned", trained, tmp_path / "second", tmp_path / "mixed")
    )
    assert torch.allclose(mixed, 0.2 * learned + 0.3 * first + 0.5 * second, atol=1e-5)


def test_types_that_the_other_does_not_know_are_as_they_were_learned(
    once: TrainConfig, trained, tmp_path, gold_file
):
    path = tmp_path / "more.jsonl"
    text = gold_file.read_text("utf-8").replace("WORKS_FOR", "OWNS")
    path.write_text(gold_file.read_text("utf-8") + text.replace('"id": "', '"id": "other'))
    more = replace(
        once, train=(replace(once.train[0], path=path),), dev=(replace(once.dev[0], path=path),)
    )
    list(run(more, tmp_path / "learned"))
    list(run(replace(more, mean=(MeanConfig(model=str(trained), share=0.5),)), tmp_path / "mixed"))

    learned, mixed = load(tmp_path / "learned").model, load(tmp_path / "mixed").model
    assert mixed.config.relation_types == ("OWNS", "WORKS_FOR")
    name = "relation_head.bilinear.weight"  # row 0 is for no relation
    assert torch.allclose(mixed.state_dict()[name][1], learned.state_dict()[name][1], atol=1e-5), (
        "of OWNS the other says nothing"
    )
    assert differ(mixed.state_dict()[name][2], learned.state_dict()[name][2])


def test_what_either_looks_for_is_looked_for(once: TrainConfig, trained, tmp_path):
    strict = replace(once, type_constraints=1_000)  # shown too rarely to be looked for
    list(run(strict, tmp_path / "strict"))
    list(run(replace(strict, mean=(MeanConfig(model=str(trained), share=0.5),)), tmp_path / "both"))

    assert not weights(tmp_path / "strict")["allowed"].any()
    assert torch.equal(weights(tmp_path / "both")["allowed"], weights(trained)["allowed"])
    assert weights(trained)["allowed"].any()


def test_an_interrupted_run_is_mixed_alike(config: TrainConfig, trained, tmp_path):
    mixed = replace(config, mean=(MeanConfig(model=str(trained), share=0.5),))
    whole = list(run(mixed, tmp_path / "whole"))
    list(islice(run(mixed, tmp_path / "cut"), len(whole) // 2 + 1))

    rest = list(run(mixed, tmp_path / "cut"))

    assert rest[-1].dev == whole[-1].dev


def test_model_is_calibrated_and_saved_without_learning(config: TrainConfig, trained, tmp_path):
    """No training file is read: it need not even be there."""
    nowhere = (replace(config.train[0], path=tmp_path / "nowhere.jsonl"),)
    still = replace(config.schedule, epochs=0)
    asked = replace(
        config, train=nowhere, start_from=str(trained), schedule=still, target_precision=0.5
    )

    [step] = run(asked, tmp_path / "same")

    same, before = load(tmp_path / "same"), load(trained)
    assert all(torch.equal(same.model.state_dict()[n], w) for n, w in weights(trained).items())
    assert (same.model.config, same.name) == (before.model.config, "small")
    assert same.calibration.relation_threshold <= before.calibration.relation_threshold
    assert step.dev == {name: before.metrics[name] for name in step.dev}
    assert (tmp_path / "same/languages.json").read_bytes() == (
        trained / "languages.json"
    ).read_bytes()
    card = (tmp_path / "same/MODEL_CARD.md").read_text("utf-8")
    assert f"Nothing was learned: the weights are those of `{trained}`." in card


def test_two_models_are_mixed_without_learning(config: TrainConfig, once, trained, tmp_path):
    list(run(once, tmp_path / "second"))
    asked = replace(
        config,
        start_from=str(trained),
        mean=(MeanConfig(model=str(tmp_path / "second"), share=0.25),),
        schedule=replace(config.schedule, epochs=0),
    )

    list(run(asked, tmp_path / "mixed"))

    name = "relation_head.bilinear.weight"
    first, second, mixed = (
        weights(folder)[name] for folder in (trained, tmp_path / "second", tmp_path / "mixed")
    )
    assert torch.allclose(mixed, 0.75 * first + 0.25 * second, atol=1e-5)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"mean": (MeanConfig(model="a", share=0.6), MeanConfig(model="b", share=0.4))}, "nothing"),
        (
            {"mean": (MeanConfig(model="a", share=0.5),), "lora": LoraConfig(rank=2)},
            "lora.rank to 0",
        ),
    ],
)
def test_what_cannot_be_mixed_is_refused(config: TrainConfig, changes, reason):
    with pytest.raises(ConfigError, match=reason):
        replace(config, **changes)


def test_nothing_can_be_kept_of_no_model(config: TrainConfig):
    still = replace(config.schedule, epochs=0)

    with pytest.raises(ConfigError, match="start_from"):
        replace(config, schedule=still)
    with pytest.raises(ConfigError, match=r"\[\[dev\]\]"):
        replace(config, schedule=still, start_from="general", dev=())


def test_a_model_that_is_not_there_cannot_be_mixed(once: TrainConfig, tmp_path):
    with pytest.raises(CheckpointError, match="no model 'nothing'"):
        list(run(replace(once, mean=(MeanConfig(model="nothing", share=0.5),)), tmp_path))
