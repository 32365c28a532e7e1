"""Names that mean one thing meet, those that do not stay apart, and any history ends alike."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.facts import Chunk, Document, Entity, Extraction, Mention, Span
from graphdb import Decision, DecisionError, Ontology
from graphdb.asking import entities_called
from graphdb.graph import Graph
from graphdb.resolution.meeting import LARGEST_BLOCK
from graphdb.rules import RuleSet
from tests.strategies import extraction

QUEUE = (Path(__file__).parents[2] / "samples/queries/12-review-queue.cypher").read_text("utf-8")
BORN = {"1901": "3 March 1901", "1977": "9 May 1977"}


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    ontology = Ontology.model_validate(
        {
            "entities": {
                "Person": {"identity": "resolved"},
                "Organization": {"identity": "resolved"},
                "Location": {},
                "Work": {},
                "Time": {"value": "date"},
            },
            "relations": {
                "WORKS_FOR": {"subject": ["Person"], "object": ["Organization"]},
                "WORKS_IN": {"subject": ["Person"], "object": ["Location"]},
                "BASED_IN": {"subject": ["Organization"], "object": ["Location"]},
                "BORN": {"subject": ["Person"], "object": ["Time"], "functional": True},
            },
        }
    )
    ontology.check()
    return ontology


def organizations(reader):
    return {name for type_, name in reader.entities() if type_ == "Organization"}


def resolve(graph, **how):
    resolution = graph.resolve(**how)
    graph.infer(RuleSet.of([], graph.ontology))
    assert graph.audit() == []
    return resolution


ADA = ("Ada", "WORKS_FOR", "Acme Widgets Ltd")
BOB = ("Bob", "WORKS_FOR", "The Acme Widgets")


def test_names_that_differ_in_a_legal_form_become_one_thing_that_says_why(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])

    (decision,) = resolve(graph).made

    assert organizations(reader) == {"Acme Widgets Ltd"}
    assert (decision.by, decision.kind) == ("resolve", "same")
    assert "legal form" in decision.reason
    assert 0.87 <= decision.score <= 1


def test_resolving_twice_weighs_nothing_and_changes_nothing(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    resolve(graph)
    before = list(graph.dump())

    again = resolve(graph)

    assert (again.n_names, again.made, again.withdrawn) == (0, (), ())
    assert list(graph.dump()) == before
    assert resolve(graph, whole=True).made == ()
    assert list(graph.dump()) == before


def test_dry_run_says_what_it_would_do_and_leaves_it_to_the_next(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    before = list(graph.dump())

    assert len(graph.resolve(dry_run=True).made) == 1
    assert list(graph.dump()) == before
    assert graph.decisions() == []
    assert len(graph.resolve().made) == 1


def test_merge_goes_with_the_last_document_that_has_one_of_its_names(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    resolve(graph)

    graph.retract("b")
    gone = resolve(graph).withdrawn

    assert len(gone) == 1
    assert graph.decisions() == []


def test_what_a_person_split_is_not_joined_again(graph, reader):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    resolve(graph)
    (entity,) = entities_called(graph.connection, graph.ontology, "The Acme Widgets")

    graph.split(entity.key, by="eve")
    resolve(graph, whole=True)

    assert organizations(reader) == {"Acme Widgets Ltd", "The Acme Widgets"}
    assert [(each.kind, each.by) for each in graph.decisions()] == [("distinct", "eve")]


def test_abbreviation_that_a_text_gives_is_followed_everywhere(graph, reader):
    text = ("Cy", "WORKS_FOR", "Nordic Rail Agency")
    graph.upsert([extraction(text, id="a"), equated("Nordic Rail Agency", "NRA", id="b")])

    (decision,) = resolve(graph).made

    assert len(organizations(reader)) == 1
    assert "a text gives one as the abbreviation of the other" in decision.reason


@pytest.mark.parametrize("before", ["🙂🙂🙂🙂🙂 ", "", "The agency. " * 5])
@pytest.mark.parametrize("brackets", ["()", "（）"])
def test_bracket_is_found_wherever_it_stands(graph, before, brackets):
    """Places count characters, however many bytes or half characters a server makes of one."""
    given = equated("Nordic Rail Agency", "NRA", id="b", before=before, brackets=brackets)
    graph.upsert(given)

    assert len(resolve(graph).made) == 1


@pytest.mark.parametrize(
    ("between", "behind"),
    [(", formerly known as ", ","), (" (also known as ", ")"), (" is now ", ".")],
)
def test_text_that_says_in_words_that_two_names_are_one_joins_them(graph, between, behind):
    graph.upsert([equated("Apex Rail", "Acme Works", id="a", between=between, behind=behind)])

    (decision,) = resolve(graph).made

    assert decision.reason == "a text says that one is also called the other"


def test_two_things_are_asked_about_once_however_many_names_they_have(graph, reader):
    names = ("Nordic Rail Agency", "Nordic Rail Agency Ltd", "The Nordic Rail Agency", "NRA")
    graph.upsert(
        [
            extraction((person, "WORKS_FOR", name), id=person)
            for person, name in zip(("Ada", "Bob", "Cy", "Di"), names, strict=True)
        ]
    )

    resolution = resolve(graph)

    assert len(organizations(reader)) == 2
    assert len(resolution.review) == 1
    assert len(reader.rows("MATCH ()-[pair:TO_REVIEW]->() RETURN pair")) == 1


def test_nobody_is_asked_about_another_name_of_a_thing_that_was_told_apart(graph):
    names = ("Harbour Rail Agency", "Harbour Rail Agency Ltd", "HRA")
    graph.upsert([extraction(("Ada", "WORKS_FOR", name), id=name) for name in names[:2]])
    graph.upsert(extraction(("Bob", "WORKS_FOR", names[2]), id="c"))
    (question,) = resolve(graph).review
    whole = next(each for each in (question.one, question.other) if each != "HRA")

    distinct = {"kind": "distinct", "type": "Organization", "by": "eve"}
    graph.decide(Decision(one=whole, other="HRA", **distinct))

    assert resolve(graph).review == resolve(graph, whole=True).review == ()


def test_names_that_were_compared_by_other_rules_are_all_weighed_anew(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    resolve(graph)
    graph.connection.write(
        lambda tx: tx.run("MATCH (version:SchemaVersion) SET version.resolution = 1 FINISH")
    )

    assert graph.resolve(dry_run=True).n_names > 0
    assert resolve(graph).n_names > 0
    assert resolve(graph).n_names == 0


@pytest.mark.parametrize("is_tried_first", [False, True])
def test_names_of_which_too_many_are_alike_by_now_are_weighed_anew(graph, is_tried_first):
    """Also where the block became too large in a dry run: the next resolution knows of it."""
    initials = [("J. Keene", "WORKS_FOR", "Acme"), ("Joan Keene", "WORKS_FOR", "Acme")]
    graph.upsert([extraction(fact, id=fact[0]) for fact in initials])
    (merge,) = resolve(graph).made

    names = [f"J{one}{two}x Keene" for one in "aeiou" for two in "bcdfghklmpst"]
    many = [(name, "WORKS_FOR", f"Firm {number}") for number, name in enumerate(names)]
    graph.upsert(extraction(*many[:LARGEST_BLOCK], id="many"))
    if is_tried_first:
        assert graph.resolve(dry_run=True).withdrawn == (merge,)

    assert resolve(graph).withdrawn == (merge,)
    graph.retract(["many"])
    assert [(each.one, each.other) for each in resolve(graph).made] == [(merge.one, merge.other)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Bank"),
        ("Summit Works 1", "Summit Works 2"),
        ("Pius Works XI", "Pius Works XII"),
        ("Nordic Rail Agency", "NRA"),
        ("Harbour Works", "Harbor Words"),
    ],
)
def test_names_that_may_be_anybodys_are_not_joined(graph, one, other):
    graph.upsert(
        [
            extraction(("Ada", "WORKS_FOR", one), id="a"),
            extraction(("Bob", "WORKS_FOR", other), id="b"),
        ]
    )

    assert resolve(graph).made == ()


@pytest.mark.parametrize("place", ["", "Ghent"])
def test_abbreviation_is_left_to_a_person_even_in_one_town(graph, place):
    """Many an agency of a town has these letters: only what few things have in common counts."""
    seat = [(name, "BASED_IN", place) for name in ("Nordic Rail Agency", "NRA") if place]
    said = seat or [("Ada", "WORKS_FOR", "Nordic Rail Agency"), ("Bob", "WORKS_FOR", "NRA")]
    graph.upsert([extraction(each, id=str(number)) for number, each in enumerate(said)])

    resolution = resolve(graph)

    assert resolution.made == ()
    assert [{each.one, each.other} for each in resolution.review] == [{"Nordic Rail Agency", "NRA"}]


AGENCY = [("Ada", "WORKS_FOR", "Nordic Rail Agency"), ("Bob", "WORKS_FOR", "NRA")]
ASKED = [{"Nordic Rail Agency", "NRA"}]


def waiting(reader):
    """The names of the pairs that the saved query lists."""
    return [{one, other} for one, other, *_ in reader.rows(QUEUE)]


@pytest.mark.parametrize("how", [{}, {"whole": True, "dry_run": True}])
def test_pairs_for_a_person_are_in_the_graph_with_score_and_reason(graph, reader, how):
    graph.upsert([extraction(each, id=each[0]) for each in AGENCY])

    (question,) = resolve(graph, **how).review

    ((one, other, type_, score, reason),) = reader.rows(QUEUE)
    assert [{one, other}] == ASKED == [{question.one, question.other}]
    assert (type_, score, reason) == ("Organization", round(question.score, 2), question.reason)
    resolve(graph, whole=True)
    assert waiting(reader) == ASKED


@pytest.mark.parametrize("kind", ["same", "distinct"])
def test_a_pair_that_is_decided_waits_no_longer(graph, reader, kind):
    graph.upsert([extraction(each, id=each[0]) for each in AGENCY])
    resolve(graph)
    one, other = ASKED[0]

    graph.decide(Decision(kind=kind, type="Organization", one=one, other=other, by="eve"))

    assert waiting(reader) == []
    resolve(graph)
    assert waiting(reader) == []


def test_a_pair_waits_as_what_its_names_are_one_with(graph, reader):
    graph.upsert([extraction(each, id=each[0]) for each in AGENCY])
    graph.upsert(extraction(("Cy", "WORKS_FOR", "Zebra Works"), id="c"))
    resolve(graph)

    same = {"kind": "same", "type": "Organization", "by": "eve"}
    graph.decide(Decision(one="Zebra Works", other="Nordic Rail Agency", **same))

    (pair,) = waiting(reader)
    (whole,) = entities_called(graph.connection, graph.ontology, "Zebra Works")
    assert pair == {"NRA", whole.name}


def test_a_pair_goes_with_the_last_document_that_has_a_name_of_it(graph, reader):
    graph.upsert([extraction(each, id=each[0]) for each in AGENCY])
    resolve(graph)

    graph.retract("Bob")

    assert waiting(reader) == []
    resolve(graph)
    assert waiting(reader) == []
    assert reader.rows("MATCH ()-[pair:TO_REVIEW]-() RETURN pair") == []


def test_queue_comes_back_with_a_backup(graph, reader):
    graph.upsert([extraction(each, id=each[0]) for each in AGENCY])
    resolve(graph)
    before = reader.rows(QUEUE)
    with graph.lease("test", "kept") as lease:
        kept = list(graph.backup(lease))
    graph.clear()
    graph.prepare()
    with graph.lease("test", "restored") as lease:
        graph.restore(kept, lease)

    assert reader.rows(QUEUE) == before != []


def test_abbreviation_is_followed_where_both_have_a_person_in_common(graph):
    both = [("Ada", "WORKS_FOR", name) for name in ("Nordic Rail Agency", "NRA")]
    graph.upsert([extraction(each, id=str(number)) for number, each in enumerate(both)])

    assert len(resolve(graph).made) == 1


def test_namesakes_are_told_apart_by_what_only_one_has_and_put_together_by_a_person(graph, reader):
    documents = [born("John Keene", "1901", id="a"), born("John Keene", "1977", id="b")]
    graph.upsert([*documents, extraction(("John Keene", "WORKS_FOR", "Acme"), id="c")])
    before = list(graph.dump())

    (decision,) = resolve(graph).made

    assert (decision.kind, decision.documents) == ("apart", ("b",))
    assert "BORN" in decision.reason
    namesakes = entities_called(graph.connection, graph.ontology, "John Keene")
    assert [each.name for each in namesakes] == ["John Keene", "John Keene"]
    assert graph.violations() == []
    graph.decide(Decision(kind="whole", type="Person", one="John Keene", by="eve"))
    assert list(graph.dump()) == before
    assert resolve(graph, whole=True).made == ()


def test_document_that_is_forgotten_is_named_by_no_decision(graph):
    graph.upsert([born("John Keene", "1901", id="a"), born("John Keene", "1977", id="b")])
    resolve(graph)

    receipt = graph.forget("b")

    assert receipt.is_forgotten
    assert graph.decisions() == []


def test_namesakes_of_one_country_are_told_apart(graph):
    """Many people of one name are of one country: that says nothing of who they are."""
    told = [
        extraction((name, "BORN", BORN[year]), (name, "WORKS_IN", "France"), id=year)
        for name, year in (("John Keene", "1901"), ("John Keene", "1977"))
    ]
    graph.upsert(told)

    (decision,) = resolve(graph).made

    assert (decision.kind, decision.documents) == ("apart", ("1977",))


def test_what_resolution_decided_is_undone_and_what_people_decided_stays(graph):
    graph.upsert([extraction(ADA, id="a"), extraction(BOB, id="b")])
    before = list(graph.dump())
    own = Decision(kind="distinct", type="Person", one="Ada", other="Bob", by="eve")
    graph.decide(own)
    (made,) = resolve(graph).made

    assert graph.undo_resolution() == [made]
    assert graph.decisions() == [own]
    assert list(graph.dump()) == before
    assert [each.key for each in resolve(graph).made] == [made.key]


def test_date_that_is_wrong_of_the_same_person_is_a_contradiction_and_no_namesake(graph):
    graph.upsert(
        [
            born("John Keene", "1901", works_for="Acme", id="a"),
            born("John Keene", "1977", works_for="Acme", id="b"),
        ]
    )

    assert resolve(graph).made == ()
    assert len(graph.violations()) == 1


def born(name, year, works_for="", *, id):  # noqa: A002
    sentences = [(name, "BORN", BORN[year])]
    if works_for:
        sentences.append((name, "WORKS_FOR", works_for))
    return extraction(*sentences, id=id)


def equated(long, short, id, before="", brackets="()", between="", behind=""):  # noqa: A002
    """Return a document that says "LONG (SHORT)", as two entities."""
    between, behind = between or f" {brackets[0]}", behind or brackets[1]
    text = f"{before}{long}{between}{short}{behind} It was founded."
    start = len(before)
    inside = start + len(long) + len(between)
    ends = [(start, start + len(long), long), (inside, inside + len(short), short)]
    return Extraction(
        document=Document(id=id, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(
            Entity("Organization", name, (Mention(Span(start, end), name, 0.9),))
            for start, end, name in ends
        ),
        relations=(),
        extractor="by hand",
    )


NAMES = ("Acme Widgets", "Acme Widgets Ltd", "Widgets Acme", "Acme Widget", "Bolt Works", "Bolt")
pairs = st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)).filter(lambda p: p[0] != p[1])
contents = st.lists(
    st.tuples(st.sampled_from(("Ada", "Bob")), st.just("WORKS_FOR"), st.sampled_from(NAMES)),
    max_size=3,
)
births = st.lists(st.sampled_from(sorted(BORN)), max_size=1)
steps = st.one_of(
    st.tuples(st.just("document"), st.sampled_from("abcd"), contents, births),
    st.tuples(st.just("retract"), st.sampled_from("abcd"), st.none(), st.none()),
    st.tuples(st.just("resolve"), st.none(), st.none(), st.none()),
    st.tuples(st.sampled_from(("same", "distinct")), pairs, st.none(), st.none()),
    st.tuples(st.just("split"), st.sampled_from(NAMES), st.none(), st.none()),
)


@settings(max_examples=60)
@given(st.lists(steps, max_size=8))
def test_resolution_after_any_history_ends_where_it_would_after_a_fresh_build(
    server, prepared, empty, ontology, history
):
    """Documents, people's decisions, rules: what resolution makes of them has no history."""
    empty()
    documents = {}
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        graph.prepare()
        for step, what, content, years in history:
            if step == "document":
                told = [("John Keene", "BORN", BORN[year]) for year in years]
                documents[what] = extraction(*content, *told, id=what)
                graph.upsert(documents[what])
            elif step == "retract":
                documents.pop(what, None)
                graph.retract(what)
            elif step == "resolve":
                graph.resolve()
            elif step == "split":
                for entity in entities_called(graph.connection, ontology, what):
                    graph.split(entity.key, by="eve")
            else:
                one, other = what
                try:
                    graph.decide(
                        Decision(kind=step, type="Organization", one=one, other=other, by="eve")
                    )
                except DecisionError:
                    continue
        resolve(graph)
        by_people = [each for each in graph.decisions() if not each.is_by_resolution]
        after, found = list(graph.dump()), decided(graph)

        graph.clear()
        graph.prepare()
        graph.decide(by_people)
        graph.upsert(documents.values())
        resolve(graph)

        assert decided(graph) == found
        assert list(graph.dump()) == after


def decided(graph):
    return {(each.key, each.kind, each.score, each.documents) for each in graph.decisions()}
