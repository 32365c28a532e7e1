"""Turns documents into facts.

The vocabulary and the errors are light; what needs libraries is loaded when it is first asked for.
"""

from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from extractors.errors import (
    CheckpointError,
    ConfigError,
    CorpusError,
    DeviceUnavailableError,
    DocumentRejectedError,
    ExtractionError,
    MachineError,
    ReaderError,
    TrainingError,
)
from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Rejection,
    Relation,
    Span,
    extraction_from_dict,
)
from extractors.faults import library_faults

if TYPE_CHECKING:
    from extractors.config import ExtractorConfig
    from extractors.corpora import read_corpus
    from extractors.languages import language_name, language_of, language_of_script, languages_of
    from extractors.readers import Draft, Reader, ReaderSetup
    from extractors.reading import TransformerExtractor
    from extractors.store import ExtractionStore, StoreEntry
    from extractors.training import TrainConfig

__all__ = [
    "CheckpointError",
    "Chunk",
    "ConfigError",
    "CorpusError",
    "DeviceUnavailableError",
    "Document",
    "DocumentRejectedError",
    "Draft",
    "Entity",
    "Evidence",
    "Extraction",
    "ExtractionError",
    "ExtractionStore",
    "ExtractorConfig",
    "MachineError",
    "Mention",
    "Reader",
    "ReaderError",
    "ReaderSetup",
    "Rejection",
    "Relation",
    "Span",
    "StoreEntry",
    "TrainConfig",
    "TrainingError",
    "TransformerExtractor",
    "extraction_from_dict",
    "language_name",
    "language_of",
    "language_of_script",
    "languages_of",
    "read_corpus",
]

_MODULE_BY_NAME = {
    "Draft": "extractors.readers",
    "ExtractionStore": "extractors.store",
    "ExtractorConfig": "extractors.config",
    "Reader": "extractors.readers",
    "ReaderSetup": "extractors.readers",
    "StoreEntry": "extractors.store",
    "TrainConfig": "extractors.training",
    "TransformerExtractor": "extractors.reading",
    "language_name": "extractors.languages",
    "language_of": "extractors.languages",
    "language_of_script": "extractors.languages",
    "languages_of": "extractors.languages",
    "read_corpus": "extractors.corpora",
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_BY_NAME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(_imported(_MODULE_BY_NAME[name]), name)


def _imported(name: str) -> ModuleType:
    """Import a module that needs libraries.

    Raises:
        MachineError: There is no memory for its libraries, or one of them cannot be loaded.
    """
    with library_faults():
        return import_module(name)
