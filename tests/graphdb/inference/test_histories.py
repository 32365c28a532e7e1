"""Derived facts after any history: as from scratch, as clingo says, and as sure as can be."""

import contextlib
import random

import pytest
from hypothesis import settings

from graphdb.inference import infer
from tests.graphdb.rules.histories import History


class DiedError(Exception):
    """The run was killed here."""


# In 258 a derivation that had just been dropped was looked up again by another of its premises.
# Half as many as of other histories: each is checked by another solver and by brute force, too.
@pytest.mark.parametrize("seed", dict.fromkeys([*range(settings().max_examples // 2), 258]))
def test_any_history_of_facts_and_rules_equals_a_fresh_derivation(graph, seed):
    """Incremental = from scratch = clingo, and confidences = brute force."""
    history = History(graph.connection, random.Random(seed))

    for _ in range(4):
        history.step()
    history.settle()

    history.check()


@pytest.mark.parametrize("seed", range(6))
def test_a_killed_inference_is_made_good_by_the_next(graph, seed, monkeypatch):
    """A run that dies before, in or after any of its transactions leaves nothing wrong behind."""
    history = History(graph.connection, random.Random(500 + seed))
    history.settle()
    for _ in range(3):
        history.change_documents()
    moments = [f"infer: {moment}" for moment in ("begun", "written", "committed")]
    n_before_death = iter(range(100))
    death = random.Random(seed).randrange(12)

    def dies(moment):
        if moment in moments and next(n_before_death) == death:
            raise DiedError(moment)

    monkeypatch.setattr(graph.connection, "_reached", dies)
    config = history.config()
    with contextlib.suppress(DiedError):
        infer(graph.connection, history.rules(), config)
    monkeypatch.setattr(graph.connection, "_reached", None)
    history.settle()

    history.check()


def test_inferring_again_changes_nothing(graph):
    history = History(graph.connection, random.Random(3))
    for _ in range(3):
        history.change_documents()
    history.settle()
    before = list(graph.dump())

    report = infer(graph.connection, history.rules(), history.config())

    assert (report.added, report.changed, report.removed, report.rounds) == (0, 0, 0, 0)
    assert list(graph.dump()) == before
