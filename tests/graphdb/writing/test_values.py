"""Dates and quantities are nodes of what they amount to, however documents write them."""

import pytest

from extractors.facts import (
    Chunk,
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Relation,
    Span,
)
from graphdb import GraphConfig
from graphdb.graph import Graph
from graphdb.ontology import EntityType, Ontology, RelationType


@pytest.fixture
def world(graph):
    """A graph in which dates, quantities and names of one document have their policies."""
    ontology = Ontology(
        entities={
            "Person": EntityType(),
            "Time": EntityType(value="date"),
            "Number": EntityType(value="quantity"),
            "Group": EntityType(identity="document"),
            "Chemical": EntityType(case_counts=True),
        },
        relations={"BORN": RelationType(), "HAS": RelationType()},
    )
    return Graph(graph.connection, ontology, GraphConfig())


def saying(id_, subject, type_, object_, object_type, **document):
    """Return an extraction of one sentence."""
    text = f"{subject} {type_} {object_}."
    start = len(text) - 1 - len(object_)
    ends = (
        Entity("Person", subject, (Mention(Span(0, len(subject)), subject),)),
        Entity(object_type, object_, (Mention(Span(start, len(text) - 1), object_),)),
    )
    span = Span(0, len(text))
    return Extraction(
        document=Document(id=id_, text=text, **document),
        chunks=(Chunk(0, span),),
        entities=ends,
        relations=(Relation(ends[0], type_, ends[1], (Evidence(span),)),),
    )


def test_three_writings_of_a_day_are_one_node_and_one_fact(world, reader):
    writings = ("4 July 1934", "1934-07-04", "July 4, 1934", "1934年7月4日")
    world.upsert([saying(str(n), "Ada", "BORN", day, "Time") for n, day in enumerate(writings)])

    assert reader.rows(
        "MATCH (:Person)-[born:BORN]->(day:Time) RETURN born.witnesses, day.name, day.edtf,"
        " toString(day.earliest), toString(day.latest), size(day.aliases)"
    ) == [(4, "4 July 1934", "1934-07-04", "1934-07-04", "1934-07-04", 3)]


def test_cypher_compares_and_sorts_values(world, reader):
    for number, day in enumerate(("July 1934", "44 BC", "4 July 1934", "the 19th century")):
        world.upsert(saying(str(number), f"Ada {number}", "BORN", day, "Time"))
    for number, size in enumerate(("5 km", "300 m", "2 miles")):
        world.upsert(saying(f"n{number}", "Ada", "HAS", size, "Number"))

    assert reader.rows("MATCH (day:Time) RETURN day.name ORDER BY day.latest") == [
        ("44 BC",),
        ("the 19th century",),
        ("4 July 1934",),
        ("July 1934",),
    ]
    assert reader.rows(
        "MATCH (month:Time {name: 'July 1934'}), (day:Time {name: '4 July 1934'})"
        " RETURN month.earliest <= day.earliest AND day.latest <= month.latest"
    ) == [(True,)]
    assert reader.rows("MATCH (n:Number) RETURN n.name, n.unit ORDER BY n.value") == [
        ("300 m", "m"),
        ("2 miles", "m"),
        ("5 km", "m"),
    ]


def test_quantities_that_differ_in_a_sign_or_a_capital_are_two(world, reader):
    for number, size in enumerate(("-5 °C", "5 °C", "<5 %", ">5 %", "3 mV", "3 MV")):
        world.upsert(saying(str(number), "Ada", "HAS", size, "Number"))

    assert len(reader.rows("MATCH (n:Number) RETURN n")) == 6


def test_relative_date_has_a_value_where_the_document_has_a_date(world, reader):
    world.upsert(
        [
            saying("dated", "Ada", "BORN", "yesterday", "Time", date="1934-07-05"),
            saying("exact", "Ada", "BORN", "4 July 1934", "Time"),
            saying("undated", "Ada", "BORN", "yesterday", "Time"),
            saying("other", "Ada", "BORN", "yesterday", "Time"),
        ]
    )

    assert sorted(
        reader.rows(
            "MATCH (d:Document)-->(:Chunk)-[m:MENTIONS]->(t:Time) RETURN d.id, t.edtf, m.inferred"
        )
    ) == [
        ("dated", "1934-07-04", True),
        ("exact", "1934-07-04", None),
        ("other", None, None),
        ("undated", None, None),
    ]
    assert len(reader.rows("MATCH (t:Time) RETURN t")) == 3  # each undated one for itself


def test_name_that_means_something_within_its_document_is_one_thing_there(world, reader):
    world.upsert([saying(name, "Ada", "HAS", "the group", "Group") for name in "ab"])

    assert reader.rows("MATCH (g:Group) RETURN g.name") == [("the group",)] * 2
    assert world.audit() == []


def test_capitals_count_where_the_ontology_says_so(world, reader):
    world.upsert([saying(name, "Ada", "HAS", name, "Chemical") for name in ("CO", "Co")])

    assert len(reader.rows("MATCH (c:Chemical) RETURN c")) == 2


def test_dump_holds_values_and_the_same_night_twice_changes_nothing(world):
    documents = [
        saying("a", "Ada", "BORN", "15 March 44 BC", "Time"),
        saying("b", "Ada", "HAS", "about 5 km", "Number"),
    ]
    world.upsert(documents)
    before = list(world.dump())

    assert world.upsert(documents).unchanged == 2
    assert list(world.dump()) == before
    assert any('"earliest": "-0043-03-15"' in line for line in before)
    assert any('"comparison": "≈"' in line for line in before)


def test_editing_one_writing_away_keeps_the_value(world, reader):
    world.upsert(
        [
            saying("a", "Ada", "BORN", "4 July 1934", "Time"),
            saying("b", "Ada", "BORN", "1934-07-04", "Time"),
        ]
    )

    world.retract("a")

    assert reader.rows("MATCH (t:Time) RETURN t.name, t.edtf, t.aliases") == [
        ("1934-07-04", "1934-07-04", [])
    ]
