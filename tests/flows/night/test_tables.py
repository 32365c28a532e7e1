"""Rows are facts: any history of tables and prose equals a fresh build, and each fact says why."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.night.holding import new_run
from flows.night.order import run_night
from flows.night.request import Request
from flows.sources import Folder
from graphdb import Graph, Ontology
from graphdb.tables import TableMapping

MAPPING = TableMapping.model_validate(
    {
        "file": "staff.*",
        "label": "Person",
        "name": "name",
        "key": "no",
        "relations": {
            "WORKS_FOR": {"column": "employer", "type": "Organization"},
            "KNOWS": {"column": "knows no", "type": "Person", "by": "key"},
        },
    }
)
HEADER = "no,name,employer,knows no"
ROWS = st.sampled_from(["1,Ada,Acme,2", "1,Ada,Bolt,", "2,Bob,,", "3,Bob,Acme,1", "4,Ada,Acme,"])
TABLES = st.lists(ROWS, max_size=3, unique=True).map(lambda rows: "\n".join([HEADER, *rows, ""]))
FILES = {
    "staff.csv": TABLES,
    "staff.md": TABLES.map(
        lambda table: (
            "# Staff\n\n"
            + "".join(f"| {' | '.join(line.split(','))} |\n" for line in table.splitlines())
        )
    ),
    "other.csv": TABLES,
    "note.txt": st.sampled_from(["Ada works for Acme.", "Bob works for Acme. Ada knows Bob."]),
}
NIGHTS = st.lists(st.fixed_dictionaries({}, optional=FILES), min_size=2, max_size=3)


@pytest.fixture
def mapped(graph, ontology) -> Graph:
    """The tests' graph with an ontology that maps tables."""
    with_tables = Ontology.model_validate(
        {**ontology.model_dump(by_alias=True), "tables": [MAPPING.model_dump()]}
    )
    return Graph(graph.connection, with_tables, graph.config)


@pytest.fixture
def spend(mapped, tools, folder):
    """Write these files and nothing else, and spend a night over them."""
    from dataclasses import replace

    def spend(files):
        for old in folder.iterdir():
            old.unlink()
        for name, text in files.items():
            (folder / name).write_text(text)
        request = Request(
            documents=Folder(name="notes", path=folder), allow_vanished=True, run=new_run()
        )
        return run_night(request, replace(tools, graph=mapped))

    return spend


def test_a_night_joins_rows_and_prose_and_follows_every_change(spend, mapped, triples):
    table = f"{HEADER}\n1,Ada,Acme,2\n2,Bob,Bolt,\n"
    spend({"staff.csv": table, "note.txt": "Ada works for Acme. Acme is based in Ghent."})

    works, knows = ("Ada", "WORKS_FOR", "Acme"), ("Ada", "KNOWS", "Bob")
    assert triples() == {works, knows, ("Bob", "WORKS_FOR", "Bolt"), ("Acme", "BASED_IN", "Ghent")}
    [fact] = [f for f in mapped.facts(["notes/staff.csv"]) if f.type == "KNOWS"]
    assert (fact.confidence, fact.cited[0].place) == (1.0, "notes/staff.csv, row 2")
    assert fact.cited[0].text == "| 1 | Ada | Acme | 2 |"
    [joint] = [f for f in mapped.facts(["notes/note.txt"]) if f.type == "WORKS_FOR"]
    assert joint.witnesses == 2  # the row and the sentence mean the same two

    spend(
        {"staff.csv": table.replace("2,Bob,Bolt", "2,Bob,Acme"), "note.txt": "Ada works for Acme."}
    )
    assert triples() == {works, knows, ("Bob", "WORKS_FOR", "Acme")}

    spend({"staff.csv": f"{HEADER}\n1,Ada,Acme,\n", "note.txt": "Ada works for Acme."})
    assert triples() == {works}

    spend({"note.txt": "Bob works for Acme."})
    assert triples() == {("Bob", "WORKS_FOR", "Acme")}
    assert mapped.audit() == []


def test_a_bar_within_a_cell_is_one_of_the_name(spend, mapped, triples):
    """In the text it has a backslash before it, or it would end the cell."""
    spend({"staff.csv": f"{HEADER}\n1,Ada,A|B Ltd,\n"})

    assert triples() == {("Ada", "WORKS_FOR", "A|B Ltd")}
    [found] = mapped.facts(["notes/staff.csv"])
    assert found.cited[0].text == "| 1 | Ada | A\\|B Ltd |  |"
    aliases = mapped.connection.read("MATCH (e:Organization) RETURN e.aliases AS aliases")
    assert aliases == [{"aliases": []}]
    assert mapped.audit() == []


def test_another_mapping_reads_the_tables_anew_and_no_model_reads_anything(
    spend, graph, tools, folder, triples
):
    files = {"staff.csv": f"{HEADER}\n1,Ada,Acme,\n"}
    spend(files)
    n_read = tools.extractor.n_read
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}

    report = run_night(
        Request(documents=Folder(name="notes", path=folder)), tools
    )  # which maps no table

    assert (report.n_changed, tools.extractor.n_read) == (1, n_read)
    assert triples() == set()


@settings(max_examples=8)
@given(NIGHTS)
def test_any_history_of_tables_equals_a_fresh_build(spend, mapped, empty, nights):
    empty()
    for files in nights:
        report = spend(files)
        assert report.violations == ()
    after_history = list(mapped.dump())
    assert mapped.audit() == []
    empty()
    if nights[-1]:
        spend(nights[-1])

    assert after_history == list(mapped.dump())
