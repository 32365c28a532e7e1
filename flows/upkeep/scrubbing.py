"""Clears Prefect's history and logs of an id: a document that is forgotten leaves no trace there.

Prefect has no way to change what it has recorded, and a run that was asked to forget a document
has its id among its parameters. So its database is written directly, in one transaction, and then
rewritten (`VACUUM`), because SQLite leaves what was replaced in free pages and in its log.
"""

import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from flows.errors import ServiceError
from flows.upkeep.citing import blank, files_citing, written_forms

FORGOTTEN = "[forgotten]"
"""What stands in place of the id. Where a longer id begins with this one, so does that."""

PATIENCE_S = 60.0
"""How long to wait for a server that is writing, or for somebody who is reading."""


HISTORY = {
    "flow_run": ("name", "parameters", "context", "tags"),
    "flow_run_state": ("message", "data"),
    "flow_run_input": ("value",),
    "task_run": ("name", "task_inputs"),
    "task_run_state": ("message", "data"),
    "log": ("message",),
    "artifact": ("data", "description"),
    "artifact_collection": ("data", "description"),
    "events": ("resource_id", "resource", "related", "related_resource_ids", "payload"),
    "event_resources": ("resource_id", "resource"),
    "automation_bucket": ("last_event",),
    "automation_event_follower": ("follower",),
    "composite_trigger_child_firing": ("child_firing",),
}
"""Where Prefect keeps what runs were asked and what they said. Nothing else is touched: it decides
what runs do, and a short id may stand in any of it."""


def scrub(document_id: str, home: Path) -> None:
    """Clear Prefect's history and all logs below the home folder of an id.

    Raises:
        ServiceError: The database is in use for too long, or damaged.
    """
    citing = list(files_citing(document_id, home))
    for path in citing:
        if path.suffix == ".log":
            blank(document_id, path)
    # Once, though it stands in the file and in its log, or in that alone.
    if any(path.name.startswith(database_of(home).name) for path in citing):
        with _opened(home) as connection:
            clear_history(connection, written_forms(document_id))


def scrub_request(document_id: str, home: Path) -> None:
    """Have Prefect forget that somebody asked to forget what is no document.

    It may be anything, even a word that stands everywhere: only the parameter itself goes.

    Raises:
        ServiceError: The database is in use for too long, or damaged.
    """
    with _opened(home) as connection:
        connection.execute(
            "UPDATE flow_run SET parameters = json_set(parameters, '$.document', ?) "
            "WHERE json_extract(parameters, '$.document') = ?",
            (FORGOTTEN, document_id),
        )
        _rewrite(connection)


def database_of(home: Path) -> Path:
    """Return the file of Prefect's database."""
    return home / "prefect" / "prefect.db"


@contextmanager
def _opened(home: Path) -> Iterator[sqlite3.Connection]:
    database = database_of(home)
    try:
        with closing(
            sqlite3.connect(database, timeout=PATIENCE_S, isolation_level=None)
        ) as connection:
            yield connection
    except sqlite3.Error as error:
        raise ServiceError(
            f"{database} could not be cleared of the document's id ({error}): what else there was "
            "of it is erased; run forget again"
        ) from error


def clear_history(connection: sqlite3.Connection, forms: Sequence[str]) -> None:
    """Replace these words in Prefect's history, and leave no copy of them in the file.

    Raises:
        sqlite3.Error: The database is in use for too long, or damaged.
    """
    connection.create_function("cites", 1, lambda value: _cites(value, forms))
    connection.create_function("cleared", 1, lambda value: _cleared(value, forms))
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("BEGIN IMMEDIATE")
    for table, wanted in HISTORY.items():
        there = {column[1] for column in connection.execute(f"PRAGMA table_info({table})")}
        columns = [column for column in wanted if column in there]
        if columns:  # another version of Prefect may lack some
            clear = ", ".join(f"{column} = cleared({column})" for column in columns)
            found = " OR ".join(f"cites({column})" for column in columns)
            connection.execute(f"UPDATE {table} SET {clear} WHERE {found}")  # noqa: S608 - ours
    connection.execute("COMMIT")
    _rewrite(connection)


def _rewrite(connection: sqlite3.Connection) -> None:
    connection.execute("VACUUM")
    deadline = time.monotonic() + PATIENCE_S
    # What the log holds is in the database only when nobody reads an older state any more.
    while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("somebody has been reading it for a minute")
        time.sleep(0.1)


def _cites(value: object, forms: Sequence[str]) -> bool:
    return isinstance(value, str) and any(form in value for form in forms)


def _cleared(value: Any, forms: Sequence[str]) -> Any:
    """Return a value without these words; of a table in JSON the rows that have them are gone.

    Such a row may quote the document beside its id.
    """
    if not isinstance(value, str):
        return value
    value = _without_rows(value, forms)
    for form in forms:
        value = value.replace(form, FORGOTTEN)
    return value


def _without_rows(value: str, forms: Sequence[str]) -> str:
    try:
        rows = json.loads(json.loads(value))
    except (ValueError, TypeError):
        return value
    if not isinstance(rows, list):
        return value
    kept = [row for row in rows if not _cites(json.dumps(row), forms)]
    return json.dumps(json.dumps(kept))
