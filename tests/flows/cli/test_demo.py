"""The demonstration shows what nights do, and leaves the graph as it found the folder."""

from dataclasses import replace

import pytest

from flows.demo import Demonstration, Edit, indispensable
from flows.errors import SourceError
from graphdb import Decision, Ontology, Resolution
from graphdb.asking import Proof, ProvedFact, RuleUse, Witness
from graphdb.rules import RuleSet, parse
from tests.strategies import extraction

WORKS_IN = """// Who works for an organization works where it is based.
//
// confidence: 0.5
MATCH (person:Person)-[job:WORKS_FOR]->(org:Organization)-[seat:BASED_IN]->(place:Location)
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
"""


@pytest.fixture
def nights(tools, folder, tmp_path, ontology: Ontology):
    """Nights over two documents from which a rule concludes something."""
    (folder / "ada.txt").write_text("Ada works for Acme. Ada knows Bob.")
    (folder / "acme.txt").write_text("Acme is based in Ghent.")
    rules = RuleSet.of([parse(WORKS_IN, name="works-in", where="works-in.cypher")], ontology)
    return Demonstration(folder, "notes", replace(tools, rules=rules), tmp_path / "copy")


def said(facts):
    return [(fact.subject, fact.type, fact.object) for fact in facts]


def test_edit_and_deletion_are_told_and_the_last_night_undoes_both(nights):
    first = nights.first_night()
    edited = nights.edit(Edit(file="ada.txt", before="knows Bob", after="knows Cy"))
    (proof,) = nights.tools.graph.explain("Ada", "WORKS_IN", "Ghent")
    behind = nights.document_behind([proof])
    deleted = nights.delete("notes/acme.txt")

    assert first.inference["added"] == 1
    assert said(edited.added) == [("Ada", "KNOWS", "Cy")]
    assert said(edited.removed) == [("Ada", "KNOWS", "Bob")]
    assert edited.n_changed == 0
    assert behind == ("notes/acme.txt", proof)
    assert said(deleted.removed) == [("Ada", "WORKS_IN", "Ghent"), ("Acme", "BASED_IN", "Ghent")]
    assert deleted.added == ()
    assert nights.last_night()


def test_names_are_resolved_and_that_is_undone(nights, folder):
    nights.first_night()
    names = [Decision(kind="same", type="Organization", one="Acme", other="Bob", by="resolve")]

    found = nights.who_is_who(decided_by(names))

    assert [str(each) for each in found.decisions] == [str(each) for each in names]
    assert found.is_undone
    assert not found.was_decided
    assert nights.tools.graph.decisions() == []


def test_names_of_others_are_left_alone(nights, folder):
    nights.tools.graph.upsert(extraction(("Eve", "KNOWS", "Dan"), id="own/note"))

    nights.first_night()

    assert nights.who_is_who(decided_by([])) is None


def decided_by(decisions):
    def resolve(graph, lease):
        graph.decide(decisions, lease)
        return Resolution(made=tuple(decisions))

    return resolve


def test_words_that_are_not_there_are_named(nights):
    nights.first_night()

    with pytest.raises(SourceError, match="does not say “knows Eve”"):
        nights.edit(Edit(file="ada.txt", before="knows Eve", after="knows Cy"))


def fact(key: str, *documents: str, by: tuple[tuple[str, ...], ...] = ()) -> ProvedFact:
    """Return a fact that documents state, or that follows from each of some sets of others."""
    return ProvedFact(
        key=key,
        subject=key,
        type="T",
        object="o",
        confidence=1,
        is_derived=not documents,
        witnesses=tuple(
            Witness(document_id=id_, title="", start=0, end=1, text="", confidence=1, extractor="")
            for id_ in documents
        ),
        rule_uses=tuple(
            RuleUse(rule="r", sentence="", rule_confidence=1, confidence=1, premises=premises)
            for premises in by
        ),
    )


def proof(*facts: ProvedFact) -> Proof:
    return Proof(fact=facts[0], facts={each.key: each for each in facts})


def test_fact_with_two_witnesses_hangs_on_neither():
    assert indispensable(proof(fact("f", "a"))) == {"a"}
    assert indispensable(proof(fact("f", "a", "b"))) == set()


def test_derived_fact_hangs_on_what_every_proof_of_it_needs():
    both = proof(
        fact("f", by=(("p", "q"), ("q", "r"))), fact("p", "a"), fact("q", "b"), fact("r", "c", "d")
    )

    assert indispensable(both) == {"b"}


def test_documents_behind_a_proof_of_many_ways_are_found_at_once():
    """Each of 40 levels needs both facts of the next one: 2^40 ways down to one sentence."""
    ladder = [
        fact(f"{side}{level}", by=((f"a{level + 1}", f"b{level + 1}"),))
        for level in range(40)
        for side in "ab"
    ]

    assert indispensable(proof(*ladder, fact("a40", "x"), fact("b40", "x", "y"))) == {"x"}
