"""The parts of the network that are arithmetic."""

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from extractors.network import Group, pairs_of, sentence_distances
from extractors.network.pooling import SpanPooler, range_maximum
from extractors.network.relations import RelationHead
from extractors.network.values import (
    ORDER_BUCKETS,
    Candidates,
    Groups,
    ModelConfig,
    Pairs,
    Spans,
)
from extractors.reading.windows import askable_pairs


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


@given(st.lists(st.lists(st.integers(1, 3), max_size=8), min_size=1, max_size=3))
def test_all_spans_and_some_are_represented_alike(sizes):
    """Windows of any units: all ranges of one width at once, and spans one by one."""
    torch.manual_seed(0)
    longest = 1 + max(sum(own) for own in sizes)
    hidden, pooler = torch.randn(len(sizes), longest, 8), SpanPooler(8, 6, 3)
    ends = [np.cumsum(own, dtype=np.int64) for own in sizes]
    bounds = [np.stack([end - own, end], 1) for end, own in zip(ends, sizes, strict=True)]
    unit = torch.tensor([(row, *b) for row, own in enumerate(bounds) for b in own.tolist()])
    window, start, end = unit.reshape(-1, 3).to(torch.int64).unbind(1)
    none = torch.zeros(0, dtype=torch.int64)

    every = list(pooler.by_width(hidden, Candidates(window, start, end, none, none)))

    assert [len(rows) for rows in every] == [max(0, len(window) - w) for w in range(3)]
    for width, rows in enumerate(every, 1):
        inside = (window[width - 1 :] == window[: len(rows)]).nonzero().squeeze(1)
        last = inside + width - 1
        spans = Spans(window[inside], start[inside], end[last], torch.full_like(inside, width))
        assert torch.allclose(rows[inside], pooler(hidden, spans), atol=1e-5)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1),
    st.integers(0, 99),
    st.sampled_from([0.0, 0.5, 1.0]),
)
def test_what_may_not_join_two_types_is_not_scored_and_changes_nothing(pairs, seed, share):
    """Any pairs, types and table: scores are those of asking for all, or minus infinity."""
    torch.manual_seed(seed)
    config = ModelConfig(
        entity_types=("A", "B"), relation_types=("R", "S", "T"), block_size=4, dropout=0.0
    )
    head = RelationHead(8, config)
    torch.nn.init.normal_(head.types)
    six = torch.arange(6)
    groups = Groups(
        Spans(six % 2, six, six + 1, torch.ones(6)), six, torch.randint(2, (6,)), six // 3
    )
    index = torch.tensor(
        [pair for pair in sorted(pairs) if pair[0] // 3 == pair[1] // 3] or [(0, 0)]
    )
    pairs = Pairs(index, torch.zeros(len(index), dtype=torch.int64), None)
    mask = torch.ones(2, 7, dtype=torch.bool)
    allowed = torch.rand(2, 2, 3) < share
    hidden, pooled = torch.randn(2, 7, 8), torch.randn(6, 8)

    logits, attention = head(hidden, mask, groups, pooled, pairs)
    asked, same_attention = head(hidden, mask, groups, pooled, pairs, allowed=allowed)

    may = allowed[groups.type[index[:, 0]], groups.type[index[:, 1]]]
    expected = logits[:, 1:].masked_fill(~may, -torch.inf)
    assert torch.allclose(asked, torch.cat([logits[:, :1], expected], 1), atol=1e-5)
    assert torch.equal(attention, same_attention)


def test_attention_is_scaled_by_the_width_of_its_queries():
    """Otherwise it would grow sharper with the size of the encoder."""
    torch.manual_seed(0)
    head = RelationHead(8, ModelConfig(entity_types=("A",), relation_types=("R",), block_size=4))
    one = torch.ones(2, dtype=torch.int64)
    groups = Groups(Spans(0 * one, 0 * one, one, one), torch.arange(2), 0 * one, 0 * one)
    hidden, pooled = 3 * torch.randn(1, 5, 8), 3 * torch.randn(2, 8)
    mask = torch.tensor([[True, True, True, True, False]])
    pairs = Pairs(torch.tensor([[0, 1], [1, 0]]), 0 * one, None)

    _, attention = head.eval()(hidden, mask, groups, pooled, pairs)

    for row, (subject, object_) in enumerate(pairs.index.tolist()):
        query = head.subject_query(pooled[subject]) + head.object_query(pooled[object_])
        products = head.key(hidden[0, :4]) @ query / 2  # the root of 4, half the encoder's width
        expected = torch.cat([products.softmax(0), torch.zeros(1)])
        assert torch.allclose(attention[row], expected, atol=1e-5)


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
