"""Find out which format a file is in, from its name and its first lines."""

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from extractors.corpora.files import first_record, opened
from extractors.errors import CorpusError

_COLUMNS = frozenset({".conll", ".bio", ".bio2", ".iob", ".iob2", ".bioes", ".tsv"})
_ROW = re.compile(r"\S+[ \t](.*[ \t])?(O|[BIESLU]-\S+)")
_RESULTS = frozenset({"annotations", "predictions"})
_JSON = frozenset({".json", ".jsonl", ".ndjson", ".jsonlines"})

# The fields that only one format has, the most telling first.
_FIELDS: tuple[tuple[str, Callable[[dict[str, Any]], bool]], ...] = (
    ("docred", lambda data: {"sents", "vertexSet"} <= data.keys()),
    ("dygie", lambda data: "sentences" in data),
    ("spert", lambda data: {"tokens", "entities"} <= data.keys()),
    ("spo", lambda data: "spo_list" in data),
    ("knowledgenet", lambda data: {"text", "asked", "facts"} <= data.keys()),
    ("label_studio", lambda data: "data" in data and not _RESULTS.isdisjoint(data)),
    ("jsonl", lambda data: "text" in data or {"document", "extractor"} <= data.keys()),
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
    if path.suffix.lower() in _COLUMNS:
        return "conll"
    if path.suffix.lower() in _JSON:
        return _of_json(path)
    return _of_text(path)


def _of_json(path: Path) -> str:
    data = first_record(path)
    if data is None:
        raise CorpusError(path, "", "an empty file does not say its format: name it")
    for name, has_its_fields in _FIELDS:
        if has_its_fields(data):
            return name
    fields = ", ".join(sorted(data)) or "none"
    raise CorpusError(path, "record 0", f"its fields are of no known format: {fields}")


def _of_text(path: Path) -> str:
    with opened(path) as file:
        first = list(islice((line.rstrip("\r\n") for line in file if line.strip()), 2))
    line = first[0] if first else ""
    if re.match(r"[^|\t]+\|t\|", line):
        return "pubtator"
    # Two lines, because one line of prose may end in what looks like a tag.
    if line.startswith("-DOCSTART-") or (len(first) == 2 and all(map(_ROW.fullmatch, first))):
        return "conll"
    if line.startswith(("{", "[")):
        return _of_json(path)
    raise CorpusError(path, "line 1", "its format cannot be told: name it")
