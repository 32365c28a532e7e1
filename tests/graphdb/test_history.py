"""What came, went and was restated is on record, with its reason."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Decision
from graphdb.history import (
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    prune,
    record_run,
    recorded_run,
    recorded_since,
)
from graphdb.identity import entity_key, fact_key
from graphdb.queries import cypher
from tests.graphdb.writers import rules as works_in
from tests.rules import RULES, ruleset
from tests.strategies import contents, extraction, extractions

ADA = ("Ada", "WORKS_FOR", "Acme")
SEAT = ("Acme", "BASED_IN", "Ghent")
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def rules(ontology):
    return works_in(ontology)


def told(changed):
    """What became of each fact, in words."""
    return {
        (fact.kind, fact.subject, fact.type, fact.object, fact.reason) for fact in changed.facts
    }


def night(graph, run, documents=(), gone=(), rules=None):
    """Spend a night, and return what it changed."""
    with graph.lease("test", run) as lease:
        graph.upsert(documents, lease)
        graph.retract(gone, lease)
        if rules:
            graph.infer(rules, lease)
    return changes_of_run(graph.connection, run)


def test_night_says_what_came_and_because_of_which_document(graph):
    changed = night(graph, "first", [extraction(ADA, id="a"), extraction(SEAT, id="b")])

    assert told(changed) == {("came", *ADA, "a"), ("came", *SEAT, "b")}


def test_all_changes_are_counted_however_few_are_asked_for(graph):
    people = [f"P{number}" for number in range(9)]
    night(graph, "first", [extraction(SEAT, id="a")])
    documents = [extraction((name, *ADA[1:]), id=name) for name in people]
    whole = night(graph, "second", documents, gone=["a"])

    for most in (0, 1, 4, 100):
        first = changes_of_run(graph.connection, "second", most=most)
        assert first.facts == whole.facts[:most]
        assert first.counts == {"came": 9, "went": 1, "restated": 0}


def test_same_night_again_changes_nothing(graph):
    documents = [extraction(ADA, id="a")]
    night(graph, "first", documents)

    assert night(graph, "second", documents).facts == ()


def test_edit_says_what_went_and_what_is_surer_now(graph):
    night(graph, "first", [extraction((*ADA, 0.5), id="a"), extraction(SEAT, id="b")])

    changed = night(graph, "second", [extraction((*ADA, 0.75), id="a"), extraction("Bob", id="b")])

    restated = next(fact for fact in changed.facts if fact.kind == "restated")
    assert (restated.before.confidence, restated.after.confidence) == (0.5, 0.75)
    assert told(changed) == {("restated", *ADA, "a"), ("went", *SEAT, "b")}


def test_retracted_document_brings_back_what_it_had_superseded(graph, reader):
    """The surer document goes: the fact is as sure as it was before that came."""
    night(graph, "first", [extraction((*ADA, 0.5), id="a")])
    before = reader.weights()
    night(graph, "second", [extraction((*ADA, 0.75), id="b")])

    changed = night(graph, "third", gone=["b"])

    (restated,) = changed.facts
    assert (restated.before.confidence, restated.after.confidence) == (0.75, 0.5)
    assert (restated.before.witnesses, restated.after.witnesses) == (2, 1)
    assert reader.weights() == before


def test_document_under_another_name_changes_no_fact(graph):
    night(graph, "first", [extraction(ADA, id="a")])

    assert night(graph, "second", [extraction(ADA, id="b")], gone=["a"]).facts == ()


def test_conclusions_come_and_go_because_of_a_rule(graph, rules):
    first = night(graph, "first", [extraction(ADA, id="a"), extraction(SEAT, id="b")], rules=rules)
    second = night(graph, "second", gone=["b"], rules=rules)

    derived = ("Ada", "WORKS_IN", "Ghent")
    assert ("came", *derived, "rule works-in") in told(first)
    assert ("went", *derived, "rule works-in") in told(second)


def test_decision_is_the_reason_for_what_it_changes(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(("Ada", "WORKS_FOR", "ACME Inc"), id="b")])
    decision = Decision(kind="same", type="Organization", one="Acme", other="ACME Inc", by="Eve")

    with graph.lease("test", "merge") as lease:
        graph.decide(decision, lease)

    reasons = {fact.reason for fact in changes_of_run(graph.connection, "merge").facts}
    assert any("Acme is ACME Inc (Organization, decided by Eve)" in reason for reason in reasons)


def test_history_names_a_document_that_states_a_fact_no_longer_and_others_do(graph):
    """Of its ends the document says nothing more, and its record is found by them all the same."""
    night(graph, "first", [extraction((*ADA, 0.75), id="a"), extraction((*ADA, 0.5), id="b")])
    night(graph, "second", [extraction(SEAT, id="a")])

    past = history_of(graph.connection, [entity_key("Person", "Ada")]).changes

    assert [(c.kind, c.documents) for c in past] == [("came", ("a", "b")), ("restated", ("a",))]


def test_history_of_an_entity_is_in_order_and_outlives_it(graph):
    night(graph, "first", [extraction((*ADA, 0.5), id="a")])
    night(graph, "second", [extraction((*ADA, 0.75), id="a")])
    night(graph, "third", gone=["a"])

    past = history_of(graph.connection, [entity_key("Person", "Ada")]).changes

    assert [change.kind for change in past] == ["came", "restated", "went"]
    assert [change.run for change in past] == ["first", "second", "third"]


def test_facts_as_of_a_moment_are_what_they_were_before_later_changes(graph):
    night(graph, "first", [extraction((*ADA, 0.5), id="a")])
    moment = datetime.now(UTC)
    night(graph, "second", [extraction(SEAT, id="b")], gone=["a"])

    keys = [entity_key("Organization", "Acme")]
    since = changes_about(graph.connection, keys, moment)

    assert {(c.subject, c.type, c.before is not None) for c in since.facts} == {
        ("Ada", "WORKS_FOR", True),
        ("Acme", "BASED_IN", False),
    }


def test_what_of_a_history_was_not_read_is_said(graph, monkeypatch):
    night(graph, "first", [extraction(ADA, SEAT, id="a")])
    night(graph, "second", gone=["a"])
    acme = entity_key("Organization", "Acme")
    ada = fact_key(entity_key("Person", "Ada"), "WORKS_FOR", acme)
    monkeypatch.setattr("graphdb.history.changes.MOST_RECORDS", 3)

    whole = history_of(graph.connection, [acme])
    one = history_of(graph.connection, [acme], [ada])
    about = changes_about(graph.connection, [acme])

    assert (len(whole.changes), whole.is_cut, about.is_cut) == (3, True, True)
    assert ([change.kind for change in one.changes], one.is_cut) == (["came", "went"], False)


def test_changes_of_one_kind_are_the_first_of_that_kind_and_all_are_counted(graph):
    night(graph, "first", [extraction(ADA, id="a")])
    night(graph, "second", [extraction(SEAT, ("Bob", "WORKS_FOR", "Acme"), id="a")])

    went = changes_of_run(graph.connection, "second", most=1, kind="went")

    assert told(went) == {("went", *ADA, "a")}
    assert went.counts == {"came": 2, "went": 1, "restated": 0}
    assert (went.n_of("came"), went.n_of()) == (2, 3)


def test_night_is_found_by_the_name_of_its_run(graph):
    with graph.lease("test", "first") as lease:
        record_run(graph.connection, lease, "notes")

    assert recorded_run(graph.connection, "first").source == "notes"
    assert recorded_run(graph.connection, "another") is None


def test_old_records_are_pruned_and_the_beginning_moves_along(graph, reader):
    graph.prepare()
    night(graph, "first", [extraction(ADA, id="a")])
    reader.rows("MATCH (c:RecordedDocument) SET c.at = c.at - duration({days: 40}) RETURN 1")
    reader.rows("MATCH (v:SchemaVersion) SET v.recorded_since = datetime({year: 2020}) RETURN 1")
    night(graph, "second", [extraction(SEAT, id="b")])

    assert prune(graph.connection, days=30) == 1

    assert told(changes_since(graph.connection, LONG_AGO)) == {("came", *SEAT, "b")}
    assert recorded_since(graph.connection).year > 2020


def test_old_records_of_rules_are_pruned_fact_by_fact(graph, rules, reader):
    graph.prepare()
    documents = [extraction(ADA, ("Bob", "WORKS_FOR", "Acme"), id="a"), extraction(SEAT, id="b")]
    night(graph, "first", documents, rules=rules)
    reader.rows("MATCH (c:RecordedConclusions) SET c.at = c.at - duration({days: 40}) RETURN 1")

    assert prune(graph.connection, days=30) == 2  # that Ada and Bob work in Ghent


def test_forgotten_premise_takes_what_followed_from_it_out_of_lists(graph, rules, reader):
    """What else was recorded in the same list stays, with its own premises."""
    documents = [
        extraction(ADA, id="a"),
        extraction(("Bob", "WORKS_FOR", "Acme"), id="b"),
        extraction(SEAT, id="c"),
    ]
    night(graph, "first", documents, rules=rules)
    one_list = reader.rows("MATCH (r:RecordedConclusions) RETURN size(r.facts)")

    graph.forget("a", rules=rules)

    bob = entity_key("Person", "Bob")
    stated = reader.rows("MATCH (:Entity)-[f]->(:Entity) WHERE NOT f.derived RETURN f.key")
    ((name, premises),) = reader.rows(
        "MATCH (c:RecordedChange {rule: 'works-in'}) RETURN c.subject_name, c.premises"
    )
    assert one_list == [(2,)]
    assert (name, set(premises)) == ("Bob", {key for (key,) in stated})
    assert [c.subject for c in history_of(graph.connection, [bob]).changes] == ["Bob", "Bob"]


def test_records_are_no_part_of_the_dump(graph):
    graph.upsert([extraction(ADA, id="a")])

    assert not any("Recorded" in line for line in graph.dump())


def test_forgetting_erases_what_was_recorded_because_of_a_document(graph, rules, reader):
    """Whatever else states a fact stays on record, without a word of the forgotten document."""
    documents = [extraction(ADA, id="a"), extraction(SEAT, id="b"), extraction(SEAT, id="c")]
    night(graph, "first", documents, rules=rules)

    receipt = graph.forget("a", rules=rules)

    assert receipt.is_forgotten
    assert receipt.n_records >= 2
    left = reader.rows("MATCH (c:RecordedChange) RETURN DISTINCT c.subject_name, c.object_name")
    assert left == [("Acme", "Ghent")]


def test_record_of_a_document_is_one_node_until_the_document_leaves(graph, reader):
    first = night(graph, "first", [extraction(ADA, SEAT, id="a"), extraction(SEAT, id="b")])
    one_node = reader.rows("MATCH (r:RecordedDocument) RETURN r.document, size(r.facts)")

    night(graph, "second", gone=["a"])

    assert one_node == [("a", 1)]  # of the fact that two documents brought each is a reason
    assert reader.rows("MATCH (r:RecordedDocument) RETURN r.document") == []
    assert changes_of_run(graph.connection, "first") == first


@settings(max_examples=8)
@given(
    nights=st.lists(
        st.dictionaries(st.sampled_from("abcd"), contents(), max_size=4), min_size=1, max_size=3
    )
)
def test_any_record_answers_as_one_node_for_each_fact_does(graph, reader, empty, nights):
    """As all records were once, and those of older graphs are."""
    empty()
    rules = ruleset(RULES, graph.ontology)
    corpus = {}
    for number, following in enumerate(nights):
        gone = corpus.keys() - following.keys()
        night(graph, f"night {number}", extractions(following), gone, rules)
        corpus = following
    keys = [key for (key,) in reader.rows("MATCH (e:Entity) RETURN e.key ORDER BY e.key")]

    def answers():
        runs = [changes_of_run(graph.connection, f"night {n}") for n in range(len(nights))]
        about = [changes_about(graph.connection, [key]) for key in keys]
        past = [sorted(history_of(graph.connection, [key]).changes, key=repr) for key in keys]
        return runs, about, past, changes_since(graph.connection, LONG_AGO)

    together = answers()
    graph.connection.write(lambda tx: tx.run(cypher("record/expand"), ids=list("abcd")))
    listed = reader.rows("MATCH (r:RecordedConclusions) UNWIND r.facts AS fact RETURN fact")
    facts = [fact for (fact,) in listed]
    graph.connection.write(lambda tx: tx.run(cypher("forget/expand_conclusions"), facts=facts))

    assert answers() == together
    assert reader.rows("MATCH (r:RecordedDocument|RecordedConclusions) RETURN r.run") == []


def test_forgotten_name_is_in_no_record_of_another_document(graph, reader):
    """While the forgotten document was there, the entity was called as it said."""
    graph.upsert(extraction(("Ada", "WORKS_FOR", "acme"), id="a"))
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent"), id="b"))
    before = reader.rows("MATCH (r:RecordedDocument {document: 'b'}) RETURN r.subject_names")

    graph.forget("a")

    after = reader.rows("MATCH (r:RecordedDocument {document: 'b'}) RETURN r.subject_names")
    assert ["acme" in names for (names,) in (*before, *after)] == [True, False]


@settings(max_examples=8)
@given(
    nights=st.lists(
        st.dictionaries(st.sampled_from("abcd"), contents(), max_size=4), min_size=2, max_size=4
    )
)
def test_any_history_undone_gives_the_graph_of_an_earlier_night(graph, reader, empty, nights):
    """Facts of now, with what was recorded since then taken back, are the facts of then."""
    empty()
    rules = ruleset(RULES, graph.ontology)
    weights = "MATCH (:Entity)-[f]->(:Entity) RETURN f.key, f.confidence, coalesce(f.witnesses, 0)"
    seen = []
    corpus = {}
    for number, following in enumerate(nights):
        gone = corpus.keys() - following.keys()
        night(graph, f"night {number}", extractions(following), gone, rules)
        corpus = following
        seen.append((datetime.now(UTC), {key: rest for key, *rest in reader.rows(weights)}))

    for moment, then in seen:
        facts = dict(seen[-1][1])
        for change in changes_since(graph.connection, moment).facts:
            assert (facts.get(change.key) is None) == (change.after is None)
            facts.pop(change.key, None)
            if change.before:
                facts[change.key] = [change.before.confidence, change.before.witnesses]
        assert facts == {key: pytest.approx(rest) for key, rest in then.items()}


def test_changes_about_an_entity_are_those_of_its_facts(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(("Rome", "LOCATED_IN", "Italy"), id="b")])

    about = changes_about(graph.connection, [entity_key("Person", "Ada")])

    assert {fact.object for fact in about.facts} == {"Acme"}
