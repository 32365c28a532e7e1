"""Ledger, counts, facts, dump, audit and receipt: what the graph tells about itself."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from graphdb import Version
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")
BOB = ("Bob", "WORKS_FOR", "Acme")


def test_ledger_names_what_was_read_and_by_what(graph, ontology):
    document = extraction(ADA, id="s/a", source="s", title="On Ada", extractor="v1")
    graph.upsert([document, extraction(ADA, id="t/a", source="t")])

    (version,) = graph.ledger("s").values()
    assert graph.ledger("s").keys() == {"s/a"}
    assert replace(version, ingested_at="") == Version(
        sha256=document.document.sha256,
        title="On Ada",
        extractor="v1",
        ontology=ontology.fingerprint,
    )
    assert datetime.fromisoformat(version.ingested_at).tzinfo


def test_new_extractor_is_a_new_version_even_if_it_says_the_same(graph):
    graph.upsert(extraction(ADA, extractor="v1"))

    change = graph.upsert(extraction(ADA, extractor="v2"))

    assert change.upserted == 1
    assert graph.ledger("default")["a"].extractor == "v2"


def test_counts(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(ADA, BOB, id="b")])

    counts = graph.counts()

    assert (counts.documents, counts.chunks, counts.entities) == (2, 3, 3)
    assert (counts.mentions, counts.evidence, counts.facts) == (6, 3, 2)


def test_facts_show_the_evidence_of_the_document_that_is_surest(graph):
    graph.upsert([extraction((*ADA, 0.5), id="a"), extraction("𝔸 Cy", (*ADA, 0.75), id="b")])

    (fact,) = graph.facts(["a", "b"])
    (from_a,) = graph.facts(["a"])

    assert (fact.subject, fact.type, fact.object) == ADA
    assert (fact.confidence, fact.witnesses, fact.cited[0].document_id) == (0.75, 2, "b")
    assert [witness.text for witness in fact.cited] == ["Ada works for Acme"]
    assert (from_a.cited[0].document_id, from_a.confidence) == ("a", 0.75)


def test_sentences_that_state_a_fact_together_are_shown_together_and_in_order(graph):
    """However sure each is, and in whichever chunk it stands; the document is one witness."""
    together = extraction("Ada", "Bob", (*ADA, 0.5), id="b", cites_first=True)
    relation = together.relations[0]
    first, second = relation.evidence
    uneven = replace(relation, evidence=(replace(first, confidence=0.25), second))
    graph.upsert([replace(together, relations=(uneven,)), extraction((*ADA, 0.25), id="a")])

    (fact,) = graph.facts(["a", "b"])
    (proof,) = graph.explain(*ADA)

    assert [witness.text for witness in fact.cited] == ["Ada", "Ada works for Acme"]
    assert (fact.confidence, fact.witnesses) == (0.5, 2)
    assert [each.document_id for each in proof.fact.witnesses] == ["b", "b", "a"]
    assert proof.fact.witnesses[:2] == fact.cited


def test_a_fact_goes_with_all_the_sentences_that_stated_it(graph):
    graph.upsert(extraction("Ada", "Bob", ADA, cites_first=True))
    counts = graph.counts()

    graph.upsert(extraction("Ada", "Bob"))

    assert (counts.evidence, counts.facts) == (2, 1)
    assert (graph.counts().evidence, graph.counts().facts) == (0, 0)
    assert graph.audit() == []


def test_dump_is_sorted_json_without_times(graph):
    graph.upsert([extraction(BOB, id="b"), extraction(ADA, id="a")])

    lines = [json.loads(line) for line in graph.dump()]

    assert [line["id"] for line in lines if line.get("node") == "Document"] == ["a", "b"]
    assert not any("ingested_at" in line for line in lines)


def test_sound_graph_has_nothing_to_report(graph):
    graph.upsert([extraction(ADA, "ADA", id="a"), extraction((*ADA, 0.5), BOB, id="b")])

    assert graph.audit() == []


@pytest.mark.parametrize(
    ("damage", "invariants"),
    [
        ("MATCH (d:Document {id: 'a'}) DETACH DELETE d", {"chunk_without_document"}),
        ("CREATE (:Entity:Person {key: 'x', type: 'Person', name: 'X', aliases: []})",
         {"entity_without_mention", "entity_texts"}),
        ("MATCH (e:Entity {name: 'Ada'}) SET e.name = 'Eve'", {"entity_texts"}),
        ("MATCH (e:Entity {name: 'Ada'}) SET e.aliases = ['Eve']", {"entity_texts"}),
        ("MATCH (e:Entity {name: 'Ada'}) SET e:Work", {"entity_label"}),
        ("MATCH (a {name: 'Ada'}), (b {name: 'Bob'})"
         " CREATE (a)-[:HATES {key: 'k', derived: true}]->(b)",
         {"fact_type", "fact_without_support"}),
        ("MATCH (a {name: 'Ada'}), (b {name: 'Bob'})"
         " CREATE (a)-[:KNOWS {key: 'k', derived: false}]->(b)",
         {"fact_without_support"}),
        ("MATCH (a {name: 'Ada'})-[f:WORKS_FOR]->(b) CREATE (a)-[g:WORKS_FOR]->(b) SET g = f",
         {"fact_twice"}),
        ("MATCH ({name: 'Ada'})-[f:WORKS_FOR]->() DELETE f", {"fact_confidence"}),
        ("MATCH ({name: 'Ada'})-[f:WORKS_FOR]->() SET f.witnesses = 7", {"fact_confidence"}),
        ("MATCH ({name: 'Ada'})-[f:WORKS_FOR]->() SET f.confidence = 0.1", {"fact_confidence"}),
        ("MATCH ({name: 'Ada'})-[f:WORKS_FOR]->() MATCH (c:FactChange) DELETE c"
         " CREATE (:Derivation {fact: 'gone', rule: 'r', premises: [f.key]})",
         {"derivation_without_fact"}),
        ("MATCH ({name: 'Ada'})-[f:WORKS_FOR]->() MATCH (c:FactChange) DELETE c"
         " CREATE (:Derivation {fact: f.key, rule: 'r', premises: ['gone']})",
         {"derivation_premises"}),
        ("MATCH (c:FactChange) DELETE c WITH count(*) AS n"
         " MATCH (a {name: 'Ada'}), (b {name: 'Bob'})"
         " CREATE (:Derivation {fact: 'k', rule: 'r', premises: [], confidence: 0.5})"
         " CREATE (a)-[:KNOWS {key: 'k', derived: true, confidence: 0.6}]->(b)",
         {"derived_confidence"}),
        ("MATCH (c:Chunk {text: 'Ada works for Acme. '}) SET c.text = 'Eve'", {"ledger"}),
        ("MATCH (:Chunk)-[m:MENTIONS]->({name: 'Bob'}) SET m.start = m.start + 1", {"ledger"}),
        ("MATCH (d:Document {id: 'a'}) SET d.sha256 = 'other'", {"ledger"}),
    ],
)  # fmt: skip
def test_audit_finds_damage(graph, reader, damage, invariants):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    reader.rows(damage)

    found = graph.audit()

    # Some damage breaks more than one thing.
    assert invariants <= {violation.invariant for violation in found}
    assert all(v.count >= 1 and v.examples and v.meaning.endswith(".") for v in found)


def test_forgetting_leaves_no_trace_and_proves_it(graph, reader):
    graph.upsert([extraction(ADA, "ADA", id="secret"), extraction(ADA, BOB, id="b")])

    receipt = graph.forget("secret")

    assert receipt.is_forgotten
    assert (receipt.chunks, receipt.change.retracted) == (2, 1)
    assert reader.aliases("Ada") == []
    assert not any("secret" in line for line in graph.dump())


def test_receipt_names_what_still_cites_the_document(graph, reader):
    graph.upsert(extraction(ADA, id="secret"))
    reader.rows("CREATE (:Note {about: 'secret'})-[:ABOUT {document: 'secret'}]->(:Note)")

    receipt = graph.forget("secret")

    assert not receipt.is_forgotten
    assert receipt.citing_nodes[0].startswith("Note ")
    assert receipt.citing_relationships[0].startswith("ABOUT ")
