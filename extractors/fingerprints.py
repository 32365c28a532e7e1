"""Which model is which: finding a checkpoint, and naming what it would say, without loading it.

A night in which nothing has changed compares fingerprints and never needs torch.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path

from extractors.calibration import Calibration
from extractors.errors import CheckpointError

SHIPPED = Path(__file__).parent / "models"
"""Checkpoints that come with the package, known by the names of their folders."""

CODE_VERSION = 1
"""Raised when the same weights would say something else: part of every fingerprint."""


def find_checkpoint(name_or_path: str | Path) -> Path:
    """Return the folder of a checkpoint: a path if there is one, else a shipped name.

    Raises:
        CheckpointError: Neither exists.
    """
    shipped = SHIPPED / str(name_or_path)
    for folder in (Path(name_or_path), shipped):
        if (folder / "manifest.json").is_file():
            return folder
    if Path(name_or_path).is_dir():
        raise CheckpointError(f"{name_or_path} is no checkpoint: it has no manifest.json")
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
        manifest = (folder / "manifest.json").read_bytes()
        name = json.loads((folder / "config.json").read_text("utf-8"))["name"]
        calibration = Calibration.from_dict(
            json.loads((folder / "calibration.json").read_text("utf-8"))
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{folder} cannot be read: {error}") from error
    calibration = with_thresholds(calibration, mention_threshold, relation_threshold)
    return fingerprint(name, hashlib.sha256(manifest).hexdigest(), calibration)


def with_thresholds(
    calibration: Calibration, mention: float | None, relation: float | None
) -> Calibration:
    """Return a calibration with other thresholds; None keeps the fitted one."""
    return replace(
        calibration,
        mention_threshold=calibration.mention_threshold if mention is None else mention,
        relation_threshold=calibration.relation_threshold if relation is None else relation,
    )


def fingerprint(name: str, sha256: str, calibration: Calibration) -> str:
    """Name weights, configuration and code: facts by another fingerprint may differ."""
    known = f"{sha256} {CODE_VERSION} {calibration}"
    return f"{name}@{hashlib.sha256(known.encode()).hexdigest()[:12]}"
