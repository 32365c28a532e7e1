"""A model read by ONNX Runtime, on a processor and in float32: no torch is needed."""

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from extractors.checkpoints import PlainModel
from extractors.engines.graphs import (
    bilinear_graph,
    coreference_graph,
    looking_graph,
    pooling_graph,
    reading_graph,
)
from extractors.engines.ragged import range_maximum, span_means
from extractors.network import Candidates, Groups, Inputs, Pairs, Tag
from extractors.text import IntArray

FloatArray = npt.NDArray[np.float32]

PAIRS_LOOKING = 4096
PAIRS_SCORED = 512
"""Pairs that are worked on together: these hold 13 MB of bilinear features."""

_MOST_READERS = 4

# ONNX Runtime has a class for each of its codes, and no class above them.
_ERRORS = (
    ort_errors.Fail,
    ort_errors.RuntimeException,
    ort_errors.InvalidArgument,
    ort_errors.EPFail,
)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the encoder made of a batch."""

    hidden: FloatArray
    """`(B, T, H)`."""
    lengths: IntArray
    """`(B,)` tokens of each window."""


class OnnxEngine:
    """Runs a model in ONNX Runtime: an `Engine`."""

    name = "onnx"
    device = "cpu"
    precision = "float32"

    def __init__(self, model: PlainModel, threads: int | None = None) -> None:
        """Write the graphs and have them prepared.

        Args:
            model: Weights and shape.
            threads: How many threads read, all together; None: one a processor.
        """
        self.model = model
        self.config = model.config
        self.allowed = model.tensors["allowed"].astype(bool)
        self._n_threads = threads or len(os.sched_getaffinity(0))
        self._n_readers = min(self._n_threads, _MOST_READERS)
        self._embeddings = Embeddings(model)
        # Each reader computes itself, and those beyond them help whoever runs.
        helpers = self._n_threads - self._n_readers
        self._reading, self._looking, self._bilinear = (
            open_session(graph(model), 1 + helpers)
            for graph in (reading_graph, looking_graph, bilinear_graph)
        )
        self._pooling, self._coreference = (
            open_session(graph(model), 1) for graph in (pooling_graph, coreference_graph)
        )
        self._classes = _classes_by_types(model)

    @contextmanager
    def readers(self) -> Iterator[ThreadPoolExecutor]:
        """Open the threads that read batches side by side; what waits at the end is not begun."""
        readers = ThreadPoolExecutor(self._n_readers, "read")
        try:
            yield readers
        finally:
            readers.shutdown(cancel_futures=True)

    def give_back_memory(self) -> None:
        """Do nothing: a processor's memory is given back as it is freed."""

    def read(
        self, inputs: Inputs[IntArray], candidates: Candidates[IntArray]
    ) -> tuple[_Seen, FloatArray]:
        """Encode windows and score what could be mentions, as `Engine` says."""
        mask = inputs.mask.astype(np.int32)
        n_tokens = mask.shape[1]
        window, start, end = candidates.window, candidates.start, candidates.end
        # Ranges of one width are neighbouring rows, those of each width behind the narrower ones.
        by_width = np.maximum(len(start) - np.arange(self.config.max_width), 0)
        before = np.concatenate([[0], np.cumsum(by_width)])
        hidden, logits = run_session(
            self._reading,
            ("hidden", "logits"),
            embedded=self._embeddings(inputs),
            mask=mask,
            first=window * n_tokens + start,
            last=window * n_tokens + end - 1,
            start=start[:, None].astype(np.float32),
            end=end[:, None].astype(np.float32),
            candidates=before[candidates.width - 1] + candidates.first,
        )
        return _Seen(hidden, mask.sum(1)), logits

    def tag(self, inputs: Inputs[IntArray]) -> tuple[FloatArray, tuple[Tag, ...]]:
        """Refuse: `choose_engine` leaves token classifiers to torch."""
        raise NotImplementedError

    def score_names(
        self, seen: _Seen, groups: Groups[IntArray], index: IntArray, spelled: FloatArray
    ) -> FloatArray:
        """Score pairs of names, as `Engine` says."""
        (logits,) = run_session(
            self._coreference,
            ("logits",),
            groups=self._pooled(seen.hidden, groups),
            left=index[:, 0],
            right=index[:, 1],
            spelled=spelled,
        )
        scores: FloatArray = logits[:, 0]
        return scores

    def relate(
        self, seen: _Seen, groups: Groups[IntArray], pairs: Pairs[IntArray]
    ) -> "tuple[FloatArray, _Attention]":
        """Score pairs of entities, as `Engine` says."""
        pooled = self._pooled(seen.hidden, groups)
        window_of_pair = groups.window[pairs.index[:, 0]]
        # Window by window: pairs and groups are sorted by it, and no pair looks into another one.
        n_windows = len(seen.lengths)
        pair_bounds = np.searchsorted(window_of_pair, np.arange(n_windows + 1))
        group_bounds = np.searchsorted(groups.window, np.arange(n_windows + 1))
        parts: list[list[FloatArray]] = []
        for window, (begin, end) in enumerate(pairwise(pair_bounds.tolist())):
            tokens = seen.hidden[window, : seen.lengths[window]]
            own = slice(group_bounds[window], group_bounds[window + 1])
            parts += [
                self._look(tokens, pooled[own], groups.type[own], part, own.start)
                for part in pairs.rows(slice(begin, end)).split(PAIRS_LOOKING)
            ]
        left, right = (np.concatenate([part[side] for part in parts]) for side in (0, 1))
        logits = np.full((len(left), 1 + self.allowed.shape[2]), -np.inf, np.float32)
        subject_type, object_type = groups.type[pairs.index].T
        types = subject_type * len(self.allowed) + object_type  # (P,)
        # One product for all pairs of the same two types: they are asked the same classes.
        order = np.argsort(types, kind="stable")
        for rows in np.split(order, np.flatnonzero(np.diff(types[order])) + 1):
            classes = self._classes[int(types[rows[0]])]
            for begin in range(0, len(rows), PAIRS_SCORED):
                some = rows[begin : begin + PAIRS_SCORED]
                (scores,) = run_session(
                    self._bilinear,
                    ("logits",),
                    left=left[some],
                    right=right[some],
                    weight=classes.weight,
                    bias=classes.bias,
                )
                logits[some[:, None], classes.numbers] = scores
        return logits, _Attention([part[2] for part in parts], seen.hidden.shape[1])

    def _look(
        self,
        tokens: FloatArray,
        pooled: FloatArray,
        types: IntArray,
        pairs: Pairs[IntArray],
        first_group: int,
    ) -> list[FloatArray]:
        """Return the ends of pairs of one window, `(P, H)` each, and where they look, `(P, T)`."""
        asked = {
            "tokens": tokens,
            "pooled": pooled,
            "types": types,
            "subject": pairs.index[:, 0] - first_group,
            "object": pairs.index[:, 1] - first_group,
            "distance": pairs.distance,
        }
        if pairs.between is not None:
            asked["gap"] = range_maximum(tokens, pairs.between.tokens)
            asked["order"] = np.ascontiguousarray(pairs.between.order)
        return run_session(self._looking, ("left", "right", "attention"), **asked)

    def _pooled(self, hidden: FloatArray, groups: Groups[IntArray]) -> FloatArray:
        """Represent groups of mentions, `(N, H)`, by the smooth maximum of their mentions."""
        spans = groups.mentions
        (mentions,) = run_session(
            self._pooling,
            ("mentions",),
            first=hidden[spans.window, spans.start],
            last=hidden[spans.window, spans.end - 1],
            mean=span_means(hidden, spans),
            width=spans.width,
        )  # (M, H)
        # Mentions of a group are neighbours, and no group is empty.
        begins = np.searchsorted(groups.group, np.arange(len(groups.type)))
        # log(sum(exp)) of each group, the highest subtracted first so that nothing overflows.
        highest = np.maximum.reduceat(mentions, begins)
        sums = np.add.reduceat(np.exp(mentions - highest[groups.group]), begins)
        pooled: FloatArray = highest + np.log(sums)
        return pooled


class Embeddings:
    """What goes into the first layer: a table's rows, so the runtime need not hold a copy of it."""

    def __init__(self, model: PlainModel) -> None:
        tensors = model.tensors
        self._words = tensors["encoder.base.embeddings.word_embeddings.weight"]
        positions = tensors["encoder.base.embeddings.position_embeddings.weight"]
        # Every token is of the first kind, so it goes with the positions.
        kind = tensors["encoder.base.embeddings.token_type_embeddings.weight"][0]
        self._positions = positions[model.encoder.first_position :] + kind
        self._shapes = tensors["encoder.shapes.weight"]
        self._structures = tensors["encoder.structures.weight"] if model.config.structure else None

    def __call__(self, inputs: Inputs[IntArray]) -> FloatArray:
        """Return `(B, T, H)`."""
        embedded: FloatArray = self._words[inputs.token_ids]
        embedded += self._shapes[inputs.shapes]
        if self._structures is not None:
            embedded += self._structures[inputs.structures]
        embedded += self._positions[: embedded.shape[1]]
        return embedded


class _Attention:
    """The shares of attention that pairs pay to tokens, window by window."""

    def __init__(self, parts: list[FloatArray], n_tokens: int) -> None:
        self._parts = parts
        self._ends = np.cumsum([len(part) for part in parts])
        self._n_tokens = n_tokens

    def __call__(self, pairs: IntArray) -> FloatArray:
        """Return `(A, T)` for the numbers of some pairs."""
        attention = np.zeros((len(pairs), self._n_tokens), np.float32)
        for row, pair in enumerate(pairs.tolist()):
            number = int(np.searchsorted(self._ends, pair, "right"))
            part = self._parts[number]
            attention[row, : part.shape[1]] = part[pair - int(self._ends[number]) + len(part)]
        return attention


@dataclass(frozen=True, slots=True)
class _Classes:
    """What pairs of two types are asked: the threshold, and the relations that may join them."""

    numbers: IntArray
    """`(C,)`."""
    weight: FloatArray
    """`(C, H K)`."""
    bias: FloatArray
    """`(C,)` with what the types alone say."""


def _classes_by_types(model: PlainModel) -> list[_Classes]:
    weight = model.tensors["relation_head.bilinear.weight"]
    bias = model.tensors["relation_head.bilinear.bias"] + model.tensors["relation_head.types"]
    allowed = model.tensors["allowed"].astype(bool)
    asked = np.pad(allowed, [(0, 0), (0, 0), (1, 0)], constant_values=True)  # (E, E, 1 + R)
    return [
        # A corpus of many relation types knows few for any two entity types.
        _Classes(numbers, weight if row.all() else weight[numbers], own_bias[numbers])
        for row, own_bias in zip(
            asked.reshape(-1, asked.shape[2]), bias.reshape(-1, asked.shape[2]), strict=True
        )
        for numbers in [np.flatnonzero(row)]
    ]


def open_session(graph: bytes, n_threads: int) -> onnxruntime.InferenceSession:
    """Have a graph prepared for running.

    Args:
        graph: As a file would hold it.
        n_threads: How many threads compute, whoever runs it included.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = n_threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # what it warns of, such as a GPU that it does not find, is ours
    # Threads that wait for work would take the processor from those that cut and merge.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def run_session(
    session: onnxruntime.InferenceSession, outputs: tuple[str, ...], **inputs: Any
) -> list[Any]:
    """Run a graph.

    Raises:
        RuntimeError: It could not be run, for lack of memory as a rule.
    """
    try:
        return list(session.run(list(outputs), inputs))
    except _ERRORS as error:
        raise RuntimeError(str(error)) from error
