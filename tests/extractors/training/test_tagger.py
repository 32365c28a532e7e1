"""A tagger is trained from the same configuration, into a folder that Hugging Face can read."""

from dataclasses import replace

from transformers import AutoModelForTokenClassification

from extractors.checkpoints import check, load
from extractors.network import bio_labels
from extractors.pretrained import load_tokenizer
from extractors.reading.extractor import TransformerExtractor
from extractors.text.encoding import TextEncoder
from extractors.training import run
from extractors.training.examples import examples_of, tag_labels
from extractors.training.lora import LoraConfig
from tests.extractors.tiny import ENTITY_TYPES, tiny_config
from tests.extractors.training.conftest import GOLD


def test_gold_becomes_bio_labels(encoder_folders):
    encoder = TextEncoder(
        load_tokenizer(str(encoder_folders["bert"])), window_tokens=120, overlap_tokens=24
    )
    (example,) = examples_of(GOLD[:1], encoder, tiny_config(encoder_folders["bert"]))

    known = bio_labels(ENTITY_TYPES)
    labels = [known[index] for index in tag_labels(example)]
    assert labels == ["B-Person", "O", "O", "B-Organization", "O"]


def test_a_tagger_learns_and_can_be_read_by_both(config, tmp_path):
    config = replace(
        config,
        model=replace(config.model, architecture="tagger"),
        schedule=replace(config.schedule, epochs=10),
    )
    steps = list(run(config, tmp_path))

    assert max(step.dev["mention_f1"] for step in steps if step.dev) > 0.9
    assert {name for step in steps if step.dev for name in step.dev} == {"mention_f1"}
    assert "relations" not in (tmp_path / "MODEL_CARD.md").read_text().partition("## Confidence")[0]
    check(tmp_path)
    network = AutoModelForTokenClassification.from_pretrained(tmp_path)
    assert network.config.id2label[1] == "B-Organization"
    extraction = TransformerExtractor.load(tmp_path).extract_one(GOLD[0].document)
    assert {e.name for e in extraction.entities} == {e.name for e in GOLD[0].entities}
    loaded = load(tmp_path)
    assert loaded.metrics["calibrated_on"] == "dev"
    assert loaded.model.config.window_tokens == config.model.window_tokens


def test_a_tagger_can_be_trained_with_adapters(config, tmp_path):
    config = replace(
        config,
        model=replace(config.model, architecture="tagger"),
        lora=LoraConfig(rank=2),
        schedule=replace(config.schedule, epochs=1),
    )
    list(run(config, tmp_path))

    assert not any("lora" in name for name, _ in load(tmp_path).model.named_parameters())
