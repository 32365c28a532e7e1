"""Several processes upsert at once, and nobody could tell."""

import json

import pytest

from tests.graphdb.writers import corpus, start


@pytest.mark.parametrize("writers", [4, 8])
def test_writers_at_once_make_the_graph_that_one_makes(
    graph, server, reader, writers, record_property
):
    """Every document speaks of the same hubs; locks are taken in one order, so nobody deadlocks."""
    processes = [start(server, "write", f"{part}/{writers}") for part in range(writers)]
    for process in processes:
        process.stdin.write(f"{server.password}\n")
        process.stdin.flush()
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * writers
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.flush()
    answers = [process.communicate(timeout=300) for process in processes]

    assert [process.returncode for process in processes] == [0] * writers, answers
    results = [json.loads(out) for out, _ in answers]
    together = list(graph.dump())
    record_property("retries", sum(result["retries"] for result in results))
    assert sum(result["upserted"] for result in results) == 120
    assert sum(result["retries"] for result in results) <= writers
    assert graph.audit() == []
    # Changes are numbered without gaps, although eight were counting.
    assert [seq for seq, *_ in reader.changes()] == list(range(1, len(reader.changes()) + 1))

    graph.retract(graph.ledger("default"))
    graph.upsert(corpus())

    assert list(graph.dump()) == together
