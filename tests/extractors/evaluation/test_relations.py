import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation import evaluate, judge, named_facts, relation_curve
from extractors.evaluation.conventions import Conventions
from extractors.evaluation.relations import IgnScore
from extractors.evaluation.scores import Score
from tests.extractors.evaluation.builders import entity, extraction, extractions
from tests.extractors.steady import steady

A = entity("A", (0, 1))
B = entity("B", (2, 3))
A_TWICE = entity("A", (0, 1), (4, 5))
B_OF_TYPE_A = entity("A", (2, 3))


def micro(gold, predicted, match, **options):
    score = judge(gold, predicted, match, **options).score().micro
    return score.right, score.predicted, score.found, score.gold


def test_direction_matters():
    gold = extraction(A, B, relations=[(0, "R", 1)])
    turned = extraction(A, B, relations=[(1, "R", 0)])

    assert micro(gold, turned, "boundaries") == micro(gold, turned, "soft") == (0, 1, 0, 1)


def test_symmetric_labels_count_once_whichever_way_round():
    gold = extraction(A, B, relations=[(0, "R", 1)])
    both = extraction(A, B, relations=[(1, "R", 0), (0, "R", 1)])

    assert micro(gold, both, "strict", symmetric=["R"]) == (1, 1, 1, 1)
    assert micro(gold, both, "soft", symmetric=["R"]) == (1, 1, 1, 1)


def test_strict_asks_for_the_types_of_both_arguments():
    gold = extraction(A, B, relations=[(0, "R", 1)])
    mistyped = extraction(A, B_OF_TYPE_A, relations=[(0, "R", 1)])

    assert micro(gold, mistyped, "boundaries") == (1, 1, 1, 1)
    assert micro(gold, mistyped, "strict") == (0, 1, 0, 1)


def test_soft_asks_for_one_shared_mention_on_each_side():
    gold = extraction(A_TWICE, B, relations=[(0, "R", 1)])
    half = extraction(A, B, relations=[(0, "R", 1)])
    elsewhere = extraction(entity("A", (6, 7)), B, relations=[(0, "R", 1)])

    assert micro(gold, half, "boundaries") == (0, 1, 0, 1)
    assert micro(gold, half, "soft") == (1, 1, 1, 1)
    assert micro(gold, elsewhere, "soft") == (0, 1, 0, 1)


def test_soft_counts_a_split_entity_twice_for_precision_and_once_for_recall():
    gold = extraction(A_TWICE, B, relations=[(0, "R", 1)])
    split = extraction(A, entity("A", (4, 5)), B, relations=[(0, "R", 2), (1, "R", 2)])

    assert micro(gold, split, "soft") == (2, 2, 1, 1)


def test_equal_predictions_count_once_with_the_highest_confidence():
    gold = extraction(A, B, relations=[(0, "R", 1)])
    twice = extraction(A, B, B_OF_TYPE_A, relations=[(0, "R", 1, 0.2), (0, "R", 2, 0.7)])

    [judged] = judge(gold, twice, "boundaries").predictions

    assert judged.confidence == 0.7


def test_ign_leaves_known_facts_out_of_precision_only():
    gold = extraction(A, B, relations=[(0, "R", 1), (1, "R", 0)])
    known = named_facts([extraction(A, B, relations=[(0, "R", 1)], id="train")])
    predicted = extraction(A, B, relations=[(0, "R", 1), (1, "R", 0), (0, "S", 1)])

    ign = evaluate([gold], [predicted], train_facts=known).relations.ign

    assert ign == IgnScore(Score(right=2, predicted=3, found=2, gold=2), 1)
    assert (ign.figures.precision, ign.figures.recall) == (1 / 2, 1.0)


def brute(gold, predicted, match, symmetric):
    """Judge every predicted relation against every gold one, straight from the definition."""

    def places(argument):
        return {mention.span for mention in argument.mentions}

    def same(mine, theirs):
        if match == "soft":
            return bool(places(mine) & places(theirs))
        return places(mine) == places(theirs) and (match != "strict" or mine.type == theirs.type)

    def meets(mine, theirs):
        straight = same(mine.subject, theirs.subject) and same(mine.object, theirs.object)
        crossed = same(mine.subject, theirs.object) and same(mine.object, theirs.subject)
        return mine.type == theirs.type and (straight or (mine.type in symmetric and crossed))

    def distinct(relations):
        kept = []
        for relation in relations:
            if not any(equal(relation, other) for other in kept):
                kept.append(relation)
        return kept

    def equal(one, other):
        def identity(argument):
            return places(argument), argument.type if match == "strict" else ""

        ends = identity(one.subject), identity(one.object)
        others = identity(other.subject), identity(other.object)
        return one.type == other.type and (
            ends == others or (one.type in symmetric and ends == others[::-1])
        )

    golds, guesses = distinct(gold.relations), distinct(predicted.relations)
    right = sum(any(meets(guess, truth) for truth in golds) for guess in guesses)
    found = sum(any(meets(guess, truth) for guess in guesses) for truth in golds)
    return right, len(guesses), found, len(golds)


@steady
@given(
    gold=extractions(),
    predicted=extractions(),
    match=st.sampled_from(["boundaries", "strict", "soft"]),
    symmetric=st.sampled_from([(), ("R",)]),
)
def test_counts_agree_with_the_definition(gold, predicted, match, symmetric):
    """Judging with indices gives what comparing every pair of relations gives."""
    fast = micro(gold, predicted, match, symmetric=symmetric)

    assert fast == brute(gold, predicted, match, symmetric)


@steady
@given(
    golds=st.tuples(extractions(id="a"), extractions(id="b")),
    predicted=st.tuples(extractions(id="a"), extractions(id="b")),
    match=st.sampled_from(["boundaries", "strict", "soft"]),
    threshold=st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.95, 1.0]),
)
def test_the_curve_says_what_evaluating_at_a_threshold_says(golds, predicted, match, threshold):
    kept = [at_least(threshold, guess) for guess in predicted]

    score = relation_curve(golds, predicted, match=match).at(threshold)

    assert score == getattr(evaluate(golds, kept).relations, match).micro


def at_least(threshold, guess):
    kept = [
        (
            guess.entities.index(relation.subject),
            relation.type,
            guess.entities.index(relation.object),
            relation.confidence,
        )
        for relation in guess.relations
        if relation.confidence >= threshold
    ]
    return extraction(*guess.entities, relations=kept, id=guess.document.id)


def test_the_curve_finds_its_best_threshold_and_its_recall_at_a_precision():
    gold = extraction(A, B, relations=[(0, "R", 1), (1, "R", 0)])
    predicted = extraction(
        A, B, relations=[(0, "R", 1, 0.9), (0, "S", 1, 0.6), (1, "R", 0, 0.5), (1, "S", 0, 0.1)]
    )

    curve = relation_curve([gold], [predicted])

    assert curve.best() == (0.5, Score(right=2, predicted=3, found=2, gold=2))
    assert (curve.recall_at(1.0), curve.recall_at(0.6), curve.threshold_at(0.6)) == (0.5, 1.0, 0.5)
    assert curve.recall_at(0.99) == 0.5


def test_a_curve_of_nothing_finds_nothing():
    curve = relation_curve([extraction(A, B, relations=[(0, "R", 1)])], [])

    assert curve.best() == (1.0, Score(gold=1))
    assert curve.recall_at(0.5) == 0.0
    assert curve.threshold_at(0.5) is None


def test_the_curve_can_be_drawn_for_some_types():
    gold = extraction(A, B, relations=[(0, "R", 1), (0, "S", 1)])

    assert relation_curve([gold], [gold], types=["S"]).at(0) == Score(
        right=1, predicted=1, found=1, gold=1
    )


def test_calibration_is_judged_by_the_convention_named():
    gold = extraction(A_TWICE, B, relations=[(0, "R", 1)])
    half = extraction(A, B, relations=[(0, "R", 1, 0.8)])

    soft = evaluate([gold], [half]).calibration
    strict = evaluate([gold], [half], conventions=Conventions(calibrated_on="strict")).calibration

    assert (soft.brier, strict.brier) == (pytest.approx(0.04), pytest.approx(0.64))
