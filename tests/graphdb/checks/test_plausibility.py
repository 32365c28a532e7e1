"""What the ontology says of dates is checked, and a contradiction names the sentences behind it."""

from pathlib import Path

import pytest

from graphdb import GraphConfig
from graphdb.graph import Graph
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet
from tests.graphdb.writing.test_values import saying

SHIPPED = Path(__file__).parents[3] / "samples" / "ontology.toml"


@pytest.fixture
def world(graph):
    """A graph in which people are born, die and marry."""
    ontology = Ontology(
        entities={"Person": EntityType(), "Time": EntityType(value="date")},
        relations={
            "BORN": RelationType(functional=True, before=("DIED",), within_years={"DIED": 120}),
            "DIED": RelationType(functional=True),
            "SPOUSE": RelationType(symmetric=True, disjoint_with=("MOTHER",)),
            "MOTHER": RelationType(),
        },
    )
    return Graph(graph.connection, ontology, GraphConfig())


def lived(world, born, died=None):
    """Have one document say when Ada was born, and another when she died."""
    documents = [saying(f"born {day}", "Ada", "BORN", day, "Time") for day in born.split(" / ")]
    if died:
        documents.append(saying(f"died {died}", "Ada", "DIED", died, "Time"))
    world.upsert(documents)
    return {violation.invariant: violation for violation in world.violations()}


@pytest.mark.parametrize(
    "born",
    [
        "July 1815 / 10 July 1815",
        "1815 / July 1815 / 10 July 1815",
        "the 1810s / 1815",
        "c. 1820 / 1815",
        "before 1820 / 1815",
        "10 July 1815 / 1815-07-10",
    ],
)
def test_dates_that_may_be_one_day_are_no_contradiction(world, born):
    assert lived(world, born) == {}


def test_dates_that_cannot_be_one_day_are_and_both_sentences_are_named(world):
    (violation,) = lived(world, "July 1815 / 10 July 1815 / 1816").values()

    assert violation.examples == ("Ada: 10 July 1815, 1816, July 1815",)
    assert set(violation.sentences[0]) == {
        "“Ada BORN July 1815.” born July 1815",
        "“Ada BORN 10 July 1815.” born 10 July 1815",
        "“Ada BORN 1816.” born 1816",
    }


@pytest.mark.parametrize(
    ("born", "died", "invariants"),
    [
        ("1815", "1852", set()),
        ("1852", "1852", set()),
        ("1852", "November 1852", set()),
        ("1853", "1852", {"before BORN"}),
        ("December 1852", "27 November 1852", {"before BORN"}),
        ("c. 1853", "1852", set()),
        ("44 BC", "50 BC", {"before BORN"}),
        ("50 BC", "AD 20", set()),
        ("1700", "1820", set()),
        ("1700", "1822", {"within BORN"}),
        ("the 18th century", "1900", set()),
        ("the 17th century", "1900", {"within BORN"}),
    ],
)
def test_nobody_dies_before_they_are_born_or_lives_too_long(world, born, died, invariants):
    found = lived(world, born, died)

    assert set(found) == invariants
    for violation in found.values():
        assert violation.examples == (f"Ada: BORN {born}, DIED {died}",)
        assert len(violation.sentences[0]) == 2


def test_a_spouse_is_no_mother(world):
    world.upsert([saying(type_, "Ada", type_, "Eve", "Person") for type_ in ("SPOUSE", "MOTHER")])

    (violation,) = world.violations()

    assert violation.invariant == "disjoint SPOUSE"
    assert violation.sentences == (("“Ada SPOUSE Eve.” SPOUSE", "“Ada MOTHER Eve.” MOTHER"),)


def test_contradiction_of_derived_facts_has_no_sentence(world):
    world.upsert(
        [
            saying("a", "Eve", "SPOUSE", "Ada", "Person"),
            saying("b", "Ada", "MOTHER", "Eve", "Person"),
        ]
    )
    world.infer(RuleSet.of([], world.ontology))

    (violation,) = world.violations()

    assert violation.sentences == (("“Ada MOTHER Eve.” b",),)


def test_shipped_ontology_knows_what_cannot_be():
    relations = Ontology.load(SHIPPED).relation_types

    assert relations["DATE_OF_BIRTH"].functional
    assert relations["DATE_OF_DEATH"].functional
    assert relations["DATE_OF_BIRTH"].within_years == {"DATE_OF_DEATH": 120}
    assert {"MOTHER", "FATHER"} <= set(relations["SPOUSE"].disjoint_with)
