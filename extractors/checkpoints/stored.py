"""What the files of a checkpoint say, before a network is made of them; needs no torch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import safetensors
from pydantic import ConfigDict, TypeAdapter, ValidationError

from extractors.calibration import Calibration
from extractors.checkpoints.fingerprints import (
    MOST_HEADER_BYTES,
    is_token_classifier,
    read_json,
)
from extractors.errors import CheckpointError
from extractors.network import ModelConfig
from extractors.pretrained import bytes_to_fetch


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What `config.json` of a joint model says."""

    __pydantic_config__ = ConfigDict(extra="forbid", strict=True)

    name: str = ""
    model: ModelConfig
    storage: Literal["float32", "int8"]
    encoder_packaged: bool
    """Whether a package brings the encoder: then only what training changed of it is stored."""
    encoder_sha256: str
    """Of its pretrained weights."""


def read_configuration(path: Path) -> Configuration:
    """Read the shape of a network: it was never a configuration that training has checked.

    Raises:
        CheckpointError: Names the first key that is missing, unknown or not as it may be.
    """
    # As JSON, because a list may stand for a tuple there while all else stays strict.
    text = json.dumps(read_json(path))
    try:
        return TypeAdapter(Configuration).validate_json(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        key = ".".join(map(str, first["loc"]))
        raise CheckpointError(f"{path} cannot be used: {key}: {first['msg']}") from error


def joint_calibration(folder: Path) -> Calibration:
    """Read how the scores of a joint model become confidences.

    Raises:
        CheckpointError: The file lacks a setting, or has one too many.
    """
    try:
        return Calibration.from_dict(read_json(folder / "calibration.json"))
    except (KeyError, TypeError) as error:
        raise CheckpointError(
            f"{folder}/calibration.json lacks a setting or has one too many: {error}"
        ) from error


@dataclass(frozen=True, slots=True)
class EncoderToFetch:
    """An encoder that the first reading with a checkpoint will fetch."""

    name: str
    n_bytes: int


def encoder_to_fetch(folder: Path) -> EncoderToFetch | None:
    """Say what loading a checkpoint would fetch over the network; None if nothing.

    Raises:
        CheckpointError: Its configuration cannot be read.
    """
    if is_token_classifier(folder):
        return None
    config = read_configuration(folder / "config.json")
    n_bytes = bytes_to_fetch(config.model.encoder) if config.encoder_packaged else 0
    return EncoderToFetch(config.model.encoder, n_bytes) if n_bytes else None


def read_tensors(path: Path, framework: Literal["np", "pt"]) -> dict[str, Any]:
    """Read tensors as those of numpy or of torch, looking at the header's size before reading it.

    Raises:
        CheckpointError: The file is damaged, or numpy has no such numbers.
    """
    with path.open("rb") as file:
        header_bytes = int.from_bytes(file.read(8), "little")
    if header_bytes > min(MOST_HEADER_BYTES, path.stat().st_size):
        raise CheckpointError(f"{path} has a header of {header_bytes} bytes")
    try:
        with safetensors.safe_open(path, framework) as file:
            return {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - no dict
    except (safetensors.SafetensorError, ValueError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def restored(stored: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tensors that `NAME.int8` and `NAME.scale` stand for, of numpy or of torch.

    Args:
        stored: What the file holds.
        base: The pretrained weights, to which those of the encoder are differences.
    """
    tensors = {}
    for name, tensor in stored.items():
        if name.endswith(".int8"):
            plain = name.removesuffix(".int8")
            value = tensor * stored[f"{plain}.scale"]  # float32
            pretrained = plain.startswith("encoder.base.") and plain in base
            tensors[plain] = base[plain] + value if pretrained else value
        elif not name.endswith(".scale"):
            tensors[name] = tensor
    return tensors
