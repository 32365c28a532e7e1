"""What `rules try` says is what an inference with the rule then does, and it writes nothing."""

import pytest
from neo4j.exceptions import TransientError

from graphdb.errors import GraphError, LeaseHeldError, RuleError
from graphdb.graph import Graph, GraphConfig
from graphdb.inference import InferenceConfig
from graphdb.rules import RuleSet, parse
from tests.graphdb.rules.programs import document

NEIGHBOURS = """// Who works in one place with somebody is as good as married.
//
// confidence: 0.5
MATCH (a:Entity)-[here:WORKS_IN]->(place:Entity)<-[there:WORKS_IN]-(b:Entity)
WHERE a.key < b.key
RETURN a.key AS subject, 'SPOUSE' AS type, b.key AS object, [here.key, there.key] AS premises
"""
UNBOUND = """// Who works for an organization that has no seat is part of it.
//
// confidence: 0.5
MATCH (person:Entity)-[job:WORKS_FOR]->(org:Entity)
WHERE NOT EXISTS { (person)-[place:WORKS_IN]->(:Entity) }
RETURN person.key AS subject, 'PART_OF' AS type, org.key AS object, [job.key] AS premises
"""
WORKS = [
    (("ada", "WORKS_FOR", "acme"), 1.0),
    (("bob", "WORKS_FOR", "acme"), 1.0),
    (("acme", "BASED_IN", "ghent"), 1.0),
]


def named(text, name):
    return parse(text, name=name, where=f"{name}.cypher")


def facts(graph):
    query = "MATCH (s:Entity)-[f]->(o:Entity) RETURN s.name AS s, type(f) AS t, o.name AS o"
    return {tuple(row.values()) for row in graph.connection.read(query)}


def dump(graph):
    return list(graph.dump())


def check(world, in_force, rule, trial):
    """Infer with the rule, and compare what that does with what was foretold."""
    others = [each for each in in_force.rules if not each.built_in and each.name != rule.name]
    before = facts(world)
    world.infer(RuleSet.of([*others, rule], world.ontology))
    after = facts(world)
    assert set(trial.examples) == after - before
    assert set(trial.withdrawn_examples) == before - after
    assert (trial.new, trial.withdrawn) == (len(after - before), len(before - after))


def test_trial_follows_the_rule_and_those_that_build_on_it_to_the_end(world, rules):
    """Both work in Ghent by the rule, are married by the next, and back by symmetry."""
    world.upsert(document("1", WORKS))
    others = RuleSet.of([named(NEIGHBOURS, "neighbours")], world.ontology)
    world.infer(others)
    before = dump(world)

    trial = world.try_rule(others, rules.rules[0])

    assert dump(world) == before
    assert trial.new_by_rule == {"neighbours": 1, "symmetric SPOUSE": 1, "works-in": 2}
    assert (trial.derivations, trial.stopped) == (4 + 1, "")
    check(world, others, rules.rules[0], trial)


def test_trial_tells_what_another_rule_then_no_longer_concludes(world, rules):
    world.upsert(document("1", WORKS))
    others = RuleSet.of([named(UNBOUND, "unbound")], world.ontology)
    world.infer(others)

    trial = world.try_rule(others, rules.rules[0])

    assert trial.withdrawn == 2
    check(world, others, rules.rules[0], trial)


def test_trial_of_an_edited_rule_tells_the_difference_to_its_last_version(world, rules):
    world.upsert(document("1", [*WORKS, (("eve", "PART_OF", "acme"), 1.0)]))
    world.infer(rules)
    edited = named(rules.rules[0].text.replace("WORKS_FOR", "PART_OF"), "works-in")

    trial = world.try_rule(rules, edited)

    assert (trial.examples, trial.withdrawn) == ((("eve", "WORKS_IN", "ghent"),), 2)
    check(world, rules, edited, trial)


def test_trial_of_a_rule_that_is_in_force_changes_nothing(world, rules):
    world.upsert(document("1", WORKS))
    world.infer(rules)

    trial = world.try_rule(rules, rules.rules[0])

    assert (trial.new, trial.withdrawn, trial.changed, trial.derivations) == (0, 0, 0, 0)


def test_trial_of_a_rule_in_force_is_not_cut_short_by_what_is_there(graph, world, rules):
    """A limit counts what is new, not what the rule concluded long ago."""
    world.upsert(document("1", WORKS))
    world.infer(rules)
    config = GraphConfig(inference=InferenceConfig(max_facts=1))

    trial = Graph(graph.connection, world.ontology, config).try_rule(rules, rules.rules[0])

    assert (trial.new, trial.withdrawn, trial.stopped) == (0, 0, "")


def test_trial_of_another_confidence_tells_how_many_change(world, rules):
    world.upsert(document("1", WORKS))
    world.infer(rules)
    surer = named(rules.rules[0].text.replace("0.8", "0.9"), "works-in")

    trial = world.try_rule(rules, surer)

    assert (trial.new, trial.withdrawn, trial.changed) == (0, 0, 2)


def test_trial_of_a_rule_that_concludes_another_type_now(world, rules):
    world.upsert(document("1", WORKS))
    world.infer(rules)
    edited = named(rules.rules[0].text.replace("'WORKS_IN'", "'BASED_IN'"), "works-in")

    trial = world.try_rule(rules, edited)

    assert (trial.new, trial.withdrawn) == (2, 2)
    check(world, rules, edited, trial)


def test_what_is_undone_is_told_apart_where_the_last_version_is_known(world, rules):
    """A copy is tried beside the file in force; edited in place, both are in the figures."""
    world.upsert(document("1", WORKS))
    world.infer(rules)
    world.upsert(document("2", [(("ada", "SPOUSE", "eve"), 1.0)]))
    edited = named(rules.rules[0].text.replace("WORKS_FOR", "PART_OF"), "works-in")

    copied = world.try_rule(rules, edited)
    in_place = world.try_rule(RuleSet.of([edited], world.ontology), edited)

    assert (copied.new, copied.withdrawn, copied.is_mixed) == (0, 2, False)
    assert (in_place.new, in_place.withdrawn, in_place.is_mixed) == (1, 2, True)


def test_rules_that_reach_a_limit_without_it_are_told(graph, world, rules):
    chain = [((f"n{n}", "PART_OF", f"n{n + 1}"), 1.0) for n in range(6)]
    world.upsert(document("1", [*WORKS, *chain]))
    config = GraphConfig(inference=InferenceConfig(max_rounds=2))

    with pytest.raises(GraphError, match="reach a limit without this one: max_rounds = 2"):
        Graph(graph.connection, world.ontology, config).try_rule(rules, rules.rules[0])


def test_trial_is_refused_while_a_night_is_at_work(world, rules):
    world.upsert(document("1", WORKS))

    with world.lease("somebody", "run"), pytest.raises(LeaseHeldError, match="somebody"):
        world.try_rule(rules, rules.rules[0])


def test_trial_that_has_to_be_repeated_counts_nothing_twice(graph, world, rules):
    """A deadlock at the first attempt, as a writer beside it may cause."""
    world.upsert(document("1", WORKS))
    failures = iter([True])

    def fail_once(query, _):
        if "CREATE (:Derivation" in query and next(failures, False):
            raise TransientError

    graph.connection._tracer = fail_once
    trial = world.try_rule(rules, rules.rules[0])

    assert next(failures, None) is None
    assert (trial.new, trial.derivations) == (2, 2)


def test_trial_does_not_count_what_the_last_night_left_undone(world, rules):
    """A graph that was never inferred: the other rules' conclusions are not the new one's."""
    world.upsert(document("1", [*WORKS, (("ada", "SPOUSE", "eve"), 1.0)]))

    trial = world.try_rule(RuleSet.of((), world.ontology), rules.rules[0])

    assert trial.new_by_rule == {"works-in": 2}
    assert ("eve", "SPOUSE", "ada") not in facts(world)


def test_rule_that_runs_away_is_stopped_and_told(graph, world, rules):
    world.upsert(document("1", WORKS))
    config = GraphConfig(inference=InferenceConfig(max_facts=1))

    trial = Graph(graph.connection, world.ontology, config).try_rule(rules, rules.rules[0])

    assert "max_facts = 1 reached" in trial.stopped
    assert (trial.new, facts(world)) == (0, {triple for triple, _ in WORKS})


def test_trial_too_large_for_one_transaction_says_so(world, rules, monkeypatch):
    monkeypatch.setattr("graphdb.inference.trial.MAX_ROWS", 3)
    world.upsert(document("1", WORKS))

    with pytest.raises(GraphError, match="trying works-in would write more than 3 rows"):
        world.try_rule(rules, rules.rules[0])


def test_rule_that_does_not_go_with_the_others_is_refused(world, rules):
    """It wants absent what follows from its own conclusion."""
    rule = named(
        UNBOUND.replace("'PART_OF'", "'WORKS_FOR'").replace("confidence: 0.5", "confidence: 0.4"),
        "circle",
    )

    with pytest.raises(RuleError, match=r"circle\.cypher"):
        world.try_rule(rules, rule)
