"""What an encoder computes in: bfloat16 on a GPU, on a processor only if asked for."""

import logging
from pathlib import Path

import pytest
import torch

from extractors.devices import uses_bfloat16
from extractors.errors import ConfigError
from extractors.facts import Document
from extractors.reading.extractor import ExtractorConfig, TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint

ROOT = Path(__file__).parents[2]
CPU, GPU = torch.device("cpu"), torch.device("cuda")


@pytest.mark.parametrize(
    ("precision", "device", "expected"),
    [
        ("auto", CPU, False),
        ("auto", GPU, True),
        ("float32", CPU, False),
        ("float32", GPU, False),
        ("bfloat16", CPU, True),
        ("bfloat16", GPU, True),
    ],
)
def test_bfloat16_is_for_gpus_unless_asked_for(precision, device, expected):
    assert uses_bfloat16(precision, device) is expected


@pytest.mark.parametrize(
    ("capabilities", "warns"),
    [({"avx2": True}, True), ({"avx512_bf16": True}, True), ({"amx_bf16": True}, False)],
)
def test_a_processor_without_units_for_bfloat16_is_named(monkeypatch, caplog, capabilities, warns):
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: capabilities, raising=False)

    with caplog.at_level(logging.WARNING):
        uses_bfloat16("bfloat16", CPU)

    assert ("float32 is faster" in caplog.text) is warns


def test_an_unknown_precision_is_refused_by_name(encoder_folders):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])

    with pytest.raises(ConfigError, match="no precision is called 'float16': known are auto"):
        TransformerExtractor(checkpoint, ExtractorConfig(precision="float16"))


def test_bfloat16_reads_nearly_the_same():
    documents = [
        Document(id=path.stem, text=path.read_text("utf-8"))
        for path in sorted((ROOT / "samples/people").iterdir())
    ]

    exact, rough = (
        {
            (said.document.id, relation.subject.name, relation.type, relation.object.name): (
                relation.confidence
            )
            for said in TransformerExtractor.load("general", precision=precision).extract(documents)
            for relation in said.relations
        }
        for precision in ("float32", "bfloat16")
    )

    assert exact != rough
    both = exact.keys() & rough.keys()
    assert len(both) > 0.9 * max(len(exact), len(rough)) > 20
    assert all(abs(exact[fact] - rough[fact]) < 0.05 for fact in both)
