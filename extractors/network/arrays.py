"""Arrays for the network, made from windows and from groups of mentions."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from extractors.network.values import (
    DISTANCE_BUCKETS,
    ORDER_BUCKETS,
    Between,
    Candidates,
    Group,
    Groups,
    Inputs,
    Pairs,
    Spans,
)
from extractors.text import IntArray, Window


def input_arrays(windows: Sequence[Window], pad_id: int) -> Inputs[IntArray]:
    """Pad windows to the longest of them."""
    longest = max(len(window.token_ids) for window in windows)
    token_ids = np.full((len(windows), longest), pad_id, np.int64)
    shapes = np.zeros((len(windows), longest), np.int64)
    structures = np.zeros((len(windows), longest), np.int64)
    mask: Any = np.zeros((len(windows), longest), bool)
    for row, window in enumerate(windows):
        length = len(window.token_ids)
        token_ids[row, :length] = window.token_ids
        shapes[row, :length] = window.shapes
        structures[row, :length] = window.structures
        mask[row, :length] = True
    return Inputs(token_ids, shapes, structures, mask)


def candidate_arrays(windows: Sequence[Window], ranges: Sequence[IntArray]) -> Candidates[IntArray]:
    """Put the units of all windows in one list, and the `(S, 2)` unit ranges of each window."""
    n_units = [len(window.units) for window in windows]
    window = np.repeat(np.arange(len(windows)), n_units)
    start, end = np.concatenate([window.bounds for window in windows]).T
    offsets = np.cumsum([0, *n_units[:-1]])
    # Units are numbered through the batch, ranges within their window.
    first = np.concatenate([rows[:, 0] + o for rows, o in zip(ranges, offsets, strict=True)])
    width = np.concatenate([rows[:, 1] - rows[:, 0] for rows in ranges])
    return Candidates(window, start, end, first, width)


def span_arrays(windows: Sequence[Window], ranges: Sequence[IntArray]) -> Spans[IntArray]:
    """Turn the `(S, 2)` unit ranges of each window into spans of tokens."""
    counts = [len(rows) for rows in ranges]
    window = np.repeat(np.arange(len(windows)), counts)
    start = np.concatenate(
        [w.bounds[rows[:, 0], 0] for w, rows in zip(windows, ranges, strict=True)]
    )
    end = np.concatenate(
        [w.bounds[rows[:, 1] - 1, 1] for w, rows in zip(windows, ranges, strict=True)]
    )
    width = np.concatenate([rows[:, 1] - rows[:, 0] for rows in ranges])
    return Spans(window, start, end, width)


def group_arrays(windows: Sequence[Window], groups: Sequence[Sequence[Group]]) -> Groups[IntArray]:
    """Number the groups of all windows, window by window."""
    ranges = [
        np.array([pair for group in window_groups for pair in group.mentions], np.int64).reshape(
            -1, 2
        )
        for window_groups in groups
    ]
    flat = [(row, group) for row, window_groups in enumerate(groups) for group in window_groups]
    sizes = [len(group.mentions) for _, group in flat]
    return Groups(
        mentions=span_arrays(windows, ranges),
        group=np.repeat(np.arange(len(flat)), sizes),
        type=np.array([group.type for _, group in flat], np.int64),
        window=np.array([row for row, _ in flat], np.int64),
    )


def pair_arrays(
    windows: Sequence[Window],
    groups: Sequence[Sequence[Group]],
    distances: Sequence[IntArray],
    origin: Sequence[tuple[int, int, int]],
    *,
    between: bool = False,
) -> Pairs[IntArray]:
    """Turn pairs of groups, given as window, subject and object, into arrays.

    Args:
        windows: One batch.
        groups: Those of each window.
        distances: What `sentence_distances` returned for these.
        origin: The pairs.
        between: Whether what stands between the two is asked for.
    """
    # Pairs come numbered within their window, and arrays number groups through the batch.
    offsets = np.concatenate([[0], np.cumsum([len(window_groups) for window_groups in groups])])
    index = [(offsets[row] + subject, offsets[row] + object_) for row, subject, object_ in origin]
    distance = [distances[row][subject, object_] for row, subject, object_ in origin]
    gaps = [_gap(windows[row], groups[row][i], groups[row][j]) for row, i, j in origin if between]
    rows = np.array(gaps, np.int64).reshape(-1, 3)
    return Pairs(
        np.array(index, np.int64).reshape(-1, 2),
        np.array(distance, np.int64),
        Between(rows[:, :2], rows[:, 2]) if between else None,
    )


def _gap(window: Window, subject: Group, object_: Group) -> tuple[int, int, int]:
    """Return the tokens between the closest mentions of two groups, and their order's bucket."""
    # Of mentions that overlap, the gap has a negative length, and nothing stands in it.
    first, last, reverse = min(
        (
            (min(a[1], b[1]), max(a[0], b[0]), b < a)
            for a in subject.mentions
            for b in object_.mentions
        ),
        key=lambda gap: gap[1] - gap[0],
    )
    # 0, 1, 2-3, 4-7, ... units between them; the second half of the buckets is the reverse order.
    half = ORDER_BUCKETS // 2
    order = min(max(0, last - first).bit_length(), half - 1) + half * reverse
    if first >= last:
        return 0, 0, order
    return int(window.bounds[first, 0]), int(window.bounds[last - 1, 1]), order


def sentence_distances(
    windows: Sequence[Window], groups: Sequence[Sequence[Group]]
) -> list[IntArray]:
    """Return `(N, N)` for each window: sentence bounds between the closest mentions of groups.

    Cut at `DISTANCE_BUCKETS - 1`.
    """
    return [_distances(*row) for row in zip(windows, groups, strict=True)]


def _distances(window: Window, groups: Sequence[Group]) -> IntArray:
    """Return `(N, N)` distances within one window.

    Sentences that mention a group are marked; the marks grow by one sentence to either side at a
    time, and two groups are as far apart as it takes the marks of one to meet those of the other.
    """
    n = len(groups)
    distances = np.full((n, n), DISTANCE_BUCKETS - 1, np.int64)
    if n == 0:
        return distances
    marks = np.zeros((n, len(window.sentences)), bool)  # (N, sentences)
    for row, group in enumerate(groups):
        marks[row, [int(window.sentence_indices[start]) for start, _ in group.mentions]] = True
    reach = marks.copy()
    for distance in range(DISTANCE_BUCKETS - 1):
        # A matrix product counts common sentences; numpy has none of booleans.
        met = (reach.astype(np.int32) @ marks.T.astype(np.int32)) > 0
        distances = np.where(met, np.minimum(distances, distance), distances)
        grown = reach.copy()
        grown[:, 1:] |= reach[:, :-1]
        grown[:, :-1] |= reach[:, 1:]
        reach = grown
    return distances
