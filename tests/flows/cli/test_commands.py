"""The commands one after another, with the shipped model, ontology and rules."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.main import get_command

from extractors.facts import Extraction
from extractors.store import ExtractionStore
from flows.cli import app, main
from flows.night.notes import RebuildNotes
from graphdb import Version
from tests.rules import RULES
from tests.strategies import extraction

ONTOLOGY = Path(__file__).parents[2] / "ontology.toml"


REBUILT = {"upserted": 1, "missing": [], "set_aside": [], "rejected": []}


@dataclass(frozen=True)
class Said:
    code: int
    out: str
    err: str = ""

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
        return Said(int(ended.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def kept(graph, tmp_path, monkeypatch) -> Extraction:
    """One document in store and graph, that no model has read."""
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ONTOLOGY))
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__LEFT_OUT", '["*"]')  # the shipped model knows more
    fact = ("Ada", "WORKS_FOR", "Acme")
    kept = extraction(fact, id="notes/a.txt", source="notes", extractor="by hand")
    ExtractionStore(tmp_path / ".nightloom" / "extractions").put(kept)
    graph.upsert(kept)
    return kept


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
    before = nightloom("dump").out
    nodes = [json.loads(line) for line in before.splitlines()]
    name = next(node["name"] for node in nodes if node.get("node") == "Entity")
    assert name in nightloom("explain", name).out
    assert nightloom("rebuild", "--json").json == REBUILT
    assert nightloom("dump").out == before
    erased = nightloom("forget", "notes/curie.txt", "--json")
    assert (erased.code, erased.json["is_complete"]) == (0, True)
    assert nightloom("dump").out == ""


def test_rebuild_and_forget_need_no_model(nightloom, kept, monkeypatch):
    """What was extracted is in the store: the model may be gone, and nothing is read again."""
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", "gone")
    before = nightloom("dump").out

    assert nightloom("rebuild", "--json").json == REBUILT
    assert nightloom("dump").out == before != ""
    assert nightloom("forget", "notes/a.txt", "--json").json["is_complete"]


def test_rebuild_names_what_the_ontology_no_longer_allows(nightloom, kept, monkeypatch, tmp_path):
    narrow = tmp_path / "ontology.toml"
    narrow.write_text(ONTOLOGY.read_text().replace("WORKS_FOR", "PAID_BY"))
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(narrow))

    rebuilt = nightloom("rebuild")

    assert rebuilt.code == 0
    assert "Facts that were not taken" in rebuilt.out
    assert "notes/a.txt" in rebuilt.out
    assert "WORKS_FOR" in nightloom("rebuild", "--json").json["rejected"][0]


def test_rebuild_names_what_the_graph_refuses(nightloom, kept, tmp_path):
    """Ids are indexed and an index key has a limit: only the graph can know."""
    owed = extraction("Ada", id="notes/" + "x" * 5000, source="notes", extractor="by hand")
    home = tmp_path / ".nightloom"
    ExtractionStore(home / "extractions").put(owed)
    version = Version(
        sha256=owed.document.sha256,
        title=owed.document.title,
        extractor=owed.extractor,
        ontology="",
    )
    notes = RebuildNotes(home / "rebuild.json")
    notes.write({owed.document.id: version})

    as_json = nightloom("rebuild", "--json")
    notes.write({owed.document.id: version})
    as_text = nightloom("rebuild")

    assert as_json.code == as_text.code == 3
    assert [aside["document"] for aside in as_json.json["set_aside"]] == [owed.document.id]
    assert as_json.json["set_aside"][0]["reason"] in as_text.out.replace("\n", " ")


def test_missing_model_is_found_before_a_night_begins(nightloom, kept, monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", "gone")
    (tmp_path / "notes").mkdir()

    assert nightloom("ingest", "notes").err.startswith("error: no model 'gone'")


def test_audit_of_a_damaged_graph_fails_with_examples(nightloom, kept, driver):
    with driver.session() as session:
        session.run("MATCH ()-[fact:WORKS_FOR]->() SET fact.confidence = 0.1").consume()

    as_table, as_json = nightloom("audit"), nightloom("audit", "--json")

    (violation,) = as_json.json["violations"]
    assert (as_table.code, as_json.code) == (1, 1)
    assert (violation["invariant"], violation["count"]) == ("fact_confidence", 1)
    assert "WORKS_FOR" in violation["examples"][0]
    assert "Ada WORKS_FOR" in as_table.out


def test_ingest_retracts_much_only_with_allow_vanished(nightloom, kept, tmp_path):
    """Even a folder that is empty, as that of a disk that is not mounted."""
    (tmp_path / "notes").mkdir()
    refused = nightloom("ingest", "notes", "--json")
    still_there = nightloom("dump").out
    allowed = nightloom("ingest", "notes", "--json", "--allow-vanished")

    assert (refused.code, allowed.code) == (1, 0)
    assert "--allow-vanished" in refused.err
    assert still_there != ""
    assert allowed.json["documents"]["retracted"] == 1
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


def test_rule_is_tried_and_then_asked_why_not(nightloom, kept, graph, tmp_path, monkeypatch):
    """A rule file of one's own: tried before it is in force, then asked about."""
    (tmp_path / "rules").mkdir()
    monkeypatch.setenv("NIGHTLOOM_RULES", "rules")
    (tmp_path / "office.cypher").write_text(RULES["works-in"])
    graph.upsert(extraction(("Acme", "BASED_IN", "Ghent"), id="notes/b.txt", source="notes"))
    before = nightloom("dump").out

    tried = nightloom("rules", "try", "office.cypher")
    as_json = nightloom("rules", "try", "office.cypher", "--json").json

    assert tried.out.splitlines() == [
        "1 new fact (1 by office), 0 withdrawn, 0 with another confidence; 1 new derivation",
        "  + Ada  ─WORKS_IN→  Ghent",
    ]
    assert as_json["examples"] == [["Ada", "WORKS_IN", "Ghent"]]
    assert nightloom("dump").out == before

    (tmp_path / "office.cypher").rename(tmp_path / "rules" / "office.cypher")
    assert "the next inference would conclude it" in nightloom(
        "why-not", "Ada", "WORKS_IN", "Ghent"
    ).out.replace("\n", " ")
    assert "office lacks" in nightloom("why-not", "Ghent", "WORKS_IN", "Ada").out
    assert "no rule concludes it" in nightloom("why-not", "Ada", "KNOWS", "Ghent").out


def test_suggested_rules_can_be_checked_as_they_are_written(nightloom, kept, graph):
    facts = [
        fact
        for n in "abcd"
        for fact in (
            (f"P{n}", "WORKS_FOR", f"O{n}"),
            (f"O{n}", "BASED_IN", f"C{n}"),
            (f"P{n}", "WORKS_IN", f"C{n}"),
        )
    ]
    graph.upsert(extraction(*facts, id="notes/b.txt", source="notes"))

    suggested = nightloom("rules", "suggest", "--out", "suggested", "--json").json
    as_table = nightloom("rules", "suggest", "--limit", "1")

    name = "works-in-from-works-for-based-in"
    assert name in {rule["name"] for rule in suggested["rules"]}
    assert as_table.out.count("-from-") == 1
    assert nightloom("rules", "check", "suggested").code == 0
    assert nightloom("rules", "suggest", "--out", "suggested").err.count("left as it is") == len(
        suggested["rules"]
    )


def verbs() -> list[tuple[str, ...]]:
    groups = get_command(app).commands
    inside = {name: group.commands for name, group in groups.items() if hasattr(group, "commands")}
    nested = [(name, verb) for name, commands in inside.items() for verb in commands]
    return [*((name,) for name in groups if name not in inside), *nested]


@pytest.mark.parametrize("verb", verbs(), ids=" ".join)
def test_help_of_each_verb_has_a_sentence_and_an_example(verb, capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["nightloom", *verb, "--help"])

    with pytest.raises(SystemExit):
        app()

    said = " ".join(capsys.readouterr().out.split())
    assert f"Example: nightloom {' '.join(verb)}" in said


def test_person_decides_who_is_who_and_undoes_it(nightloom, graph, monkeypatch, tmp_path):
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ONTOLOGY))
    graph.upsert(
        [
            extraction(("Ada", "WORKS_FOR", "IBM"), id="a"),
            extraction(("Bob", "WORKS_FOR", "Big Blue"), id="b"),
        ]
    )
    before = nightloom("dump").out

    merged = nightloom("merge", "ibm", "Big Blue", "--reason", "so they say")
    explained = nightloom("explain", "BIG BLUE", "--json").json
    lines = nightloom("decisions", "--json").out
    refused = nightloom("merge", "IBM", "Ada")
    undone = nightloom("split", "IBM")
    after = nightloom("dump").out
    (tmp_path / "kept.jsonl").write_text(lines)
    brought_back = nightloom("decisions", "--from", "kept.jsonl", "--json").out
    apart = nightloom("distinct", "IBM", "Big Blue")

    assert (merged.code, undone.code, apart.code) == (0, 0, 0)
    assert "1 document written again" in merged.out
    assert len(explained["entities"]) == 1
    assert {fact["subject"] for fact in explained["facts"]} == {"Ada", "Bob"}
    assert json.loads(lines)["reason"] == "so they say"
    assert refused.code == 1
    assert "no entity of type Organization is called Ada" in refused.err
    assert after == before
    assert brought_back == lines


def test_name_of_nobody_suggests_who_is_meant(nightloom, graph, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ONTOLOGY))
    graph.upsert(extraction("Marie Curie", "Pierre Curie"))

    asked = nightloom("explain", "marie")
    merged = nightloom("merge", "Marie Curie", "nobody")

    assert (asked.code, merged.code) == (1, 1)
    assert "did you mean Marie Curie (Person)" in asked.err
    assert "no entity is called nobody" in merged.err.replace(" of type Person", "")
