"""The commands one after another, with the shipped model, ontology and rules."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from typer.main import get_command

from flows.cli import app, main


@dataclass(frozen=True)
class Said:
    code: int
    out: str

    @property
    def json(self) -> dict:
        return json.loads(self.out)


@pytest.fixture
def nightloom(graph, server, tmp_path, monkeypatch, capsys) -> Callable[..., Said]:
    """Run the command in an empty folder, on the tests' server."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)

    def run(*arguments: str) -> Said:
        monkeypatch.setattr(sys, "argv", ["nightloom", *arguments])
        monkeypatch.setattr(sys.stdout, "reconfigure", lambda **_: None, raising=False)
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        return Said(int(ended.value.code or 0), capsys.readouterr().out)

    return run


def test_documents_become_a_graph_and_the_second_time_nothing_changes(nightloom, tmp_path):
    """Then every look at what came of it: audit, dump, explain, rebuild, forget."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "curie.txt").write_text(
        "Marie Curie was born in Warsaw, Poland. Her husband Pierre Curie was born in Paris."
    )
    first = nightloom("ingest", "notes", "--json")
    second = nightloom("ingest", "notes", "--json")

    assert (first.code, second.code) == (0, 0)
    assert first.json["documents"]["new"] == 1
    assert second.json["documents"]["unchanged"] == 1
    assert second.json["graph"] == first.json["graph"]
    assert nightloom("audit").code == 0
    before = nightloom("dump", "--canonical").out
    nodes = [json.loads(line) for line in before.splitlines()]
    name = next(node["name"] for node in nodes if node.get("node") == "Entity")
    assert name in nightloom("explain", name).out
    assert nightloom("rebuild", "--json").json == {"upserted": 1, "missing": []}
    assert nightloom("dump").out == before
    erased = nightloom("forget", "notes/curie.txt", "--json")
    assert (erased.code, erased.json["is_complete"]) == (0, True)
    assert nightloom("dump").out == ""


def test_doctor_finds_nothing_wrong_here(nightloom):
    said = nightloom("doctor", "--json")

    states = {check["name"]: check["state"] for check in said.json["checks"]}
    assert said.code == 0
    assert {states[f"package {name}"] for name in ("flows", "extractors", "graphdb")} == {"ok"}
    assert states["graph"] == states["model"] == states["ontology"] == "ok"


def test_rules_can_be_listed_and_checked_without_a_server(nightloom, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "bolt://127.0.0.1:1")

    assert nightloom("rules", "check").code == 0
    names = {rule["name"] for rule in nightloom("rules", "list", "--json").json["rules"]}
    assert {"siblings", "country-of-headquarters"} <= names


def verbs() -> list[tuple[str, ...]]:
    groups = get_command(app).commands
    inside = [("rules", name) for name in groups["rules"].commands]
    return [*((name,) for name in groups if name != "rules"), *inside]


@pytest.mark.parametrize("verb", verbs(), ids=" ".join)
def test_help_of_each_verb_has_a_sentence_and_an_example(verb, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["nightloom", *verb, "--help"])

    with pytest.raises(SystemExit):
        app()

    said = " ".join(capsys.readouterr().out.split())
    assert f"Example: nightloom {' '.join(verb)}" in said
