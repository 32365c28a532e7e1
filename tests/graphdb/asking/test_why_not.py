"""Why a fact is not there: the premise, the type or the condition that the nearest rule wants."""

import pytest

from graphdb.rules import RuleSet, parse
from tests.graphdb.rules.programs import document
from tests.rules import ruleset
from tests.strategies import extraction

LOCALS = """// Who works for an organization and has a name works where it is based.
//
// confidence: 0.8
MATCH (person:Person)-[job:WORKS_FOR]->(org:Organization)
WHERE person.name STARTS WITH 'A'
MATCH (org)-[seat:BASED_IN]->(place:Location)
WHERE job.confidence >= 0.9
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
"""


@pytest.fixture
def locals_(ontology):
    return RuleSet.of([parse(LOCALS, name="locals", where="locals.cypher")], ontology)


def why_not(graph, rules, *triple):
    return [str(miss) for miss in graph.why_not(rules, *triple)]


def test_missing_premise_is_named(world, rules):
    world.upsert(document("1", [(("ada", "WORKS_FOR", "acme"), 0.9)]))
    world.upsert(document("2", [(("bob", "WORKS_IN", "ghent"), 0.5)]))
    world.infer(rules)

    (miss,) = why_not(world, rules, "ada", "WORKS_IN", "ghent")

    assert miss == "works-in has ada WORKS_FOR acme but lacks acme BASED_IN ghent"


def test_fact_that_a_rule_wants_absent_is_named(graph, ontology):
    rules = ruleset(["strangers"], ontology)
    graph.upsert(
        extraction(
            ("Ada", "WORKS_FOR", "Acme"), ("Bob", "WORKS_FOR", "Acme"), ("Ada", "MARRIED_TO", "Bob")
        )
    )
    graph.infer(rules)

    (miss,) = why_not(graph, rules, "Ada", "KNOWS", "Bob")

    assert miss == (
        "strangers has Ada WORKS_FOR Acme; Bob WORKS_FOR Acme but Ada MARRIED_TO Bob is there;"
        " its condition fails: NOT EXISTS { (person)-[marriage:MARRIED_TO]->(other) }"
    )


def test_condition_that_fails_is_quoted(graph, locals_):
    graph.upsert(extraction(("Bob", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))
    graph.infer(locals_)

    (miss,) = why_not(graph, locals_, "Bob", "WORKS_IN", "Ghent")

    assert miss == (
        "locals has Bob WORKS_FOR Acme; Acme BASED_IN Ghent but its condition fails:"
        " person.name STARTS WITH 'A' and job.confidence >= 0.9"
    )


def test_entity_of_another_type_is_named(world):
    """The graph has things only, and the rule asks for a place."""
    world.upsert(
        document("1", [(("ada", "WORKS_FOR", "acme"), 1.0), (("acme", "BASED_IN", "ghent"), 1.0)])
    )
    text = LOCALS.replace("(place:Location)", "(place:Place)").replace(":Person", ":Entity")
    rule = parse(text.replace(":Organization", ":Entity"), name="r", where="r.cypher")

    (miss,) = why_not(world, RuleSet((rule,), ()), "ada", "WORKS_IN", "ghent")

    assert miss == (
        "r has ada WORKS_FOR acme; acme BASED_IN ghent but ghent is of type Thing, not Place"
    )


def test_what_the_next_inference_would_conclude_is_said_to_come(graph, ontology):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))

    (miss, _) = why_not(
        graph, ruleset(["works-in", "works-around"], ontology), "Ada", "WORKS_IN", "Ghent"
    )

    assert miss == (
        "works-in has Ada WORKS_FOR Acme; Acme BASED_IN Ghent: the next inference would conclude it"
    )


def test_the_way_with_the_fewest_obstacles_is_shown(graph, ontology):
    """Two jobs lead to the place; one of two facts that must be absent is there for one of them."""
    text = """// Who works for an organization that others left alone works where it is based.
//
// confidence: 0.8
MATCH (person:Person)-[job:WORKS_FOR]->(org:Organization)-[seat:BASED_IN]->(place:Location)
WHERE NOT EXISTS { (org)-[founder:FOUNDED_BY]->(person) } AND job.confidence > 2.0
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
"""
    graph.upsert(
        extraction(
            *((("Ada", "WORKS_FOR", org)) for org in ("Acme", "Bolt", "Zeta")),
            *(((org, "BASED_IN", "Ghent")) for org in ("Acme", "Bolt", "Zeta")),
            *(((org, "FOUNDED_BY", "Ada")) for org in ("Acme", "Zeta")),
        )
    )
    rule = parse(text, name="r", where="r.cypher")

    (miss,) = why_not(graph, RuleSet.of([rule], ontology), "Ada", "WORKS_IN", "Ghent")[:1]

    assert miss.startswith("r has Ada WORKS_FOR Bolt; Bolt BASED_IN Ghent but its condition fails")


def test_relationship_does_not_stand_for_two_in_one_pattern(graph, ontology):
    """Who else works there is missing; the one who does is not a colleague of his own."""
    rules = ruleset(["strangers"], ontology)
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), "Bob"))

    (miss,) = why_not(graph, rules, "Ada", "KNOWS", "Bob")

    assert miss == "strangers has Ada WORKS_FOR Acme but lacks Bob WORKS_FOR Acme"


def test_nothing_follows_of_an_entity_about_itself(world):
    rules = RuleSet.of((), world.ontology)
    world.upsert(document("1", [(("a", "PART_OF", "b"), 1.0), (("b", "PART_OF", "a"), 1.0)]))
    world.infer(rules)

    (miss,) = why_not(world, rules, "a", "PART_OF", "a")

    assert miss == "transitive PART_OF: nothing is concluded of an entity about itself"


def test_fact_is_not_blamed_where_more_than_it_was_asked_for(graph, ontology):
    text = LOCALS.replace(
        "person.name STARTS WITH 'A'",
        "job.confidence > 2.0 AND NOT EXISTS { (person)-[m:MARRIED_TO]->(:Location) }",
    )
    rules = RuleSet.of([parse(text, name="r", where="r.cypher")], ontology)
    graph.upsert(
        extraction(
            ("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent"), ("Ada", "MARRIED_TO", "Bo")
        )
    )

    (miss,) = why_not(graph, rules, "Ada", "WORKS_IN", "Ghent")

    assert "is there" not in miss
    assert "but its condition fails: job.confidence > 2.0 AND NOT EXISTS" in miss


def test_no_rule_or_no_such_entity_is_an_empty_answer(world, rules):
    world.upsert(document("1", [(("ada", "WORKS_FOR", "acme"), 0.9)]))

    assert why_not(world, rules, "ada", "WORKS_FOR", "ghent") == []
    assert why_not(world, rules, "ada", "WORKS_IN", "nowhere") == []
