"""Log lines as JSON, one object a line, without secrets and without texts of documents.

Our own sentences stand as they are: they name documents by their ids. What a library says is cut
where a value may begin, because it may quote what it was reading. Of an error that is not ours its
class is written, and where it was raised, because its message may quote, too.
"""

import json
import logging
import re
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flows.telemetry.places import place
from flows.text import shown_json

OURS = ("flows", "extractors", "graphdb")
FOLDERS = tuple(f"{Path(__file__).parents[2] / name}/" for name in OURS)

VALUE = re.compile(r"['\"`(\[{:%].*", re.DOTALL)
"""What a library's sentence has behind the first sign that a value may follow."""

WARNING = re.compile(r"^(?P<where>.*?:\d+: \w+)")
"""Where a warning of Python's was raised and of which kind; then comes what it says."""

LOGIN = re.compile(r"(?<=://)[^/@\s]+(?=@)")
HIDDEN = "…"

LEAST_LETTERS = 4
"""Shorter secrets would stand in half of all words."""

_secrets: set[str] = set()


def keep_secret(*words: str) -> None:
    """Have these words written in no line of JSON."""
    _secrets.update(word for word in words if len(word) >= LEAST_LETTERS)


def without_secrets(sentence: str) -> str:
    """Return a sentence with secrets and logins of addresses left out."""
    for secret in sorted(_secrets, key=len, reverse=True):
        sentence = sentence.replace(secret, HIDDEN)
    return LOGIN.sub(HIDDEN, sentence)


class JsonLines(logging.Formatter):
    """Writes a record as one JSON object: time, level, message, and where the work was."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record; keys that nobody knows are left out."""
        here = place()
        more = vars(record)
        values: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "message": without_secrets(_sentence(record)),
            "logger": record.name,
            # Prefect knows of its own lines which run they are of.
            "run": here.run or str(more.get("flow_run_id", "")).replace("<unknown>", ""),
            "source": here.source,
            "step": here.step,
            "document": more.get("document", here.document),
            "done": more.get("done"),
            **_error(record),
        }
        known = {key: value for key, value in values.items() if value not in ("", None)}
        return shown_json(json.dumps(known, ensure_ascii=False))


def _sentence(record: logging.LogRecord) -> str:
    if record.name == "py.warnings":
        found = WARNING.match(record.getMessage())
        return found["where"] if found else "a warning"
    if record.name.split(".")[0] in OURS or record.pathname.startswith(FOLDERS):
        if not isinstance(record.args, tuple) or not record.args:
            return record.getMessage()
        return str(record.msg) % tuple(_said(value) for value in record.args)
    return VALUE.sub("", str(record.msg)).strip() or record.name


def _said(value: object) -> object:
    """Return what a line says of a value: of an error that is not ours, its class alone."""
    is_foreign = type(value).__module__.split(".")[0] not in OURS
    return type(value).__name__ if isinstance(value, BaseException) and is_foreign else value


def _error(record: logging.LogRecord) -> dict[str, Any]:
    if not (record.exc_info and record.exc_info[1]):
        return {}
    error = record.exc_info[1]
    frames = traceback.extract_tb(error.__traceback__)
    return {
        "error": type(error).__name__,
        "at": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
