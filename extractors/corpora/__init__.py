"""Labelled documents in the formats people have, read as gold `Extraction` objects.

    extractions = read_corpus("train.json", "spert")
    for document in read_labelled("test.json"): …      # with what a writer needs
    write_labelled(predictions, "predictions.json", "spert")

A format is a module of this package with `read(path, **options) -> Iterator[Found]` and
`write(documents, path)`, imported when it is first asked for. One record that contradicts its
format is found as a `CorpusError`, and the next one is read. What was read is gold: confidence 1,
chunks are the corpus' own sentences, and where a corpus has tokens instead of text the text is
written from them by `join_tokens`. Evidence that spans the whole document means that the corpus
does not say where the relation is stated.
"""

import inspect
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import closing
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from extractors.corpora.brat import annotation_conf
from extractors.corpora.checks import Finding, check_corpora
from extractors.corpora.detection import detect_format
from extractors.corpora.files import write_text
from extractors.corpora.label_studio import labelling_config
from extractors.corpora.labelled import Found, LabelledDocument, Note, retyped, whole
from extractors.corpora.predicting import predictions
from extractors.corpora.text import chunks_of, entity_of, join_tokens, lone_surrogate, tokenise
from extractors.errors import ConfigError, CorpusError
from extractors.facts import Extraction

__all__ = [
    "FORMATS",
    "Finding",
    "LabelledDocument",
    "Note",
    "annotation_conf",
    "check_corpora",
    "chunks_of",
    "detect_format",
    "entity_of",
    "join_tokens",
    "labelling_config",
    "lone_surrogate",
    "predictions",
    "read_corpus",
    "read_labelled",
    "tokenise",
    "whole",
    "write_labelled",
    "write_text",
]

FORMATS: tuple[str, ...] = (
    "brat",
    "conll",
    "deepke",
    "doccano",
    "docred",
    "dygie",
    "gliner",
    "jsonl",
    "knowledgenet",
    "label_studio",
    "prodigy",
    "pubtator",
    "spacy",
    "spert",
    "spo",
)
"""Names of the formats, each a module of this package with functions `read` and `write`."""


def read_corpus(
    path: Path | str,
    format: str = "",  # noqa: A002
    **options: Any,
) -> Iterator[Extraction]:
    """Read the gold documents of a file or folder, in order; see `read_labelled`."""
    return (document.extraction for document in read_labelled(path, format, **options))


def read_labelled(
    path: Path | str,
    format: str = "",  # noqa: A002
    *,
    entity_types: Mapping[str, str] | None = None,
    relation_types: Mapping[str, str] | None = None,
    set_aside: list[CorpusError | Note] | None = None,
    **options: Any,
) -> Iterator[LabelledDocument]:
    """Read the documents of a file or folder with their labels, in order.

    Args:
        path: A file, or the folder of a format that uses folders.
        format: One of `FORMATS`; found out from the file where it is not said.
        entity_types: New names for entity types, `{"Person-*": "Person"}`; "" leaves them out.
        relation_types: The same for relation types.
        set_aside: Takes what gives no document: records that contradict the format, and those that
            nobody has labelled. Without it the first record that contradicts the format raises.
        options: Further arguments of the format's `read`.

    Raises:
        CorpusError: The format is unknown, or the file is missing or contradicts it.
        ConfigError: The format has no such option.
    """
    path = Path(path)
    if not path.exists():
        raise CorpusError(path, "", "no such file")
    module = _module(path, format or detect_format(path))
    known_options = [name for name in inspect.signature(module.read).parameters if name != "path"]
    if unknown_options := sorted(set(options) - set(known_options)):
        name, wrong = module.__name__.rpartition(".")[2], unknown_options[0]
        allowed = ", ".join(known_options) or "none"
        raise ConfigError(f"{name} has no option {wrong!r}, only {allowed}", wrong)
    documents = _documents(module.read(path, **options), set_aside)
    if not entity_types and not relation_types:
        return documents
    return (retyped(document, entity_types or {}, relation_types or {}) for document in documents)


def _documents(
    found: Iterator[Found], set_aside: list[CorpusError | Note] | None
) -> Iterator[LabelledDocument]:
    # Each format's `read` is a generator that holds its file open until it is closed.
    with closing(cast("Generator[Found]", found)):
        for each in found:
            if isinstance(each, LabelledDocument):
                yield each
            elif set_aside is not None:
                set_aside.append(each)
            elif isinstance(each, CorpusError):
                raise each


def write_labelled(
    documents: Iterable[LabelledDocument],
    path: Path | str,
    format: str,  # noqa: A002
) -> None:
    """Write documents in a format, whichever one they came in.

    A document without tokens is cut into words where the format needs them, spans are widened to
    tokens, and what a format cannot say is left out; each module says what that is.

    Raises:
        CorpusError: The format is unknown, or a text cannot be written as UTF-8.
    """
    path = Path(path)
    _module(path, format).write(documents, path)


def _module(path: Path, name: str) -> ModuleType:
    if name not in FORMATS:
        raise CorpusError(path, "", f"no format {name!r}, only {', '.join(FORMATS)}")
    return import_module(f"{__name__}.{name}")
