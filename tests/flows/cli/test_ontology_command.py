"""`nightloom ontology check` says in plain words what may be in the graph."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from graphdb import EntityType, Ontology, RelationType
from graphdb.tables import Link, TableMapping

PAGE = (Path(__file__).parents[3] / "docs/ontology.md").read_text("utf-8")
EXAMPLE, *EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
(TABLES,) = (example for example in EXAMPLES if "[[tables]]" in example)


@pytest.fixture
def check(tmp_path, monkeypatch):
    monkeypatch.setenv("COLUMNS", "100")

    def check(text, *options):
        path = tmp_path / "ontology.toml"
        path.write_text(text, "utf-8")
        return CliRunner().invoke(app, ["ontology", "check", str(path), *options])

    return check


def test_check_says_what_each_type_may_join(check):
    printed = check(EXAMPLE).stdout

    assert "Person  ─WORKS_FOR→  Organization" in printed
    assert "Place or Organization  ─LIES_IN→  Place" in printed
    assert "Symmetric: if A MARRIED_TO B, then B MARRIED_TO A" in printed
    assert "Worth a second look" not in printed


def test_check_remarks_what_cannot_be_meant(check):
    printed = check("[entities.Person]\n[relations.KNOWS]\ninverse_of = 'KNOWS'\n")

    assert printed.exit_code == 0
    assert "[relations.KNOWS] it names itself: leave that out" in printed.stdout


def test_check_as_json_names_every_type(check):
    said = json.loads(check(EXAMPLE, "--json").stdout)

    assert list(said["entities"]) == ["Person", "Organization", "Place"]
    assert said["relations"]["LEADS"]["subject"] == ["Person"]
    assert len(said["relations"]["LEADS"]["meaning"]) == 2
    assert said["remarks"] == []


def test_hostile_description_is_shown_and_not_obeyed(check):
    text = '[entities.Person]\ndescription = "a\\u001b[31m [bold]b[/bold] \\u009b0m"\n'

    printed = check(text).stdout

    assert "\x1b" not in printed
    assert "\x9b" not in printed
    assert "[bold]b[/bold]" in printed


def test_check_says_what_each_table_brings(check):
    printed = check(TABLES).stdout
    as_json = json.loads(check(TABLES, "--json").stdout)

    assert "tables in 'staff*.csv' with the columns 'full name', 'no', 'employer'" in printed
    assert "Each row is a Person, named by the column 'full name'." in printed
    assert "WORKS_FOR: from the row to the Organization in the column 'employer'." in printed
    assert "from the Person in the column 'boss no' to the row, found by its key." in printed
    assert len(as_json["tables"][0]["meaning"]) == 5


def test_page_names_every_key():
    keys = {"version", *EntityType.model_fields, *RelationType.model_fields}
    keys |= {*TableMapping.model_fields, *Link.model_fields} - {"relations", "type"}

    assert keys <= set(re.findall(r"^\| `(\w+)`", PAGE, re.MULTILINE))


def test_example_of_the_page_can_be_used(tmp_path):
    path = tmp_path / "ontology.toml"
    path.write_text(EXAMPLE, "utf-8")

    assert set(Ontology.load(path).relation_types) >= {"LEADS", "LED_BY"}
