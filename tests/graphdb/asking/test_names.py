"""A thing is found by whatever documents call it, and who is asked for in vain is named nearly."""

import pytest

from extractors.facts import Chunk, Document, Entity, Extraction, Mention, Span
from graphdb.asking import entities_called, entities_like


def naming(id_, type_, *texts):
    """Return an extraction in which all these texts mention one entity, the first one's."""
    text = " ".join(texts)
    mentions, start = [], 0
    for each in texts:
        mentions.append(Mention(Span(start, start + len(each)), each))
        start += len(each) + 1
    return Extraction(
        document=Document(id=id_, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=(Entity(type_, texts[0], tuple(mentions)),),
    )


@pytest.fixture
def named(graph):
    graph.upsert(
        [
            naming("a", "Organization", "International Business Machines", "IBM", "Big Blue"),
            naming("b", "Person", "Marie Curie", "Marie", "Madame Curie"),
            naming("c", "Person", "Pierre Curie", "Curie"),
            naming("d", "Person", "José Martí"),
            naming("e", "Location", "北京大学", "北大"),
            naming("f", "Work", "Paris"),
            naming("g", "Location", "Paris", "City of Light"),
            naming("h", "Person", 'Quoted "x" AND (y:z)* ~'),
        ]
    )

    def names(name):
        return {each.name for each in entities_called(graph.connection, graph.ontology, name)}

    return names


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("IBM", {"International Business Machines"}),
        ("ibm", {"International Business Machines"}),
        ("I.B.M.", {"International Business Machines"}),
        ("big blue", {"International Business Machines"}),
        ("INTERNATIONAL BUSINESS MACHINES", {"International Business Machines"}),
        ("business", set()),
        ("madame curie", {"Marie Curie"}),
        ("curie", {"Pierre Curie"}),
        ("Jose Marti", {"José Martí"}),
        ("北大", {"北京大学"}),
        ('Quoted "x" AND (y:z)* ~', {'Quoted "x" AND (y:z)* ~'}),
        ('") OR (*', set()),
        ("", set()),
        ("AND", set()),
    ],
)
def test_entity_is_found_by_each_of_its_names(named, asked, found):
    assert named(asked) == found


def test_name_of_several_finds_all_of_them(named, graph):
    entities = entities_called(graph.connection, graph.ontology, "paris")

    assert [(each.name, each.type) for each in entities] == [
        ("Paris", "Location"),
        ("Paris", "Work"),
    ]


@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("marie", "Marie Curie"),
        ("Mari", "Marie Curie"),
        ("Mary Curie", "Marie Curie"),
        ("busines machines", "International Business Machines"),
        ("北京", "北京大学"),
    ],
)
def test_name_that_is_nearly_right_suggests_who_is_meant(named, graph, asked, nearest):
    assert nearest in [each.name for each in entities_like(graph.connection, asked)]


@pytest.mark.parametrize("asked", ["", "?!", '"', "xyzzy", "*:*"])
def test_nonsense_suggests_nobody(named, graph, asked):
    assert entities_like(graph.connection, asked) == []


def test_facts_are_explained_by_aliases(graph):
    from tests.strategies import extraction

    graph.upsert([extraction(("Ada", "WORKS_FOR", "Acme")), naming("x", "Person", "Ada", "Lady A")])

    (proof,) = graph.explain("lady a", "WORKS_FOR", "ACME")

    assert proof.fact.subject == "Ada"


def test_index_is_there_for_browser_and_goes_with_what_it_names(graph, reader):
    graph.upsert(naming("a", "Person", "Ada", "Lady A"))
    assert entities_called(graph.connection, graph.ontology, "lady a")

    graph.retract("a")

    assert entities_called(graph.connection, graph.ontology, "lady a") == []
    assert reader.rows(
        "SHOW INDEXES YIELD name, type, properties WHERE name = 'entity_names'"
        " RETURN type, properties"
    ) == [("FULLTEXT", ["name", "aliases"])]
