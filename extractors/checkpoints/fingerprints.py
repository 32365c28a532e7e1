"""Which model is which: finding a checkpoint, and what to know of it without loading it.

A night in which nothing has changed compares fingerprints and never needs torch.
"""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.errors import CheckpointError

if TYPE_CHECKING:
    from extractors.calibration import Calibration

SHIPPED = Path(__file__).parents[1] / "models"
"""Checkpoints that come with the package, known by the names of their folders."""

FORMAT_VERSION = 1
"""Raised when an older nightloom could no longer read what a newer one writes."""

MOST_JSON_BYTES = 4_000_000
"""No configuration is larger; parsed it takes up to thirty times as much memory."""

MOST_HEADER_BYTES = 4_000_000
"""No list of tensors is larger."""

POSITIONS = frozenset("BIELSU")
"""Places in a mention that a token's label may name: begin, inside, end or last, single or unit."""

LANGUAGES_FILE = "languages.json"
"""Codes of the languages that a model reads; no part of what it would be known by."""

CODE_VERSION = 5
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
    names = shipped_models()
    raise CheckpointError(
        f"no model {str(name_or_path)!r}: neither a folder nor one of {', '.join(names) or 'none'}"
    )


def shipped_models() -> tuple[str, ...]:
    """Return the names of the models that come with nightloom, the English one first."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/manifest.json")))


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
        config = read_json(folder / "config.json")
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
        training = read_json(path)
        corpora = [corpus for corpus in training.get("train", ()) if corpus["format"] == format]
        return dict(corpora[0]["options"]) if corpora else {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


@dataclass(frozen=True, slots=True)
class ModelTypes:
    """What a model can find."""

    entities: tuple[str, ...]
    relations: tuple[str, ...]


def types_of(name_or_path: str | Path) -> ModelTypes:
    """Return the types that a model knows, as its configuration names them: nothing is loaded.

    Raises:
        CheckpointError: There is no such checkpoint, or its configuration cannot be read.
    """
    path = find_checkpoint(name_or_path) / "config.json"
    try:
        config = read_json(path)
        if is_token_classifier(path.parent):
            labels = (str(label) for label in config["id2label"].values())
            types = {_type_of_label(label) for label in labels} - {""}
            return ModelTypes(tuple(sorted(types)), ())
        shape = config["model"]
        return ModelTypes(tuple(shape["entity_types"]), tuple(shape["relation_types"]))
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{path} names no types that could be read: {error}") from error


def _type_of_label(label: str) -> str:
    """Return the type in a token's label (`B-Person`, or `Person`); nothing outside a mention."""
    position, _, type_ = label.partition("-")
    if label in ("O", "0"):
        return ""
    return type_ if type_ and position in POSITIONS else label


def languages_read(name_or_path: str | Path) -> tuple[str, ...]:
    """Return the codes of the languages that a model reads; none if nobody said.

    Raises:
        CheckpointError: There is no such checkpoint, or the file does not list codes.
    """
    path = find_checkpoint(name_or_path) / LANGUAGES_FILE
    if not path.is_file():
        return ()
    try:
        codes = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    if not (isinstance(codes, list) and all(isinstance(code, str) for code in codes)):
        raise CheckpointError(f'{path} is no list of codes of languages: write ["en"], for example')
    return tuple(codes)


def is_token_classifier(folder: Path) -> bool:
    """Say whether a folder holds a token classifier in Hugging Face's format."""
    try:
        architectures = read_json(folder / "config.json").get("architectures")
    except CheckpointError:
        return False
    names = architectures if isinstance(architectures, list) else ()
    return any(str(name).endswith("ForTokenClassification") for name in names)


def check(folder: Path) -> None:
    """Read every file of a checkpoint and compare it with the manifest.

    A token classifier from elsewhere has no manifest: its weights must be as long as they say.

    Raises:
        CheckpointError: It is missing, damaged, truncated or of a newer version; says which file.
    """
    if not (folder / "manifest.json").is_file():
        if not is_token_classifier(folder):
            raise CheckpointError(f"{folder} is no checkpoint: it has no manifest.json")
        for path in folder.glob("*.safetensors"):
            _check_length(path)
        return
    manifest = read_json(folder / "manifest.json")
    version = manifest.get("format_version")
    if not isinstance(version, int) or version > FORMAT_VERSION:
        raise CheckpointError(
            f"{folder} has format version {version}, this nightloom reads up to {FORMAT_VERSION}"
        )
    try:
        recorded = {
            name: (entry["bytes"], entry["sha256"]) for name, entry in manifest["files"].items()
        }
    except (KeyError, TypeError, AttributeError) as error:
        raise CheckpointError(f"{folder}/manifest.json lists no files") from error
    for name, (n_bytes, sha256) in recorded.items():
        _check_file(folder, name, n_bytes, sha256)


def _check_file(folder: Path, name: str, n_bytes: int, sha256: str) -> None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise CheckpointError(f"{folder} lists {name}, which lies outside it")
    if not path.is_file():
        raise CheckpointError(f"{folder} lacks {name}")
    if path.stat().st_size != n_bytes:
        raise CheckpointError(f"{path} has {path.stat().st_size} bytes instead of {n_bytes}")
    if file_sha256(path) != sha256:
        raise CheckpointError(f"{path} was changed: its sha256 is not the manifest's")


def _check_length(path: Path) -> None:
    """Compare the length of a file of tensors with the end of its last tensor.

    The format: eight bytes with the length of a JSON header, the header, the tensors.
    """
    try:
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            if header_bytes > MOST_HEADER_BYTES:
                raise ValueError(f"a header of {header_bytes} bytes")
            header = json.loads(file.read(header_bytes))
        ends = [tensor["data_offsets"][1] for name, tensor in header.items() if name[:2] != "__"]
        n_bytes = 8 + header_bytes + max(ends, default=0)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    if path.stat().st_size != n_bytes:
        raise CheckpointError(f"{path} has {path.stat().st_size} bytes instead of {n_bytes}")


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object of a checkpoint, however wrong the file is.

    Raises:
        CheckpointError: It is missing, too large, nested too deeply, or no object.
    """
    try:
        if not path.is_file():
            raise CheckpointError(f"there is no {path}")
        if path.stat().st_size > MOST_JSON_BYTES:
            raise CheckpointError(f"{path} is too large to be right")
        data = json.loads(path.read_text("utf-8"))
    except RecursionError as error:
        raise CheckpointError(f"{path} cannot be read: it is nested too deeply") from error
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    if not isinstance(data, dict):
        raise CheckpointError(f"{path} should hold a JSON object")
    return data


def sha256_of(folder: Path) -> str:
    """Return a digest of all that decides what a model says: of its manifest, or of its files."""
    manifest = folder / "manifest.json"
    if manifest.is_file():
        return file_sha256(manifest)
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*")):
        decides = path.suffix in (".json", ".safetensors", ".txt", ".model")
        if decides and path.name != LANGUAGES_FILE:
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
    return Calibration.from_dict(read_json(path))


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
    deciding = f"{sha256} {CODE_VERSION} {calibration}"
    return f"{name}@{hashlib.sha256(deciding.encode()).hexdigest()[:12]}"
