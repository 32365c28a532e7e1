"""Names join in things that hold together, whatever the order; namesakes part by document."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from graphdb.identity import components
from graphdb.resolution import Equation, NameEvidence, SeenFact, namesakes, resolve_names
from graphdb.resolution.clustering import clusters

LIKE = {frozenset("ab"): 0.95, frozenset("bc"): 0.95, frozenset("de"): 0.9}


def score(one, other):
    return LIKE.get(frozenset((one, other)), 0.0)


def test_one_sure_pair_does_not_join_strangers_by_way_of_a_third():
    left, joins = clusters(map(frozenset, "abc"), score, lambda one, other: True, 0.5)

    assert left == [frozenset("ab"), frozenset("c")]
    assert [(join.one, join.other) for join in joins] == [("a", "b")]


def test_what_is_forbidden_is_not_joined():
    left, _ = clusters(map(frozenset, "ab"), score, lambda one, other: False, 0.5)

    assert left == [frozenset("a"), frozenset("b")]


@given(st.permutations("abcde"))
def test_clusters_do_not_depend_on_any_order(order):
    left, _ = clusters(map(frozenset, order), score, lambda one, other: True, 0.5)

    assert left == [frozenset("ab"), frozenset("c"), frozenset("de")]


def test_name_that_a_text_gives_joins_however_unlike_it_is_to_the_others():
    """A former name is like no other name of the thing: that says nothing against it."""
    texts = ("Apex Rail", "Apex Rail Ltd", "The Apex Rail", "Apex Rail Inc.", "Acme Works")
    said = {
        one: {other: Equation(other, frozenset("d"), is_alias=True)}
        for one, other in (("Apex Rail", "Acme Works"), ("Acme Works", "Apex Rail"))
    }
    names = {
        text: NameEvidence(key=text, type="Organization", texts=(text,), equated=said.get(text, {}))
        for text in texts
    }

    found = resolve_names(names, combinations(texts, 2), ())

    joined = [frozenset((each.one, each.other)) for each in found.merges]
    assert components(names, joined) == [frozenset(texts)]
    assert frozenset(("Apex Rail", "Acme Works")) in joined


def fact(document, type_, other, **more):
    return SeenFact(
        document=document, type=type_, is_subject=True, other=other, other_name=other, **more
    )


def keene(*facts):
    return NameEvidence(key="k", type="Person", texts=("John Keene",), facts=facts)


def test_namesake_gets_the_documents_that_share_facts_with_it_alone():
    evidence = keene(
        fact("a", "BORN", "1901"),
        fact("b", "BORN", "1901"),
        fact("c", "BORN", "1977"),
        fact("c", "WORKS_FOR", "Acme"),
        fact("d", "WORKS_FOR", "Acme"),
        fact("e", "WORKS_FOR", "Bolt"),
    )

    (namesake,) = namesakes(evidence, ["BORN"])

    assert namesake.documents == {"c", "d"}
    assert namesake.why == "BORN 1901 and 1977"


def test_facts_that_may_be_unsure_part_nobody():
    evidence = keene(fact("a", "BORN", "1901"), fact("b", "BORN", "1977", confidence=0.3))

    assert namesakes(evidence, ["BORN"]) == []


@given(st.permutations([("a", "1901"), ("b", "1901"), ("c", "1977"), ("d", "1850")]))
def test_namesakes_do_not_depend_on_the_order_of_any_facts(told):
    found = namesakes(keene(*(fact(document, "BORN", year) for document, year in told)), ["BORN"])

    assert {namesake.documents for namesake in found} == {frozenset("c"), frozenset("d")}
