"""A fact that a person called wrong is gone, with what followed, until that is withdrawn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Decision, DecisionError, Verdict
from graphdb.identity import Clusters, Denials, meant
from tests.rules import ruleset
from tests.strategies import ENDS, extraction

ADA = ("Ada", "WORKS_FOR", "IBM")
BOB = ("Bob", "WORKS_FOR", "Big Blue")
SEAT = ("IBM", "BASED_IN", "Armonk", 0.5)
LIVES = ("Ada", "WORKS_IN", "Armonk", 0.7)
POOL = [
    extraction(ADA, SEAT, id="a"),
    extraction(BOB, ADA, id="b"),
    extraction(("Big Blue", "BASED_IN", "Armonk"), id="c"),
    extraction(LIVES, BOB, id="d"),
    extraction(("Ada", "MARRIED_TO", "Bob"), SEAT, id="e"),
]
SAME = Decision(kind="same", type="Organization", one="IBM", other="Big Blue", by="eve", at="2026")


def verdict(subject, type_, object_, kind="wrong"):
    ends = ENDS[type_]
    return Verdict(
        kind=kind, type=type_, subject=subject, subject_type=ends[0], object=object_,
        object_type=ends[1], by="eve", at="2026",
    )  # fmt: skip


SAYABLE = [
    verdict(*ADA),
    verdict(*BOB, "wrong_ends"),
    verdict(*SEAT[:3], "wrong_type"),
    verdict(*LIVES[:3]),
    verdict("Bob", "WORKS_IN", "Armonk"),
    verdict("Bob", "MARRIED_TO", "Ada"),
    verdict("Big Blue", "BASED_IN", "Armonk"),
    verdict(*ADA, "right"),
]


@pytest.fixture
def rules(ontology):
    return ruleset(["works-in"], ontology)


def said(graph, rules, *verdicts):
    graph.judge(verdicts)
    graph.infer(rules)


def test_wrong_fact_goes_with_what_followed_from_it_and_stays_out(graph, reader, rules):
    graph.upsert(POOL[:1])
    graph.infer(rules)
    assert ("Ada", "WORKS_IN", "Armonk") in reader.triples()

    said(graph, rules, verdict(*ADA))
    again = extraction(ADA, SEAT, ADA, id="a")
    graph.upsert([again, POOL[1]])
    graph.infer(rules)

    assert ("Ada", "WORKS_FOR", "IBM") not in reader.triples()
    assert ("Ada", "WORKS_IN", "Armonk") not in reader.triples()
    assert ("Bob", "WORKS_FOR", "Big Blue") in reader.triples()
    assert graph.audit() == []


def test_denying_says_who_keeps_a_fact_out_by_any_name_of_its_ends(graph, rules):
    graph.upsert(POOL)
    graph.infer(rules)
    wrong, derived = verdict(*ADA), verdict("Bob", "WORKS_IN", "Armonk")

    said(graph, rules, wrong, derived, verdict(*BOB, "right"))

    assert graph.denying("ada", "WORKS_FOR", "IBM") == [wrong]
    assert graph.denying("Bob", "WORKS_IN", "Armonk") == [derived]
    assert graph.denying("Bob", "WORKS_FOR", "Big Blue") == []
    assert graph.denying("Nobody", "WORKS_FOR", "IBM") == []
    graph.withdraw_verdicts([wrong.key])
    assert graph.denying("Ada", "WORKS_FOR", "IBM") == []


def test_withdrawn_verdict_leaves_no_trace(graph, rules):
    graph.upsert(POOL)
    graph.infer(rules)
    before = list(graph.dump())
    said(graph, rules, *SAYABLE[:6])
    assert list(graph.dump()) != before

    gone = graph.withdraw_verdicts(each.key for each in SAYABLE[:6])
    graph.infer(rules)

    assert len(gone) == 6
    assert graph.verdicts() == []
    assert list(graph.dump()) == before


def test_derived_fact_called_wrong_is_concluded_no_more(graph, reader, rules):
    graph.upsert(POOL[:2])
    graph.infer(rules)
    said(graph, rules, verdict("Ada", "WORKS_IN", "Armonk"))
    graph.upsert([extraction(SEAT, ADA, id="f")])
    graph.infer(rules)

    assert ("Ada", "WORKS_IN", "Armonk") not in reader.triples()
    assert ("Ada", "WORKS_FOR", "IBM") in reader.triples()


def test_fact_called_right_stays_as_it_is(graph, rules):
    graph.upsert(POOL)
    graph.infer(rules)
    before = list(graph.dump())

    said(graph, rules, verdict(*ADA, "right"))

    assert list(graph.dump()) == before
    assert [each.kind for each in graph.verdicts()] == ["right"]


def test_later_verdict_takes_the_place_of_an_earlier_one(graph, reader, rules):
    graph.upsert(POOL[:1])
    said(graph, rules, verdict(*ADA))
    said(graph, rules, verdict("ADA", "WORKS_FOR", "ibm", "right"))

    assert ("Ada", "WORKS_FOR", "IBM") in reader.triples()
    assert len(graph.verdicts()) == 1


def test_verdict_follows_names_that_become_one(graph, reader, rules):
    graph.upsert([extraction(ADA, id="a"), extraction(("Ada", "WORKS_FOR", "Big Blue"), id="b")])
    said(graph, rules, verdict(*ADA))
    assert reader.triples() == {("Ada", "WORKS_FOR", "Big Blue")}

    graph.decide(SAME)
    graph.infer(rules)

    assert not reader.triples()
    assert graph.audit() == []


def test_crash_before_documents_follow_is_made_good(graph, reader, rules):
    graph.upsert(POOL[:1])
    rows = [
        {
            "key": verdict(*ADA).key, "kind": "wrong", "type": "WORKS_FOR", "subject": "Ada",
            "subject_type": "Person", "object": "IBM", "object_type": "Organization", "by": "",
            "at": "", "reason": "",
        }
    ]  # fmt: skip
    graph._judging(None)._write("verdicts/put", rows=rows)
    said(graph, rules)

    assert ("Ada", "WORKS_FOR", "IBM") not in reader.triples()


@pytest.mark.parametrize("wrong", [{"type": "ADORES"}, {"subject_type": "Ghost"}])
def test_verdict_on_what_the_ontology_does_not_know_is_refused(graph, wrong):
    given_verdict = {
        "kind": "wrong", "type": "WORKS_FOR", "subject": "a", "subject_type": "Person",
        "object": "b", "object_type": "Organization",
    } | wrong  # fmt: skip
    with pytest.raises(DecisionError, match="the ontology has no"):
        graph.judge(Verdict(**given_verdict))
    assert graph.verdicts() == []


def test_name_that_means_something_within_its_document_is_denied_in_each():
    (pair,) = meant(verdict(*ADA))
    begun = Denials(_within_documents=((pair[0][:8], "WORKS_FOR", pair[1]),))

    assert Denials.of([verdict(*ADA)], Clusters(), {}).has(pair[0], "WORKS_FOR", pair[1])
    assert begun.has(pair[0], "WORKS_FOR", pair[1])
    assert not begun.has(pair[0], "WORKS_IN", pair[1])
    assert not begun.has(pair[1], "WORKS_FOR", pair[1])


def test_record_says_whose_verdict_it_was(graph, rules):
    from graphdb.history import history_of
    from graphdb.identity import entity_key

    graph.upsert(POOL[:1])
    said(graph, rules, verdict(*ADA))
    past = history_of(graph.connection, [entity_key("Person", "Ada")]).changes

    assert "Ada WORKS_FOR IBM is wrong (said by eve)" in past[-1].decisions or any(
        "is wrong" in text for change in past for text in change.decisions
    )


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.sampled_from(POOL)),
        st.tuples(st.just("retract"), st.sampled_from([each.document.id for each in POOL])),
        st.tuples(st.just("judge"), st.sampled_from(SAYABLE)),
        st.tuples(st.just("withdraw"), st.sampled_from(SAYABLE)),
        st.tuples(st.just("decide"), st.just(SAME)),
        st.tuples(st.just("infer"), st.none()),
    ),
    min_size=3,
    max_size=9,
)


@settings(max_examples=40)
@given(actions=ACTIONS)
def test_any_history_with_verdicts_equals_a_fresh_build(graph, empty, rules, actions):
    """With the same documents, the same decisions and the same verdicts there is one graph."""
    empty()
    documents, verdicts, decided = {}, {}, []
    for action, what in actions:
        if action == "upsert":
            graph.upsert(what)
            documents[what.document.id] = what
        elif action == "retract":
            graph.retract(what)
            documents.pop(what, None)
        elif action == "judge":
            graph.judge(what)
            verdicts[what.key] = what
        elif action == "withdraw":
            graph.withdraw_verdicts([what.key])
            verdicts.pop(what.key, None)
        elif action == "decide":
            graph.decide(what)
            decided = [what]
        else:
            graph.infer(rules)
    graph.infer(rules)
    lived = list(graph.dump())

    empty()
    graph.decide(decided)
    graph.judge(verdicts.values())
    graph.upsert(documents.values())
    graph.infer(rules)

    assert lived == list(graph.dump())
    assert graph.audit() == []
