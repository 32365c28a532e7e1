"""Which model is which: finding a checkpoint, and what to know of it without loading it.

A night in which nothing has changed compares fingerprints and never needs torch.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.errors import CheckpointError

if TYPE_CHECKING:
    from extractors.calibration import Calibration

SHIPPED = Path(__file__).parents[1] / "models"
"""Checkpoints that come with the package, known by the names of their folders."""

CODE_VERSION = 2
"""Raised when the same weights would say something else: part of every fingerprint."""


def find_checkpoint(name_or_path: str | Path) -> Path:
    """Return the folder of a checkpoint: a path if there is one, else a shipped name.

    A token classifier in Hugging Face's format will do, too.

    Raises:
        CheckpointError: Neither exists.
    """
    shipped = SHIPPED / str(name_or_path)
    for folder in (Path(name_or_path), shipped):
        if (folder / "manifest.json").is_file() or is_token_classifier(folder):
            return folder
    if Path(name_or_path).is_dir():
        raise CheckpointError(
            f"{name_or_path} is no checkpoint: it has no manifest.json, and its config.json, if "
            "any, is not that of a token classifier"
        )
    names = sorted(path.parent.name for path in SHIPPED.glob("*/manifest.json"))
    raise CheckpointError(
        f"no model {str(name_or_path)!r}: neither a folder nor one of {', '.join(names) or 'none'}"
    )


def fingerprint_of(
    name_or_path: str | Path,
    *,
    mention_threshold: float | None = None,
    relation_threshold: float | None = None,
) -> str:
    """Return the fingerprint that a model would have, run with these thresholds.

    Raises:
        CheckpointError: There is no such checkpoint, or it cannot be read.
    """
    folder = find_checkpoint(name_or_path)
    try:
        digest = sha256_of(folder)
        config = json.loads((folder / "config.json").read_text("utf-8"))
        name = folder.resolve().name if is_token_classifier(folder) else config["name"]
        calibration = read_calibration(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from error
    calibration = with_thresholds(calibration, mention_threshold, relation_threshold)
    return fingerprint(name, digest, calibration)


def corpus_options(name_or_path: str | Path, format: str) -> dict[str, Any]:  # noqa: A002
    """Return how training read its corpora of a format: what to tell `read_labelled`, too.

    Joined lines and renamed types, for example; nothing if it read none in that format.

    Raises:
        CheckpointError: There is no such checkpoint, or it cannot be read.
    """
    path = find_checkpoint(name_or_path) / "training.json"
    if not path.is_file():
        return {}  # a token classifier from elsewhere
    try:
        training = json.loads(path.read_text("utf-8"))
        corpora = [each for each in training.get("train", ()) if each["format"] == format]
        return dict(corpora[0]["options"]) if corpora else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def is_token_classifier(folder: Path) -> bool:
    """Say whether a folder holds a token classifier in Hugging Face's format."""
    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
    except (OSError, ValueError):
        return False
    architectures = config.get("architectures") if isinstance(config, dict) else None
    return any(str(name).endswith("ForTokenClassification") for name in architectures or ())


def sha256_of(folder: Path) -> str:
    """Return a digest of all that decides what a model says: of its manifest, or of its files."""
    manifest = folder / "manifest.json"
    if manifest.is_file():
        return file_sha256(manifest)
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        if path.suffix in (".json", ".safetensors", ".txt", ".model"):
            digest.update(f"{path.name} {file_sha256(path)}\n".encode())
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """Return the digest of a file, however large."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_calibration(folder: Path) -> "Calibration":
    """Read how scores become confidences; a token classifier from elsewhere says nothing of it."""
    from extractors.calibration import Calibration  # numpy comes along

    path = folder / "calibration.json"
    if not path.is_file() and is_token_classifier(folder):
        return Calibration()
    return Calibration.from_dict(json.loads(path.read_text("utf-8")))


def with_thresholds(
    calibration: "Calibration", mention: float | None, relation: float | None
) -> "Calibration":
    """Return a calibration with other thresholds; None keeps the fitted one.

    One for mentions holds for all of them, arguments of relations included.
    """
    if mention is not None:
        calibration = replace(calibration, mention_threshold=mention, argument_threshold=mention)
    if relation is not None:
        calibration = replace(calibration, relation_threshold=relation)
    return calibration


def fingerprint(name: str, sha256: str, calibration: "Calibration") -> str:
    """Name weights, configuration and code: facts by another fingerprint may differ."""
    known = f"{sha256} {CODE_VERSION} {calibration}"
    return f"{name}@{hashlib.sha256(known.encode()).hexdigest()[:12]}"
