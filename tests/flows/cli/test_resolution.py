"""Names are resolved, judged and explained from the command line."""

import io
import sys

import pytest

from graphdb import Ontology
from graphdb.graph import Graph
from tests.flows.cli.test_commands import nightloom  # noqa: F401 - a fixture
from tests.strategies import extraction

ONTOLOGY = """version = 1
[entities.Person]
identity = "resolved"
[entities.Organization]
identity = "resolved"
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Organization"]
"""


@pytest.fixture
def documents(graph, server, tmp_path, monkeypatch):
    """Two documents that may be about one company, and about one person."""
    (tmp_path / "own.toml").write_text(ONTOLOGY)
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(tmp_path / "own.toml"))
    ontology = Ontology.load(tmp_path / "own.toml")
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as resolved_graph:
        resolved_graph.upsert(
            [
                extraction(("John Keene", "WORKS_FOR", "Acme Widgets Ltd"), id="a"),
                extraction(("J. Keene", "WORKS_FOR", "The Acme Widgets"), id="b"),
            ]
        )


def test_resolution_is_tried_then_done_explained_and_undone(nightloom, documents):  # noqa: F811
    tried = nightloom("resolve", "--dry-run", "--json").json
    done = nightloom("resolve")
    explained = nightloom("explain", "the acme widgets").out
    compared = nightloom("why-not", "John Keene", "J. Keene").out
    undone = nightloom("split", "The Acme Widgets")

    (decision,) = tried["made"]
    assert {decision["one"], decision["other"]} == {"Acme Widgets Ltd", "The Acme Widgets"}
    assert "2 documents written again" in done.out
    assert "decided by resolve" in explained
    assert "legal form" in explained
    assert "same family name, and initials that fit" in compared
    assert "nightloom review asks a person" in compared
    assert undone.code == 0
    assert "0 names weighed" not in nightloom("resolve").out
    assert "resolve" not in nightloom("decisions").out


def test_all_that_resolution_decided_is_undone_at_once(nightloom, documents):  # noqa: F811
    nightloom("merge", "John Keene", "J. Keene")
    nightloom("resolve")

    undone = nightloom("resolve", "--undo")

    assert "1 decision of resolution withdrawn" in undone.out
    assert "Keene" in (left := nightloom("decisions").out)
    assert "resolve" not in left
    assert nightloom("explain", "The Acme Widgets").out.startswith("The Acme Widgets")
    assert "weighs nothing" in nightloom("resolve", "--undo", "--all").err


def test_person_judges_pairs_with_one_key_each(nightloom, documents, monkeypatch):  # noqa: F811
    monkeypatch.setattr(sys, "stdin", io.StringIO("x q"))
    nightloom("resolve")

    (asked,) = nightloom("review", "--json").json["review"]
    monkeypatch.setattr(sys, "stdin", io.StringIO("x y"))
    judged = nightloom("review")
    again = nightloom("review")

    assert {asked["one"], asked["other"]} == {"John Keene", "J. Keene"}
    assert "1: " in judged.out
    assert "John Keene works for Acme Widgets Ltd" in " ".join(judged.out.split())
    assert "is John Keene" in judged.out or "is J. Keene" in judged.out
    assert "There is nothing to judge" in again.out
    assert "Ltd" in nightloom("explain", "J. Keene", "WORKS_FOR").out


def test_catalogue_decides_which_names_are_one_and_which_are_two(
    nightloom,  # noqa: F811
    documents,
    monkeypatch,
    tmp_path,
):
    table = tmp_path / "things.csv"
    rows = "1,Organization,Acme Widgets Ltd\n2,Organization,The Acme Widgets\n"
    table.write_text(f"id,type,name\n{rows}")
    monkeypatch.setenv("NIGHTLOOM_RESOLUTION__CATALOGUE", str(table))
    apart = nightloom("resolve", "--json").json["made"]
    table.write_text("id,type,name,name_de\n1,Person,John Keene|J. Keene,\n")
    together = nightloom("resolve", "--all", "--json").json["made"]
    table.write_text("id,name\n")
    refused = nightloom("resolve")

    assert apart == []
    assert "a list of names has both" in together[0]["reason"] + together[-1]["reason"]
    assert refused.code == 1
    assert "takes a header with id, type and name" in " ".join(refused.err.split())
