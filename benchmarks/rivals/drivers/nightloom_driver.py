"""nightloom: `upsert` and `retract`."""

from protocol import Document, Server, serve

from benchmarks.rivals.corpus import ontology
from extractors.facts import extraction_from_dict
from graphdb import Graph


class Nightloom:
    """The graph of this repository."""

    def __init__(self, server: Server) -> None:
        auth = (server.user, server.password)
        self.graph = Graph.connect(server.uri, auth=auth, ontology=ontology())
        self.graph.prepare()

    def write(self, documents: list[Document]) -> dict[str, str]:
        """Upsert them all in one call."""
        change = self.graph.upsert(map(extraction_from_dict, documents))
        return {error.document_id: "; ".join(error.reasons) for error in change.set_aside}

    def delete(self, ids: list[str]) -> None:
        """Retract them."""
        self.graph.retract(ids)


if __name__ == "__main__":
    serve("nightloom", Nightloom)
