"""Promise 2, and 6 with it: whatever happened on the way, the graph is what a fresh build gives."""

import itertools

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from graphdb.inference import InferenceConfig, infer
from tests.rules import RULES, ruleset
from tests.stranger import ACTS, Stranger
from tests.strategies import contents, extractions

IDS = ["a", "b", "c", "d"]


class Crash(BaseException):
    """The process dies here."""


class History(RuleBasedStateMachine):
    """Nights in any order: documents are added, edited, renamed and deleted; some nights crash.

    In between somebody else hangs data of their own on the graph.
    """

    def __init__(self, graph, empty, reader):
        super().__init__()
        self.graph, self.empty, self.reader = graph, empty, reader
        self.corpus: dict[str, dict] = {}
        self.crashed: set[str] = set()
        """Documents that nights which crashed may not have written."""
        self.rules = ruleset(RULES, graph.ontology)
        self.transaction_rows = itertools.cycle([2_000, None, 0, None, 5, None])
        """In how large transactions the nights infer; none: they die before."""
        self.empty()
        self.stranger = Stranger(reader)

    @rule(act=st.sampled_from(sorted(ACTS)))
    def stranger_acts(self, act):
        self.stranger.act(act)

    @rule(names=st.sets(st.sampled_from(sorted(RULES))))
    def change_rules(self, names):
        self.rules = ruleset(names, self.graph.ontology)
        self.infer()

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

    @rule(
        document=st.sampled_from(IDS),
        content=contents(),
        statements=st.integers(0, 25) | st.integers(0, 60),
        is_run_again=st.booleans(),
    )
    def crash(self, document, content, statements, is_run_again):
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
        if is_run_again:
            self.night()

    def night(self, ids=(), gone=()):
        """Upsert and retract what changed, tonight and on nights that crashed; then infer."""
        self.crashed = {*ids, *self.crashed} - set(gone)
        self.graph.upsert(extractions({name: self.corpus[name] for name in self.crashed}))
        self.crashed = set()
        self.graph.retract(gone)
        self.infer()

    def infer(self):
        rows = next(self.transaction_rows)
        if rows is not None:
            config = InferenceConfig(transaction_rows=rows, batch_rows=3)
            infer(self.graph.connection, self.rules, config)

    def settle(self):
        """Spend the last night to its end."""
        self.night()
        infer(self.graph.connection, self.rules)

    def teardown(self):
        self.settle()
        after_history = list(self.graph.dump())
        violations = self.graph.audit()
        self.stranger.assert_unharmed()
        self.empty()
        self.graph.upsert(extractions(self.corpus))
        infer(self.graph.connection, self.rules)

        assert violations == []
        assert after_history == list(self.graph.dump())


def test_any_history_equals_a_fresh_build(graph, empty, reader):
    """After any sequence of nights the canonical dump is that of tonight's documents and rules."""
    run_state_machine_as_test(
        lambda: History(graph, empty, reader),
        settings=settings(
            deadline=None,
            stateful_step_count=8,
            suppress_health_check=list(HealthCheck),
        ),
    )
