"""Rules over documents: what appears, what goes, why, and why not."""

from graphdb.graph import Graph, GraphConfig
from graphdb.inference import InferenceConfig
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet, parse
from tests.graphdb.rules.programs import document
from tests.strategies import extraction


def derived(graph):
    rows = graph.connection.read(
        "MATCH (s:Entity)-[f]->(o:Entity) WHERE f.derived RETURN s.name AS s, type(f) AS t,"
        " o.name AS o, f.confidence AS c, f.rule AS r"
    )
    return {(row["s"], row["t"], row["o"]): (round(row["c"], 9), row["r"]) for row in rows}


def test_a_fact_follows_from_two_documents_and_goes_with_one(world, rules):
    world.upsert(document("1", [(("ada", "WORKS_FOR", "acme"), 0.9)]))
    world.upsert(document("2", [(("acme", "BASED_IN", "ghent"), 0.5)]))
    world.infer(rules)
    assert derived(world) == {("ada", "WORKS_IN", "ghent"): (0.36, "works-in")}

    world.retract("2")
    world.infer(rules)

    assert derived(world) == {}
    assert world.counts().derivations == 0


def test_two_spouses_do_not_keep_each_other_alive(world, rules):
    world.upsert(document("1", [(("ada", "SPOUSE", "bob"), 0.9)]))
    world.upsert(document("2", [(("bob", "SPOUSE", "ada"), 0.7), (("bob", "WORKS_FOR", "x"), 1.0)]))
    world.upsert(document("3", [(("ada", "WORKS_FOR", "x"), 1.0)]))
    world.infer(rules)
    world.retract("1")
    world.infer(rules)
    assert derived(world) == {("ada", "SPOUSE", "bob"): (0.7, "symmetric SPOUSE")}

    world.upsert(document("2", [(("bob", "WORKS_FOR", "x"), 1.0)]))
    world.infer(rules)

    assert derived(world) == {}


def test_a_fact_left_by_its_document_lives_on_as_derived(world, rules):
    world.upsert(
        document("1", [(("ada", "WORKS_FOR", "acme"), 1.0), (("acme", "BASED_IN", "ghent"), 1.0)])
    )
    world.upsert(document("2", [(("ada", "WORKS_IN", "ghent"), 0.3)]))
    world.infer(rules)
    assert derived(world) == {}

    world.retract("2")
    world.infer(rules)

    assert derived(world) == {("ada", "WORKS_IN", "ghent"): (0.8, "works-in")}


def test_a_circle_of_parts_ends_and_is_reported(world, rules):
    circle = [
        (("a", "PART_OF", "b"), 1.0),
        (("b", "PART_OF", "c"), 1.0),
        (("c", "PART_OF", "a"), 1.0),
    ]
    world.upsert(document("1", circle))

    report = world.infer(rules)

    assert len(derived(world)) == 3
    assert {type_ for type_, _ in report.cycles} == {"PART_OF"}
    (violation,) = world.violations()
    assert violation.meaning == "Nothing is PART_OF of itself, not even by way of others."
    assert {frozenset(pair.split(" and ")) for pair in violation.examples} == {
        frozenset(pair) for pair in ("ab", "bc", "ac")
    }


def test_a_tree_has_one_derivation_for_each_derived_fact(world, rules):
    chain = [((f"n{n}", "PART_OF", f"n{n + 1}"), 1.0) for n in range(6)]
    world.upsert(document("1", chain))

    world.infer(rules)

    assert world.counts().derivations == len(derived(world)) == 15


def test_a_rule_that_runs_away_is_stopped_at_the_round_that_is_too_much(world, rules):
    chain = [((f"n{n}", "PART_OF", f"n{n + 1}"), 1.0) for n in range(9)]
    world.upsert(document("1", chain))
    careful = Graph(
        world.connection, world.ontology, GraphConfig(inference=InferenceConfig(max_facts=10))
    )

    report = careful.infer(rules)

    assert "max_facts = 10" in report.stopped
    assert "transitive PART_OF" in report.stopped
    assert len(derived(world)) == report.added == 8
    assert world.audit() == []
    assert world.infer(rules).added == 28


def test_explain_goes_down_to_the_sentences(world, rules):
    world.upsert(document("1", [(("ada", "WORKS_FOR", "acme"), 0.9)]))
    world.upsert(document("2", [(("acme", "BASED_IN", "ghent"), 0.5)]))
    world.infer(rules)

    (proof,) = world.explain("ada", "WORKS_IN", "ghent")

    (rule_use,) = proof.fact.rule_uses
    job, seat = proof.premises(rule_use)
    assert (proof.fact.subject, proof.fact.type, proof.fact.object) == ("ada", "WORKS_IN", "ghent")
    assert (rule_use.rule, rule_use.rule_confidence) == ("works-in", 0.8)
    assert rule_use.sentence == "Who works for an organization works in the place of its seat."
    assert round(proof.fact.confidence, 9) == round(rule_use.confidence, 9) == 0.36
    assert [witness.text.strip() for witness in job.witnesses] == ["ada WORKS_FOR acme"]
    assert [witness.document_id for witness in seat.witnesses] == ["2"]
    assert proof.facts.keys() == {proof.fact.key, job.key, seat.key}


def test_each_kind_of_contradiction_is_told_by_type(graph):
    """Types that are not allowed at an end any more, and types that exclude each other."""
    entity_types = {name: EntityType() for name in ("Person", "Organization", "Location")}
    wide = Ontology(
        entities=entity_types,
        relations={"BASED_IN": RelationType(), "LOCATED_IN": RelationType()},
    )
    narrow = Ontology(
        entities=entity_types,
        relations={
            "BASED_IN": RelationType(subject=("Person",), disjoint_with=("LOCATED_IN",)),
            "LOCATED_IN": RelationType(object=("Person",)),
        },
    )
    Graph(graph.connection, wide, GraphConfig()).upsert(
        extraction(("Acme", "BASED_IN", "Ghent"), ("Ghent", "LOCATED_IN", "Belgium"))
    )
    relate = (
        "MATCH (a:Entity {name: 'Acme'}), (b:Entity {name: 'Ghent'})"
        " CREATE (a)-[:LOCATED_IN {derived: false}]->(b)"
    )
    graph.connection.write(lambda tx: tx.run(relate))

    found = Graph(graph.connection, narrow, GraphConfig()).violations()

    assert {each.invariant: each.examples for each in found} == {
        "disjoint BASED_IN": ("Acme and Ghent (LOCATED_IN)",),
        "domain BASED_IN": ("Acme (Organization) and Ghent",),
        "range LOCATED_IN": ("Acme and Ghent (Location)", "Ghent and Belgium (Location)"),
    }


def test_violations_are_reported_and_refused_nothing(world, rules):
    world.upsert(
        document("1", [(("ada", "WORKS_FOR", "acme"), 1.0), (("ada", "WORKS_FOR", "zeta"), 1.0)])
    )

    (violation,) = world.violations()

    assert violation.meaning == "There is one WORKS_FOR of an entity, not several."
    assert violation.examples in {("ada: acme, zeta",), ("ada: zeta, acme",)}


def test_condition_on_witnesses_is_asked_again_when_they_come_and_go(world, rules):
    """Two documents bear the job out, then one, then two again."""
    text = rules.rules[0].text.replace("RETURN", "WHERE job.witnesses >= 2\nRETURN", 1)
    asked = RuleSet.of([parse(text, name="works-in", where="works-in.cypher")], world.ontology)
    job, seat = ("ada", "WORKS_FOR", "acme"), ("acme", "BASED_IN", "ghent")
    world.upsert(document("1", [(job, 1.0), (seat, 1.0)]))
    world.infer(asked)
    seen = [len(derived(world))]

    for change in (
        lambda: world.upsert(document("2", [(job, 1.0)])),
        lambda: world.retract("2"),
        lambda: world.upsert(document("3", [(job, 0.5)])),
    ):
        change()
        report = world.infer(asked)
        seen.append(len(derived(world)))
        assert not report.complete

    assert seen == [0, 1, 0, 1]
