"""Checkpoints come back exactly, or are refused with a reason."""

import json

import pytest
import torch

from extractors.checkpoints.checkpoint import check, load, save
from extractors.errors import CheckpointError, ConfigError
from tests.extractors.tiny import tiny_checkpoint


@pytest.fixture
def saved(tmp_path, encoder_folders):
    save(tiny_checkpoint(encoder_folders["bert"]), tmp_path / "model")
    return tmp_path / "model"


def test_save_then_load_gives_equal_weights(tmp_path, any_encoder):
    checkpoint = tiny_checkpoint(any_encoder)
    save(checkpoint, tmp_path)
    loaded = load(tmp_path)

    for name, tensor in checkpoint.model.state_dict().items():
        assert torch.equal(tensor, loaded.model.state_dict()[name]), name
    assert loaded.calibration == checkpoint.calibration
    assert loaded.model.config == checkpoint.model.config


def test_int8_is_off_by_half_a_step_at_most(tmp_path, encoder_folders):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    save(checkpoint, tmp_path, storage="int8")
    loaded = load(tmp_path).model.state_dict()

    for name, tensor in checkpoint.model.state_dict().items():
        if tensor.ndim > 1 and tensor.is_floating_point():
            step = tensor.abs().amax(-1, keepdim=True) / 127
            assert ((tensor - loaded[name]).abs() <= 0.51 * step + 1e-9).all(), name


@pytest.mark.parametrize("name", ["model.safetensors", "calibration.json", "encoder/config.json"])
def test_a_truncated_file_is_refused(saved, name):
    path = saved / name
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(CheckpointError, match="bytes instead of"):
        load(saved)


def test_a_changed_file_is_refused(saved):
    path = saved / "model.safetensors"
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)

    with pytest.raises(CheckpointError, match="sha256"):
        load(saved)


def test_a_missing_file_or_folder_is_refused(saved, tmp_path):
    (saved / "config.json").unlink()

    with pytest.raises(CheckpointError, match=r"lacks config\.json"):
        load(saved)
    with pytest.raises(CheckpointError, match="no checkpoint"):
        load(tmp_path / "elsewhere")


def test_a_newer_format_is_refused(saved):
    manifest = json.loads((saved / "manifest.json").read_text())
    (saved / "manifest.json").write_text(json.dumps(manifest | {"format_version": 99}))

    with pytest.raises(CheckpointError, match="format version 99"):
        load(saved)


def test_a_huge_header_is_refused_before_it_is_read(saved):
    from extractors.checkpoints.checkpoint import _tensors

    path = saved / "model.safetensors"
    path.write_bytes((2**40).to_bytes(8, "little") + b"{}")

    with pytest.raises(CheckpointError, match="header of"):
        _tensors(path)


def test_a_training_state_beside_it_is_not_part_of_it(saved):
    save(load(saved), saved)
    (saved / "state").mkdir()
    (saved / "state" / "state.safetensors").write_bytes(b"anything")
    save(load(saved), saved)
    (saved / "state" / "state.safetensors").write_bytes(b"anything else")

    check(saved)


def test_layers_left_out_stay_out(tmp_path, any_encoder):
    """A network on the first layer alone comes back as that, and reads as it did."""
    checkpoint = tiny_checkpoint(any_encoder, encoder_layers=1)
    save(checkpoint, tmp_path)
    loaded = load(tmp_path)
    inputs = torch.tensor([[4, 5, 6]]), torch.zeros(1, 3, dtype=torch.int64), torch.ones(1, 3)

    assert loaded.model.encoder.base.config.num_hidden_layers == 1
    with torch.inference_mode():
        assert torch.equal(loaded.model.encoder(*inputs), checkpoint.model.encoder(*inputs))


def test_more_layers_than_there_are_are_refused(any_encoder):
    with pytest.raises(ConfigError, match="the encoder has 2 layers, not 3"):
        tiny_checkpoint(any_encoder, encoder_layers=3)
