"""Find out which format a file is in, from its name and its first lines."""

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from extractors.corpora.files import first_record, opened, suffix_of
from extractors.errors import CorpusError

_COLUMNS = frozenset(
    {".conll", ".conllu", ".conllup", ".bio", ".bio2", ".iob", ".iob2", ".bioes", ".tsv"}
)
_ROW = re.compile(r"\S+[ \t](.*[ \t])?(O|[BIESLU]-\S+)")
_RESULTS = frozenset({"annotations", "predictions"})
_PRODIGY = frozenset({"answer", "_task_hash", "_input_hash"})
_DOCCANO = frozenset({"label", "labels", "annotation", "annotations", "Comments"})
_PLACED = frozenset({"start", "end", "labels"})
_TABLE = frozenset({"sentence", "relation", "head", "tail"})
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".jsonlines"})


def _has_placed_labels(data: dict[str, Any]) -> bool:
    """Say whether a field holds the regions of a Label Studio control."""
    return any(
        isinstance(value, list) and any(isinstance(r, dict) and r.keys() >= _PLACED for r in value)
        for value in data.values()
    )


# The fields that only one format has, the most telling first.
_FIELDS: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("docred", lambda data: {"sents", "vertexSet"} <= data.keys()),
    ("gliner", lambda data: "tokenized_text" in data),
    ("spacy", lambda data: "classes" in data and isinstance(data.get("annotations"), list)),
    ("dygie", lambda data: "sentences" in data),
    ("spert", lambda data: {"tokens", "entities"} <= data.keys()),
    ("spo", lambda data: "spo_list" in data),
    ("deepke", lambda data: data.keys() >= _TABLE or {"h", "t", "relation"} <= data.keys()),
    ("knowledgenet", lambda data: {"text", "asked", "facts"} <= data.keys()),
    ("label_studio", lambda data: "data" in data and not _RESULTS.isdisjoint(data)),
    ("label_studio", lambda data: "annotation_id" in data or _has_placed_labels(data)),
    ("prodigy", lambda data: "text" in data and not _PRODIGY.isdisjoint(data)),
    ("spacy", lambda data: "text" in data and "ents" in data),
    ("prodigy", lambda data: "text" in data and isinstance(data.get("spans"), list)),
    ("doccano", lambda data: "text" in data and not _DOCCANO.isdisjoint(data)),
    ("doccano", lambda data: {"content", "annotation"} <= data.keys()),
    ("doccano", lambda data: "text" in data and _has_offsets(data.get("entities"))),
    ("jsonl", lambda data: "text" in data or {"document", "extractor"} <= data.keys()),
    ("jsonl", lambda data: {"passage", "entities"} <= data.keys()),
)


def _has_offsets(labels: object) -> bool:
    return isinstance(labels, list) and any(
        isinstance(label, dict) and "start_offset" in label for label in labels
    )


def detect_format(path: Path) -> str:
    """Return the name of the format a file or folder is in.

    Raises:
        CorpusError: It is in none that is known, or cannot be read.
    """
    if path.is_dir():
        if not next(path.rglob("*.ann"), None):
            raise CorpusError(path, "", "there is no .ann file in it: give a file or a brat folder")
        return "brat"
    if path.suffix == ".ann":
        return "brat"
    suffix = suffix_of(path)
    if suffix in _COLUMNS:
        return "conll"
    if suffix in _JSON:
        return _of_json(path)
    if suffix == ".csv":
        return _of_table(path)
    return _of_text(path)


def _of_json(path: Path) -> str:
    data = first_record(path)
    if data is None:
        raise CorpusError(path, "", "an empty file does not say its format: name it")
    if isinstance(data, list) and len(data) == 2 and isinstance(data[1], dict):
        return "spacy"
    if not isinstance(data, dict):
        raise CorpusError(path, "record 0", "it is not an object")
    for name, has_its_fields in _FIELDS:
        if has_its_fields(data):
            return name
    fields = ", ".join(sorted(data)) or "none"
    raise CorpusError(path, "record 0", f"its fields are of no known format: {fields}")


def _of_table(path: Path) -> str:
    with opened(path) as file:
        header = file.readline().strip().split(",")
    if set(header) >= _TABLE:
        return "deepke"
    columns = ", ".join(header)
    raise CorpusError(path, "line 1", f"its columns are of no known format: {columns}")


def _of_text(path: Path) -> str:
    with opened(path) as file:
        lines = (line.rstrip("\r\n") for line in file if line.strip())
        # What begins with `# ` says where a sentence is from.
        first = list(islice((line for line in lines if not line.startswith("#")), 2))
    line = first[0] if first else ""
    if re.match(r"[^|\t]+\|t\|", line):
        return "pubtator"
    # Two lines, because one line of prose may end in what looks like a tag.
    if line.startswith("-DOCSTART-") or (len(first) == 2 and all(map(_ROW.fullmatch, first))):
        return "conll"
    if line.startswith(("{", "[")):
        return _of_json(path)
    raise CorpusError(path, "line 1", "its format cannot be told: name it")
