"""What is not labelled in a corpus says nothing: no loss reaches what nobody looked for."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from extractors.errors import ConfigError
from extractors.network import inputs_of
from extractors.reading import TransformerExtractor, relation_scores
from extractors.training import CorpusConfig, TrainConfig, read_data, run
from extractors.training.composing import Composer, ComposingConfig
from extractors.training.data import with_types
from extractors.training.examples import examples_of
from extractors.training.labels import NOTHING_IMPLIED, ImpliedConfig, Labels
from extractors.training.losses import MENTION_LOSSES, among_labelled
from extractors.training.objective import (
    ObjectiveConfig,
    known_spans,
    loss_of,
    unlabelled_entities,
)
from extractors.training.pair_losses import score_pairs
from extractors.training.toml import toml_of
from tests.extractors.tiny import ENTITY_TYPES, RELATION_TYPES, tiny_checkpoint
from tests.strategies import extraction

GOLD = extraction(("Ada", "WORKS_FOR", "Acme"), id="d")


def gradients(encoder_folders, labels, gold=GOLD, implied=NOTHING_IMPLIED, **shape):
    """Return the gradients of a small model for one document that is labelled so."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"], **shape))
    model = extractor.model.train()
    examples = list(
        examples_of([gold], extractor.encoder, model.config, labels=labels, implied=implied)
    )
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


def test_chance_of_a_relation_type_that_nobody_looked_for_is_not_moved(encoder_folders):
    """What moves the threshold moves the type along with it."""
    bias = "relation_head.bilinear.bias"
    number = 1 + RELATION_TYPES.index("WORKS_FOR")
    other = next(n for n in range(1, 1 + len(RELATION_TYPES)) if n != number)

    everything = gradients(encoder_folders, Labels())[bias]
    some = gradients(encoder_folders, Labels(relations=("WORKS_FOR",)))[bias]

    assert everything[other] != everything[0]
    assert some[other] == some[0]
    assert some[number] < 0


def test_where_nobody_looked_for_relations_their_head_learns_nothing(encoder_folders):
    silent = gradients(encoder_folders, Labels(relations=()), replace(GOLD, relations=()))

    assert all(
        gradient is None or not gradient.any()
        for name, gradient in silent.items()
        if name.startswith("relation_head")
    )


def test_relation_with_a_label_is_true_whoever_looked_for_what(encoder_folders):
    """Its type and the threshold are moved, and no other type is denied."""
    bias = gradients(encoder_folders, Labels(relations=()))["relation_head.bilinear.bias"]
    number = 1 + RELATION_TYPES.index("WORKS_FOR")

    assert bias[number] < 0 < bias[0]
    assert bias[3 - number] == bias[0]


def test_mention_with_a_label_is_one_whoever_looked_for_what(encoder_folders):
    """It is moved up by a loss of an ordinary size, as in a text where all is labelled."""
    bias = "mention_head.score.2.bias"
    number = 1 + ENTITY_TYPES.index("Person")

    some = gradients(encoder_folders, Labels(entities=()), nested=True)[bias]

    assert some[number] < 0
    assert float(some.abs().sum()) < 10


def test_span_that_overlaps_a_mention_is_no_mention_unless_mentions_may_nest(encoder_folders):
    """ "Ada Lovelace" has a label, so "Ada" has none; of "Acme" nothing is known."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    (ada,) = (gold := extraction("Ada Lovelace", ("Bo", "WORKS_FOR", "Acme"), id="d")).entities[:1]
    text = gold.document
    (example,) = examples_of(
        [replace(gold, entities=(ada,), relations=())],
        extractor.encoder,
        extractor.model.config,
        labels=Labels(entities=()),
    )
    ranges, labels = example.labelled_candidates()
    units = [text.text[unit.start : unit.end] for unit in example.window.units]

    def known(*, nested):
        rows = ranges[known_spans(example, ranges, labels, nested=nested)]
        return {" ".join(units[start:end]) for start, end in rows}

    assert {"Ada", "Lovelace", "Ada Lovelace"} <= known(nested=False)
    assert not any(span.startswith(("Bo", "Acme")) for span in known(nested=False))
    assert known(nested=True) == {"Ada Lovelace"}


def test_name_that_others_label_says_nothing_where_not_every_name_has_a_label(encoder_folders):
    """ "French" is no mention here and a place elsewhere: the text is no sign that it is none."""
    extractor = TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
    model = extractor.model
    (gold,) = [replace(GOLD, entities=GOLD.entities[:1], relations=())]

    def unknown(**labels):
        (example,) = examples_of(
            [gold], extractor.encoder, model.config, labels=Labels(**labels), names={"acme"}
        )
        labelled = example.labelled_candidates()
        mask = unlabelled_entities(model, [example], [labelled], torch.device("cpu"))
        if mask is None:
            return set()
        units = example.window.units
        rows = labelled[0][mask.all(1).numpy()]
        return {gold.document.text[units[s].start : units[e - 1].end] for s, e in rows}

    assert unknown(every_name=False) == {"Acme"}
    assert unknown() == set()


def test_implied_relation_is_neither_true_nor_false(encoder_folders):
    """Who works for a firm may be born there, says the table: nothing is learned of that."""
    bias = "relation_head.bilinear.bias"
    born = 1 + RELATION_TYPES.index("BORN_IN")

    denied = gradients(encoder_folders, Labels())[bias]
    both = ImpliedConfig(
        same_way={"WORKS_FOR": ("BORN_IN",)}, turned={"WORKS_FOR": ("BORN_IN", "OWNED_BY")}
    )
    left_alone = gradients(encoder_folders, Labels(), implied=both)[bias]

    assert size(denied, born) > 0
    assert size(left_alone, born) == 0


def test_implied_relation_that_is_stated_is_learned(encoder_folders):
    (works,) = GOLD.relations
    gold = replace(GOLD, relations=(works, replace(works, type="BORN_IN")))
    implied = ImpliedConfig(same_way={"WORKS_FOR": ("BORN_IN",)})

    with_table = gradients(encoder_folders, Labels(), gold, implied)
    without = gradients(encoder_folders, Labels(), gold)

    bias = "relation_head.bilinear.bias"
    born = 1 + RELATION_TYPES.index("BORN_IN")
    assert with_table[bias][born] == without[bias][born]


def test_implied_type_that_training_never_shows_is_refused(config):
    wrong = ImpliedConfig(turned={"WORKS_FOR": ("EMPLOYEE_OF",)})

    with pytest.raises(ConfigError, match=r"no relation type 'EMPLOYEE_OF'.*WORKS_FOR"):
        with_types(replace(config, implied=wrong), read_data(config))


def test_dev_that_is_labelled_in_part_is_remarked(config, gold_file):
    partial = CorpusConfig(path=gold_file, format="jsonl", labelled_relations=())

    remarks = read_data(replace(config, dev=(partial,))).remarks

    assert any("has labels for some types alone" in remark for remark in remarks)
    assert not any("some types alone" in remark for remark in read_data(config).remarks)


def test_text_is_read_with_what_was_asked_of_it(config, gold_file, tmp_path):
    lines = [json.loads(line) for line in gold_file.read_text("utf-8").splitlines()]
    for line, asked in zip(lines, (["WORKS_FOR"], [], ["BORN_IN", "WORKS_FOR"]), strict=False):
        line["asked"] = asked
    path = tmp_path / "asked.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
    some = CorpusConfig(path=path, labelled_relations=("WORKS_FOR", "MARRIED_TO"))

    of_all = read_data(replace(config, train=(CorpusConfig(path=path),))).labels
    of_some = read_data(replace(config, train=(some,))).labels

    assert [labels.relations for labels in of_all[:4]] == [
        ("WORKS_FOR",),
        (),
        ("BORN_IN", "WORKS_FOR"),
        None,
    ]
    assert [labels.relations for labels in of_some[:4]] == [
        ("WORKS_FOR",),
        (),
        ("WORKS_FOR",),
        ("WORKS_FOR", "MARRIED_TO"),
    ]


def waiting(gold):
    """The same text in which everybody waits for a firm and nobody works for one."""
    text = gold.document.text.replace("works for", "waits for")
    return replace(gold, document=replace(gold.document, text=text), relations=())


def chances(folder, gold):
    """What a model makes of the first pair of a text whose names it is given, by relation type."""
    extractor = TransformerExtractor.load(folder, engine="torch")
    model = extractor.model
    (example,) = examples_of([gold], extractor.encoder, model.config)
    inputs = inputs_of([example.window], 0)
    with torch.no_grad():
        hidden = model.encoder(inputs.token_ids, inputs.shapes, inputs.structures, inputs.mask)
        scored = score_pairs(
            model,
            hidden,
            inputs.mask,
            [example],
            [example.groups],
            1.0,
            np.random.default_rng(0),
        )
    scores = relation_scores(model.config, scored.logits)[scored.origin.index((0, 0, 1))]
    return dict(zip(model.config.relation_types, torch.sigmoid(scores).tolist(), strict=True))


def test_type_that_was_not_asked_keeps_its_chance(config, tmp_path):
    """Who works for a firm was born there, who waits for one does neither, and of those that wait
    nobody was asked whether they were born there: the model learns no more than it was told."""
    working = [
        extraction((who, "WORKS_FOR", firm), id=f"{who}{firm}")
        for who in ("Ada", "Bo", "Cy", "Dee", "Eve", "Flo")
        for firm in ("Acme", "Orbit")
    ]
    born = [
        replace(gold, relations=(*gold.relations, replace(gold.relations[0], type="BORN_IN")))
        for gold in working
    ]
    both, one = ["BORN_IN", "WORKS_FOR"], ["WORKS_FOR"]

    def trained(name, asked_of_waiting):
        lines = [gold.to_dict() | {"asked": both} for gold in born]
        lines += [waiting(gold).to_dict() | {"asked": asked_of_waiting} for gold in working]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), "utf-8")
        for_all = replace(
            config,
            train=(CorpusConfig(path=path, format="jsonl"),),
            dev=(),
            schedule=replace(
                config.schedule,
                epochs=20,
                batch_windows=4,
                encoder_learning_rate=1e-3,
                head_learning_rate=5e-3,
            ),
        )
        list(run(for_all, tmp_path / name, device="cpu"))
        return chances(tmp_path / name, waiting(working[0]))

    asked, not_asked = trained("asked", both), trained("not-asked", one)

    assert max(asked.values()) < 0.2
    assert not_asked["WORKS_FOR"] < 0.2
    assert not_asked["BORN_IN"] > 0.5


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


def test_what_is_implied_is_written_and_read_back(config, tmp_path):
    implied = ImpliedConfig(turned={"WORKS_FOR": ("EMPLOYS",)})
    path = tmp_path / "written.toml"
    path.write_text(toml_of(replace(config, implied=implied), tmp_path), "utf-8")

    assert TrainConfig.load(path).implied == implied
