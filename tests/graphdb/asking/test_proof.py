"""Proofs: each fact once, however deep they are and however many ways lead through them."""

import time
from collections.abc import Iterable, Mapping
from itertools import pairwise, permutations

import pytest

from extractors.facts import Extraction
from graphdb.asking import Proof, derived_facts, entities_called, facts_about, proofs_of
from graphdb.graph import Graph, GraphConfig
from graphdb.identity import entity_key, fact_key
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet, parse
from tests.graphdb.rules.programs import document
from tests.rules import ruleset
from tests.strategies import extraction

Triple = tuple[str, str, str]

REACH = """// Who works in a place works in what that place is part of.
//
// confidence: 1.0
MATCH (person:Entity)-[job:WORKS_IN]->(place:Entity)-[inside:PART_OF]->(region:Entity)
RETURN person.key AS subject, 'WORKS_IN' AS type, region.key AS object,
  [job.key, inside.key] AS premises
"""

WRITE = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject}), (object:Entity {key: row.object})
CREATE (subject)-[:WORKS_IN {key: row.key, confidence: 1.0, derived: true, rule: 'r'}]->(object)
CREATE (:Derivation {fact: row.key, rule: 'r', premises: row.premises, confidence: 1.0, best: true})
"""
RULE_STATE = """
MATCH (change:FactChange) DELETE change
WITH count(*) AS n
CREATE (:RuleState {rule: 'r', sentence: 'It follows.', confidence: 1.0,
  premise_types: ['WORKS_IN', 'WORKS_IN']})
"""


def key(triple: Triple) -> str:
    subject, type_, object_ = triple
    return fact_key(entity_key("Thing", subject), type_, entity_key("Thing", object_))


def conclude(world, reader, stated: Extraction, derived: Mapping[Triple, Iterable[Triple]]) -> None:
    """Write derived facts as an inference would: one that took 2,000 rounds takes minutes."""
    world.upsert(stated)
    rows = [
        {
            "subject": entity_key("Thing", fact[0]),
            "object": entity_key("Thing", fact[2]),
            "key": key(fact),
            "premises": [key(premise) for premise in premises],
        }
        for fact, premises in derived.items()
    ]
    reader.rows(RULE_STATE)
    reader.rows(WRITE, rows=rows)
    assert world.audit() == []


NAMES = [f"n{number}" for number in range(46)]
CHAIN = [(subject, "WORKS_IN", object_) for subject, object_ in permutations(NAMES, 2)]
"""Facts of which each follows from the one before it and the first; the first two are stated."""


def chain(n: int) -> tuple[Extraction, dict[Triple, list[Triple]]]:
    """Return what a document states, and n facts that follow from it one after the other."""
    # Every entity has to be mentioned by something.
    ring = [(name, "PART_OF", other) for name, other in pairwise([*NAMES, NAMES[0]])]
    stated = document("1", [(fact, 1.0) for fact in [*CHAIN[:2], *ring]])
    return stated, {CHAIN[i]: [CHAIN[i - 1], CHAIN[0]] for i in range(2, n + 2)}


def ladder(n: int) -> tuple[Extraction, dict[Triple, list[Triple]]]:
    """Return n levels of two facts; each needs both of the level before: 2^n ways down."""
    rungs = [[(who, "WORKS_IN", f"p{level}") for who in ("ada", "bob")] for level in range(n + 1)]
    stated = document(
        "1",
        [(fact, 1.0) for fact in rungs[0]]
        # Every entity has to be mentioned by something.
        + [(("cy", "PART_OF", f"p{level}"), 1.0) for level in range(n + 1)],
    )
    return stated, {fact: rungs[n] for n in range(n) for fact in rungs[n + 1]}


def proof_of(world, *triple: str) -> Proof:
    (proof,) = world.explain(*triple)
    return proof


def seconds_to_explain(world, *triple: str) -> float:
    begun = time.perf_counter()
    proof_of(world, *triple)
    return time.perf_counter() - begun


def test_inferred_chain_longer_than_a_stack_is_explained(graph):
    """Each fact follows from the one before it: no recursion goes down that far."""
    n = 300
    direct = [(f"p{i}", "PART_OF", f"p{i + 1}") for i in range(n)]
    plain = {type_: RelationType() for type_ in ("WORKS_IN", "PART_OF")}
    ontology = Ontology(entities={"Thing": EntityType()}, relations=plain)
    world = Graph(graph.connection, ontology, GraphConfig())
    world.upsert(document("1", [(fact, 1.0) for fact in [*direct, ("ada", "WORKS_IN", "p0")]]))
    world.infer(RuleSet.of([parse(REACH, name="reach", where="reach.cypher")], ontology))

    proof = proof_of(world, "ada", "WORKS_IN", f"p{n}")

    assert len(proof.facts) == 2 * n + 1
    assert sum(bool(fact.witnesses) for fact in proof.facts.values()) == n + 1


def test_chain_of_thousands_is_read_in_proportion_to_its_length(world, reader):
    conclude(world, reader, *chain(2_000))
    world.explain(*CHAIN[100])  # so that the server has planned its queries

    half = min(seconds_to_explain(world, *CHAIN[1_001]) for _ in range(3))
    whole = min(seconds_to_explain(world, *CHAIN[2_001]) for _ in range(3))

    assert len(proof_of(world, *CHAIN[2_001]).facts) == 2_002
    assert whole < 4 * half


def test_shared_premises_are_proved_once(world, reader):
    """2^30 ways lead down this ladder of 62 facts; a chain of as many facts takes as long."""
    conclude(world, reader, *ladder(30))
    world.explain("ada", "WORKS_IN", "p1")
    statements = 0

    def count(*_) -> None:
        nonlocal statements
        statements += 1

    world.connection._tracer = count
    proof = proof_of(world, "ada", "WORKS_IN", "p30")

    assert len(proof.facts) == 61
    assert statements <= 25  # names are looked up, then facts in batches, not one a fact


def test_every_use_of_a_rule_has_its_premises(graph, ontology):
    """What supports a fact is in its proof, and what is shown of it ends in sentences."""
    graph.upsert(
        extraction(
            ("Ada", "WORKS_FOR", "Acme"),
            ("Ada", "WORKS_FOR", "Bolt"),
            ("Acme", "BASED_IN", "Ghent"),
            ("Bolt", "BASED_IN", "Ghent"),
            ("Ghent", "LOCATED_IN", "Flanders"),
        )
    )
    graph.infer(ruleset(["works-in", "works-around"], ontology))

    (near,) = graph.explain("Ada", "WORKS_IN", "Ghent")
    (far,) = graph.explain("Ada", "WORKS_IN", "Flanders")

    assert len(near.fact.rule_uses) == 2
    assert len(far.facts[near.fact.key].rule_uses) == 1
    for proof in (near, far):
        for fact in proof.facts.values():
            assert fact.witnesses or fact.rule_uses
            for rule_use in fact.rule_uses:
                assert proof.premises(rule_use)


def test_fact_is_no_support_of_its_own(graph, ontology):
    """Its mirror image follows from it, and it from its mirror image: that is no second reason."""
    graph.upsert(extraction(("Ada", "MARRIED_TO", "Bob")))
    graph.infer(RuleSet.of((), ontology))

    (stated,) = graph.explain("Ada", "MARRIED_TO", "Bob")
    (derived,) = graph.explain("Bob", "MARRIED_TO", "Ada")

    assert stated.fact.witnesses
    assert stated.fact.rule_uses == ()
    assert [fact.key for fact in derived.premises(derived.fact.rule_uses[0])] == [stated.fact.key]


def test_premise_that_went_meanwhile_is_left_out(graph, ontology, reader):
    """A night may write between two questions of an explanation."""
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))
    graph.infer(ruleset(["works-in"], ontology))
    reader.rows("MATCH ({name: 'Acme'})-[fact:BASED_IN]->() DELETE fact")

    (proof,) = graph.explain("Ada", "WORKS_IN", "Ghent")

    assert proof.fact.rule_uses == ()
    assert list(proof.facts) == [proof.fact.key]


def test_derived_facts_of_a_night_share_their_proofs(graph, ontology):
    rules = ruleset(["works-in"], ontology)
    people = ("Ada", "Bob", "Cy")
    graph.upsert(
        extraction(("Acme", "BASED_IN", "Ghent"), *((who, "WORKS_FOR", "Acme") for who in people))
    )
    graph.infer(rules)

    facts = derived_facts(graph.connection, rules, 10)
    several = proofs_of(graph.connection, facts)

    assert {(fact.subject, fact.rule, fact.n_premises) for fact in facts} == {
        (who, "works-in", 2) for who in people
    }
    assert [proof.fact.key for proof in several] == [fact.key for fact in facts]
    assert {len(proof.facts) for proof in several} == {3}


@pytest.mark.parametrize("limit", [0, 1])
def test_facts_about_an_entity_are_of_the_type_asked_for(graph, limit):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Ada", "WORKS_IN", "Ghent", 0.5)))
    (ada,) = entities_called(graph.connection, graph.ontology, "Ada")

    (fact,) = facts_about(graph.connection, [ada.key], "WORKS_IN", limit)

    assert (fact.type, fact.object, fact.confidence) == ("WORKS_IN", "Ghent", 0.5)
