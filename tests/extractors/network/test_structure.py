"""Structure is input: what kind of line a word stands in can change what is read in it."""

import torch

from extractors.checkpoints import load, save
from extractors.network import inputs_of
from extractors.reading import TransformerExtractor
from tests.extractors.tiny import tiny_checkpoint

PROSE, ITEM = "Ada met Bo", "- Ada met Bo"


def hidden(extractor, text):
    """Return what the encoder makes of the last words of a text."""
    (window,) = extractor.encoder.windows(text)
    inputs = inputs_of([window], 0)
    return extractor.model.encoder(
        inputs.token_ids, inputs.shapes, inputs.structures, inputs.mask
    ), inputs


def test_new_structure_changes_nothing_and_then_can_be_learned(encoder_folders):
    """A model begins as the encoder that was pretrained, and its structure has a gradient."""
    plain = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    told = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"], structure=True))

    before, _ = hidden(plain, ITEM)
    after, inputs = hidden(told, ITEM)
    after.sum().backward()

    assert torch.equal(before, after)
    used_rows = set(inputs.structures.unique().tolist())
    gradient = told.model.encoder.structures.weight.grad.abs().sum(1)
    assert {row for row, size in enumerate(gradient.tolist()) if size > 0} == used_rows


def test_structure_is_saved_and_loaded(encoder_folders, tmp_path):
    checkpoint = tiny_checkpoint(encoder_folders["bert"], structure=True)
    torch.nn.init.normal_(checkpoint.model.encoder.structures.weight)

    save(checkpoint, tmp_path / "model", storage="float32")
    loaded = load(tmp_path / "model")

    assert loaded.model.config.structure
    assert torch.equal(
        loaded.model.encoder.structures.weight, checkpoint.model.encoder.structures.weight
    )


def test_model_with_structure_reads_lines_and_prose_differently(encoder_folders):
    checkpoint = tiny_checkpoint(encoder_folders["bert"], structure=True)
    torch.nn.init.normal_(checkpoint.model.encoder.structures.weight)
    extractor = TransformerExtractor(checkpoint)

    heading, _ = hidden(extractor, "# Ada met Bo")
    item, _ = hidden(extractor, "- Ada met Bo")

    assert not torch.allclose(heading[0, 2:-1], item[0, 2:-1], atol=1e-3)
