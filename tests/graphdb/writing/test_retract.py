"""Documents go, and with them exactly what nothing else supports."""

from graphdb import Graph
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")
BOB = ("Bob", "WORKS_FOR", "Acme")


def test_last_witness_takes_the_fact_along(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])

    graph.retract("a")

    assert reader.triples() == {BOB}
    assert reader.entities() == {("Person", "Bob"), ("Organization", "Acme")}


def test_fact_with_another_witness_stays_and_is_weighed_again(graph, reader):
    graph.upsert([extraction((*ADA, 0.75), id="a"), extraction((*ADA, 0.5), id="b")])

    change = graph.retract("a")

    assert reader.weights() == {ADA: (0.5, 1)}
    assert (change.retracted, change.facts_changed, change.facts_removed) == (1, 1, 0)


def test_document_whose_entities_all_occur_elsewhere_takes_only_its_fact(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction("Ada", BOB, id="b")])

    graph.retract("a")

    assert reader.triples() == {BOB}
    assert ("Person", "Ada") in reader.entities()


def test_nothing_is_left_when_all_documents_go(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(ADA, BOB, id="b")])

    graph.retract(["a", "b"])

    assert list(graph.dump()) == []
    assert reader.rows("MATCH (n) WHERE n:Document OR n:Chunk OR n:Entity RETURN n") == []


def test_unknown_documents_do_not_matter(graph):
    assert graph.retract(["nobody", "nothing"]).retracted == 0


def test_fact_that_a_rule_supports_is_left_to_the_rules(graph, reader):
    """What a rule makes of it is inference's work; the log tells it."""
    graph.upsert(extraction(ADA, "Ada", id="a"))
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Bolt"), "Bob", id="b"))
    key = reader.rows("MATCH ()-[f:WORKS_FOR]->(o {name: 'Bolt'}) RETURN f.key")[0][0]
    reader.rows("CREATE (:Derivation {key: 'd', fact: $key, rule: 'r'})", key=key)
    graph.upsert(extraction(("Ada", "WORKS_IN", "Ghent"), ("Bolt", "BASED_IN", "Ghent"), id="c"))

    graph.retract("b")

    assert reader.rows(
        "MATCH ()-[f:WORKS_FOR {key: $key}]->() RETURN f.derived, f.witnesses", key=key
    ) == [(True, None)]
    assert reader.changes()[-1][1:] == (0, 1, 0, 1)  # and Bob has gone


def test_entity_that_goes_takes_derived_facts_along(graph, reader):
    graph.upsert([extraction("Ada", id="a"), extraction("Bob", id="b")])
    reader.rows(
        "MATCH (a:Entity {name: 'Ada'}), (b:Entity {name: 'Bob'})"
        " CREATE (a)-[:KNOWS {key: 'k', derived: true}]->(b)"
        " CREATE (:Derivation {key: 'd', fact: 'k', rule: 'r'})"
    )

    graph.retract("b")

    assert reader.triples() == set()
    assert reader.changes()[-1][1:] == (0, 0, 1, 1)


def test_stating_a_derived_fact_makes_it_stated(graph, reader):
    graph.upsert(extraction(ADA, id="a"))
    key = reader.rows("MATCH ()-[f:WORKS_FOR]->() RETURN f.key")[0][0]
    graph.upsert(extraction("Ada", ("Acme", "BASED_IN", "Ghent"), id="a"))
    reader.rows(
        "MATCH (a:Entity {name: 'Ada'}), (b:Entity {name: 'Acme'})"
        " CREATE (a)-[:WORKS_FOR {key: $key, derived: true, rule: 'r', confidence: 0.1}]->(b)"
        " CREATE (:Derivation {key: 'd', fact: $key, rule: 'r'})",
        key=key,
    )

    graph.upsert(extraction((*ADA, 0.5), id="b"))

    assert reader.rows(
        "MATCH ()-[f:WORKS_FOR]->() RETURN f.key, f.derived, f.rule, f.confidence, f.witnesses"
    ) == [(key, False, None, 0.5, 1)]


def test_fact_that_went_with_its_entity_is_stated_anew(graph, reader):
    """Its derivation is still there until the rules have heard: that is no relationship."""
    graph.upsert(extraction(ADA, id="a"))
    key = reader.rows("MATCH ()-[f:WORKS_FOR]->() RETURN f.key")[0][0]
    reader.rows("CREATE (:Derivation {key: 'd', fact: $key, rule: 'r'})", key=key)
    graph.retract("a")

    graph.upsert(extraction(ADA, id="b"))

    assert reader.triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_fact_of_a_type_that_the_ontology_lost_goes(graph, server, reader, ontology):
    graph.upsert(extraction(ADA, id="a"))
    types = {name: type_ for name, type_ in ontology.relation_types.items() if name != ADA[1]}
    smaller = ontology.model_copy(update={"relation_types": types})

    with Graph.connect(server.uri, auth=server.auth, ontology=smaller) as narrowed:
        change = narrowed.upsert(extraction(ADA, id="a"))

    assert len(change.rejected) == 1
    assert reader.triples() == set()
