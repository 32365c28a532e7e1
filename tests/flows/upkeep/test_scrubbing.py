"""Prefect's database after a document was forgotten: no byte of its id in any of its files."""

import json
import sqlite3

import pytest

from flows.errors import ServiceError
from flows.upkeep import scrubbing
from flows.upkeep.citing import blank, files_citing
from flows.upkeep.scrubbing import FORGOTTEN, scrub, scrub_request

ID = "notes/päper [1].txt"


@pytest.fixture
def database(tmp_path):
    """What Prefect's database has for us, in its journal mode, with somebody connected."""
    (tmp_path / "prefect").mkdir()
    connection = sqlite3.connect(tmp_path / "prefect" / "prefect.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("CREATE TABLE log (id INTEGER PRIMARY KEY, message TEXT)")
    connection.execute("CREATE TABLE flow_run (id INTEGER PRIMARY KEY, parameters JSON)")
    connection.execute("CREATE TABLE artifact (id INTEGER PRIMARY KEY, data JSON, type TEXT)")
    connection.execute("CREATE TABLE deployment (id INTEGER PRIMARY KEY, entrypoint TEXT)")
    yield connection
    connection.close()


def column(database, what: str) -> list[str]:
    return [value for (value,) in database.execute(f"SELECT {what} ORDER BY id")]


def test_id_goes_from_rows_free_pages_and_log(database, tmp_path):
    for number in range(500):
        database.execute("INSERT INTO log (message) VALUES (?)", [f"{number}: {ID} was read"])
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.execute("DELETE FROM log WHERE id > 100")  # their pages are free and full of it
    database.execute("INSERT INTO log (message) VALUES (?)", [ID])  # in the log alone
    names = {path.name for path in files_citing(ID, tmp_path)}
    assert names == {"prefect.db", "prefect.db-wal"}

    scrub(ID, tmp_path)

    assert list(files_citing(ID, tmp_path)) == []
    assert column(database, "message FROM log")[0] == f"0: {FORGOTTEN} was read"


def test_parameters_and_tables_stay_json_and_rows_that_cite_it_go(database, tmp_path):
    """A row of a table may quote a sentence of the document beside its id."""
    rows = [{"document": ID, "sentence": "Ada did it."}, {"document": "notes/b", "sentence": "x"}]
    database.execute("INSERT INTO artifact (data) VALUES (?)", [json.dumps(json.dumps(rows))])
    database.execute("INSERT INTO flow_run (parameters) VALUES (?)", [json.dumps({"document": ID})])

    scrub(ID, tmp_path)

    (data,), (parameters,) = (
        column(database, "data FROM artifact"),
        column(database, "parameters FROM flow_run"),
    )
    assert json.loads(json.loads(data)) == rows[1:]
    assert json.loads(parameters) == {"document": FORGOTTEN}


def test_what_decides_what_runs_do_is_left_alone(database, tmp_path):
    database.execute("INSERT INTO deployment (entrypoint) VALUES ('flows/on.nightly')")
    database.execute("INSERT INTO log (message) VALUES ('s/on was read')")

    scrub("s/on", tmp_path)

    assert column(database, "entrypoint FROM deployment") == ["flows/on.nightly"]
    assert column(database, "message FROM log") == [f"{FORGOTTEN} was read"]


def test_request_for_no_document_takes_nothing_but_itself(database, tmp_path):
    for document in ("e", "notes/e"):
        asked = json.dumps({"document": document})
        database.execute("INSERT INTO flow_run (parameters) VALUES (?)", [asked])
    database.execute("INSERT INTO log (message) VALUES ('here we are')")

    scrub_request("e", tmp_path)

    said = [json.loads(each)["document"] for each in column(database, "parameters FROM flow_run")]
    assert said == [FORGOTTEN, "notes/e"]
    assert column(database, "message FROM log") == ["here we are"]


def test_database_that_somebody_holds_is_an_error_with_the_way_out(database, tmp_path, monkeypatch):
    monkeypatch.setattr(scrubbing, "PATIENCE_S", 0.2)
    database.execute("INSERT INTO log (message) VALUES (?)", [ID])
    database.execute("BEGIN IMMEDIATE")

    with pytest.raises(ServiceError, match=r"locked.*run forget again"):
        scrub(ID, tmp_path)

    database.execute("ROLLBACK")
    scrub(ID, tmp_path)
    assert list(files_citing(ID, tmp_path)) == []


def test_log_is_blanked_where_it_stands_and_goes_on(tmp_path):
    """Whoever writes to a log does not notice."""
    log = tmp_path / "worker.log"
    with log.open("ab") as writer:
        writer.write(f'a {ID} b\n{{"document": {json.dumps(ID)}}}\n'.encode() * 3)
        writer.flush()
        n_bytes = log.stat().st_size
        blank(ID, log)
        writer.write(b"more\n")

    assert list(files_citing(ID, tmp_path)) == []
    lines = log.read_text("utf-8").splitlines()
    assert (lines[0], lines[-1]) == (f"a {'*' * len(ID.encode())} b", "more")
    assert log.stat().st_size == n_bytes + 5
    assert len(lines) == 7
