"""Promise 7: two runs at once: one works, the other steps aside."""

import time

import pytest

from graphdb import LeaseHeldError, LeaseLostError, leases
from tests.strategies import extraction


def test_second_run_steps_aside_and_the_first_goes_on(graph):
    with graph.lease("first", "run-1") as lease:
        with pytest.raises(LeaseHeldError, match="first has been writing"), graph.lease("x", "2"):
            pass

        assert graph.upsert(extraction("Ada", id="a"), lease).upserted == 1


def test_run_that_lost_its_lease_cannot_write_any_more(graph, reader):
    slow = leases.acquire(graph.connection, "slow", "run-1", 0.1)
    graph.upsert(extraction("Bob", id="before"), slow)
    time.sleep(0.3)
    with graph.lease("quick", "run-2"):
        for write in (
            lambda: graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), id="after"), slow),
            lambda: graph.retract("before", slow),
        ):
            with pytest.raises(LeaseLostError, match="quick"):
                write()

    assert set(graph.ledger("default")) == {"before"}
    assert reader.triples() == set()
