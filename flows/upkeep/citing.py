"""Where below the home folder the id of a document stands, in whatever form it is written."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

from flows.text import escaped, shown

BLOCK_BYTES = 1 << 20


def files_citing(document_id: str, home: Path) -> Iterator[Path]:
    """Yield the files below `home` in which the id stands: logs, Prefect's database.

    The database files of Neo4j are left out: the graph was asked itself, and they keep deleted
    bytes until the server reuses or rotates them. A file that goes meanwhile cites nothing.
    """
    needles = [form.encode("utf-8", "surrogatepass") for form in written_forms(document_id)]
    for path in _files(home):
        is_database = path.is_relative_to(home / "neo4j" / "data")
        if path.is_file() and not is_database and any(_positions(path, needles)):
            yield path


def blank(document_id: str, log: Path) -> None:
    """Write stars over an id in a log, which somebody may be writing to: nothing moves."""
    needles = [form.encode("utf-8", "surrogatepass") for form in written_forms(document_id)]
    found = list(_positions(log, needles))
    if found:
        with log.open("r+b") as file:
            for position, n_bytes in found:
                file.seek(position)
                file.write(b"*" * n_bytes)


def written_forms(document_id: str) -> list[str]:
    """Return all forms in which something here writes an id, the longest first.

    As it is, as Markdown, as JSON, and as JSON within JSON, which tables of Prefect are.
    """
    forms = {document_id, shown(document_id), escaped(document_id)}
    forms.add(escaped(f"/{document_id}")[1:])  # as Markdown, in the middle of a sentence
    for _ in range(2):
        forms |= {json.dumps(form, ensure_ascii=a)[1:-1] for form in forms for a in (True, False)}
    return sorted(forms, key=lambda form: (-len(form), form))


def _files(home: Path) -> list[Path]:
    # Unlike Path.rglob, os.walk passes over a folder that goes while it looks.
    walked = os.walk(home)
    return sorted(Path(folder, name) for folder, _, names in walked for name in names)


def _positions(path: Path, needles: list[bytes]) -> Iterator[tuple[int, int]]:
    """Yield where in a file one of these stands, and how long it is."""
    overlap = max(map(len, needles)) - 1
    tail, begins_at = b"", 0
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        while block := file.read(BLOCK_BYTES):
            seen = tail + block
            for needle in needles:
                found = seen.find(needle)
                while found >= 0:
                    yield begins_at + found, len(needle)
                    found = seen.find(needle, found + 1)
            tail = seen[-overlap:] if overlap else b""
            begins_at += len(seen) - len(tail)
