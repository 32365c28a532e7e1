"""The example of docs/identity.md: its catalogue, its document, and what the command prints."""

import re
from pathlib import Path

from extractors.facts import Chunk, Document, Extraction, Span
from flows.catalogue import load_ontology
from flows.settings import load_settings
from graphdb.graph import Graph
from tests.flows.cli.test_commands import nightloom  # noqa: F401 - a fixture
from tests.flows.cli.test_resolution import ONTOLOGY

PAGE = Path(__file__).parents[3] / "docs" / "identity.md"
SECTION = PAGE.read_text("utf-8").partition("#### Its names in texts\n")[2]


def test_example_of_the_page_is_what_the_commands_print(
    nightloom,  # noqa: F811
    graph,
    server,
    tmp_path,
    monkeypatch,
):
    table, text, printed = re.findall(r"^```\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)[:3]
    (query,) = re.findall(r"^```cypher\n(.*?)^```", SECTION, re.MULTILINE | re.DOTALL)[:1]
    (tmp_path / "things.csv").write_text(table)
    (tmp_path / "own.toml").write_text(ONTOLOGY)
    monkeypatch.setenv("NIGHTLOOM_RESOLUTION__CATALOGUE", str(tmp_path / "things.csv"))
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(tmp_path / "own.toml"))
    read = Extraction(
        document=Document(id="notes/talks.txt", text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
    )
    ontology = load_ontology(load_settings())
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as knowing:
        knowing.upsert(read)
        rows = knowing.connection.read(query)

    said = re.findall(r"^\$ nightloom (.*)\n((?:[^$].*\n)*)", printed, re.MULTILINE)
    for command, wanted in said:
        verb, name = re.fullmatch(r'(\w+) "?([^"]*)"?', command).groups()
        assert nightloom(verb, name).out == wanted
    assert len(said) == 2
    assert {row["named.text"]: row["named.confidence"] for row in rows} == {
        "Nordic Rail Agency": 1.0,
        "Rail": 1.0,
    }
