"""Relations without direction: labelled either way round, learned both ways, stated once."""

from dataclasses import replace

import pytest
from hypothesis import given

from extractors.corpora import jsonl
from extractors.corpora.labelled import LabelledDocument
from extractors.errors import ConfigError
from extractors.facts import Document, Extraction, Relation
from extractors.network.values import ModelConfig
from extractors.reading.decoding import NameGroup, Reading, ScoredMention, ScoredRelation
from extractors.reading.extractor import TransformerExtractor
from extractors.reading.merging import Types
from extractors.training import CorpusConfig, run
from extractors.training.data import read_data, with_types
from extractors.training.examples import type_table
from extractors.training.scoring import judge_readings
from tests.extractors.texts import any_text
from tests.extractors.tiny import tiny_checkpoint
from tests.extractors.training.conftest import GOLD
from tests.strategies import extraction


def turned(gold: Extraction) -> Extraction:
    """Return gold with every relation labelled the other way round."""
    return replace(
        gold,
        relations=tuple(
            Relation(each.object, each.type, each.subject, each.evidence) for each in gold.relations
        ),
    )


def with_model(config, **changes):
    return replace(config, model=replace(config.model, **changes))


def first_mention(entity):
    return min(mention.span for mention in entity.mentions)


def test_labels_in_any_order_are_learned_and_stated_from_the_first_mention(config, tmp_path):
    golds = [turned(gold) if number % 2 else gold for number, gold in enumerate(GOLD)]
    documents = [LabelledDocument(extraction=gold, format="", where="") for gold in golds]
    jsonl.write(documents, tmp_path / "gold.jsonl")
    corpus = (CorpusConfig(path=tmp_path / "gold.jsonl", format="jsonl"),)
    schedule = replace(config.schedule, epochs=40)
    config = replace(config, train=corpus, dev=corpus, schedule=schedule)

    steps = list(run(with_model(config, symmetric=("WORKS_*",)), tmp_path / "model"))

    assert max(step.dev["relation_f1"] for step in steps if step.dev) > 0.9
    extractor = TransformerExtractor.load(tmp_path / "model")
    assert extractor.symmetric_types == ("WORKS_FOR",)
    found = [
        (relation.subject.name, relation.object.name)
        for gold in golds
        for relation in extractor.extract_one(gold.document).relations
    ]
    assert len(found) == len(set(found)) > 6
    assert all(person[0] in "ABCD" and firm in ("Acme", "Orbit") for person, firm in found)


@pytest.fixture(scope="module")
def undirected(encoder_folders) -> TransformerExtractor:
    """An extractor that finds something nearly everywhere, `WORKS_FOR` without direction."""
    checkpoint = tiny_checkpoint(encoder_folders["bert"], symmetric=("WORKS_FOR",))
    return TransformerExtractor(checkpoint)


@given(any_text)
def test_a_pair_of_any_text_is_stated_once(undirected, text):
    extraction = undirected.extract_one(Document(id="a", text=text))

    pairs = [
        frozenset((relation.subject, relation.object))
        for relation in extraction.relations
        if relation.type == "WORKS_FOR"
    ]
    assert len(pairs) == len(set(pairs))
    for relation in extraction.relations:
        if relation.type == "WORKS_FOR":
            assert first_mention(relation.subject) <= first_mention(relation.object)


def test_a_type_with_direction_is_read_as_before(undirected, tiny_extractor):
    document = Document(id="a", text="Ada met Bo. Cy met Di in York, and Bo met Cy.")

    directed = [
        [
            (relation.subject.name, relation.object.name, relation.confidence)
            for relation in extractor.extract_one(document).relations
            if relation.type == "BORN_IN"
        ]
        for extractor in (undirected, tiny_extractor)
    ]

    assert directed[0] == directed[1]
    assert directed[0]


def test_a_fact_without_direction_is_right_either_way_round_and_counts_once():
    gold = GOLD[0]
    both = replace(gold, relations=(*gold.relations, *turned(gold).relations))
    groups = tuple(
        NameGroup(row, e.name, tuple(ScoredMention((0, 1), m.span, row, 3.0) for m in e.mentions))
        for row, e in enumerate(gold.entities)
    )
    said = (ScoredRelation(0, 0, 1, 2.0, {}), ScoredRelation(1, 0, 0, 1.0, {}))
    names = tuple(entity.type for entity in gold.entities)
    reading = Reading(gold.chunks[0].span, groups, said)
    directed = Types(entities=names, relations=("WORKS_FOR",))
    undirected = replace(directed, symmetric=("WORKS_FOR",))

    def counted(gold, types):
        judgement = judge_readings([gold], [[reading]], types)
        return judgement.relation_right.tolist(), judgement.n_gold_relations

    assert counted(both, directed) == ([True, True], 2)
    assert counted(both, undirected) == ([True, False], 1)
    assert counted(turned(gold), undirected) == ([True, False], 1)
    assert counted(turned(gold), directed) == ([False, True], 1)


@pytest.mark.parametrize(
    ("patterns", "types"), [(("*",), ("WORKS_FOR",)), (("WORKS_FOR",), ("WORKS_FOR",)), ((), ())]
)
def test_types_without_direction_can_be_named_or_all_be_meant(config, patterns, types):
    config = with_model(config, symmetric=patterns)

    assert with_types(config, read_data(config)).model.symmetric == types


def test_a_misspelt_type_without_direction_names_the_nearest(config):
    config = with_model(config, symmetric=("WORK_FOR",))

    with pytest.raises(ConfigError, match=r"no relation type 'WORK_FOR': did you mean 'WORKS_FOR'"):
        with_types(config, read_data(config))


@pytest.mark.parametrize("type_", ["MARRIED_TO", "WORKS_FOR"])
def test_one_example_of_a_fact_without_direction_is_one_either_way_round(type_):
    model = ModelConfig(
        entity_types=("Organization", "Person"), relation_types=(type_,), symmetric=(type_,)
    )
    gold = extraction(("Ada", type_, "Bo" if type_ == "MARRIED_TO" else "Acme"))

    for least, expected in ((1, True), (2, False)):
        table = type_table([gold], model, least)
        ends = [
            model.entity_types.index(entity.type)
            for entity in (gold.relations[0].subject, gold.relations[0].object)
        ]
        assert table[ends[0], ends[1], 0] == table[ends[1], ends[0], 0] == expected
    assert type_table([gold, turned(gold)], model, 2)[ends[0], ends[1], 0]
