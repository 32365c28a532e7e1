"""Training learns, goes on where it was cut short, and keeps the best or the last."""

import json
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from extractors.checkpoints import load
from extractors.errors import ConfigError, TrainingError
from extractors.network import Inputs
from extractors.reading.extractor import TransformerExtractor
from extractors.training import CorpusConfig, TrainConfig, read_data, run
from extractors.training.objective import ObjectiveConfig, _hide
from tests.extractors.training.conftest import GOLD


def changed(config: TrainConfig, **schedule) -> TrainConfig:
    return replace(config, schedule=replace(config.schedule, **schedule))


def test_training_learns_a_handful_of_documents(config, tmp_path):
    """From random weights to the facts of the documents it was shown."""
    steps = list(run(changed(config, epochs=40), tmp_path))

    assert steps[-1].loss < steps[0].loss / 5
    assert max(step.dev["mention_f1"] for step in steps if step.dev) > 0.9
    assert max(step.dev["relation_f1"] for step in steps if step.dev) > 0.8
    found = TransformerExtractor.load(tmp_path).extract_one(GOLD[0].document)
    assert {e.name for e in found.entities} == {e.name for e in GOLD[0].entities}


def test_an_interrupted_run_ends_as_if_it_had_not_been(config, tmp_path):
    whole = list(run(config, tmp_path / "whole"))
    per_epoch = len(whole) // config.schedule.epochs
    list(islice(run(config, tmp_path / "cut"), per_epoch + 1))
    rest = list(run(config, tmp_path / "cut"))

    assert rest[0].number == per_epoch + 1
    assert [step.loss for step in rest] == [step.loss for step in whole[per_epoch:]]
    results = json.loads((tmp_path / "cut/run/results.json").read_text())
    assert [epoch["number"] for epoch in results["epochs"]] == [1, 2]


@pytest.mark.parametrize("architecture", ["joint", "tagger"])
def test_hidden_tokens_change_what_is_learned_and_are_drawn_again_alike(
    config, tmp_path, architecture
):
    config = replace(config, model=replace(config.model, architecture=architecture))
    hiding = replace(config, objective=replace(config.objective, token_dropout=0.5))
    losses = [
        [step.loss for step in run(each, tmp_path / name)]
        for name, each in (("plain", config), ("hidden", hiding), ("again", hiding))
    ]

    assert losses[0] != losses[1] == losses[2]


def test_all_tokens_but_the_tokenizers_own_can_be_hidden():
    ids, shapes = torch.tensor([[2, 7, 8, 3, 0]]), torch.tensor([[0, 1, 2, 0, 0]])
    inputs = Inputs(ids, shapes, torch.zeros_like(shapes), ids > 0)
    config = ObjectiveConfig(token_dropout=1.0, shape_dropout=0.0)

    hidden_shapes, hidden = _hide(inputs, config, 9, np.random.default_rng(0))

    assert hidden.tolist() == [[2, 9, 9, 3, 0]]
    assert torch.equal(hidden_shapes, shapes)


def test_a_state_of_another_configuration_is_refused(config, tmp_path):
    config = changed(config, epochs=1)
    list(run(config, tmp_path))

    with pytest.raises(TrainingError, match="another configuration"):
        list(run(replace(config, seed=99), tmp_path))


def test_patience_stops_a_run_that_no_longer_improves(config, tmp_path):
    """Nothing is learned at a rate of zero, so the first epoch stays the best."""
    config = changed(
        config, epochs=9, patience=2, encoder_learning_rate=0.0, head_learning_rate=0.0
    )
    steps = list(run(config, tmp_path))

    assert [step.best for step in steps if step.dev] == [True, False, False]
    assert list(run(config, tmp_path)) == []


def test_accumulated_batches_are_one_step(config, tmp_path):
    steps = list(run(changed(config, batch_windows=2, accumulate=3, epochs=1), tmp_path))

    assert [step.number for step in steps] == [1, 2]
    assert steps[-1].total == 2


def test_without_dev_the_last_epoch_is_kept_and_the_card_says_so(config, tmp_path):
    steps = list(run(replace(config, dev=()), tmp_path))

    assert [step.dev for step in steps] == [None] * len(steps)
    results = json.loads((tmp_path / "run/results.json").read_text())
    assert results["best_epoch"] == config.schedule.epochs
    assert results["metrics"] == {"dev_documents": 0, "calibrated_on": "none"}
    card = (tmp_path / "MODEL_CARD.md").read_text()
    assert "No documents were held out" in card
    assert "Confidences are not calibrated" in card


def test_without_dev_the_calibration_of_another_model_is_taken_over(config, tmp_path):
    config = changed(config, epochs=12)
    list(run(config, tmp_path / "judged"))
    everything = replace(config, dev=(), calibrate_from=str(tmp_path / "judged"))
    list(run(changed(everything, epochs=1), tmp_path / "all"))

    fitted = load(tmp_path / "judged")
    assert fitted.metrics["calibrated_on"] == "dev"
    assert load(tmp_path / "all").calibration == fitted.calibration
    assert "those of the model `judged`" in (tmp_path / "all/MODEL_CARD.md").read_text()


def test_a_calibration_of_other_types_is_refused(config, tmp_path):
    list(run(changed(config, epochs=1), tmp_path / "judged"))
    other = replace(
        config,
        dev=(),
        calibrate_from=str(tmp_path / "judged"),
        model=replace(config.model, entity_types=("Person", "Organization")),
    )

    with pytest.raises(ConfigError, match=r"model\.entity_types"):
        list(run(other, tmp_path / "all"))


def test_a_run_says_what_it_did(config, tmp_path):
    """Figures, seeds, durations, the resolved configuration and what was read."""
    list(run(config, tmp_path))

    results = json.loads((tmp_path / "run/results.json").read_text())
    assert results["seed"] == config.seed
    assert results["seconds"] > 0
    assert results["config"]["model"]["relation_types"] == ["WORKS_FOR"]
    gold = config.train[0].path
    assert list(results["data"]) == [f"{gold.parent.name}/{gold.name}"]
    assert results["epochs"][0]["dev"]["mention_f1"] >= 0
    assert (tmp_path / "run/curves.png").read_bytes().startswith(b"\x89PNG")
    assert load(tmp_path).metrics["dev_documents"] == len(GOLD)


def test_few_dev_documents_are_said_and_nothing_is_certain(config, tmp_path, caplog):
    list(run(changed(config, epochs=30), tmp_path))

    sentence = "onfidences were fitted on 8 documents, fewer than 20: they are not to be trusted"
    assert sentence in caplog.text
    assert sentence in (tmp_path / "MODEL_CARD.md").read_text()
    extraction = TransformerExtractor.load(tmp_path).extract_one(GOLD[0].document)
    assert extraction.relations
    # Eight gold relations: what was right eight times of eight.
    assert all(0.5 < relation.confidence <= 9 / 10 for relation in extraction.relations)


def test_a_text_with_half_a_character_is_set_aside_with_a_remark(config, tmp_path):
    whole_one, halved = '{"id": "a", "text": "Ada"}', '{"id": "b", "text": "Ada \\ud83d"}'
    (tmp_path / "gold.jsonl").write_text(f"{whole_one}\n{halved}\n")
    corpus = CorpusConfig(path=tmp_path / "gold.jsonl", format="jsonl")

    data = read_data(replace(config, train=(corpus,), dev=()))

    assert [gold.document.id for gold in data.train] == ["a"]
    [remark] = data.remarks
    assert "1 of the 2 documents" in remark
    assert "'b'" in remark
