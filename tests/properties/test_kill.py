"""Promise 6: `kill -9` at any moment, then run again: the same graph."""

import signal

import pytest

from graphdb.connection import MOMENTS
from tests.graphdb.writing import corpus, edited, start

NAMED = [f"{unit}: {moment}" for unit in ("upsert", "retract") for moment in MOMENTS]
STATEMENTS = ["2", "7", "11"]
"""Numbers of the statements before which the run dies, somewhere in its transaction."""


@pytest.mark.parametrize("moment", NAMED + STATEMENTS)
def test_killed_run_is_mended_by_the_next(graph, server, moment):
    """In a transaction, before its COMMIT or after it; in the upsert or in the retraction."""
    before = [document for document in corpus() if document.document.id in {"000", "001", "100"}]
    graph.upsert(before)

    process = start(server, "die", moment)
    process.communicate(server.password, timeout=120)

    assert process.returncode == -signal.SIGKILL
    assert graph.audit() == []
    graph.upsert(edited())
    graph.retract(["100"])
    mended = list(graph.dump())
    graph.retract(graph.ledger("default"))
    graph.upsert(edited())
    assert list(graph.dump()) == mended
