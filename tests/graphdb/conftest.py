"""Fixtures of the graph's own tests."""

import pytest

from tests.graphdb.reading import Reader


@pytest.fixture
def reader(graph, driver):
    """The graph as another program sees it."""
    return Reader(driver)
