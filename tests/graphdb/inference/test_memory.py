"""An inference holds the work of the moment in memory, however much it derives."""

import gc
import tracemalloc

import pytest

from graphdb.graph import Graph, GraphConfig
from graphdb.inference import InferenceConfig
from graphdb.inference.questions import Answer
from graphdb.inference.values import Derivation, Fact
from graphdb.queries import cypher
from graphdb.rules import RuleSet
from graphdb.writing import GroupConfig
from tests.strategies import extraction

N_PLACES = 24


def chain(n_places=N_PLACES):
    return extraction(*((f"P{n}", "LOCATED_IN", f"P{n + 1}") for n in range(n_places)))


@pytest.fixture(autouse=True)
def unfrozen():
    yield
    gc.unfreeze()


def inferring(graph, **config):
    config = GraphConfig(inference=InferenceConfig(transaction_rows=0, **config))
    return Graph(graph.connection, graph.ontology, config)


def counted(monkeypatch, graph, *classes):
    """Return a list that takes in how many objects of some classes live at each commit."""
    gc.freeze()  # what is there now, a million objects, is not looked through each time
    alive = []

    def count(moment):
        if moment == "infer: committed":
            alive.append(sum(type(o) in classes for o in gc.get_objects()))

    monkeypatch.setattr(graph.connection, "_reached", count)
    return alive


def test_what_was_forgotten_is_looked_up_again_and_nothing_else_comes_of_it(graph, ontology):
    rules = RuleSet.of([], ontology)
    graph.upsert(chain(12))
    reports, dumps = [], []
    for held_rows in (40_000, 1):
        reports.append(inferring(graph, held_rows=held_rows).infer(rules))
        dumps.append(list(graph.dump()))
        graph.retract("a")
        graph.infer(rules)
        graph.upsert(chain(12))

    held, forgotten = reports
    assert (held.added, held.derivations) == (forgotten.added, forgotten.derivations)
    assert dumps[0] == dumps[1]


def test_facts_and_derivations_in_memory_are_few_while_many_are_derived(
    graph, ontology, monkeypatch
):
    graph.upsert(chain())
    alive = counted(monkeypatch, graph, Fact, Derivation)
    report = inferring(graph, held_rows=20, batch_rows=20).infer(RuleSet.of([], ontology))

    assert report.derivations == N_PLACES * (N_PLACES - 1) // 2
    assert max(alive) < report.derivations / 3


def test_conclusions_of_a_rule_are_not_held_together(graph, ontology, monkeypatch):
    """Thirty streets lie in one town, and the town in ten regions: 300 ways to conclude."""
    streets = [(f"S{n}", "LOCATED_IN", "Town") for n in range(30)]
    graph.upsert(extraction(*streets, *(("Town", "LOCATED_IN", f"R{n}") for n in range(10))))
    alive = counted(monkeypatch, graph, Answer)

    report = inferring(graph, held_rows=30, batch_rows=4).infer(RuleSet.of([], ontology))

    assert report.derivations == 300
    assert max(alive) < report.derivations / 3


def test_the_change_log_of_a_large_inference_is_read_once(graph, ontology, monkeypatch):
    """It is tried in one transaction first, and what that has read is not read again."""
    rules = RuleSet.of([], ontology)
    graph.infer(rules)
    graph.upsert(chain())
    asked = []
    monkeypatch.setattr(graph.connection, "_tracer", lambda query, _: asked.append(query))

    report = inferring(graph).infer(rules)

    assert (report.added, report.complete) == (N_PLACES * (N_PLACES - 1) // 2, False)
    assert asked.count(cypher("infer/begin")) == 1
    assert asked.count(cypher("infer/changes")) == 1


def test_what_no_rule_speaks_of_is_not_held(graph, ontology):
    """The change log is gone through page by page: a night may bring more than fits."""
    rules = RuleSet.of([], ontology)
    graph.infer(rules)
    few = GraphConfig(group=GroupConfig(documents=10))
    writing = Graph(graph.connection, ontology, few)
    peaks = []
    for n_documents in (100, 500):
        change = writing.upsert(
            extraction(
                *((f"{n_documents} {n} {i}", "WORKS_FOR", f"{n_documents} {n}") for i in range(10)),
                id=f"{n_documents}/{n}",
            )
            for n in range(n_documents)
        )
        assert change.facts_added == 10 * n_documents
        tracemalloc.start()
        report = graph.infer(rules)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert not report.complete

    assert peaks[1] < 1.5 * peaks[0]
