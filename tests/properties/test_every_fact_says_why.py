"""Promise 3: every fact can say why it is there, down to the characters of a document."""

from hypothesis import given
from hypothesis import strategies as st

from tests.rules import RULES, ruleset
from tests.strategies import contents, extractions

FACTS = (
    "MATCH (s:Entity)-[f]->(o:Entity)"
    " RETURN f.key, s.name, s.aliases, o.name, o.aliases, f.confidence, f.witnesses, f.derived"
)
ENDS = "MATCH (s:Entity)-[f]->(o:Entity) RETURN f.key, s.key, type(f), o.key"
EVIDENCE = (
    "MATCH (d:Document)-[:HAS_CHUNK]->(c)-[states:STATES {fact: $key}]->(:Entity)"
    " RETURN d.id, states.start, states.end, states.confidence"
)
DERIVATIONS = "MATCH (d:Derivation {fact: $key}) RETURN d.premises, d.rule, d.confidence"


@given(corpus=st.dictionaries(st.sampled_from("abcd"), contents(), min_size=1, max_size=4))
def test_every_fact_says_why(graph, reader, empty, corpus):
    """Stated: sentences that name both ends. Derived: rules whose premises are facts themselves."""
    empty()
    texts = {each.document.id: each.document.text for each in extractions(corpus)}
    graph.upsert(extractions(corpus))
    graph.infer(ruleset(RULES, graph.ontology))
    facts = reader.rows(FACTS)
    keys = {key for key, *_ in facts}

    for (
        key,
        subject,
        subject_aliases,
        object_,
        object_aliases,
        confidence,
        witnesses,
        derived,
    ) in facts:
        evidence = reader.rows(EVIDENCE, key=key)
        derivations = reader.rows(DERIVATIONS, key=key)
        if derived:
            assert derivations
            assert not evidence
            assert all(keys.issuperset(premises) for premises, _, _ in derivations)
            assert confidence == max(value for _, _, value in derivations)
            continue
        assert confidence == max(value for *_, value in evidence)
        assert witnesses == len({document for document, *_ in evidence})
        for document in {document for document, *_ in evidence}:
            cited = [texts[each][start:end] for each, start, end, _ in evidence if each == document]
            for names in ((subject, *subject_aliases), (object_, *object_aliases)):
                assert any(name in sentence for name in names for sentence in cited)


@given(corpus=st.dictionaries(st.sampled_from("abcd"), contents(), min_size=1, max_size=4))
def test_every_fact_is_explained_down_to_sentences(graph, reader, empty, corpus):
    """`explain` finds each fact, and everything in its proof has a sentence or premises there."""
    empty()
    texts = {each.document.id: each.document.text for each in extractions(corpus)}
    graph.upsert(extractions(corpus))
    graph.infer(ruleset(RULES, graph.ontology))

    for key, subject, type_, object_ in reader.rows(ENDS):
        (proof,) = graph.explain(subject, type_, object_)

        assert proof.fact.key == key
        assert proof.facts[key] is proof.fact
        for fact in proof.facts.values():
            assert fact.witnesses or fact.rule_uses
            for rule_use in fact.rule_uses:
                assert all(premise in proof.facts for premise in rule_use.premises)
            for witness in fact.witnesses:
                assert texts[witness.document_id][witness.start : witness.end] == witness.text
