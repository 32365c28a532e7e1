"""The messages of an ONNX file, as far as we read and write them.

The format is public and its numbers never change (onnx.proto, https://onnx.ai/onnx/repo-docs/IR.html).
`protobuf`, which comes with ONNX Runtime, does all the rest: the package `onnx` would add 29 MB to
what only reads. `tests/extractors/pretrained/test_onnx_format.py` compares this with that package.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

FLOAT, INT32, INT64 = 1, 6, 7
"""Kinds of elements that our graphs have."""

_DTYPES = {1: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 9: "?", 10: "<f2", 11: "<f8"}
_NUMBERS = {np.dtype(dtype): number for number, dtype in _DTYPES.items()}

# Of each message: the number of a field, its type, and its name; `*` where there may be many.
_MESSAGES = {
    "ModelProto": "1 int64 ir_version, 2 string producer_name, 7 GraphProto graph, "
    "8 OperatorSetIdProto* opset_import",
    "OperatorSetIdProto": "1 string domain, 2 int64 version",
    "GraphProto": "1 NodeProto* node, 2 string name, 5 TensorProto* initializer, "
    "11 ValueInfoProto* input, 12 ValueInfoProto* output",
    "NodeProto": "1 string* input, 2 string* output, 3 string name, 4 string op_type, "
    "5 AttributeProto* attribute, 7 string domain",
    "AttributeProto": "1 string name, 2 float f, 3 int64 i, 8 int64* ints, 20 int32 type",
    "TensorProto": "1 int64* dims, 2 int32 data_type, 4 float* float_data, 8 string name, "
    "9 bytes raw_data",
    "ValueInfoProto": "1 string name, 2 TypeProto type",
    "TypeProto": "1 TensorType tensor_type",
    "TensorType": "1 int32 elem_type, 2 TensorShapeProto shape",
    "TensorShapeProto": "1 Dimension* dim",
    "Dimension": "1 int64 dim_value, 2 string dim_param",
}

_Field = descriptor_pb2.FieldDescriptorProto


def _file() -> descriptor_pb2.FileDescriptorProto:
    # Not onnx's own name for it: both may live in one process.
    package = "nightloom.onnx"
    file = descriptor_pb2.FileDescriptorProto(
        name="nightloom/onnx.proto", package=package, syntax="proto3"
    )
    for message, fields in _MESSAGES.items():
        described = file.message_type.add(name=message)
        for field in fields.split(", "):
            number, kind, name = field.split()
            plain = kind.removesuffix("*")
            label = _Field.LABEL_REPEATED if kind.endswith("*") else _Field.LABEL_OPTIONAL
            added = described.field.add(name=name, number=int(number), label=label)
            if plain in _MESSAGES:
                added.type, added.type_name = _Field.TYPE_MESSAGE, f".{package}.{plain}"
            else:
                added.type = getattr(_Field, f"TYPE_{plain.upper()}")
    return file


_POOL = descriptor_pool.DescriptorPool()
_POOL.Add(_file())


def _message(name: str) -> Any:
    return message_factory.GetMessageClass(_POOL.FindMessageTypeByName(f"nightloom.onnx.{name}"))


ModelProto = _message("ModelProto")
AttributeProto = _message("AttributeProto")


def array_of(tensor: Any) -> npt.NDArray[Any]:
    """Return the numbers of a `TensorProto`.

    Raises:
        ValueError: They are of a kind that we do not know, or not as many as its dimensions say.
    """
    if tensor.data_type not in _DTYPES:
        raise ValueError(f"{tensor.name} has elements of the kind {tensor.data_type}")
    if tensor.float_data:
        flat = np.array(tensor.float_data, np.float32)
    else:
        flat = np.frombuffer(tensor.raw_data, _DTYPES[tensor.data_type])
    return flat.reshape(tuple(tensor.dims))


def fill_tensor(tensor: Any, name: str, array: npt.NDArray[Any]) -> None:
    """Write an array into a `TensorProto`."""
    tensor.name = name
    tensor.dims.extend(array.shape)
    tensor.data_type = _NUMBERS[array.dtype]
    tensor.raw_data = np.ascontiguousarray(array).tobytes()
