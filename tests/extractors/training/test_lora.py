"""Adapters learn while the encoder stays, and are gone from the checkpoint."""

from dataclasses import replace

import pytest
import torch

from extractors.checkpoints import load
from extractors.pretrained import load_encoder
from extractors.training import read_data, run
from extractors.training.building import build_model
from extractors.training.data import with_types
from extractors.training.lora import LoraConfig, merged


@pytest.mark.parametrize("kind", ["bert", "gpt2"])
def test_merged_adapters_compute_the_same(config, encoder_folders, kind):
    data = read_data(config)
    config = with_types(replace(config, lora=LoraConfig(rank=2)), data)
    config = replace(config, model=replace(config.model, encoder=str(encoder_folders[kind])))
    model = build_model(config, data).eval()
    for name, parameter in model.named_parameters():
        if "lora_B" in name:  # starts at zero
            torch.nn.init.normal_(parameter, std=0.5)
    shapes = torch.zeros(1, 6, dtype=torch.int64)
    inputs = torch.arange(6)[None], shapes, shapes, torch.ones(1, 6) > 0
    plain = merged(model)

    before = load_encoder(str(encoder_folders[kind]))
    assert set(plain.encoder.base.state_dict()) == set(before.state_dict())
    assert torch.allclose(plain.encoder(*inputs), model.encoder(*inputs), atol=1e-5)


def test_training_with_adapters_leaves_a_checkpoint_that_needs_none(config, tmp_path):
    list(run(replace(config, lora=LoraConfig(rank=2)), tmp_path))

    trained = load(tmp_path).model.encoder.base.state_dict()
    before = load_encoder(config.model.encoder).state_dict()
    changed = {name for name in before if not torch.equal(before[name], trained[name])}
    assert "encoder.layer.0.attention.self.query.weight" in changed
    assert all(before[name].ndim == 2 for name in changed)
