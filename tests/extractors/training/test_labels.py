"""What is not labelled in a corpus says nothing: no loss reaches what nobody looked for."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import ConfigError
from extractors.reading import TransformerExtractor
from extractors.training import CorpusConfig, TrainConfig, read_data, run
from extractors.training.composing import Composer, ComposingConfig
from extractors.training.examples import examples_of
from extractors.training.labels import Labels
from extractors.training.losses import MENTION_LOSSES, among_labelled
from extractors.training.objective import ObjectiveConfig, loss_of
from extractors.training.toml import toml_of
from tests.extractors.tiny import ENTITY_TYPES, RELATION_TYPES, tiny_checkpoint
from tests.strategies import extraction

GOLD = extraction(("Ada", "WORKS_FOR", "Acme"), id="d")


def gradients(encoder_folders, labels):
    """Return the gradients of a small model for one document that is labelled so."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    model = extractor.model.train()
    examples = list(examples_of([GOLD], extractor.encoder, model.config, labels=labels))
    loss_of(
        model,
        examples,
        ObjectiveConfig(),
        pad_id=0,
        mask_id=0,
        rng=np.random.default_rng(0),
        wrong_mentions=False,
        bfloat16=False,
        teachers=None,
    ).total.backward()
    return {name: parameter.grad for name, parameter in model.named_parameters()}


def size(gradient, row):
    return float(gradient[row].abs().sum()) if gradient is not None else 0.0


def test_relation_type_that_nobody_looked_for_gets_no_gradient(encoder_folders):
    bias = "relation_head.bilinear.bias"
    number = 1 + RELATION_TYPES.index("WORKS_FOR")
    other = next(n for n in range(1, 1 + len(RELATION_TYPES)) if n != number)

    everything = gradients(encoder_folders, Labels())[bias]
    some = gradients(encoder_folders, Labels(relations=("WORKS_FOR",)))[bias]

    assert size(everything, other) > 0
    assert size(some, other) == 0
    assert size(some, number) > 0


def test_where_nobody_looked_for_relations_their_head_learns_nothing(encoder_folders):
    silent = gradients(encoder_folders, Labels(relations=()))

    assert all(
        gradient is None or not gradient.any()
        for name, gradient in silent.items()
        if name.startswith("relation_head")
    )


def test_without_coreference_its_head_learns_nothing(encoder_folders):
    silent = gradients(encoder_folders, Labels(coreference=False))

    assert all(
        gradient is None or not gradient.any()
        for name, gradient in silent.items()
        if name.startswith("coreference_head")
    )


@given(
    st.lists(st.floats(-5, 5), min_size=4, max_size=4),
    st.floats(-3, 3),
    st.sampled_from(sorted(MENTION_LOSSES)),
)
def test_any_loss_is_blind_between_no_mention_and_types_nobody_looked_for(values, moved, loss):
    """Whatever the model says of an unlabelled type, only "none or that" is judged together."""
    logits = torch.tensor([values], dtype=torch.float64)
    unlabelled = torch.tensor([[False, True, False]])
    mass = torch.logsumexp(logits[:, [0, 2]], 1)
    share = torch.sigmoid(torch.tensor(moved, dtype=torch.float64))
    elsewhere = logits.clone()
    elsewhere[:, 0], elsewhere[:, 2] = mass + torch.log(share), mass + torch.log(1 - share)

    for target in (0, 1, 3):
        wanted = torch.tensor([target])
        first, second = (
            MENTION_LOSSES[loss](among_labelled(each, unlabelled), wanted)
            for each in (logits, elsewhere)
        )
        assert float(first) == pytest.approx(float(second), abs=1e-6)


def test_corpora_say_what_is_labelled_in_them(config, gold_file):
    partial = CorpusConfig(
        path=gold_file,
        format="jsonl",
        labelled_entities=("Person",),
        labelled_relations=(),
        coreference=False,
    )

    data = read_data(replace(config, train=(*config.train, partial)))

    assert set(data.labels) == {
        Labels(),
        Labels(entities=("Person",), relations=(), coreference=False),
    }


def test_training_on_a_partly_labelled_corpus_beside_a_whole_one(config, gold_file, tmp_path):
    """Eight documents know all, the same eight know people alone: the loss falls."""
    partial = CorpusConfig(
        path=gold_file, format="jsonl", labelled_entities=("Person",), labelled_relations=()
    )
    both = replace(
        config,
        train=(*config.train, partial),
        schedule=replace(config.schedule, epochs=4),
    )

    steps = list(run(both, tmp_path / "both", device="cpu"))

    assert steps[-1].loss < steps[0].loss
    assert np.isfinite([step.loss for step in steps]).all()


def test_only_documents_that_are_labelled_alike_are_joined():
    other = extraction(("Bo", "WORKS_FOR", "Orbit"), id="e")
    people_only = Labels(entities=("Person",))
    composer = Composer([GOLD, other], ComposingConfig(joined=1.0), [Labels(), people_only])

    for seed in range(20):
        joined = composer.composed(GOLD, np.random.default_rng(seed), Labels())
        assert "Orbit" not in joined.document.text


def test_every_type_is_labelled_unless_a_corpus_says_otherwise():
    from tests.extractors.tiny import tiny_config

    config = tiny_config("x")

    assert not Labels().unlabelled_entities(config).any()
    assert Labels(entities=()).unlabelled_entities(config).all()
    assert len(Labels(entities=()).unlabelled_entities(config)) == len(ENTITY_TYPES)


def test_tagger_refuses_partly_labelled_corpora(config, gold_file):
    partial = CorpusConfig(path=gold_file, format="jsonl", labelled_entities=("Person",))

    with pytest.raises(ConfigError, match="a tagger needs all types labelled"):
        replace(config, train=(partial,), model=replace(config.model, architecture="tagger"))


@pytest.mark.parametrize("labelled", [None, (), ("Person",)])
def test_what_is_labelled_is_written_and_read_back(config, gold_file, tmp_path, labelled):
    corpus = CorpusConfig(path=gold_file, labelled_entities=labelled, labelled_relations=labelled)
    path = tmp_path / "written.toml"
    path.write_text(toml_of(replace(config, train=(corpus,)), tmp_path), "utf-8")

    (read_back,) = TrainConfig.load(path).train

    assert read_back.labels == corpus.labels
