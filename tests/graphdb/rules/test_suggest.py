"""Rules that stated facts suggest, from all of a graph, from a sample, and past its hubs."""

import pytest

from graphdb.rules import parse
from graphdb.rules.suggest import SuggestConfig
from tests.graphdb.rules.programs import document

NAME = "works-in-from-works-for-based-in"


@pytest.fixture
def offices(world):
    """Five people who work where their organization has its seat, and say so."""
    facts = []
    for n in range(5):
        facts += [((f"p{n}", "WORKS_FOR", f"o{n}"), 1.0), ((f"o{n}", "BASED_IN", f"c{n}"), 1.0)]
        facts.append(((f"p{n}", "WORKS_IN", f"c{n}"), 1.0))
    world.upsert(document("1", facts))
    return world


def by_name(found):
    return {each.name: each for each in found.rules}


def test_suggested_rules_are_rule_files(offices):
    found = offices.suggest(SuggestConfig(min_support=4))

    best = by_name(found)[NAME]
    assert (best.support, best.head_coverage, best.pca_confidence) == (5, 1.0, 1.0)
    assert parse(best.text, name=best.name, where="x").conclusion.type == "WORKS_IN"
    assert (found.subjects, found.entities, found.hubs) == (15, 15, ())


def test_pca_confidence_counts_only_subjects_of_which_a_conclusion_is_stated(offices):
    """One more works elsewhere than at the seat, and of another no place is stated."""
    offices.upsert(
        document(
            "2",
            [
                (("liar", "WORKS_FOR", "o0"), 1.0),
                (("liar", "WORKS_IN", "c1"), 1.0),
                (("quiet", "WORKS_FOR", "o0"), 1.0),
            ],
        )
    )

    best = by_name(offices.suggest())[NAME]

    assert (best.support, best.head_coverage, best.pca_confidence) == (5, 5 / 6, 5 / 6)


def test_sample_estimates_shares_and_says_how_much_it_saw(offices):
    """Samples that begin at different keys together see every subject once."""
    keys = sorted(
        row["key"] for row in offices.connection.read("MATCH (e:Entity) RETURN e.key AS key")
    )
    config = {"min_support": 1, "min_head_coverage": 0.0, "limit": 1_000}
    samples = [
        offices.suggest(SuggestConfig(subjects=5, start=start, **config)) for start in keys[::5]
    ]

    assert [(each.subjects, each.entities) for each in samples] == [(5, 15)] * 3
    found = [by_name(each)[NAME] for each in samples if NAME in by_name(each)]
    assert sum(each.support for each in found) == 5
    assert {each.pca_confidence for each in found} == {1.0}


def test_hub_is_passed_over_and_named(offices):
    """Nine more work for o0, which then has more relationships than are looked through."""
    offices.upsert(document("2", [((f"q{n}", "WORKS_FOR", "o0"), 1.0) for n in range(9)]))

    found = offices.suggest(SuggestConfig(max_degree=9))

    assert found.hubs == ("o0",)
    assert by_name(found)[NAME].support == 4
