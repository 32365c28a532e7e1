"""The graph in a container: another server than the embedded one, and the same graph."""

import pytest

from graphdb import Graph
from tests.strategies import extraction

pytestmark = pytest.mark.docker


def test_graph_in_a_container_says_what_the_embedded_one_says(container, graph, ontology):
    document = extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent"))
    graph.upsert(document)

    with Graph.connect(container.uri, auth=container.auth, ontology=ontology) as other:
        other.prepare()
        other.upsert(document)

        assert list(other.dump()) == list(graph.dump())
        other.retract(document.document.id)
        assert list(other.dump()) == []
