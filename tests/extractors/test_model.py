"""The parts of the network that are arithmetic."""

from unittest import mock

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from extractors.batches import Group, pairs_of, sentence_distances
from extractors.model import ORDER_BUCKETS, SpanPooler, Spans, range_maximum
from extractors.reading import askable_pairs


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 20), st.integers(0, 20)), max_size=12))
def test_maximum_of_any_ranges(ranges):
    """Of every range of tokens, in any window, and zeros for one that is empty."""
    torch.manual_seed(0)
    hidden = torch.randn(2, 20, 3)
    rows = torch.tensor(ranges, dtype=torch.int64).reshape(-1, 3)

    maxima = range_maximum(hidden, rows[:, 0], rows[:, 1:])

    assert maxima.shape == (len(ranges), 3)
    for (window, start, end), found in zip(ranges, maxima, strict=True):
        own = hidden[window, start:end]
        expected = own.max(0).values if len(own) else torch.zeros(3)
        assert torch.equal(found, expected)


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 19), st.integers(1, 5)), min_size=1))
def test_many_spans_and_few_are_represented_alike(rows):
    """Any spans: in one part or several, by projecting all tokens or what they touch."""
    torch.manual_seed(0)
    hidden, pooler = torch.randn(2, 24, 8), SpanPooler(8, 6, 5)
    window, start, width = torch.tensor(rows, dtype=torch.int64).unbind(1)
    spans = Spans(window, start, start + width, width)

    with mock.patch("extractors.model.SPANS_AT_ONCE", 3):
        in_parts = torch.cat(list(pooler(hidden, spans)))

    assert in_parts.shape == (len(rows), 6)
    assert torch.allclose(in_parts, pooler.few(hidden, spans), atol=1e-5)


def test_pairs_of_one_sentence_only(tiny_extractor):
    text = "Ada met Bo. Cy met Di."
    window = next(iter(tiny_extractor.encoder.windows(text)))
    words = ["Ada", "met", "Bo", ".", "Cy"]
    groups = [Group(0, ((words.index(n), words.index(n) + 1),)) for n in ("Ada", "Bo", "Cy")]
    anything = np.ones((1, 1), bool)

    distances = sentence_distances([window], [groups])

    near = askable_pairs([groups], distances, anything, sentences_apart=0)
    all_ = askable_pairs([groups], distances, anything)

    assert near == [(0, 0, 1), (0, 1, 0)]
    assert len(all_) == 6


def test_a_pair_knows_how_far_apart_and_in_which_order_it_stands(tiny_extractor):
    text = "Ada met Bo and then she never again saw her friend Cy."
    window = next(iter(tiny_extractor.encoder.windows(text)))
    words = text.removesuffix(".").split()
    groups = [Group(0, ((words.index(n), words.index(n) + 1),)) for n in ("Ada", "Bo", "Cy")]
    groups.append(Group(0, ((0, 3),)))  # around Ada and Bo
    origin = [(0, 0, 1), (0, 1, 0), (0, 1, 2), (0, 2, 1), (0, 0, 3)]
    distances = sentence_distances([window], [groups])

    pairs = pairs_of([window], [groups], distances, origin, torch.device("cpu"), between=True)

    half = ORDER_BUCKETS // 2
    assert pairs.between.order.tolist() == [1, 1 + half, 4, 4 + half, 0]
    (met, after), *_, nothing = pairs.between.tokens.tolist()
    assert [met, after] == window.bounds[1].tolist()
    assert nothing == [0, 0]
