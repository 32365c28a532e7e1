import json
from dataclasses import replace

import pytest
from hypothesis import given

from extractors.evaluation import Conventions, Speed, evaluate
from extractors.evaluation.scores import Score, TypedScore
from tests.extractors.evaluation.builders import entity, extraction, extractions
from tests.extractors.steady import steady

A = entity("A", (0, 1))
B = entity("B", (2, 3))


def test_micro_adds_counts_and_macro_averages_figures():
    score = TypedScore(
        {
            "common": Score(right=8, predicted=10, found=8, gold=10),
            "rare": Score(right=0, predicted=0, found=0, gold=2),
        }
    )

    assert score.micro == Score(right=8, predicted=10, found=8, gold=12)
    assert score.macro.f1 == pytest.approx(0.4)


def test_mentions_are_scored_with_and_without_type():
    gold = extraction(A, B)
    predicted = extraction(A, entity("A", (2, 3)), entity("B", (7, 9)))

    mentions = evaluate([gold], [predicted]).mentions

    assert mentions.boundaries == Score(right=2, predicted=3, found=2, gold=2)
    assert mentions.strict.by_type == {
        "A": Score(right=1, predicted=2, found=1, gold=1),
        "B": Score(right=0, predicted=1, found=0, gold=1),
    }


def test_an_entity_is_right_when_cluster_and_type_are():
    gold = extraction(entity("A", (0, 1), (4, 5)), B)
    predicted = extraction(entity("B", (0, 1), (4, 5)), B)

    found = evaluate([gold], [predicted])

    assert found.entities.micro == Score(right=1, predicted=2, found=1, gold=2)
    assert found.clusters.exact.f1 == 1.0


def test_a_document_without_predictions_counts_as_missed():
    gold = [extraction(A, id="a"), extraction(B, id="b")]

    found = evaluate(gold, [extraction(A, id="a")])

    assert found.n_documents == 2
    assert found.mentions.boundaries == Score(right=1, predicted=1, found=1, gold=2)


@pytest.mark.parametrize(
    ("gold", "predicted", "message"),
    [
        (["a"], ["b"], "'b' was predicted but is not in gold"),
        (["a", "a"], [], "'a' occurs twice in gold"),
        (["a"], ["a", "a"], "'a' occurs twice in the predictions"),
    ],
)
def test_sides_that_speak_of_different_documents_are_refused(gold, predicted, message):
    with pytest.raises(ValueError, match=message):
        evaluate([extraction(id=id_) for id_ in gold], [extraction(id=id_) for id_ in predicted])


@steady
@given(gold=extractions())
def test_gold_against_itself_is_perfect(gold):
    found = evaluate([gold], [gold])

    assert found.mentions.strict.micro.f1 == (1.0 if gold.entities else 0.0)
    for score in (found.relations.boundaries, found.relations.strict, found.relations.soft):
        assert score.micro.f1 == (1.0 if gold.relations else 0.0)


@steady
@given(gold=extractions(), predicted=extractions())
def test_every_result_is_plain_data_and_a_table(gold, predicted):
    found = evaluate([gold], [predicted], train_facts=frozenset())

    assert json.loads(json.dumps(found.to_dict())) == found.to_dict()
    assert {len(row) for row in found.table(by_type=True)} == {6}


def test_conventions_are_printed():
    lines = " ".join(Conventions(symmetric=("COMPARE",), trained_on="train + dev").lines())

    assert "COMPARE" in lines
    assert "train + dev" in lines


def test_the_table_says_how_sure_the_sure_ones_are_and_how_fast_reading_was():
    """Two relations, the surer one right: precision 1 among the surest half, 1/2 among all."""
    gold = extraction(A, B, relations=[(0, "R", 1)])
    predicted = extraction(A, B, relations=[(0, "R", 1, 0.9), (1, "R", 0, 0.5)])
    speed = Speed(n_documents=3, n_tokens=500, seconds=2.0)

    found = replace(evaluate([gold], [predicted]), speed=speed)

    rows = {name: cells for name, *cells in found.table()}
    assert rows["precision of the surest 50%"][0] == "100.0"
    assert rows["precision of the surest 100%"][0] == "50.0"
    # Bins [0.9, 1] and [0.5, 0.6): gaps of 0.1 and 0.5, one relation in each.
    assert rows["calibration: ECE"][2] == "0.300"
    assert rows["calibration: Brier"][2] == f"{(0.1**2 + 0.5**2) / 2:.3f}"
    assert (rows["documents/s"][2], rows["tokens/s"][2]) == ("1.5", "250")
    assert found.to_dict()["speed"]["tokens_per_second"] == 250
