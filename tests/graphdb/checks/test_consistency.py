"""An ontology that can be used may still say what cannot be meant: that is remarked."""

import pytest

from graphdb import EntityType, Ontology, RelationType
from graphdb.checks import remarks

PERSON_TO_PLACE = {"subject": ("Person",), "object": ("Place",)}
PLACE_TO_PERSON = {"subject": ("Place",), "object": ("Person",)}


def sentences(**relations):
    entities = {name: EntityType() for name in ("Person", "Place")}
    ontology = Ontology(
        entities=entities,
        relations={name: RelationType(**keys) for name, keys in relations.items()},
    )
    ontology.check()
    return [f"{remark.table}: {remark.sentence}" for remark in remarks(ontology)]


@pytest.mark.parametrize(
    ("relations", "words"),
    [
        ({"A": {"symmetric": True, **PERSON_TO_PLACE}}, "ends differ"),
        ({"A": {"transitive": True, **PERSON_TO_PLACE}}, "no two of its facts"),
        ({"A": {"transitive": True, "functional": True}}, "keep one"),
        ({"A": {"inverse_of": "A"}}, "names itself"),
        ({"A": {"sub_property_of": "A"}}, "names itself"),
        ({"A": {"disjoint_with": ("A",)}}, "names itself"),
        ({"A": {"symmetric": True, "inverse_of": "B"}, "B": {}}, "turned round are enough"),
        (
            {"A": {"inverse_of": "B"}, "B": {"inverse_of": "C"}, "C": {}},
            "let the two name each other",
        ),
        (
            {"A": {"inverse_of": "B", **PERSON_TO_PLACE}, "B": PERSON_TO_PLACE},
            "do not fit the types of B",
        ),
        ({"A": {"sub_property_of": "B"}, "B": PERSON_TO_PLACE}, "which it is a kind of"),
        ({"A": {"sub_property_of": "B", "disjoint_with": ("B",)}, "B": {}}, "disjoint with that"),
    ],
)
def test_what_cannot_be_meant_is_remarked(relations, words):
    assert any(words in sentence for sentence in sentences(**relations))


@pytest.mark.parametrize(
    "relations",
    [
        {"A": {}},
        {"A": {"symmetric": True, "subject": ("Person", "Place"), "object": ("Place", "Person")}},
        {"A": {"transitive": True, "subject": ("Person", "Place"), "object": ("Place",)}},
        {"A": {"inverse_of": "B", **PERSON_TO_PLACE}, "B": {"inverse_of": "A", **PLACE_TO_PERSON}},
        {"A": {"inverse_of": "B"}, "B": {}},
        {"A": {"sub_property_of": "B", **PERSON_TO_PLACE}, "B": {}},
    ],
)
def test_what_goes_together_is_not_remarked(relations):
    assert sentences(**relations) == []


def test_entity_type_that_nothing_joins_is_remarked():
    ends = {"subject": ("Person",), "object": ("Person",)}

    assert sentences(KNOWS=ends) == [
        "entities.Place: no relation type joins it: name it as a subject or object, or leave it out"
    ]


def test_shipped_ontology_has_nothing_to_remark():
    assert remarks(Ontology.load("samples/ontology.toml")) == []
