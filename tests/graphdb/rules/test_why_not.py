"""Why a fact is not there: the premise, the type or the condition that the nearest rule wants."""

import pytest

from graphdb.graph import Graph, GraphConfig
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
    wide = Graph(world.connection, world.ontology, GraphConfig())
    wide.upsert(
        document("1", [(("ada", "WORKS_FOR", "acme"), 1.0), (("acme", "BASED_IN", "ghent"), 1.0)])
    )
    text = LOCALS.replace("(place:Location)", "(place:Place)").replace(":Person", ":Entity")
    rule = parse(text.replace(":Organization", ":Entity"), name="r", where="r.cypher")

    (miss,) = why_not(wide, RuleSet((rule,), ()), "ada", "WORKS_IN", "ghent")

    assert miss == (
        "r has ada WORKS_FOR acme; acme BASED_IN ghent but ghent is of type Thing, not Place"
    )


def test_what_the_next_inference_will_conclude_is_said_to_come(graph, ontology):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))

    (miss, _) = why_not(
        graph, ruleset(["works-in", "works-around"], ontology), "Ada", "WORKS_IN", "Ghent"
    )

    assert miss == (
        "works-in has Ada WORKS_FOR Acme; Acme BASED_IN Ghent: the next inference concludes it"
    )


def test_the_way_with_the_fewest_obstacles_is_shown(graph, ontology):
    """Two jobs lead to the place, and one of them needs only a condition less."""
    text = LOCALS.replace("person.name STARTS WITH 'A'", "org.name <> 'Acme'")
    rule = parse(text.replace(">= 0.9", "> 2.0"), name="r", where="r.cypher")
    graph.upsert(
        extraction(
            ("Ada", "WORKS_FOR", "Acme"),
            ("Acme", "BASED_IN", "Ghent"),
            ("Ada", "WORKS_FOR", "Zeta"),
            ("Zeta", "BASED_IN", "Ghent"),
        )
    )

    (miss,) = why_not(graph, RuleSet.of([rule], ontology), "Ada", "WORKS_IN", "Ghent")

    assert miss.endswith("its condition fails: org.name <> 'Acme' and job.confidence > 2.0")


def test_no_rule_or_no_such_entity_is_an_empty_answer(world, rules):
    world.upsert(document("1", [(("ada", "WORKS_FOR", "acme"), 0.9)]))

    assert why_not(world, rules, "ada", "WORKS_FOR", "ghent") == []
    assert why_not(world, rules, "ada", "WORKS_IN", "nowhere") == []
