"""Encoders come from named sources or folders, and loading one runs nothing of theirs."""

import json
import shutil
import subprocess
import sys

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel

from extractors.errors import CheckpointError
from extractors.network import ModelConfig, load_tagger, new_tagger
from extractors.pretrained import (
    SOURCES,
    find_encoder,
    load_encoder,
    load_tokenizer,
    names_without_hub,
)
from tests.extractors.tiny import tiny_encoder, tiny_tagger


def pickled(folder, destination):
    """Copy a model and turn its weights into a pickle, as models were published for years."""
    shutil.copytree(folder, destination, dirs_exist_ok=True)
    weights = AutoModel.from_pretrained(destination).state_dict()
    (destination / "model.safetensors").unlink()
    torch.save(weights, destination / "pytorch_model.bin")
    return destination


def test_pickled_weights_are_refused_with_the_way_out(tmp_path, encoder_folders):
    folder = pickled(encoder_folders["bert"], tmp_path / "encoder")

    with pytest.raises(CheckpointError, match=r"pytorch_model\.bin.* save them as safetensors"):
        load_encoder(str(folder))
    with pytest.raises(CheckpointError, match="save them as safetensors"):
        new_tagger(str(folder), ModelConfig(entity_types=("Person",)))


def test_a_pickled_token_classifier_is_refused(tmp_path, encoder_folders):
    tagger = tiny_tagger(tmp_path / "tagger", encoder_folders["bert"], ["O", "B-Person"])
    folder = pickled(tagger, tmp_path / "pickled")

    with pytest.raises(CheckpointError, match="save them as safetensors"):
        load_tagger(folder, load_tokenizer(str(folder)))


def test_code_that_comes_with_a_model_is_not_run(tmp_path):
    folder = tiny_encoder(tmp_path / "encoder")
    trace = tmp_path / "it ran"
    (folder / "modeling.py").write_text(f"open({str(trace)!r}, 'w').close()\n")
    config = json.loads((folder / "config.json").read_text())
    config |= {"model_type": "ours", "auto_map": {"AutoModel": "modeling.Model"}}
    config["auto_map"]["AutoConfig"] = "modeling.Config"
    (folder / "config.json").write_text(json.dumps(config))

    with pytest.raises(CheckpointError, match="no encoder can be loaded"):
        load_encoder(str(folder))
    assert not trace.exists()


@pytest.mark.parametrize("content", ["[" * 100_000, "", "[]", '{"model_type": 3}'])
def test_a_configuration_that_is_none_is_refused(tmp_path, content):
    folder = tiny_encoder(tmp_path / "encoder")
    (folder / "config.json").write_text(content)

    with pytest.raises(CheckpointError, match="no encoder can be loaded"):
        load_encoder(str(folder))


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: type(source).__name__)
def test_every_name_of_a_source_leads_to_a_folder_or_says_what_to_install(source):
    for name in source.names:
        assert source.knows(name)
        assert name in names_without_hub()
        try:
            assert (source.folder(name) / "config.json").is_file()
        except CheckpointError as error:
            assert "install it" in str(error)  # noqa: PT017 - either is right


def test_a_folder_comes_before_a_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tiny_encoder(tmp_path / "all-minilm-l6-v2")

    assert not find_encoder("all-minilm-l6-v2").packaged


def test_transformers_keeps_its_progress_bar(tmp_path, encoder_folders):
    """Neither importing nor loading changes what another user of the library sees."""
    code = f"""if True:
        from transformers.utils import logging
        assert logging.is_progress_bar_enabled()
        from extractors.pretrained import load_encoder
        load_encoder({str(encoder_folders["bert"])!r})
        assert logging.is_progress_bar_enabled()
    """

    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ended.stderr == ""


@pytest.mark.parametrize(("lost", "warns"), [("pooler", False), ("encoder.layer.0.output", True)])
def test_what_is_missing_is_said_unless_nothing_reads_it(
    encoder_folders, tmp_path, caplog, capfd, lost, warns
):
    folder = shutil.copytree(encoder_folders["bert"], tmp_path / "encoder")
    weights = load_file(folder / "model.safetensors")
    kept = {name: value for name, value in weights.items() if lost not in name}
    assert lost == "pooler" or len(kept) < len(weights)
    save_file(kept, folder / "model.safetensors", metadata={"format": "pt"})

    load_encoder(str(folder))

    assert ("begin at random" in caplog.text) is warns
    assert capfd.readouterr().err == ""
