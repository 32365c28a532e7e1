"""Which engine reads with a model, and what is said where it cannot."""

import logging
from importlib import util

import pytest
import torch

from extractors.checkpoints import save
from extractors.config import ExtractorConfig
from extractors.engines import choose_engine
from extractors.errors import CheckpointError, ConfigError, ExtractionError
from extractors.reading import TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint, tiny_tagger

HAS_GPU = torch.cuda.is_available()


@pytest.fixture
def folder(encoder_folders, tmp_path):
    """A small model on a BERT."""
    save(tiny_checkpoint(encoder_folders["bert"]), tmp_path / "on-bert")
    return tmp_path / "on-bert"


@pytest.fixture
def hide(monkeypatch):
    """Let modules seem not to be installed."""
    find_spec = util.find_spec

    def hide(*names: str) -> None:
        monkeypatch.setattr(util, "find_spec", lambda n: None if n in names else find_spec(n))

    return hide


@pytest.mark.parametrize(
    ("options", "engine"),
    [
        ({}, "torch" if HAS_GPU else "onnx"),
        ({"device": "cpu"}, "onnx"),
        ({"device": "cpu", "precision": "float32"}, "onnx"),
        ({"device": "cpu", "precision": "bfloat16"}, "torch"),
        ({"device": "cuda"}, "torch"),
        ({"engine": "torch"}, "torch"),
        ({"engine": "onnx"}, "onnx"),
    ],
)
def test_a_processor_reads_a_bert_by_the_faster_engine(folder, options, engine):
    assert choose_engine(folder, ExtractorConfig(**options)) == engine


def test_what_only_torch_reads_is_left_to_it(encoder_folders, tmp_path):
    save(tiny_checkpoint(encoder_folders["gpt2"]), tmp_path / "on-gpt2")
    tagger = tiny_tagger(tmp_path / "tagger", encoder_folders["bert"], ["O", "B-Person"])

    for folder in (tmp_path / "on-gpt2", tagger):
        assert choose_engine(folder, ExtractorConfig(device="cpu")) == "torch"
        assert TransformerExtractor.load(folder).engine.name == "torch"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"device": "cuda"}, "on the processor here, and the device is cuda"),
        ({"precision": "bfloat16"}, "in float32 here, and the precision is bfloat16"),
    ],
)
def test_what_onnx_cannot_do_is_said_in_one_sentence(folder, options, said):
    with pytest.raises(ConfigError, match=rf"engine onnx cannot read with on-bert: .*{said}"):
        TransformerExtractor.load(folder, engine="onnx", **options)


def test_an_encoder_that_onnx_cannot_read_is_named_by_its_kind(encoder_folders, tmp_path):
    save(tiny_checkpoint(encoder_folders["gpt2"]), tmp_path / "mine")

    with pytest.raises(ConfigError, match=r"cannot read with mine: .* of the kind gpt2"):
        TransformerExtractor.load(tmp_path / "mine", engine="onnx")


def test_an_unknown_engine_is_refused_by_name(folder):
    with pytest.raises(ConfigError, match="no engine is called 'tensorflow': known are auto"):
        TransformerExtractor.load(folder, engine="tensorflow")


def test_a_missing_extra_is_named(folder, encoder_folders, tmp_path, hide):
    save(tiny_checkpoint(encoder_folders["gpt2"]), tmp_path / "on-gpt2")
    hide("onnxruntime")
    with pytest.raises(ConfigError, match=r"not installed: install the extra `read`$"):
        TransformerExtractor.load(folder, engine="onnx")

    hide("torch", "transformers")
    assert choose_engine(folder, ExtractorConfig()) == "onnx"
    for model, options in (
        (folder, {"engine": "torch"}),
        (folder, {"device": "cuda"}),
        (folder, {"precision": "bfloat16"}),
        (tmp_path / "on-gpt2", {}),
    ):
        with pytest.raises(ConfigError, match=r"needs torch and .*the extra `extract`$") as raised:
            TransformerExtractor.load(model, **options)
        assert "\n" not in str(raised.value)


def test_a_damaged_model_is_refused_by_either_engine_alike(folder, caplog):
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-8])

    messages = set()
    with caplog.at_level(logging.ERROR):
        for engine in ("torch", "onnx"):
            with pytest.raises(ExtractionError, match="instead of") as raised:
                TransformerExtractor.load(folder, engine=engine)
            messages.add(str(raised.value))
    assert len(messages) == 1


def test_a_model_of_other_sizes_than_it_says_is_refused(encoder_folders, tmp_path):
    """As somebody who writes checkpoints by hand might make it."""
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    checkpoint.model.relation_head.key = torch.nn.Linear(32, 8)
    save(checkpoint, tmp_path)

    for engine in ("torch", "onnx"):
        with pytest.raises(CheckpointError, match=r"relation_head\.key\.bias is \(8,\), not"):
            TransformerExtractor.load(tmp_path, engine=engine)
