"""A text may be marked with the guide its labels follow: the model is told in training alone."""

from dataclasses import replace

import torch

from extractors.checkpoints import load, save
from extractors.network import inputs_of
from extractors.reading import TransformerExtractor
from extractors.training import CorpusConfig, read_data, run
from extractors.training.data import with_types
from extractors.training.warm_start import start_from
from tests.extractors.tiny import tiny_checkpoint

TEXT = "Ada works for Acme."


def hidden(extractor, guides=None):
    (window,) = extractor.encoder.windows(TEXT)
    inputs = inputs_of([window], 0)
    return extractor.model.encoder(
        inputs.token_ids, inputs.shapes, inputs.structures, inputs.mask, guides=guides
    )


def test_model_that_knows_guides_begins_as_the_encoder_that_was_pretrained(encoder_folders):
    plain = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    told = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"], guides=("a", "b")))
    second = torch.tensor([2])

    after = hidden(told, second)
    after.sum().backward()

    assert torch.equal(hidden(plain), after)
    gradient = told.model.encoder.guides.weight.grad.abs().sum(1)
    assert (gradient > 0).tolist() == [False, False, True]


def test_in_service_no_guide_is_named(encoder_folders):
    """What a guide adds is not in what the model reads, and row 0 adds nothing."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"], guides=("a",)))
    before = hidden(extractor)
    torch.nn.init.ones_(extractor.model.encoder.guides.weight[1])

    assert torch.equal(hidden(extractor), before)
    assert torch.equal(hidden(extractor, torch.tensor([0])), before)
    assert not torch.equal(hidden(extractor, torch.tensor([1])), before)


def test_guides_are_saved_and_a_model_without_any_is_loaded_as_before(encoder_folders, tmp_path):
    told = tiny_checkpoint(encoder_folders["bert"], guides=("a",))
    save(told, tmp_path / "told")
    save(tiny_checkpoint(encoder_folders["bert"]), tmp_path / "plain")

    assert load(tmp_path / "told").model.config.guides == ("a",)
    assert load(tmp_path / "plain").model.config.guides == ()


def test_training_takes_a_guide_over_by_its_name(encoder_folders, tmp_path):
    donor = tiny_checkpoint(encoder_folders["bert"], guides=("a", "b"))
    with torch.no_grad():
        donor.model.encoder.guides.weight[1:] += torch.tensor([[1.0], [2.0]])
    save(donor, tmp_path / "donor", storage="float32")
    model = tiny_checkpoint(encoder_folders["bert"], guides=("b", "c")).model

    start_from(model, str(tmp_path / "donor"))

    assert model.encoder.guides.weight[:, 0].tolist() == [0.0, 2.0, 0.0]


def test_training_learns_what_a_guide_adds_and_fills_in_their_names(config, gold_file, tmp_path):
    other = CorpusConfig(path=gold_file, format="jsonl", guide="wikidata")
    config = replace(config, train=(*config.train, other))

    filled = with_types(config, read_data(config))
    list(run(config, tmp_path / "model", device="cpu"))
    learned = load(tmp_path / "model").model.encoder.guides.weight.abs().sum(1)

    assert filled.model.guides == ("wikidata",)
    assert learned[0] == 0 < learned[1]
