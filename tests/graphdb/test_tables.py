"""Rows of mapped tables are facts: cited, swapped and withdrawn like sentences."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Place,
    Relation,
    Span,
)
from graphdb import Ontology, OntologyError
from graphdb.tables import TableMapping, tables_of, with_tables

STAFF = TableMapping.model_validate(
    {
        "file": "staff*.csv",
        "label": "Person",
        "name": "Full Name",
        "key": "no",
        "relations": {
            "WORKS_FOR": {"column": "employer", "type": "Organization"},
            "KNOWS": [
                {"column": "friends", "type": "Person", "separator": ";"},
                {"column": "boss", "type": "Person", "by": "key", "reverse": True},
            ],
        },
    }
)
ROWS = """\
| no | full  name | employer | friends | boss |
| 1 | Ada | Acme | Bob; Cid | |
| 2 | Bob |  |  | 1 |
"""


def read(text, *mappings, id="s/staff.csv", entities=(), relations=()):  # noqa: A002
    chunks = (Chunk(0, Span(0, len(text))),) if text else ()
    extraction = Extraction(
        document=Document(id=id, text=text, source="s"),
        chunks=chunks,
        entities=tuple(entities),
        relations=tuple(relations),
        extractor="model",
    )
    return with_tables(extraction, mappings or (STAFF,))


def facts(extraction):
    return {(r.subject.name, r.type, r.object.name) for r in extraction.relations}


def test_a_row_says_what_its_columns_mean():
    extraction = read(ROWS)

    assert facts(extraction) == {
        ("Ada", "WORKS_FOR", "Acme"),
        ("Ada", "KNOWS", "Bob"),
        ("Ada", "KNOWS", "Cid"),
    }
    assert {(e.type, e.name) for e in extraction.entities} == {
        ("Person", "Ada"),
        ("Person", "Bob"),
        ("Person", "Cid"),
        ("Organization", "Acme"),
    }
    assert extraction.rejected == ()


def test_a_fact_cites_its_row_with_confidence_one():
    [works] = [each for each in read(ROWS).relations if each.type == "WORKS_FOR"]

    cited = [ROWS[each.span.start : each.span.end] for each in works.evidence]
    assert cited == [ROWS.splitlines()[1]]
    assert works.confidence == 1.0


def test_what_a_model_read_in_a_mapped_table_gives_way_and_prose_stays():
    text = f"Ada works for Acme.\n\n{ROWS}"
    at = text.index("| 1 |")
    ada = Entity(
        "Person", "Ada", (Mention(Span(0, 3), "Ada"), Mention(Span(at + 6, at + 9), "Ada"))
    )
    wrong = Entity("Place", "1", (Mention(Span(at + 2, at + 3), "1"),))
    acme = Entity("Organization", "Acme", (Mention(Span(14, 18), "Acme"),))
    said = Relation(ada, "WORKS_FOR", acme, (Evidence(Span(0, 19), 0.5),))
    misread = Relation(ada, "KNOWS", wrong, (Evidence(Span(at, at + 20), 0.5),))

    extraction = read(text, entities=(ada, wrong, acme), relations=(said, misread))

    assert "Place" not in {entity.type for entity in extraction.entities}
    assert ("Ada", "KNOWS", "1") not in facts(extraction)
    prose = [each for each in extraction.relations if each.confidence == 0.5]
    assert [(each.subject.name, each.type, each.object.name) for each in prose] == [
        ("Ada", "WORKS_FOR", "Acme")
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (ROWS.replace("employer", "company"), "the table .* has no column 'employer'"),
        (ROWS.replace("| Ada |", "| |"), "row 2 has nothing in the column 'Full Name'"),
    ],
)
def test_what_cannot_be_read_is_named(text, complaint):
    rejection, *_ = read(text).rejected

    assert re.search(complaint, str(rejection))


def test_tables_of_other_files_and_sheets_are_left_to_the_model():
    of_sheet = STAFF.model_copy(update={"file": "*", "sheet": "Staff"})

    assert facts(read(ROWS, id="s/other.csv")) == set()
    assert facts(read(f"## Other\n\n{ROWS}", of_sheet)) == set()
    assert len(facts(read(f"## Staff\n\n{ROWS}", of_sheet))) == 3
    assert read(ROWS, id="s/sub/staff-2.csv").relations


def test_markdown_draws_a_line_of_dashes_and_other_tables_stand_apart():
    text = "# People\n\n| a | b |\n|---|:-:|\n| 1 | x |\ntext\n\n| c |\r\n| 2 |\r\n"

    first, second = tables_of(Document(id="s/a", text=text))

    assert (first.heading, [[cell.text for cell in row.cells] for row in first.rows]) == (
        "People",
        [["1", "x"]],
    )
    assert [row.number for row in first.rows] == [2]
    assert [cell.text for cell in second.header.cells] == ["c"]
    assert second.rows[0].cells[0].text == "2"


def test_rows_are_numbered_on_from_the_one_whose_number_in_its_sheet_is_known():
    text = "| a |\n| 1 |\n| 2 |\n| 3 |\n"
    skips = (Place(0, 0, row=3), Place(12, 0, row=9))

    [table] = tables_of(Document(id="s/a", text=text, places=skips))

    assert [row.number for row in (table.header, *table.rows)] == [3, 4, 9, 10]


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=4), st.text(max_size=20))
def test_any_cell_stands_where_its_span_says_and_reading_again_changes_nothing(rows, prose):
    table = "".join(f"| {' | '.join(row)} |\n" for row in [["no", "full name", "employer"], *rows])
    text = f"{prose}\n\n{table}"
    mapping = TableMapping(label="P", name="full name", relations={})

    for found in tables_of(Document(id="s/a", text=text)):
        for row in found.rows:
            for cell in row.cells:
                assert cell.span is None or text[cell.span.start : cell.span.end] == cell.text
    once = read(text, mapping)
    assert with_tables(once, (mapping,)) == once


ONTOLOGY = """
[entities.Person]
[entities.Organization]
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Organization"]
[[tables]]
label = "Person"
name = "name"
[tables.relations]
WORKS_FOR = { column = "employer", type = "Organization" }
"""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('label = "Person"', 'label = "Persn"', "no entity type 'Persn'.*did you mean 'Person'"),
        ('type = "Organization" }', 'type = "Person" }', "WORKS_FOR may not join Person with Per"),
        ("WORKS_FOR = {", "WORKS = {", "no relation type 'WORKS'"),
        ('name = "name"', 'nam = "name"', "there is no key 'nam'.*file, sheet, label, name"),
        ('column = "emp', 'colunm = "emp', "there is no key 'colunm'.*column, type, by"),
    ],
)
def test_a_mapping_is_checked_before_anything_is_read(tmp_path, old, new, complaint):
    path = tmp_path / "ontology.toml"
    path.write_text(ONTOLOGY.replace(old, new, 1))

    with pytest.raises(OntologyError, match=complaint):
        Ontology.load(path)


def test_another_mapping_is_another_ontology_and_none_is_the_same_as_before(tmp_path):
    path = tmp_path / "ontology.toml"
    path.write_text(ONTOLOGY)
    mapped = Ontology.load(path)
    path.write_text(ONTOLOGY.partition("[[tables]]")[0])
    plain = Ontology.load(path)

    assert mapped.fingerprint != plain.fingerprint
    assert plain.tables == ()
