"""Derived facts come when their premises come, and go when the last well-founded support goes."""

import pytest
from neo4j.exceptions import ServiceUnavailable

from graphdb import GraphConfig
from graphdb.graph import Graph
from graphdb.inference import InferenceConfig
from graphdb.queries import cypher
from graphdb.rules import RuleSet, parse
from tests.strategies import extraction

JOB = ("Ada", "WORKS_FOR", "Acme", 0.5)
SEAT = ("Acme", "BASED_IN", "Ghent", 1.0)
CONCLUSION = ("Ada", "WORKS_IN", "Ghent")

WORKS_IN = """\
// Who works for an organization works where it is based.
//
// confidence: {confidence}
MATCH (p:Person)-[job:WORKS_FOR]->(o:Organization)-[seat:BASED_IN]->(c:Location)
RETURN p.key AS subject, 'WORKS_IN' AS type, c.key AS object, [job.key, seat.key] AS premises
"""
UNLESS_MARRIED = """\
// Who is not married to anybody knows whoever works for the same organization.
//
// confidence: 1
MATCH (a:Person)-[one:WORKS_FOR]->(o:Organization), (b:Person)-[other:WORKS_FOR]->(o)
WHERE NOT EXISTS { (a)-[wedding:MARRIED_TO]->(:Person) }
RETURN a.key AS subject, 'KNOWS' AS type, b.key AS object, [one.key, other.key] AS premises
"""


def works_in(ontology, confidence=0.8):
    text = WORKS_IN.format(confidence=confidence)
    return RuleSet.of([parse(text, name="works-in", where="works-in.cypher")], ontology)


@pytest.fixture
def rules(ontology):
    return works_in(ontology)


def derivations(reader):
    return reader.rows("MATCH (d:Derivation) RETURN count(d)")[0][0]


def test_conclusion_is_derived_with_rule_and_confidence(graph, reader, rules):
    graph.upsert(extraction(JOB, SEAT))

    report = graph.infer(rules)

    assert reader.weights()[CONCLUSION] == (0.4, None)
    assert reader.rows("MATCH ()-[f:WORKS_IN]->() RETURN f.derived, f.rule") == [(True, "works-in")]
    assert (report.added, report.derivations) == (1, 1)


def test_inferring_again_changes_nothing(graph, rules):
    graph.upsert(extraction(JOB, SEAT, ("Ghent", "LOCATED_IN", "Flanders")))
    graph.infer(rules)
    before = list(graph.dump())

    report = graph.infer(rules)

    assert (report.added, report.changed, report.removed, report.rounds) == (0, 0, 0, 0)
    assert list(graph.dump()) == before


def test_conclusion_goes_with_its_premise(graph, reader, rules):
    graph.upsert([extraction(JOB, "Ada", id="a"), extraction(SEAT, id="b")])
    graph.infer(rules)

    graph.retract("b")
    graph.infer(rules)

    assert reader.triples() == {JOB[:3]}
    assert derivations(reader) == 0


def test_conclusion_with_another_support_stays_and_is_weighed_again(graph, reader, rules):
    graph.upsert(
        [
            extraction(("Ada", "WORKS_FOR", "Acme", 1.0), SEAT, id="a"),
            extraction(("Ada", "WORKS_FOR", "Bolt", 0.5), ("Bolt", "BASED_IN", "Ghent"), id="b"),
        ]
    )
    graph.infer(rules)
    assert reader.weights()[CONCLUSION] == (0.8, None)

    graph.retract("a")
    report = graph.infer(rules)

    assert reader.weights()[CONCLUSION] == (0.4, None)
    assert (report.removed, report.changed) == (0, 1)


def test_premise_that_comes_back_surer_is_weighed_again(graph, reader, rules):
    """Gone and back between two inferences: the derivation is the one that was there."""
    graph.upsert([extraction(JOB, id="a"), extraction(SEAT, "Ada", id="b")])
    graph.infer(rules)
    graph.retract("a")
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme", 1.0), id="c"))

    graph.infer(rules)

    assert reader.weights()[CONCLUSION] == (0.8, None)


def test_stated_conclusion_keeps_its_evidence_and_outlives_it_by_the_rule(graph, reader, rules):
    graph.upsert([extraction(JOB, SEAT, id="a"), extraction((*CONCLUSION, 0.9), id="b")])
    graph.infer(rules)
    assert reader.weights()[CONCLUSION] == (0.9, 1)

    graph.retract("b")
    graph.infer(rules)

    assert reader.weights()[CONCLUSION] == (0.4, None)
    assert graph.audit() == []


def test_no_fact_holds_itself_up_round_a_circle(graph, reader, rules):
    """Each of two marriages would follow from the other; neither has a ground to stand on."""
    graph.upsert(
        [extraction(("Ada", "MARRIED_TO", "Bob"), id="a"), extraction("Ada", "Bob", id="b")]
    )
    graph.infer(rules)
    assert reader.triples() == {("Ada", "MARRIED_TO", "Bob"), ("Bob", "MARRIED_TO", "Ada")}

    graph.retract("a")
    graph.infer(rules)

    assert reader.triples() == set()


def test_circle_of_places_is_closed_reported_and_taken_apart(graph, reader, rules):
    ring = [("X", "LOCATED_IN", "Y"), ("Y", "LOCATED_IN", "Z"), ("Z", "LOCATED_IN", "X")]
    several = [extraction(each, id=f"{n}") for n, each in enumerate(ring)]
    graph.upsert([*several, extraction(("W", "LOCATED_IN", "X"), id="into")])

    report = graph.infer(rules)
    closed = reader.triples()
    graph.retract("2")
    graph.infer(rules)

    assert len(closed) == 6 + 3
    assert {type_ for type_, _ in report.cycles} == {"LOCATED_IN"}
    assert reader.triples() == {
        (a, "LOCATED_IN", b)
        for a, b in [("X", "Y"), ("Y", "Z"), ("X", "Z"), *(("W", e) for e in "XYZ")]
    }


def test_what_must_be_absent_takes_the_conclusion_away_when_it_comes(graph, reader, ontology):
    rules = RuleSet.of([parse(UNLESS_MARRIED, name="k", where="k.cypher")], ontology)
    graph.upsert(extraction(JOB, ("Bob", "WORKS_FOR", "Acme"), id="a"))
    graph.infer(rules)
    assert ("Ada", "KNOWS", "Bob") in reader.triples()

    graph.upsert(extraction(("Cy", "MARRIED_TO", "Ada"), id="b"))
    graph.infer(rules)
    married = reader.triples()
    graph.retract("b")
    graph.infer(rules)

    assert ("Ada", "KNOWS", "Bob") not in married
    assert ("Bob", "KNOWS", "Ada") in married
    assert ("Ada", "KNOWS", "Bob") in reader.triples()


@pytest.mark.parametrize(
    ("confidence", "expected"), [(0.8, 0.4), (0.4, 0.2), (None, None)], ids=["same", "less", "gone"]
)
def test_changed_rule_weighs_again_and_deleted_rule_withdraws(
    graph, reader, ontology, rules, confidence, expected
):
    graph.upsert(extraction(JOB, SEAT))
    graph.infer(rules)

    now = works_in(ontology, confidence) if confidence else RuleSet.of([], ontology)
    graph.infer(now)

    assert reader.weights().get(CONCLUSION, (None,))[0] == expected
    assert derivations(reader) == (1 if expected else 0)


def test_rewritten_rule_takes_back_what_it_no_longer_says(graph, reader, ontology, rules):
    graph.upsert(extraction(JOB, SEAT, ("Bob", "WORKS_FOR", "Acme", 1.0)))
    graph.infer(rules)
    text = WORKS_IN.format(confidence=0.8).replace("RETURN", "WHERE job.confidence > 0.6\nRETURN")

    graph.infer(RuleSet.of([parse(text, name="works-in", where="works-in.cypher")], ontology))

    assert {triple for triple in reader.triples() if triple[1] == "WORKS_IN"} == {
        ("Bob", "WORKS_IN", "Ghent")
    }


def test_rewritten_rule_may_have_more_premises_and_other_types(graph, reader, ontology, rules):
    """What the rule derived from fewer premises is found by its name, whatever it reads now."""
    colleague, wedding = ("Bob", "WORKS_FOR", "Acme", 1.0), ("Ada", "MARRIED_TO", "Bob", 1.0)
    graph.upsert(extraction(JOB, colleague, wedding))
    one = """// Who is married knows the other.
//
// confidence: 1
MATCH (a:Person)-[wedding:MARRIED_TO]->(b:Person)
RETURN a.key AS subject, 'KNOWS' AS type, b.key AS object, [wedding.key] AS premises
"""
    two = """// Who works for an organization knows the others there.
//
// confidence: 1
MATCH (a:Person)-[job:WORKS_FOR]->(o)<-[other:WORKS_FOR]-(b:Person)
RETURN a.key AS subject, 'KNOWS' AS type, b.key AS object, [job.key, other.key] AS premises
"""
    for text in (one, two, one, two):
        graph.infer(RuleSet.of([parse(text, name="known", where="known.cypher")], ontology))
        after_edits = list(graph.dump())
        graph.infer(RuleSet.of([], ontology))
        graph.infer(RuleSet.of([parse(text, name="known", where="known.cypher")], ontology))
        assert after_edits == list(graph.dump())
        assert ("Ada", "KNOWS", "Bob") in reader.triples()


def test_reworded_rule_is_explained_in_its_new_words(graph, ontology, reader):
    graph.upsert(extraction(JOB, SEAT))
    for text in (WORKS_IN, WORKS_IN.replace("Who works", "Whoever works")):
        rule = parse(text.format(confidence=0.8), name="works-in", where="works-in.cypher")
        graph.infer(RuleSet.of([rule], ontology))

    (sentence,) = reader.rows("MATCH (s:RuleState {rule: 'works-in'}) RETURN s.sentence")[0]
    assert sentence.startswith("Whoever works")


def test_minimum_as_blend_takes_the_weakest_link(server, graph, reader, rules, ontology):
    graph.upsert(extraction(JOB, ("Acme", "BASED_IN", "Ghent", 0.75)))
    config = GraphConfig(inference=InferenceConfig(blend="minimum"))

    with Graph.connect(server.uri, auth=server.auth, ontology=ontology, config=config) as other:
        other.infer(rules)

    assert reader.weights()[CONCLUSION] == (0.5, None)


@pytest.mark.parametrize("transaction_rows", [20_000, 0], ids=["one-transaction", "batches"])
def test_limit_stops_a_runaway_rule_and_leaves_the_graph_consistent(
    server, graph, ontology, rules, transaction_rows
):
    """A rule that explodes is named, and what is in the graph still has its support."""
    chain = [(f"P{n}", "LOCATED_IN", f"P{n + 1}") for n in range(30)]
    graph.upsert(extraction(*chain))
    limited = InferenceConfig(max_facts=100, transaction_rows=transaction_rows)

    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=GraphConfig(inference=limited)
    ) as other:
        stopped = other.infer(rules)
    violations = graph.audit()
    complete = graph.infer(rules)

    assert "max_facts = 100 reached" in stopped.stopped
    assert "transitive LOCATED_IN" in stopped.stopped
    assert violations == []
    assert complete.stopped == ""
    assert graph.counts().facts == 30 * 31 // 2


@pytest.mark.parametrize("transaction_rows", [20_000, 0], ids=["one-transaction", "batches"])
@pytest.mark.parametrize("limit", [{"max_facts": 20}, {"max_rounds": 2}], ids=str)
def test_what_lost_its_support_goes_although_another_rule_runs_away(
    server, graph, ontology, reader, limit, transaction_rows
):
    rules = RuleSet.of(
        [
            parse(WORKS_IN.format(confidence=0.8), name="works-in", where="works-in.cypher"),
            parse(UNLESS_MARRIED, name="colleagues", where="colleagues.cypher"),
        ],
        ontology,
    )
    colleague = ("Bob", "WORKS_FOR", "Acme", 1.0)
    graph.upsert([extraction(JOB, SEAT, id="a"), extraction(colleague, SEAT, id="b")])
    graph.infer(rules)
    assert {CONCLUSION, ("Ada", "KNOWS", "Bob")} <= reader.triples()

    graph.retract("a")
    wedding = ("Bob", "MARRIED_TO", "Cy", 1.0)
    chain = [(f"P{n}", "LOCATED_IN", f"P{n + 1}") for n in range(30)]
    graph.upsert([extraction(*chain, id="c"), extraction(wedding, id="d")])
    limited = InferenceConfig(**limit, transaction_rows=transaction_rows)
    with Graph.connect(
        server.uri, auth=server.auth, ontology=ontology, config=GraphConfig(inference=limited)
    ) as other:
        report = other.infer(rules)

    assert report.stopped
    assert graph.audit() == []
    assert not {CONCLUSION, ("Ada", "KNOWS", "Bob"), ("Bob", "KNOWS", "Ada")} & reader.triples()
    assert graph.infer(rules).stopped == ""
    complete = list(graph.dump())
    graph.infer(RuleSet.of([], ontology))
    graph.infer(rules)
    assert list(graph.dump()) == complete


def test_entity_that_comes_back_gets_its_conclusions_back(graph, reader, rules):
    graph.upsert([extraction(JOB, id="a"), extraction(SEAT, id="b")])
    graph.infer(rules)
    before = list(graph.dump())

    graph.retract("a")
    graph.upsert(extraction(JOB, id="a"))
    graph.infer(rules)

    assert list(graph.dump()) == before


def test_server_that_is_gone_in_the_midst_of_growth_is_asked_again(
    graph, reader, rules, monkeypatch
):
    """Nothing more is sent in the transaction that failed, or the error could not be told apart."""
    graph.upsert(extraction(JOB, SEAT))
    graph.infer(RuleSet.of([], graph.ontology))
    failures = []

    def fails_once(query, parameters):
        assert failures != ["just now"]
        if not failures and query == cypher("infer/create_facts"):
            failures.append("just now")
            raise ServiceUnavailable("gone")

    def begins(moment):
        if moment == "infer: begun" and failures:
            failures[0] = "before"

    monkeypatch.setattr(graph.connection, "_tracer", fails_once)
    monkeypatch.setattr(graph.connection, "_reached", begins)
    graph.infer(rules)

    assert failures == ["before"]
    assert CONCLUSION in reader.triples()


def test_fact_that_no_document_states_any_more_is_no_longer_stepped_over(graph, ontology):
    """Of what a transitive type closes, only facts with more behind them are direct steps.

    Ghent lies in Belgium by way of Flanders; while a document states it, it is a step of its own.
    """
    way = [("Ghent", "LOCATED_IN", "Flanders"), ("Flanders", "LOCATED_IN", "Belgium")]
    around = [("Korenmarkt", "LOCATED_IN", "Ghent"), ("Belgium", "LOCATED_IN", "Europe")]
    rules = RuleSet.of([], ontology)
    graph.upsert([extraction(*way, *around, id="a")])
    graph.infer(rules)
    before = list(graph.dump())
    graph.upsert([extraction(("Ghent", "LOCATED_IN", "Belgium"), id="b")])
    graph.infer(rules)
    assert list(graph.dump()) != before

    graph.retract("b")
    graph.infer(rules)

    assert list(graph.dump()) == before
