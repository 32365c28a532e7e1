"""The parts of the network as ONNX graphs, written from a model's weights.

Each function says what `extractors.network` says in the module of the same name, in the operators
of ONNX and in those that ONNX Runtime fuses BERT's into (`com.microsoft`, documented in its
ContribOperators.md). Axes are named as in `extractors.network.values`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from extractors.checkpoints import PlainModel
from extractors.pretrained import FLOAT, INT32, INT64, BertShape, ModelProto, fill_tensor

OPSET, FUSED_OPSET, IR_VERSION = 18, 1, 9
"""Versions of the operators and of the format that every ONNX Runtime since 1.17 knows."""

FUSED = "com.microsoft"

_FLOAT_KIND, _INT_KIND, _INTS_KIND = 1, 2, 7  # of an attribute


class Graph:
    """An ONNX graph while it is written: each call adds a node and names what comes out of it."""

    def __init__(self, inputs: Mapping[str, tuple[int, str]]) -> None:
        """Begin with inputs: the kind of their elements, and their axes as in `"B T H"`."""
        self._model = ModelProto(ir_version=IR_VERSION, producer_name="nightloom")
        self._model.opset_import.add(version=OPSET)
        self._model.opset_import.add(domain=FUSED, version=FUSED_OPSET)
        self._graph = self._model.graph
        self._graph.name = "nightloom"
        for name, (kind, axes) in inputs.items():
            self._describe(self._graph.input.add(name=name), kind, axes)

    def constant(self, array: npt.ArrayLike, dtype: Any = np.float32) -> str:
        """Add an array that never changes."""
        name = f"c{len(self._graph.initializer)}"
        fill_tensor(self._graph.initializer.add(), name, np.asarray(array, dtype))
        return name

    def __call__(self, operator: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node of one output; an input that is left out is an empty name."""
        output = f"n{len(self._graph.node)}"
        node = self._graph.node.add(op_type=operator, domain=domain, name=output)
        node.input.extend(inputs)
        node.output.append(output)
        for name, value in attributes.items():
            attribute = node.attribute.add(name=name)
            if isinstance(value, float):
                attribute.type, attribute.f = _FLOAT_KIND, value
            elif isinstance(value, int):
                attribute.type, attribute.i = _INT_KIND, value
            else:
                attribute.type = _INTS_KIND
                attribute.ints.extend(value)
        return output

    def linear(self, rows: str, weight: npt.ArrayLike, bias: npt.ArrayLike | None = None) -> str:
        """Multiply `(N, I)` rows with the `(O, I)` matrix of a linear layer, and add its bias."""
        parts = [self.constant(weight), *([] if bias is None else [self.constant(bias)])]
        return self("Gemm", rows, *parts, transB=1)

    def named(self, value: str, name: str, kind: int, axes: str) -> None:
        """Make a value an output of the graph."""
        node = self._graph.node.add(op_type="Identity", name=f"to {name}")
        node.input.append(value)
        node.output.append(name)
        self._describe(self._graph.output.add(name=name), kind, axes)

    def content(self) -> bytes:
        """Return the graph as a file would hold it."""
        content: bytes = self._model.SerializeToString()
        return content

    def _describe(self, value: Any, kind: int, axes: str) -> None:
        value.type.tensor_type.elem_type = kind
        for axis in axes.split():
            dimension = value.type.tensor_type.shape.dim.add()
            if axis.isdigit():
                dimension.dim_value = int(axis)
            else:
                dimension.dim_param = axis


class Weights:
    """The tensors of a model whose names begin alike."""

    def __init__(self, tensors: Mapping[str, npt.NDArray[Any]], prefix: str) -> None:
        self._tensors = tensors
        self._prefix = prefix

    def __getitem__(self, name: str) -> npt.NDArray[Any]:
        return self._tensors[self._prefix + name]

    def below(self, prefix: str) -> "Weights":
        """Return those that go on with a further name."""
        return Weights(self._tensors, f"{self._prefix}{prefix}.")

    def layer(self, name: str) -> tuple[npt.NDArray[Any], npt.NDArray[Any]]:
        """Return matrix and bias of a linear layer, or weight and bias of a norm."""
        return self[f"{name}.weight"], self[f"{name}.bias"]


def reading_graph(model: PlainModel) -> bytes:
    """Return the encoder with the mention head.

    Inputs: `embedded` `(B, T, H)` and `mask` `(B, T)` int32; of each unit the rows of its `first`
    and its `last` token in `(B T)`, int64, and the numbers of tokens in its window before it and up
    to its end, `start` and `end` `(U, 1)` float; and `candidates` `(S,)`, rows in the ranges of
    units, the narrow ones first. Outputs: `hidden` `(B, T, H)` and `logits` `(S, 1 + E)`.
    """
    weights = Weights(model.tensors, "")
    width = model.encoder.hidden  # H
    graph = Graph(
        {
            "embedded": (FLOAT, f"B T {width}"),
            "mask": (INT32, "B T"),
            "first": (INT64, "U"),
            "last": (INT64, "U"),
            "start": (FLOAT, "U 1"),
            "end": (FLOAT, "U 1"),
            "candidates": (INT64, "S"),
        }
    )
    hidden = add_encoder(graph, model)
    graph.named(hidden, "hidden", FLOAT, f"B T {width}")
    logits = _mention_head(graph, hidden, model, weights.below("mention_head"))
    graph.named(logits, "logits", FLOAT, f"S {1 + len(model.config.entity_types)}")
    return graph.content()


def add_encoder(graph: Graph, model: PlainModel) -> str:
    """Add the encoder, from `embedded` and `mask` to the hidden states `(B, T, H)`."""
    n_layers = model.config.encoder_layers or model.encoder.layers
    weights = Weights(model.tensors, "encoder.base.")
    return add_layers(graph, weights, replace(model.encoder, layers=n_layers))


def add_layers(graph: Graph, weights: Weights, shape: BertShape) -> str:
    """Add the layers of a BERT, from `embedded` and `mask` to the hidden states `(B, T, H)`."""
    scale, shift = map(graph.constant, weights.below("embeddings").layer("LayerNorm"))
    hidden = graph("LayerNormalization", "embedded", scale, shift, axis=-1, epsilon=shape.epsilon)
    for number in range(shape.layers):
        layer = weights.below(f"encoder.layer.{number}")
        hidden = _encoder_layer(graph, hidden, layer, shape.heads, shape.epsilon)
    return hidden


def _encoder_layer(graph: Graph, hidden: str, weights: Weights, heads: int, epsilon: float) -> str:
    own = [weights.layer(f"attention.self.{part}") for part in ("query", "key", "value")]
    attended = graph(
        "Attention",
        hidden,
        graph.constant(np.concatenate([matrix.T for matrix, _ in own], 1)),  # (H, 3 H)
        graph.constant(np.concatenate([bias for _, bias in own])),
        "mask",
        domain=FUSED,
        num_heads=heads,
    )
    hidden = _added(graph, attended, hidden, weights.below("attention.output"), epsilon)
    matrix, bias = weights.layer("intermediate.dense")
    inner = graph("MatMul", hidden, graph.constant(matrix.T))
    inner = graph("BiasGelu", inner, graph.constant(bias), domain=FUSED)
    return _added(graph, inner, hidden, weights.below("output"), epsilon)


def _added(graph: Graph, inner: str, before: str, weights: Weights, epsilon: float) -> str:
    """Add a linear layer of `inner` to what was before, and normalise the sum."""
    matrix, bias = weights.layer("dense")
    scale, shift = map(graph.constant, weights.layer("LayerNorm"))
    projected = graph("MatMul", inner, graph.constant(matrix.T))
    return graph(
        "SkipLayerNormalization",
        *(projected, before, scale, shift, graph.constant(bias)),
        domain=FUSED,
        epsilon=epsilon,
    )


def _mention_head(graph: Graph, hidden: str, model: PlainModel, weights: Weights) -> str:
    pool = weights.below("pool")
    size = pool["width.weight"].shape[1]  # D
    n_tokens = graph("Shape", hidden, start=0, end=2)  # B, T
    by_window = graph("Concat", n_tokens, graph.constant([size], np.int64), axis=0)
    flat = graph("Flatten", hidden, axis=2)  # (B T, H)
    first = graph.linear(graph("Gather", flat, "first"), pool["first.weight"])  # (U, D)
    last = graph.linear(graph("Gather", flat, "last"), pool["last.weight"])  # (U, D)
    means = graph("Reshape", graph.linear(flat, pool["mean.weight"]), by_window)  # (B, T, D)
    # Prefix sums turn the mean of any span into one subtraction.
    axis = graph.constant(1, np.int64)
    sums = [graph("CumSum", means, axis, exclusive=without) for without in (1, 0)]
    before, after = (
        graph("Gather", graph("Flatten", total, axis=2), token)  # (U, D)
        for total, token in zip(sums, ("first", "last"), strict=True)
    )
    scores = []
    for width in range(1, model.config.max_width + 1):
        # Row i of what begins and row i of what ends are first and last unit of the i-th range.
        begins = [_rows(graph, value, 0, 1 - width) for value in (first, before, "start")]
        ends = [_rows(graph, value, width - 1, 0) for value in (last, after, "end")]
        # Ranges into the next window may have a negative length, and are never asked for.
        length = graph("Max", graph("Sub", ends[2], begins[2]), graph.constant(1.0))
        mean = graph("Div", graph("Sub", ends[1], begins[1]), length)
        sum_ = graph("Add", graph("Add", begins[0], ends[0]), mean)
        bias = graph.constant(pool["first.bias"] + pool["width.weight"][width])
        scores.append(
            graph.linear(graph("BiasGelu", sum_, bias, domain=FUSED), *weights.layer("score.2"))
        )
    return graph("Gather", graph("Concat", *scores, axis=0), "candidates")


def _rows(graph: Graph, value: str, start: int, end: int) -> str:
    """Leave out the rows before `start`, and as many as `-end` at the end."""
    if start == end == 0:
        return value
    bounds = [[start], [end or np.iinfo(np.int64).max], [0]]
    return graph("Slice", value, *(graph.constant(bound, np.int64) for bound in bounds))


def pooling_graph(model: PlainModel) -> bytes:
    """Return what represents mentions by their tokens.

    Inputs: of each mention its `first` and `last` token and the `mean` of all, `(M, H)`, and its
    `width` in units, `(M,)`. Output: `mentions` `(M, H)`.
    """
    weights = Weights(model.tensors, "group_pooler.pool.")
    size = weights["width.weight"].shape[1]
    graph = Graph(
        dict.fromkeys(("first", "last", "mean"), (FLOAT, f"M {size}")) | {"width": (INT64, "M")}
    )
    parts = [
        graph.linear("first", *weights.layer("first")),
        graph.linear("last", weights["last.weight"]),
        graph.linear("mean", weights["mean.weight"]),
        graph("Gather", graph.constant(weights["width.weight"]), "width"),
    ]
    graph.named(graph("Sum", *parts), "mentions", FLOAT, f"M {size}")
    return graph.content()


def coreference_graph(model: PlainModel) -> bytes:
    """Return the coreference head.

    Inputs: `groups` `(N, H)`; of each pair two numbers of groups, `left` and `right` `(P,)`, and
    how its names are `spelled`, `(P, N_STRING_FEATURES)`. Output: `logits` `(P, 1)`.
    """
    weights = Weights(model.tensors, "coreference_head.")
    hidden_size, size = weights["project.weight"].shape[1], weights["project.weight"].shape[0]
    n_features = weights["score.1.weight"].shape[1] - 2 * size
    graph = Graph(
        {
            "groups": (FLOAT, f"N {hidden_size}"),
            "left": (INT64, "P"),
            "right": (INT64, "P"),
            "spelled": (FLOAT, f"P {n_features}"),
        }
    )
    projected = graph.linear("groups", *weights.layer("project"))
    left, right = (graph("Gather", projected, end) for end in ("left", "right"))
    # Neither feature knows which of the two came first.
    features = graph(
        "Concat",
        *(graph("Mul", left, right), graph("Abs", graph("Sub", left, right)), "spelled"),
        axis=-1,
    )
    inner = graph("Gelu", graph.linear(features, *weights.layer("score.1")), domain=FUSED)
    graph.named(graph.linear(inner, *weights.layer("score.3")), "logits", FLOAT, "P 1")
    return graph.content()


def looking_graph(model: PlainModel) -> bytes:
    """Return the relation head up to the ends of each pair, for one window.

    Inputs: the `tokens` `(T, H)` of the window; of its groups `pooled` `(N, H)` and `types` `(N,)`;
    of each pair `subject`, `object` and `distance`, `(P,)`; for a model that reads what stands
    between them also its maximum `gap` `(P, H)`, and `order` `(P,)`.
    Outputs: `left` and `right` `(P, H)`, and `attention` `(P, T)`.
    """
    weights = Weights(model.tensors, "relation_head.")
    size = weights["subject.weight"].shape[0]
    pair = dict.fromkeys(("subject", "object", "distance"), (INT64, "P"))
    between = {"gap": (FLOAT, f"P {size}"), "order": (INT64, "P")} if model.config.between else {}
    graph = Graph(
        {"tokens": (FLOAT, f"T {size}"), "pooled": (FLOAT, f"N {size}"), "types": (INT64, "N")}
        | pair
        | between
    )
    keys = graph.linear("tokens", *weights.layer("key"))  # (T, H / 2)
    queries = graph(
        "Add",
        *(
            graph("Gather", graph.linear("pooled", *weights.layer(f"{end}_query")), end)
            for end in ("subject", "object")
        ),
    )  # (P, H / 2)
    # Without this, products of H / 2 coordinates would make the softmax choose one token.
    queries = graph("Div", queries, graph.constant((size // 2) ** 0.5))
    attention = graph("Softmax", graph("MatMul", queries, graph("Transpose", keys, perm=[1, 0])))
    graph.named(attention, "attention", FLOAT, "P T")
    distance = graph("Gather", graph.constant(weights["distance.weight"]), "distance")
    for end, side in (("subject", "left"), ("object", "right")):
        types = graph("Gather", graph.constant(weights[f"{end}_type.weight"]), "types")
        groups = graph("Add", graph.linear("pooled", *weights.layer(end)), types)  # (N, H)
        contexts = graph.linear("tokens", weights[f"{end}_context.weight"])  # (T, H)
        parts = [graph("Gather", groups, end), graph("MatMul", attention, contexts), distance]
        if between:
            parts.append(graph.linear("gap", weights[f"{end}_between.weight"]))
            order = graph.constant(weights[f"{end}_order.weight"])
            parts.append(graph("Gather", order, "order"))
        # Between -1 and 1, or a product of two large coordinates would outweigh all others.
        graph.named(graph("Tanh", graph("Sum", *parts)), side, FLOAT, f"P {size}")
    return graph.content()


def bilinear_graph(model: PlainModel) -> bytes:
    """Return what scores pairs for some classes.

    Inputs: `left` and `right` `(P, H)`; of the classes `weight` `(C, H K)` and `bias` `(C,)`.
    Output: `logits` `(P, C)`.
    """
    size, block = model.tensors["relation_head.subject.weight"].shape[0], model.config.block_size
    graph = Graph(
        {
            "left": (FLOAT, f"P {size}"),
            "right": (FLOAT, f"P {size}"),
            "weight": (FLOAT, f"C {size * block}"),
            "bias": (FLOAT, "C"),
        }
    )
    shapes = {"left": (0, size // block, block, 1), "right": (0, size // block, 1, block)}
    columns, rows = (
        graph("Reshape", side, graph.constant(shape, np.int64)) for side, shape in shapes.items()
    )
    outer = graph("Flatten", graph("Mul", columns, rows), axis=1)  # (P, H K)
    graph.named(graph("Gemm", outer, "weight", "bias", transB=1), "logits", FLOAT, "P C")
    return graph.content()
