"""A training may begin with what another model has learned."""

from dataclasses import replace

import pytest
import torch

from extractors.checkpoints import load
from extractors.errors import CheckpointError, ConfigError
from extractors.network.joint import JointModel
from extractors.training import TrainConfig, run
from extractors.training.warm_start import start_from


def beginner(trained, **changes) -> JointModel:
    donor = load(trained).model
    torch.manual_seed(99)
    return JointModel(donor.encoder.base, replace(donor.config, **changes))


def test_training_that_moves_nothing_keeps_what_the_other_knew(
    config: TrainConfig, trained, tmp_path
):
    still = replace(config.schedule, epochs=1, encoder_learning_rate=0.0, head_learning_rate=0.0)
    started = replace(config, start_from=str(trained), schedule=still)

    steps = list(run(started, tmp_path))

    known = load(trained).metrics
    assert known["mention_f1"] > 0.5
    assert {name: known[name] for name in steps[-1].dev} == steps[-1].dev


def test_what_stands_between_two_names_says_nothing_at_first_where_the_other_did_not_read_it(
    config: TrainConfig, trained, tmp_path
):
    still = replace(config.schedule, epochs=1, encoder_learning_rate=0.0, head_learning_rate=0.0)
    reads_more = replace(config.model, between=True)
    started = replace(config, start_from=str(trained), schedule=still, model=reads_more)

    steps = list(run(started, tmp_path))

    assert load(tmp_path).model.config.between
    known = load(trained).metrics
    assert {name: known[name] for name in steps[-1].dev} == steps[-1].dev


def test_types_are_matched_by_name_and_new_ones_begin_afresh(trained):
    donor = load(trained).model
    assert donor.config.entity_types == ("Organization", "Person")
    changes = {
        "entity_types": ("Place", "Person", "Organization"),
        "relation_types": ("BORN_IN", "WORKS_FOR"),
        "max_width": donor.config.max_width + 2,
    }
    fresh, model = beginner(trained, **changes), beginner(trained, **changes)

    start_from(model, str(trained))

    for parameter, to, origin, new in (
        ("mention_head.score.2.weight", [0, 2, 3], [0, 2, 1], [1]),
        ("relation_head.subject_type.weight", [1, 2], [1, 0], [0]),
        ("relation_head.bilinear.weight", [0, 2], [0, 1], [1]),
        ("group_pooler.pool.width.weight", [0, 1, 2, 3, 4], [0, 1, 2, 3, 4], [5, 6]),
    ):
        now, then, first = (m.state_dict()[parameter] for m in (model, donor, fresh))
        assert torch.equal(now[to], then[origin]), parameter
        assert torch.equal(now[new], first[new]), parameter
    table = model.relation_head.types[1:, 1:][:, :, [0, 2]]
    assert torch.equal(table, donor.relation_head.types[[1, 0]][:, [1, 0]])
    assert torch.equal(model.relation_head.key.weight, donor.relation_head.key.weight)


def test_what_cannot_be_started_from_is_refused_with_a_reason(trained, encoder_folders):
    with pytest.raises(ConfigError, match=r"has model\.encoder = .*bert.*, not 'other'"):
        start_from(beginner(trained, encoder="other"), str(trained))
    with pytest.raises(CheckpointError, match="no model 'nothing'"):
        start_from(beginner(trained), "nothing")


def test_a_tagger_starts_from_no_joint_model(config: TrainConfig, trained, tmp_path):
    tagger = replace(config, model=replace(config.model, architecture="tagger"))

    with pytest.raises(ConfigError, match=r"model\.architecture = 'joint', not 'tagger'"):
        list(run(replace(tagger, start_from=str(trained)), tmp_path))
