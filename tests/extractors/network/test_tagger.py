"""Token classifiers of Hugging Face: read, repaired, trained, calibrated."""

import json
from pathlib import Path

import numpy as np
import pytest

from extractors.checkpoints import fingerprint_of, load
from extractors.errors import CheckpointError
from extractors.facts import Document
from extractors.network.labels import bio_labels, tags_of
from extractors.pretrained import load_tokenizer
from extractors.reading.extractor import TransformerExtractor
from extractors.reading.tags import decode_tags
from extractors.text.encoding import TextEncoder
from tests.extractors.tiny import tiny_tagger

LABELS = bio_labels(("PER", "ORG"))
TEXT = "Ada Bo met Cy . Dee left ."


@pytest.fixture(scope="module")
def hub_folder(encoder_folders, tmp_path_factory) -> Path:
    """A token classifier as somebody else's training saved it: capitals alone decide."""
    return tiny_tagger(tmp_path_factory.mktemp("tagger") / "ner", encoder_folders["bert"], LABELS)


def decoded(encoder_folders, *labels: str, text: str = TEXT, known=LABELS) -> list[tuple[str, str]]:
    """Decode one label a word of a text."""
    encoder = TextEncoder(
        load_tokenizer(str(encoder_folders["bert"])), window_tokens=120, overlap_tokens=24
    )
    (window,) = encoder.windows(text)
    chances = np.full((len(window.units), len(known)), 0.01, np.float32)
    for unit, label in zip(range(len(window.units)), labels, strict=True):
        chances[unit, known.index(label)] = 0.9
    found = decode_tags(window, chances, tags_of(known), {"PER": 0, "ORG": 1})
    return [(text[m.span.start : m.span.end], ("PER", "ORG")[m.type]) for m in found]


def test_tags_are_decoded_to_mentions(encoder_folders):
    labels = ["B-PER", "I-PER", "O", "B-ORG", "O", "B-PER", "O", "O"]

    assert decoded(encoder_folders, *labels) == [("Ada Bo", "PER"), ("Cy", "ORG"), ("Dee", "PER")]


@pytest.mark.parametrize(
    ("labels", "mentions"),
    [
        ("I-PER I-PER O O O O O O", [("Ada Bo", "PER")]),  # goes on after nothing
        ("B-PER I-ORG O O O O O O", [("Ada", "PER"), ("Bo", "ORG")]),  # after another type
        ("B-PER B-PER O O O O O O", [("Ada", "PER"), ("Bo", "PER")]),
        ("O O O O B-PER I-PER O O", [(".", "PER"), ("Dee", "PER")]),  # into the next sentence
    ],
)
def test_bad_sequences_are_repaired(encoder_folders, labels, mentions):
    assert decoded(encoder_folders, *labels.split()) == mentions


def test_other_schemes_are_understood(encoder_folders):
    known = ["O", "B-PER", "L-PER", "U-PER", "ORG"]
    labels = ["B-PER", "L-PER", "U-PER", "U-PER", "ORG", "O", "ORG", "ORG"]

    assert decoded(encoder_folders, *labels, known=known) == [
        ("Ada Bo", "PER"),
        ("met", "PER"),
        ("Cy", "PER"),
        (".", "ORG"),
        ("left .", "ORG"),
    ]


def test_labels_without_an_outside_are_refused():
    with pytest.raises(CheckpointError, match=r"no label O .* LABEL_0, LABEL_1"):
        tags_of(["LABEL_0", "LABEL_1"])


def test_a_folder_of_hugging_face_reads_documents(hub_folder):
    """Confidences are the softmax of the least sure word; there are no relations."""
    extractor = TransformerExtractor.load(hub_folder, mention_threshold=0.0)
    extraction = extractor.extract_one(Document(id="d", text="Ada met Bo. Ada left. " * 40))

    assert extractor.entity_types == ("ORG", "PER")
    assert extraction.entities
    assert not extraction.relations
    assert {entity.type for entity in extraction.entities} <= {"ORG", "PER"}
    assert len({(e.name, e.type) for e in extraction.entities}) == len(extraction.entities)
    assert all(0 < m.confidence < 1 for e in extraction.entities for m in e.mentions)
    assert extractor.fingerprint.startswith("ner@")


def test_its_fingerprint_is_known_without_loading_it(hub_folder):
    assert fingerprint_of(hub_folder) == TransformerExtractor.load(hub_folder).fingerprint


def test_a_folder_without_safetensors_is_refused(hub_folder, tmp_path):
    (tmp_path / "config.json").write_text((hub_folder / "config.json").read_text())
    load_tokenizer(str(hub_folder)).save_pretrained(tmp_path)

    with pytest.raises(CheckpointError, match="no token classifier can be loaded"):
        load(tmp_path)


def test_a_folder_of_something_else_is_no_checkpoint(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertModel"]}))

    with pytest.raises(CheckpointError, match="not that of a token classifier"):
        TransformerExtractor.load(tmp_path)
