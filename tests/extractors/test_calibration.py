"""Scores become chances that mean what they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import (
    MOST_LEAD,
    MOST_MENTION_SCORE,
    TRUSTED_FROM,
    Calibration,
    calibration_error,
    cross_fitted,
    fit_logistic,
    fitted_relations,
    precision_at,
    relation_design,
    supported,
    threshold_for,
    witnesses,
)
from extractors.checkpoints import with_thresholds


def drawn(n=4000, seed=3):
    """Draw scores whose log-odds of being right are twice the score less one."""
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(n, 1))
    right = rng.random(n) < 1 / (1 + np.exp(1 - 2 * scores[:, 0]))
    return scores, right


def test_fit_logistic_finds_what_scores_were_drawn_from():
    assert fit_logistic(*drawn()) == pytest.approx([-1, 2], abs=0.2)


def test_fit_logistic_of_separable_data_is_finite():
    weights = fit_logistic(np.array([[-1.0], [1.0]]), np.array([False, True]))

    assert np.isfinite(weights).all()


def test_cross_fitted_chances_are_calibrated():
    scores, right = drawn()
    chances = cross_fitted(scores, right, np.arange(len(right)) % 5)

    assert calibration_error(chances, right) < 0.03


def test_threshold_for_a_precision_keeps_as_much_as_it_can():
    curve = precision_at(np.array([0.9, 0.8, 0.7, 0.6]), np.array([True, True, False, True]), 4)

    assert [(p, r) for _, p, r in curve][:2] == [(1.0, 0.25), (1.0, 0.5)]
    assert threshold_for(curve, 0.75) == 0.6
    assert threshold_for(curve, 0.8) == 0.8
    assert threshold_for([], 0.5) == 1.0


def test_threshold_for_no_precision_has_the_best_f1():
    right = np.array([True, False, True, True, False, False])
    curve = precision_at(np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4]), right, 4)

    assert threshold_for(curve, 0) == 0.6  # 3 of 4 kept right, 3 of 4 found
    assert threshold_for([], 0) == 1.0


def test_calibration_error_of_certain_truth_is_none():
    assert calibration_error(np.array([1.0, 0.0]), np.array([True, False])) == 0
    assert calibration_error(np.array([0.9, 0.9]), np.array([False, False])) == pytest.approx(0.9)


@pytest.mark.parametrize("n", [None, 8])
@pytest.mark.parametrize(("argument_threshold", "least"), [(1.0, 0.7), (0.3, 0.3)])
def test_a_mention_is_looked_at_from_the_lower_threshold_on(argument_threshold, least, n):
    calibration = Calibration(
        mention=(0.5, 2.0),
        mention_threshold=0.7,
        argument_threshold=argument_threshold,
        n_mentions=n,
    )

    assert calibration.mention_confidence(calibration.least_argument_score) == pytest.approx(least)


def test_a_threshold_of_ones_own_holds_for_arguments_too():
    fitted = Calibration(mention_threshold=0.5, argument_threshold=0.25)

    assert with_thresholds(fitted, None, 0.9) == replace(fitted, relation_threshold=0.9)
    assert with_thresholds(fitted, 0.4, None) == replace(
        fitted, mention_threshold=0.4, argument_threshold=0.4
    )


@given(
    relation=st.tuples(*[st.floats(-3, 3)] * 3),
    relation_bends=st.just(()) | st.tuples(*[st.floats(-3, 3)] * 4),
    relation_leads=st.just(()) | st.tuples(*[st.floats(-3, 3)] * 3),
    leads=st.tuples(*[st.floats(-MOST_LEAD, MOST_LEAD)] * 3),
    relation_apart=st.just(()) | st.tuples(*[st.floats(-3, 3)] * 3),
    relation_types=st.just(()) | st.tuples(*[st.floats(-3, 3)] * 2),
    apart=st.integers(0, 9),
    type_=st.integers(0, 1),
    threshold=st.floats(0, 1),
    score=st.floats(-20, 20),
    argument=st.floats(0, 1),
    n=st.none() | st.integers(0, 1000),
)
def test_no_relation_below_the_least_score_reaches_the_threshold(
    relation,
    relation_bends,
    relation_leads,
    leads,
    relation_apart,
    relation_types,
    apart,
    type_,
    threshold,
    score,
    argument,
    n,
):
    calibration = Calibration(
        relation=relation,
        relation_bends=relation_bends,
        relation_leads=relation_leads,
        relation_apart=relation_apart,
        relation_types=relation_types,
        relation_threshold=threshold,
        n_mentions=n,
        n_relations=n,
    )
    least, most = calibration.least_argument_score, MOST_MENTION_SCORE
    weaker = least + argument * (most - least)
    confidence = calibration.relation_confidence(score, weaker, apart, type_, leads)

    assert score >= calibration.least_relation_score or confidence < threshold


def test_types_and_distances_in_which_a_model_errs_more_are_believed_less():
    """Of one score: right in nine of ten, but of the second type, or far apart, in one of ten."""
    rng = np.random.default_rng(3)
    scores = rng.normal(size=(3000, 2))
    apart, types = rng.integers(0, 5, 3000), rng.integers(0, 2, 3000)
    right = rng.random(3000) < np.where((types == 1) | (apart >= 3), 0.1, 0.9)

    features, ridges = relation_design(scores, apart, types, np.full((3000, 3), MOST_LEAD), 3)
    weights = fit_logistic(features, right, ridges)
    calibration = fitted_relations(Calibration(), weights)

    sure = calibration.relation_confidence(0.0, 0.0, 0, 0)
    assert sure > 0.75
    assert calibration.relation_confidence(0.0, 0.0, 1, 0) == pytest.approx(sure, abs=0.1)
    assert calibration.relation_confidence(0.0, 0.0, 0, 1) < 0.4
    assert calibration.relation_confidence(0.0, 0.0, 7, 0) < 0.4
    # Of the third type nothing was seen: it is neither better nor worse than the mean of all.
    assert calibration.relation_types[2] == pytest.approx(0.0)


def fitted_to(scores, leads, right):
    """A calibration of facts of one type within a sentence."""
    nothing = np.zeros(len(scores), np.int64)
    features, ridges = relation_design(scores, nothing, nothing, leads, 1)
    return fitted_relations(Calibration(), fit_logistic(features, right, ridges))


def test_relation_that_a_rival_outdoes_is_believed_less():
    rng = np.random.default_rng(4)
    scores, leads = rng.normal(size=(3000, 2)), rng.uniform(-MOST_LEAD, MOST_LEAD, (3000, 3))
    right = rng.random(3000) < np.where(leads[:, 1] < 0, 0.1, 0.9)

    calibration = fitted_to(scores, leads, right)

    assert calibration.relation_confidence(0.0, 0.0, leads=(0.0, 3.0, 0.0)) > 0.75
    assert calibration.relation_confidence(0.0, 0.0, leads=(0.0, -3.0, 0.0)) < 0.25


def test_score_from_which_on_more_says_nothing_bends_the_line():
    rng = np.random.default_rng(5)
    scores = np.column_stack([rng.uniform(-4, 4, 4000), rng.uniform(0, 5, 4000)])
    chances = 1 / (1 + np.exp(-np.minimum(scores[:, 0], 0.0)))

    calibration = fitted_to(scores, np.zeros((4000, 3)), rng.random(4000) < chances)

    low, knot, high = (calibration.relation_confidence(s, 2.0) for s in (-3.0, 0.0, 3.0))
    assert knot - low > 0.3
    assert abs(high - knot) < 0.1


def test_calibration_survives_json():
    calibration = Calibration(
        relation=(0.1, 0.2, 0.3),
        relation_bends=(0.1, 0.2, 0.0, -0.1),
        relation_leads=(0.1, 0.0, 0.2),
        relation_types=(0.5, -1.0),
        relation_threshold=0.4,
    )

    assert Calibration.from_dict(calibration.to_dict()) == calibration


@given(st.lists(st.floats(0, 1), min_size=2, max_size=2), st.none() | st.integers(0, 10**6))
def test_few_facts_keep_chances_from_certainty_and_in_their_order(chances, n):
    low, high = sorted(chances)

    assert supported(low, n) <= supported(high, n)
    assert supported(0.5, n) == pytest.approx(0.5)
    if n is not None:
        assert supported(high, n) <= (max(n, 1) + 1) / (max(n, 1) + 2)


def test_fewer_documents_than_are_trusted_never_show_as_certain():
    """Rounded to two digits, however many facts they hold."""
    n = witnesses(10**6, TRUSTED_FROM - 1)

    assert f"{Calibration(n_mentions=n).mention_confidence(1e9):.2f}" == "0.99"
    assert f"{Calibration(n_relations=n).relation_confidence(1e9, 0.0):.2f}" == "0.99"


def test_a_calibration_of_before_reads_as_it_did():
    data = Calibration(mention=(0.0, 1.0)).to_dict()
    for added in ("n_mentions", "n_relations", "relation_bends", "relation_leads"):
        del data[added]

    assert Calibration.from_dict(data).mention_confidence(50.0) == 1.0
