"""A trained model as a folder, which model is which, and which of them serves.

What needs torch is loaded when it is first asked for: a night in which nothing has changed never
does.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.checkpoints.fingerprints import (
    LANGUAGES_FILE,
    MOST_HEADER_BYTES,
    SHIPPED,
    ModelTypes,
    check,
    corpus_options,
    file_sha256,
    find_checkpoint,
    fingerprint,
    fingerprint_of,
    is_token_classifier,
    languages_read,
    read_calibration,
    read_json,
    sha256_of,
    shipped_models,
    types_of,
    with_thresholds,
)
from extractors.checkpoints.registry import Aliases, RegisteredModel, Registry

if TYPE_CHECKING:
    from extractors.checkpoints.checkpoint import (
        RUN_REPORT,
        TRAINING_STATE,
        Checkpoint,
        EncoderToFetch,
        encoder_to_fetch,
        load,
        save,
    )

__all__ = [
    "LANGUAGES_FILE",
    "MOST_HEADER_BYTES",
    "RUN_REPORT",
    "SHIPPED",
    "TRAINING_STATE",
    "Aliases",
    "Checkpoint",
    "EncoderToFetch",
    "ModelTypes",
    "RegisteredModel",
    "Registry",
    "check",
    "corpus_options",
    "encoder_to_fetch",
    "file_sha256",
    "find_checkpoint",
    "fingerprint",
    "fingerprint_of",
    "is_token_classifier",
    "languages_read",
    "load",
    "read_calibration",
    "read_json",
    "save",
    "sha256_of",
    "shipped_models",
    "types_of",
    "with_thresholds",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("extractors.checkpoints.checkpoint"), name)
