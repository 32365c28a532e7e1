"""Decoding: which spans are kept, and which of them are one name."""

import numpy as np
import pytest

from extractors.facts import Span
from extractors.reading.decoding import (
    ScoredMention,
    decode_mentions,
    group_by_name,
    mention_scores,
)


class Words:
    """Stands where only `Window.span` is asked for: unit n is character n."""

    def span(self, start, end):
        return Span(start, end)


def decode(candidates, scores, **options):
    rows = np.array(candidates, np.int64)
    columns = np.array(scores, np.float32)[:, None]
    found = decode_mentions(Words(), rows, columns, **{"least": 0.0, "nested": False} | options)
    return [mention.units for mention in found]


def test_flat_mentions_give_way_to_better_ones():
    assert decode([(0, 2), (1, 3), (3, 4)], [2.0, 3.0, 1.0]) == [(1, 3), (3, 4)]


def test_nested_mentions_may_lie_inside_but_not_cross():
    assert decode([(0, 3), (1, 2), (2, 4)], [3.0, 2.0, 1.0], nested=True) == [(0, 3), (1, 2)]
    assert decode([(0, 1), (0, 3), (2, 3)], [3.0, 2.0, 1.0], nested=True) == [
        (0, 1),
        (0, 3),
        (2, 3),
    ]


def test_mentions_below_the_least_score_are_dropped():
    assert decode([(0, 1), (1, 2)], [0.4, 0.6], least=0.5) == [(1, 2)]


def test_mention_scores_are_log_odds():
    scores = mention_scores(np.log(np.array([[0.5, 0.4, 0.1]], np.float32)))

    assert scores[0] == pytest.approx(np.log([0.4 / 0.6, 0.1 / 0.9]), abs=1e-5)


def test_mention_scores_of_extreme_logits_are_finite():
    assert np.isfinite(mention_scores(np.array([[1e4, -1e4], [-1e4, 1e4]], np.float32))).all()


def test_group_by_name_joins_spellings_of_one_type():
    text = "Acme ACME acme"
    mentions = [
        ScoredMention((i, i + 1), Span(5 * i, 5 * i + 4), type_, 1.0)
        for i, type_ in enumerate((0, 0, 1))
    ]

    assert [len(group.mentions) for group in group_by_name(text, mentions, alone=False)] == [2, 1]
    assert len(group_by_name(text, mentions, alone=True)) == 3
