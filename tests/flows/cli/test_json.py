"""With `--json` standard output is one JSON object, whatever the command and however it ends."""

import io
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from typer.main import get_command

from extractors.facts import Place
from flows.cli import app
from tests.flows.cli.test_commands import nightloom as on_the_server  # noqa: F401 - a fixture
from tests.strategies import extraction

ROOT = Path(__file__).parents[3]

WITHOUT_JSON = {
    "dump": "prints lines of JSON anyway",
    "mcp": "speaks JSON-RPC with a program",
    "page": "serves until Ctrl-C",
    "up": "serves until Ctrl-C",
}
"""Commands without `--json`, and why; `docs/json.md` says so, too."""


def verbs() -> dict[str, set[str]]:
    """Return all commands, each with the options that it takes."""
    commands = {}
    for name, group in get_command(app).commands.items():
        for verb, command in getattr(group, "commands", {"": group}).items():
            options = {option for parameter in command.params for option in parameter.opts}
            commands[f"{name} {verb}".strip()] = options
    return commands


def test_every_command_answers_in_json_or_says_why_not():
    without = {verb for verb, options in verbs().items() if "--json" not in options}

    assert without == WITHOUT_JSON.keys()


def test_page_says_of_every_command_what_it_prints():
    page = (ROOT / "docs" / "json.md").read_text("utf-8")
    rows = re.findall(r"^\| (.+?) \|", page, re.MULTILINE)
    said = {verb for row in rows for verb in re.findall(r"`([a-z -]+?)(?: [A-Z-].*?)?`", row)}

    assert verbs().keys() - said == set()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("rules", "check", "nowhere"), 1, "there is no such folder of rules"),
        (("rules", "check", "--nonsense"), 2, "--help says what it takes"),
        (("models", "promote", "nothing", "--on", "nowhere"), 1, "no model 'nothing'"),
        (("models", "rollback"), 1, "there is nothing to undo"),
        (("service", "remove"), 1, "there is no"),
    ],
)
def test_error_is_the_object_in_place_of_the_result(
    nightloom, monkeypatch, tmp_path, words, code, said
):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))

    ended, out, err = nightloom(*words, "--json")

    sentence = json.loads(out)["error"]
    assert ended == code
    assert said in sentence
    assert err == f"error: {sentence}\n"


def test_rules_that_can_be_used_are_listed_with_what_is_concluded_when(nightloom):
    _, out, _ = nightloom("rules", "check", ROOT / "samples" / "rules", "--json")

    said = json.loads(out)
    strata = [type_ for stratum in said["strata"] for type_ in stratum]
    assert {rule["concludes"] for rule in said["rules"]} <= set(strata)


def test_unit_says_where_it_is_and_how_it_is_started(nightloom, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    installed = json.loads(nightloom("service", "install", "--json")[1])
    was_there = Path(installed["unit"]).is_file()
    removed = json.loads(nightloom("service", "remove", "--json")[1])

    assert was_there
    assert "enable --now nightloom" in installed["start"]
    assert isinstance(installed["unseen_settings"], list)
    assert removed == {
        "unit": installed["unit"],
        "stop": "systemctl --user stop nightloom",
    }


def test_decisions_are_printed_as_resolve_prints_them(on_the_server, graph, monkeypatch):  # noqa: F811
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ROOT / "tests" / "ontology.toml"))
    facts = {"a": ("Ada", "WORKS_FOR", "IBM"), "b": ("Bob", "WORKS_FOR", "Big Blue")}
    graph.upsert([extraction(fact, id=id_) for id_, fact in facts.items()])

    merged = on_the_server("merge", "IBM", "Big Blue", "--reason", "so they say", "--json").json
    (line,) = on_the_server("decisions", "--json").out.splitlines()
    split = on_the_server("split", "IBM", "--json").json
    distinct = on_the_server("distinct", "IBM", "Big Blue", "--json").json
    apart = on_the_server("split", "Ada", "--document", "a", "--json").json
    nobody = on_the_server("merge", "IBM", "nobody", "--json")

    assert merged["n_documents"] == 1
    assert merged["made"] == split["withdrawn"] == [json.loads(line)]
    assert merged["made"][0]["reason"] == "so they say"
    assert [each["kind"] for each in distinct["made"]] == ["distinct"]
    assert [each["documents"] for each in apart["made"]] == [["a"]]
    assert nobody.code == 1
    assert "nobody" in nobody.json["error"]


def test_person_is_asked_beside_the_answer(on_the_server, graph, monkeypatch):  # noqa: F811
    graph.upsert(extraction("Ada", id="a"))
    monkeypatch.setattr(sys, "stdin", io.StringIO("n\ny\n"))

    refused, cleared = (on_the_server("clear", "--json") for _ in range(2))

    assert (refused.code, cleared.code) == (1, 0)
    assert "Remove all" in refused.err
    assert refused.json == {"error": "not confirmed; nothing was changed"}
    assert cleared.json["removed"] > 0


def test_picture_says_which_sentence_is_marked(on_the_server, graph, monkeypatch, tmp_path):  # noqa: F811
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(ROOT / "tests" / "ontology.toml"))
    said = extraction(("Otto Schott", "WORKS_FOR", "Schott"), id="samples/companies/makers.pdf")
    document = replace(said.document, places=(Place(start=0, page=2),))
    graph.upsert(replace(said, document=document))
    asked = ("explain", "Otto Schott", "WORKS_FOR", "Schott", "--folder", str(ROOT / "samples"))

    explained = on_the_server(*asked, "--page", "marked.png", "--json").json
    missing = on_the_server(*asked, "--page", "nowhere/marked.png", "--json").json

    picture = explained["picture"]
    assert (picture["out"], picture["page"]) == ("marked.png", 2)
    assert picture["document_id"] == explained["witnesses"][0]["document_id"]
    assert (tmp_path / "marked.png").is_file()
    assert missing.keys() == {"error"}
