"""What a user of an older version kept, brought to today as `docs/operations.md` says.

`kept/README.md` says what was kept and how. The graph is loaded by plain Cypher, under the
constraints and indexes of its time.
"""

import json
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

KEPT = Path(__file__).with_name("kept")

NODES = "UNWIND $rows AS row CREATE (n:$(row.labels)) SET n = row.properties, n.kept = row.id"
RELATIONSHIPS = """
UNWIND $rows AS row
MATCH (a {kept: row.from}), (b {kept: row.to})
CREATE (a)-[r:$(row.type)]->(b) SET r = row.properties
"""
SOURCES = '[[sources]]\nname = "notes"\npath = "notes"\n'


@pytest.fixture(params=sorted(KEPT.glob("*.tar.xz")), ids=lambda path: path.name.split(".tar")[0])
def kept(request, tmp_path_factory) -> Path:
    """The unpacked folder of one version."""
    folder = tmp_path_factory.mktemp("kept")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    (version,) = folder.iterdir()
    return version


@pytest.fixture
def old_graph(graph, reader, kept) -> Iterator[None]:
    """The graph of that version in the tests' server, with its schema and nothing else."""
    rows = [json.loads(line) for line in (kept / "graph.jsonl").read_text("utf-8").splitlines()]
    _drop_schema(reader)
    reader.rows("MATCH (v:SchemaVersion) DETACH DELETE v")
    for row in (row for row in rows if row["row"] == "schema"):
        reader.rows(row["statement"])
    for kind, query in (("node", NODES), ("relationship", RELATIONSHIPS)):
        reader.rows(query, rows=[_with_times(row) for row in rows if row["row"] == kind])
    reader.rows("MATCH (n) REMOVE n.kept")
    yield
    _drop_schema(reader)
    reader.rows("MATCH (n) DETACH DELETE n")
    graph.prepare()


@pytest.fixture
def command(old_graph, kept, server, monkeypatch, nightloom) -> Callable[..., Any]:
    """Run a command in the kept folder; return what it said on standard output."""
    for name in [name for name in os.environ if name.startswith("NIGHTLOOM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    monkeypatch.chdir(kept / "home")

    def run(*arguments: str, code: int = 0) -> str:
        ended, out, err = nightloom(*arguments)
        assert ended == code, (out + err)[-1500:]
        return out if code == 0 else out + err

    return run


def _drop_schema(reader) -> None:
    for (name,) in reader.rows("SHOW CONSTRAINTS YIELD name"):
        reader.rows(f"DROP CONSTRAINT `{name}`")
    for (name,) in reader.rows("SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP' RETURN name"):
        reader.rows(f"DROP INDEX `{name}`")


def _with_times(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row whose moments are no longer written out."""
    from neo4j.time import DateTime

    properties = {
        name: DateTime.from_iso_format(value["$datetime"]) if isinstance(value, dict) else value
        for name, value in row["properties"].items()
    }
    return row | {"properties": properties}


def _documents(reader) -> set[str]:
    return {id_ for (id_,) in reader.rows("MATCH (d:Document) RETURN d.id")}


def _stated(reader) -> set[tuple[str, str, str, str, float]]:
    """Return who states what: document, sentence's facts and how sure, by the names as written."""
    return set(
        reader.rows(
            "MATCH (d:Document)-[:HAS_CHUNK]->(:Chunk)-[said:STATES]->(one)"
            "MATCH (one)-[fact {key: said.fact}]->(other)"
            "RETURN d.id, one.name, said.type, other.name, said.confidence"
        )
    )


def test_kept_home_is_brought_to_today_and_nothing_is_lost(command, kept, reader):
    """Every line of the page on upgrading, then two nights, a decision and a fresh build."""
    home = kept / "home"
    before, stated = _documents(reader), _stated(reader)
    store = {path: path.read_bytes() for path in (home / ".nightloom").rglob("*.zst")}
    assert before
    assert stated

    # The setting of 0.1 that is none any more, and the way out that doctor names.
    said = command("doctor", code=1)
    assert "documents, which is no setting any more" in " ".join(said.split())
    settings = home / "nightloom.toml"
    settings.write_text(settings.read_text().replace('documents = "notes"\n', "") + SOURCES)
    command("doctor", "--json")

    assert "nightloom migrate" in command("ingest", "notes", code=1)
    command("migrate")
    assert _documents(reader) == before
    assert _stated(reader) == stated
    assert {path: path.read_bytes() for path in store} == store

    command("merge", "Norrland Paper", "Hafen & Co")
    decided = command("decisions", "--json")

    # The changelog: ids of lines begin with their file, and the same weights say something else.
    asks = command("ingest", "notes", "--json", code=1)
    assert "--allow-vanished" in asks
    first = json.loads(command("ingest", "notes", "--json", "--allow-vanished"))
    second = json.loads(command("ingest", "notes", "--json"))
    assert (first["extracted"], first["set_aside"]) == (len(before), [])
    assert (second["extracted"], second["documents"]["unchanged"]) == (0, len(before))
    assert command("decisions", "--json") == decided
    command("audit")
    upgraded = command("dump")
    (home / "decisions.jsonl").write_text(decided)

    command("clear", "--yes")
    command("decisions", "--from", "decisions.jsonl")
    afresh = json.loads(command("ingest", "notes", "--json"))
    assert afresh["extracted"] == 0
    assert command("dump") == upgraded
