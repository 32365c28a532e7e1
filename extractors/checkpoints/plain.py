"""A trained model as plain arrays: all that is needed to run it without torch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from extractors.calibration import Calibration
from extractors.checkpoints.fingerprints import check, file_sha256, is_token_classifier, read_json
from extractors.checkpoints.stored import (
    joint_calibration,
    read_configuration,
    read_tensors,
    restored,
)
from extractors.checkpoints.tensors import Shape, expected_shapes
from extractors.errors import CheckpointError
from extractors.network import ModelConfig
from extractors.pretrained import (
    BertShape,
    find_encoder,
    is_surely_bert,
    read_shape,
    read_tokenizer,
    read_weights,
    weights_digest,
)

_BASE = "encoder.base."


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainModel:
    """A joint model on a BERT."""

    config: ModelConfig
    encoder: BertShape
    tensors: dict[str, npt.NDArray[Any]]
    """By the names of a `JointModel`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainCheckpoint:
    """A model with what is needed to read with it."""

    model: PlainModel
    tokenizer: Tokenizer
    calibration: Calibration = field(default_factory=Calibration)
    metrics: dict[str, Any] = field(default_factory=dict)
    name: str = "unnamed"
    sha256: str = ""
    """Digest of the manifest, and so of everything."""


def obstacle(folder: Path) -> str:
    """Say why a checkpoint cannot be read as plain arrays; nothing if it can.

    Nothing is fetched or unpacked for it.

    Raises:
        CheckpointError: Its configuration cannot be read.
    """
    if is_token_classifier(folder):
        return "it is a token classifier"
    config = read_configuration(folder / "config.json")
    if config.encoder_packaged and is_surely_bert(config.model.encoder):
        return ""
    try:
        read_shape(_encoder_folder(folder, config.model, packaged=config.encoder_packaged))
    except CheckpointError as error:
        return str(error)
    return ""


def load_plain(folder: Path) -> PlainCheckpoint:
    """Read a checkpoint after checking all of it.

    Raises:
        CheckpointError: It is missing, damaged, of a newer version, made for another encoder, or no
            joint model on a BERT.
    """
    check(folder)
    config = read_configuration(folder / "config.json")
    packaged = config.encoder_packaged
    location = _encoder_folder(folder, config.model, packaged=packaged)
    shape = read_shape(location)
    base = {}
    if packaged:
        pretrained = read_weights(location)
        if weights_digest(pretrained) != config.encoder_sha256:
            raise CheckpointError(
                f"{folder} was trained on another version of the encoder {config.model.encoder}"
            )
        base = {f"{_BASE}{name}": tensor for name, tensor in pretrained.items()}
    if config.model.window_tokens > shape.positions - shape.first_position:
        raise CheckpointError(
            f"{folder}/config.json asks for windows of {config.model.window_tokens} tokens, and "
            f"its encoder reads at most {shape.positions - shape.first_position} at once"
        )
    expected = expected_shapes(config.model, shape)
    # Of an encoder whose last layers are not used they need not be kept.
    tensors = {name: own for name, own in base.items() if name in expected}
    stored = read_tensors(folder / "model.safetensors", "np")
    tensors |= restored(stored, base) if config.storage == "int8" else stored
    _check_shapes(folder, tensors, expected)
    return PlainCheckpoint(
        model=PlainModel(
            config=config.model,
            encoder=shape,
            tensors={name: _as_float32(tensor) for name, tensor in tensors.items()},
        ),
        tokenizer=read_tokenizer(location),
        calibration=joint_calibration(folder),
        metrics=read_json(folder / "metrics.json"),
        name=config.name or folder.name,
        sha256=file_sha256(folder / "manifest.json"),
    )


def _check_shapes(
    folder: Path, tensors: Mapping[str, npt.NDArray[Any]], expected: Mapping[str, Shape]
) -> None:
    for name, tensor in tensors.items():
        if name not in expected:
            raise CheckpointError(f"{folder} holds {name}, which this network does not have")
        if tensor.shape != expected[name]:
            raise CheckpointError(f"{folder}: {name} is {tensor.shape}, not {expected[name]}")
    if missing := [name for name in expected if name not in tensors]:
        raise CheckpointError(f"{folder} lacks the tensor {missing[0]}")


def _encoder_folder(folder: Path, config: ModelConfig, *, packaged: bool) -> Path:
    return Path(find_encoder(config.encoder).location) if packaged else folder / "encoder"


def _as_float32(tensor: npt.NDArray[Any]) -> npt.NDArray[Any]:
    is_float = np.issubdtype(tensor.dtype, np.floating)
    return tensor.astype(np.float32, copy=False) if is_float else tensor
