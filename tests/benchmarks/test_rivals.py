"""The table of rivals: its judge by hand-made graphs, and its scenarios with nightloom alone."""

import pytest

from benchmarks.rivals import behaviours, corpus, judge
from benchmarks.rivals.corpus import Statement
from benchmarks.rivals.drivers.protocol import Fact, Name, passages
from benchmarks.rivals.judge import Reading
from benchmarks.rivals.sessions import RIVALS
from graphdb import Graph


def reading(weights=(), **what):
    """A reading with these, by kind."""
    made = Reading(weights=dict(weights))
    for kind, several in what.items():
        for each in several:
            made.add(kind, each)
    return made


@pytest.mark.parametrize(
    ("got", "words"),
    [
        (reading(entities="ab", facts="f"), "kept"),
        (reading(entities="aabb", facts="f"), "2 duplicate entities (2 → 4)"),
        (reading(entities="abc", facts=""), "1 stale entity, 1 fact lost"),
        (reading(entities="ab", facts="f", weights={"f": [0.9, 2]}), "1 confidence outdated"),
    ],
)
def test_difference_says_what_is_wrong_in_numbers(got, words):
    wanted = reading(entities="ab", facts="f", weights={"f": [0.6, 1]})
    got.weights = got.weights or wanted.weights

    assert judge.difference(got, wanted) == words


def test_passages_carry_what_their_own_text_says():
    first, second = [Statement("Ada", "KNOWS", "Bea")], [Statement("Bea", "KNOWS", "Cy", 0.5)]
    document = corpus.document("doc", first, second)

    one, other = passages(document.to_dict())

    assert one.text + other.text == document.document.text
    assert [name.name for name in one.entities] == ["Ada", "Bea"]
    assert other.facts == [Fact(Name("Person", "Bea"), "KNOWS", Name("Person", "Cy"), 0.5)]


@pytest.fixture
def bench(server, driver, ontology, prepared):
    """nightloom's column; puts back the schema that the table takes away with the graph."""
    bench = behaviours.Bench(RIVALS[0], server.uri, server.auth, driver)
    yield bench
    bench.empty()
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        graph.prepare()


def test_nightloom_keeps_what_the_second_witness_says(bench):
    assert behaviours.delete_first_witness(bench) == "kept"


def test_nightloom_refuses_the_bad_document_alone(bench):
    assert behaviours.one_bad_among_twenty(bench) == "19 kept, 1 refused with a reason"
