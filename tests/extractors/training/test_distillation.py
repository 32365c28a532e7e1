"""A student comes near its teachers, who must score the same things."""

from dataclasses import replace

import pytest
import torch

from extractors.errors import ConfigError
from extractors.network.values import Candidates
from extractors.training import run
from extractors.training.distillation import DistillationConfig, Teachers
from tests.extractors.tiny import tiny_checkpoint


@pytest.fixture(scope="module")
def teacher(tmp_path_factory):
    return tmp_path_factory.mktemp("teacher")


def test_a_student_comes_near_its_teachers(config, tmp_path):
    list(run(config, tmp_path / "a"))
    list(run(replace(config, seed=99), tmp_path / "b"))
    distillation = DistillationConfig(teachers=(str(tmp_path / "a"), str(tmp_path / "b")))
    student = replace(config, distillation=distillation, seed=5)
    schedule = replace(config.schedule, epochs=6, misread_after=99)
    steps = list(run(replace(student, schedule=schedule), tmp_path / "student"))

    assert steps[-1].parts["distillation"] < steps[0].parts["distillation"] / 4


def test_teachers_of_other_types_are_refused(config, tmp_path):
    list(run(config, tmp_path / "a"))
    distillation = DistillationConfig(teachers=(str(tmp_path / "a"),))
    model = replace(config.model, entity_types=("Person",))

    with pytest.raises(ConfigError, match=r"distillation\.teachers .*a has model\.entity_types = "):
        list(run(replace(config, model=model, distillation=distillation), tmp_path / "student"))


def test_several_teachers_are_averaged(encoder_folders):
    first = tiny_checkpoint(encoder_folders["bert"]).model
    second = tiny_checkpoint(encoder_folders["xlm-roberta"]).model
    hidden = [torch.randn(1, 5, 32), torch.randn(1, 5, 32)]
    candidates = Candidates(*(torch.tensor([value]) for value in (0, 1, 3, 0, 1)))

    def scores(*rows):
        models, own = zip(*rows, strict=True)
        return Teachers(models, 1.0).mention_scores(own, candidates)

    both = scores((first, hidden[0]), (second, hidden[1]))
    each = (scores((first, hidden[0])) + scores((second, hidden[1]))) / 2
    assert torch.allclose(both, each)
