"""Our few messages of ONNX are those of ONNX itself, and what we write passes its checks."""

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from extractors.checkpoints import find_checkpoint, load_plain
from extractors.engines import graphs
from extractors.pretrained.onnx_format import ModelProto, array_of, fill_tensor


def fields(message, others: dict) -> None:
    """Collect number, kind and repetition of the fields of a message and of those in it."""
    if message.name in others:
        return
    others[message.name] = {
        field.name: (field.number, field.type, field.is_repeated) for field in message.fields
    }
    for field in message.fields:
        if field.message_type:
            fields(field.message_type, others)


NAMES = {"TensorType": "Tensor"}
ENUM, INT32 = 14, 5


def test_every_field_has_the_number_and_kind_that_onnx_gives_it():
    ours, theirs = {}, {}
    fields(ModelProto.DESCRIPTOR, ours)
    fields(onnx.ModelProto.DESCRIPTOR, theirs)

    assert len(ours) == 11
    for message, own in ours.items():
        other = theirs[NAMES.get(message, message)]
        for name, (number, kind, repeated) in own.items():
            wanted = other[name]
            # An enumeration travels as the number that it is.
            assert (number, INT32 if wanted[1] == ENUM else wanted[1], repeated) == (
                wanted[0],
                INT32 if wanted[1] == ENUM else wanted[1],
                wanted[2],
            )
            assert kind == (INT32 if wanted[1] == ENUM else wanted[1])


@pytest.mark.parametrize("dtype", [np.float32, np.int64, np.int32, bool, np.float16, np.int8])
def test_arrays_travel_as_they_are(dtype):
    array = np.arange(6).reshape(2, 3).astype(dtype)
    model = ModelProto()
    fill_tensor(model.graph.initializer.add(), "x", array)
    read = onnx.load_from_string(model.SerializeToString())

    assert (numpy_helper.to_array(read.graph.initializer[0]) == array).all()
    again = ModelProto.FromString(read.SerializeToString()).graph.initializer[0]
    assert (array_of(again) == array).all()


def test_an_array_of_an_unknown_kind_is_refused():
    tensor = ModelProto().graph.initializer.add(name="x", data_type=16)

    with pytest.raises(ValueError, match="x has elements of the kind 16"):
        array_of(tensor)


GRAPHS = (
    graphs.reading_graph,
    graphs.pooling_graph,
    graphs.coreference_graph,
    graphs.looking_graph,
    graphs.bilinear_graph,
)


@pytest.mark.parametrize("graph", GRAPHS, ids=lambda graph: graph.__name__)
def test_graphs_of_a_model_pass_the_checks_of_onnx(graph):
    content = graph(load_plain(find_checkpoint("general")).model)

    onnx.checker.check_model(onnx.load_from_string(content))
