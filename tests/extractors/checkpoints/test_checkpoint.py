"""Checkpoints come back exactly, or are refused with a reason."""

import hashlib
import json
import re

import pytest
import torch

from extractors.checkpoints.checkpoint import load, save
from extractors.checkpoints.fingerprints import (
    check,
    corpus_options,
    find_checkpoint,
    fingerprint_of,
    shipped_models,
)
from extractors.checkpoints.stored import read_tensors
from extractors.errors import CheckpointError, ConfigError
from extractors.reading import TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint, tiny_tagger


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


@pytest.mark.parametrize("name", shipped_models())
def test_a_shipped_model_holds_only_what_training_changed(name, tmp_path):
    checkpoint = load(find_checkpoint(name))
    embeddings = checkpoint.model.encoder.base.get_input_embeddings().weight
    with torch.no_grad():
        embeddings *= 1 + 1e-7  # as a mean of equal weights leaves them

    save(checkpoint, tmp_path, storage="int8")

    for folder in (tmp_path, find_checkpoint(name)):
        weights = folder / "model.safetensors"
        assert not any("word_embeddings" in key for key in read_tensors(weights, "np"))
        assert weights.stat().st_size < 20e6


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
    from extractors.checkpoints.stored import read_tensors

    path = saved / "model.safetensors"
    path.write_bytes((2**40).to_bytes(8, "little") + b"{}")

    with pytest.raises(CheckpointError, match="header of"):
        read_tensors(path, "np")


def unlisted(folder):
    """Take the manifest away from its files' sums, as somebody who knows how would."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in manifest["files"]:
        data = (folder / name).read_bytes()
        manifest["files"][name] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))


WRONG_JSON = {
    "nested too deeply": "[" * 100_000,
    "nested objects": '{"a":' * 100_000,
    "too large": '{"a": "' + "x" * 5_000_000 + '"}',
    "no object": "[]",
    "no JSON": "name: general",
    "no text": b"\xff\xfe\x00",
    "nothing": "",
}


@pytest.mark.parametrize("content", WRONG_JSON.values(), ids=WRONG_JSON)
@pytest.mark.parametrize("name", ["config.json", "calibration.json", "training.json"])
def test_a_file_that_is_no_configuration_is_refused_by_name(saved, name, content):
    """Even where the manifest vouches for it, and without loading the weights."""
    content = content if isinstance(content, bytes) else content.encode()
    (saved / name).write_bytes(content)
    unlisted(saved)

    with pytest.raises(CheckpointError, match=re.escape(name)):
        load(saved)
    if name != "training.json":
        with pytest.raises(CheckpointError, match=re.escape(name)):
            fingerprint_of(saved)
    else:
        with pytest.raises(CheckpointError, match=re.escape(name)):
            corpus_options(saved, "spert")


WRONG_SETTINGS = [
    ("model.window_tokens", 0),
    ("model.max_width", "10"),
    ("model.nested", 1),
    ("model.dropout", 1.5),
    ("model.entity_types", "Person"),
    ("model.clustering", "chains"),
    ("model.colour", "red"),
    ("storage", "int4"),
    ("encoder_packaged", "yes"),
    ("epochs", 3),
]


@pytest.mark.parametrize(("key", "value"), WRONG_SETTINGS, ids=lambda value: str(value))
def test_setting_that_may_not_be_so_is_refused_by_name(saved, key, value):
    """A checkpoint is a file from elsewhere: no training has checked its configuration."""
    config = json.loads((saved / "config.json").read_text())
    table, _, name = key.rpartition(".")
    (config[table] if table else config)[name] = value
    (saved / "config.json").write_text(json.dumps(config))
    unlisted(saved)

    with pytest.raises(CheckpointError, match=rf"config\.json cannot be used: {re.escape(key)}: "):
        load(saved)


def test_windows_that_do_not_fit_are_refused(saved):
    """Neither together nor into the encoder."""
    config = json.loads((saved / "config.json").read_text())
    for window, overlap, said in [
        (10_000, 24, "reads at most"),
        (120, 100, "no room: 120 tokens, 100 of them shared"),
    ]:
        config["model"] |= {"window_tokens": window, "overlap_tokens": overlap}
        (saved / "config.json").write_text(json.dumps(config))
        unlisted(saved)

        with pytest.raises(CheckpointError, match=said):
            TransformerExtractor.load(saved)


def test_setting_that_is_missing_is_named(saved):
    config = json.loads((saved / "config.json").read_text())
    del config["model"]
    (saved / "config.json").write_text(json.dumps(config))
    unlisted(saved)

    with pytest.raises(CheckpointError, match=r"config\.json cannot be used: model: "):
        load(saved)


@pytest.mark.parametrize("files", [[], {"config.json": 3}, {"config.json": {"bytes": 3}}, None])
def test_a_manifest_that_lists_nothing_is_refused(saved, files):
    manifest = {"format_version": 1, "files": files}
    (saved / "manifest.json").write_text(json.dumps(manifest))

    with pytest.raises(CheckpointError, match=r"manifest\.json lists no files"):
        check(saved)


def test_a_check_reads_every_file_whole(saved):
    """Also the last byte of the largest, and files that only people read."""
    check(saved)
    for name in json.loads((saved / "manifest.json").read_text())["files"]:
        path = saved / name
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(CheckpointError, match=re.escape(f"{name} was changed")):
            check(saved)
        path.write_bytes(content)


@pytest.mark.parametrize("cut", [1, 1000])
def test_a_truncated_token_classifier_from_elsewhere_is_refused(tmp_path, encoder_folders, cut):
    folder = tiny_tagger(tmp_path, encoder_folders["bert"], ["O", "B-Person", "I-Person"])
    check(folder)
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-cut])

    with pytest.raises(CheckpointError, match="bytes instead of"):
        check(folder)


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
    shapes = torch.zeros(1, 3, dtype=torch.int64)
    inputs = torch.tensor([[4, 5, 6]]), shapes, shapes, torch.ones(1, 3)

    assert loaded.model.encoder.base.config.num_hidden_layers == 1
    with torch.inference_mode():
        assert torch.equal(loaded.model.encoder(*inputs), checkpoint.model.encoder(*inputs))


def test_more_layers_than_there_are_are_refused(any_encoder):
    with pytest.raises(ConfigError, match="the encoder has 2 layers, not 3"):
        tiny_checkpoint(any_encoder, encoder_layers=3)
