"""A trained model as a folder: safetensors and JSON, checked before anything is believed.

    manifest.json       format version, and size and sha256 of every other file
    config.json         the network's shape, where its encoder is, how tensors are stored
    calibration.json    scores to confidences, thresholds
    metrics.json        what was measured on held-out documents
    training.json       the resolved training configuration and the fingerprints of its data
    model.safetensors   weights
    encoder/            configuration and tokenizer of an encoder that no package brings
    MODEL_CARD.md       the same for people

Only what training changed is stored when the encoder comes from a package. With `int8`, a matrix is
its difference to the pretrained one (or to zero, in the heads) in 255 steps for each row.

A tagger is stored as Hugging Face stores token classifiers, its `config.json` and tokenizer in the
folder itself, so that both can read what either wrote.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedTokenizerBase

from extractors.calibration import Calibration
from extractors.checkpoints.fingerprints import (
    FORMAT_VERSION,
    LANGUAGES_FILE,
    check,
    file_sha256,
    is_token_classifier,
    read_calibration,
    read_json,
    sha256_of,
)
from extractors.checkpoints.stored import (
    joint_calibration,
    read_configuration,
    read_tensors,
    restored,
)
from extractors.errors import CheckpointError
from extractors.network import JointModel, Network, Tagger, load_tagger, save_tagger
from extractors.pretrained import (
    empty_encoder,
    find_encoder,
    load_encoder,
    load_tokenizer,
    most_tokens,
    weights_sha256,
    without_pooler,
)

TRAINING_STATE = "state"
"""Folder inside a checkpoint from which an interrupted training goes on; not part of it."""

RUN_REPORT = "run"
"""Folder inside a checkpoint with what the training did; not part of it."""

# The first two change with every epoch, and languages decide nothing of what a model says.
_BESIDE = (TRAINING_STATE, RUN_REPORT, LANGUAGES_FILE)
_LEAST_QUANTISED = 4096
_ROUNDING = 1e-6
"""What float32 may leave of a mean of equal weights, as a share of the largest weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A model with what is needed to use it."""

    model: Network
    tokenizer: PreTrainedTokenizerBase
    calibration: Calibration = field(default_factory=Calibration)
    metrics: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    name: str = "unnamed"
    sha256: str = ""
    """Digest of the manifest, and so of everything; empty before it is saved."""


def save(checkpoint: Checkpoint, folder: Path, *, storage: str = "float32", card: str = "") -> None:
    """Write a checkpoint, file by file; the manifest comes last and makes it whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").unlink(missing_ok=True)
    if isinstance(checkpoint.model, Tagger):
        save_tagger(checkpoint.model, folder)
        checkpoint.tokenizer.save_pretrained(folder)
    else:
        _save_joint(checkpoint.model, checkpoint.tokenizer, checkpoint.name, folder, storage)
    _write_json(folder / "calibration.json", checkpoint.calibration.to_dict())
    _write_json(folder / "metrics.json", checkpoint.metrics)
    _write_json(folder / "training.json", checkpoint.training)
    (folder / "MODEL_CARD.md").write_text(card or f"# {checkpoint.name}\n", "utf-8")
    files = {
        path.relative_to(folder).as_posix(): {
            "bytes": path.stat().st_size,
            "sha256": file_sha256(path),
        }
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] not in _BESIDE
    }
    _write_json(folder / "manifest.json", {"format_version": FORMAT_VERSION, "files": files})


def _save_joint(
    model: JointModel, tokenizer: PreTrainedTokenizerBase, name: str, folder: Path, storage: str
) -> None:
    """Write weights and shape of a joint model, and what no package brings of its encoder."""
    source = find_encoder(model.config.encoder)
    config = {
        "name": name,
        "model": asdict(model.config),
        "storage": storage,
        "encoder_packaged": source.packaged,
        "encoder_sha256": "",
    }
    tensors = {key: tensor.detach().cpu() for key, tensor in model.state_dict().items()}
    base: dict[str, Tensor] = {}
    if source.packaged:
        encoder = load_encoder(source.location)
        config["encoder_sha256"] = weights_sha256(encoder)
        base = {f"encoder.base.{key}": own for key, own in encoder.state_dict().items()}
        tensors = {
            key: own
            for key, own in tensors.items()
            if key not in base or not _unchanged(own, base[key])
        }
    else:
        model.encoder.base.config.save_pretrained(folder / "encoder")
        tokenizer.save_pretrained(folder / "encoder")
    if storage == "int8":
        tensors = _quantised(tensors, base)
    save_file({key: own.contiguous() for key, own in tensors.items()}, folder / "model.safetensors")
    _write_json(folder / "config.json", config)


def load(folder: Path) -> Checkpoint:
    """Read a checkpoint after checking all of it.

    Raises:
        CheckpointError: It is missing, damaged, truncated, of a newer version, or made for another
            encoder; says which and what to do.
    """
    if is_token_classifier(folder):
        return _load_tagger(folder)
    check(folder)
    config = read_configuration(folder / "config.json")
    calibration = joint_calibration(folder)
    packaged = config.encoder_packaged
    if packaged:
        location = find_encoder(config.model.encoder).location
        encoder = load_encoder(location)
        if weights_sha256(encoder) != config.encoder_sha256:
            raise CheckpointError(
                f"{folder} was trained on another version of the encoder {config.model.encoder}"
            )
    else:
        location = str(folder / "encoder")
        encoder = without_pooler(empty_encoder(location))
    most = most_tokens(encoder)
    if most is not None and config.model.window_tokens > most:
        raise CheckpointError(
            f"{folder}/config.json asks for windows of {config.model.window_tokens} tokens, and "
            f"its encoder reads at most {most} at once"
        )
    model = JointModel(encoder, config.model)
    stored = read_tensors(folder / "model.safetensors", "pt")
    if config.storage == "int8":
        stored = restored(stored, model.state_dict() if packaged else {})
    _fill(model, stored, folder, partial=packaged)
    return Checkpoint(
        model=model.eval(),
        tokenizer=load_tokenizer(location),
        calibration=calibration,
        metrics=read_json(folder / "metrics.json"),
        training=read_json(folder / "training.json"),
        name=config.name or folder.name,
        sha256=file_sha256(folder / "manifest.json"),
    )


def _load_tagger(folder: Path) -> Checkpoint:
    """Read a token classifier; it is checked if training wrote it, others have no manifest."""
    if (folder / "manifest.json").is_file():
        check(folder)
    tokenizer = load_tokenizer(str(folder))
    try:
        calibration = read_calibration(folder)
    except (ValueError, TypeError) as error:
        raise CheckpointError(f"{folder}/calibration.json cannot be read: {error}") from error
    metrics, training = folder / "metrics.json", folder / "training.json"
    return Checkpoint(
        model=load_tagger(folder, tokenizer).eval(),
        tokenizer=tokenizer,
        calibration=calibration,
        metrics=read_json(metrics) if metrics.is_file() else {},
        training=read_json(training) if training.is_file() else {},
        name=folder.resolve().name,
        sha256=sha256_of(folder),
    )


def _unchanged(own: Tensor, pretrained: Tensor) -> bool:
    """Say whether training left weights as they were, but for rounding."""
    return own.shape == pretrained.shape and torch.allclose(
        own, pretrained, rtol=0, atol=_ROUNDING * float(pretrained.abs().max())
    )


def _quantised(tensors: dict[str, Tensor], base: dict[str, Tensor]) -> dict[str, Tensor]:
    """Replace each large matrix by `NAME.int8` and `NAME.scale`."""
    stored: dict[str, Tensor] = {}
    for name, tensor in tensors.items():
        if tensor.ndim < 2 or tensor.numel() < _LEAST_QUANTISED or not tensor.is_floating_point():
            stored[name] = tensor
            continue
        difference = tensor - base[name] if name in base else tensor
        scale = difference.abs().amax(-1, keepdim=True).clamp_min(1e-12) / 127
        stored[f"{name}.int8"] = torch.round(difference / scale).to(torch.int8)
        stored[f"{name}.scale"] = scale
    return stored


def _fill(model: JointModel, tensors: dict[str, Tensor], folder: Path, *, partial: bool) -> None:
    expected = model.state_dict()
    for name, tensor in tensors.items():
        if name not in expected:
            raise CheckpointError(f"{folder} holds {name}, which this network does not have")
        if tensor.shape != expected[name].shape:
            raise CheckpointError(
                f"{folder}: {name} is {tuple(tensor.shape)}, not {tuple(expected[name].shape)}"
            )
    missing = [
        name
        for name in expected
        if name not in tensors and not (partial and name.startswith("encoder.base."))
    ]
    if missing:
        raise CheckpointError(f"{folder} lacks the tensor {missing[0]}")
    model.load_state_dict(tensors, strict=False)


def _write_json(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", "utf-8")
