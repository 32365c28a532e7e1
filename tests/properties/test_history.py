"""Promise 2, and 6 with it: whatever happened on the way, the graph is what a fresh build gives."""

import itertools

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from tests.strategies import contents, extractions

IDS = ["a", "b", "c", "d"]


class Crash(BaseException):
    """The process dies here."""


class History(RuleBasedStateMachine):
    """Nights in any order: documents are added, edited, renamed and deleted; some nights crash."""

    def __init__(self, graph, empty):
        super().__init__()
        self.graph, self.empty = graph, empty
        self.corpus: dict[str, dict] = {}
        self.empty()

    @rule(document=st.sampled_from(IDS), content=contents())
    def add_or_edit(self, document, content):
        self.corpus[document] = content
        self.night([document])

    @rule(ids=st.sets(st.sampled_from(IDS), min_size=2), content=contents())
    def write_the_same_into_several(self, ids, content):
        self.corpus |= dict.fromkeys(ids, content)
        self.night(ids)

    @precondition(lambda self: self.corpus)
    @rule(data=st.data(), new=st.sampled_from(IDS))
    def rename(self, data, new):
        old = data.draw(st.sampled_from(sorted(self.corpus)))
        self.corpus[new] = self.corpus.pop(old)
        self.night([new], gone=[old] if new != old else [])

    @precondition(lambda self: self.corpus)
    @rule(data=st.data())
    def delete(self, data):
        ids = data.draw(st.sets(st.sampled_from(sorted(self.corpus)), min_size=1))
        for document in ids:
            del self.corpus[document]
        self.night(gone=ids)

    @rule()
    def run_again(self):
        self.night(self.corpus, gone=set(IDS) - self.corpus.keys())

    @rule(document=st.sampled_from(IDS), content=contents(), statements=st.integers(0, 25))
    def crash_and_run_again(self, document, content, statements):
        """The n-th statement, or moment between transactions, is the run's last."""
        steps = itertools.count()

        def step(*_):
            if next(steps) == statements:
                raise Crash

        self.corpus[document] = content
        connection = self.graph.connection
        connection._tracer = connection._reached = step
        try:
            self.night([document])
        except Crash:
            pass
        finally:
            connection._tracer = connection._reached = None
        self.night([document])

    def night(self, ids=(), gone=()):
        self.graph.upsert(extractions({document: self.corpus[document] for document in ids}))
        self.graph.retract(gone)

    def teardown(self):
        after_history = list(self.graph.dump())
        violations = self.graph.audit()
        self.empty()
        self.graph.upsert(extractions(self.corpus))

        assert violations == []
        assert after_history == list(self.graph.dump())


@pytest.fixture
def empty(graph, driver):
    """Empty the graph again, between histories of one test."""

    def empty():
        with driver.session() as session:
            session.run("MATCH (n) WHERE NOT n:SchemaVersion DETACH DELETE n").consume()

    return empty


def test_any_history_equals_a_fresh_build(graph, empty):
    """After any sequence of nights the canonical dump is that of tonight's documents alone."""
    run_state_machine_as_test(
        lambda: History(graph, empty),
        settings=settings(
            deadline=None,
            stateful_step_count=10,
            suppress_health_check=list(HealthCheck),
        ),
    )
