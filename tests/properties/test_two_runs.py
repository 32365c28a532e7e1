"""Promise 7: two runs at once: one works, the other steps aside."""

import pytest

from graphdb import LeaseHeldError
from tests.strategies import extraction


def test_second_run_steps_aside_and_the_first_goes_on(graph):
    with graph.lease("first", "run-1") as lease:
        with pytest.raises(LeaseHeldError, match="first has been writing"), graph.lease("x", "2"):
            pass

        assert graph.upsert(extraction("Ada", id="a"), lease).upserted == 1
