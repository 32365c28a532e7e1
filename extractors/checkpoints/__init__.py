"""A trained model as a folder, which model is which, and which of them serves.

What makes a network of it is loaded when it is first asked for: a night in which nothing has
changed never does. `plain` and `stored` need numpy, `checkpoint` needs torch.
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
        load,
        save,
    )
    from extractors.checkpoints.plain import PlainCheckpoint, PlainModel, load_plain, obstacle
    from extractors.checkpoints.stored import EncoderToFetch, encoder_to_fetch

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
    "PlainCheckpoint",
    "PlainModel",
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
    "load_plain",
    "obstacle",
    "read_calibration",
    "read_json",
    "save",
    "sha256_of",
    "shipped_models",
    "types_of",
    "with_thresholds",
]


_MODULE_BY_NAME = {
    "EncoderToFetch": "stored",
    "PlainCheckpoint": "plain",
    "PlainModel": "plain",
    "encoder_to_fetch": "stored",
    "load_plain": "plain",
    "obstacle": "plain",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = _MODULE_BY_NAME.get(name, "checkpoint")
    return getattr(import_module(f"extractors.checkpoints.{module}"), name)
