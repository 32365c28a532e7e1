"""What stays in numpy between the graphs: spans and ranges of tokens, each as long as it is."""

import numpy as np
import numpy.typing as npt

from extractors.network import Spans
from extractors.text import IntArray

FloatArray = npt.NDArray[np.float32]


def span_means(hidden: FloatArray, spans: Spans[IntArray]) -> FloatArray:
    """Return the mean of the tokens of each span, `(S, H)`."""
    n_tokens = spans.end - spans.start
    before = np.cumsum(n_tokens) - n_tokens
    # All tokens of all spans in one list: which span each belongs to, and which token it is.
    row = np.repeat(np.arange(len(n_tokens)), n_tokens)
    token = spans.start[row] + np.arange(len(row)) - before[row]
    sums = np.add.reduceat(hidden[spans.window[row], token], before)
    means: FloatArray = (sums / n_tokens[:, None]).astype(np.float32)
    return means


def range_maximum(tokens: FloatArray, ranges: IntArray) -> FloatArray:
    """Return the maximum of each range of tokens, `(P, H)`; zeros for an empty one.

    A sparse table: the maxima of all ranges of 1, 2, 4 … tokens, two of which cover any range.

    Args:
        tokens: `(T, H)`.
        ranges: `(P, 2)` first token and the one after the last.
    """
    start, end = ranges.T
    lengths = np.maximum(end - start, 0)
    maxima = np.zeros((len(ranges), tokens.shape[1]), np.float32)
    table, width = tokens, 1
    while width <= lengths.max(initial=0):
        # Two ranges of the power of two below its length cover a range; they may overlap.
        rows = np.flatnonzero((lengths >= width) & (lengths < 2 * width))
        maxima[rows] = np.maximum(table[start[rows]], table[end[rows] - width])
        table, width = np.maximum(table[:-width], table[width:]), 2 * width
    return maxima
