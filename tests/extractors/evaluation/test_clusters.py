from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.evaluation import compare_clusters
from tests.extractors.evaluation.builders import partitions
from tests.extractors.steady import steady


def clusters(*words):
    """Each letter of a word is one place: `clusters("abc", "de")`."""
    return [frozenset((ord(char), ord(char) + 1) for char in word) for word in words]


def figures(fractions):
    found = fractions.figures
    return pytest.approx((found.precision, found.recall))


class TestWorkedExamples:
    def test_muc_counts_the_links_kept(self):
        """Vilain et al.: key A–B–C–D against A–B, C–D keeps two links of three."""
        score = compare_clusters(clusters("abcd"), clusters("ab", "cd"))

        assert figures(score.muc) == (1.0, 2 / 3)

    def test_b_cubed_tells_small_from_large_mistakes(self):
        """Bagga and Baldwin: joining 5 with 5 costs more than joining 5 with 2."""
        truth = clusters("12345", "67", "89ABC")
        two_joined = compare_clusters(truth, clusters("12345", "6789ABC"))
        five_joined = compare_clusters(truth, clusters("1234589ABC", "67"))

        for joined in (two_joined, five_joined):
            assert joined.muc.figures.precision == pytest.approx(9 / 10)
        assert two_joined.b_cubed.figures.precision == pytest.approx(16 / 21)
        assert five_joined.b_cubed.figures.precision == pytest.approx(7 / 12)
        assert two_joined.b_cubed.figures.recall == 1

    def test_ceaf_pairs_each_cluster_once(self):
        """Luo: of two predicted clusters only one is paired with the single true one."""
        score = compare_clusters(clusters("abcd"), clusters("ab", "cd"))

        phi4 = 2 * 2 / (4 + 2)
        assert (phi4 / 2, phi4) == figures(score.ceaf)

    def test_mentions_of_one_side_only(self):
        """The example of Pradhan et al. 2014, section 4: h and i are predicted, e is missed."""
        score = compare_clusters(clusters("abc", "defg"), clusters("ab", "cd", "fghi"))

        assert figures(score.muc) == (2 / 5, 2 / 5)
        assert figures(score.b_cubed) == (4 / 8, 5 / 12)
        assert figures(score.ceaf) == (1.3 / 3, 1.3 / 2)

    def test_singletons_can_be_left_out(self):
        score = compare_clusters(clusters("ab", "c"), clusters("ab", "d"), singletons=False)

        assert score.exact.f1 == score.conll == 1.0

    def test_nothing_against_nothing_is_zero(self):
        assert compare_clusters([], []).conll == 0.0


def brute_b_cubed(truth, guess):
    total = 0.0
    n = 0
    for cluster in truth:
        for place in cluster:
            own = next((other for other in guess if place in other), frozenset())
            total += len(cluster & own) / len(cluster)
            n += 1
    return total / n if n else 0.0


def brute_muc(truth, guess):
    kept = whole = 0
    for cluster in truth:
        parts = {
            next((index for index, other in enumerate(guess) if place in other), ("alone", place))
            for place in cluster
        }
        kept += len(cluster) - len(parts)
        whole += len(cluster) - 1
    return kept / whole if whole else 0.0


def brute_ceaf(truth, guess):
    small, large = sorted([truth, guess], key=len)
    best = max(
        sum(
            2 * len(one & other) / (len(one) + len(other))
            for one, other in zip(small, chosen, strict=True)
        )
        for chosen in permutations(large, len(small))
    )
    return (best / len(guess) if guess else 0.0, best / len(truth) if truth else 0.0)


@steady
@given(truth=partitions(), guess=partitions())
def test_measures_agree_with_their_definitions(truth, guess):
    """Each measure equals one computed mention by mention, or over every possible pairing."""
    score = compare_clusters(truth, guess)

    assert figures(score.muc) == (brute_muc(guess, truth), brute_muc(truth, guess))
    assert figures(score.b_cubed) == (brute_b_cubed(guess, truth), brute_b_cubed(truth, guess))
    assert figures(score.ceaf) == brute_ceaf(truth, guess)


@steady
@given(truth=partitions(), data=st.data())
def test_a_perfect_prediction_scores_one_in_any_order(truth, data):
    score = compare_clusters(truth, data.draw(st.permutations(truth)))

    assert score.exact.f1 == score.b_cubed.figures.f1 == (1.0 if truth else 0.0)
