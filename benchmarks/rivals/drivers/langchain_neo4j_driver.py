# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "langchain-neo4j==0.11.0", "langchain-core==1.7.2", "neo4j-graphrag==1.22.0", "neo4j==6.4.1",
#   "pydantic==2.14.3",
# ]
# ///
"""langchain-neo4j: `add_graph_documents` with sources and the base entity label.

A source is a chunk with an id, as its graph transformers make them. It has no way to delete, so
Cypher does what one would write by hand: the sources, and the entities that none mentions any more.
"""

from langchain_core.documents import Document as Source
from langchain_neo4j import Neo4jGraph
from langchain_neo4j.graphs.graph_document import GraphDocument, Node, Relationship
from protocol import Document, Name, Passage, Server, passages, serve

DELETE = """
MATCH (source:Document {document: $id})
OPTIONAL MATCH (source)-[:MENTIONS]->(entity)
WITH collect(DISTINCT source) AS sources, collect(DISTINCT entity) AS entities
FOREACH (source IN sources | DETACH DELETE source)
WITH entities
UNWIND entities AS entity
WITH entity WHERE NOT EXISTS { (entity)<-[:MENTIONS]-() }
DETACH DELETE entity
"""


class LangchainNeo4j:
    """The graph wrapper."""

    def __init__(self, server: Server) -> None:
        self.graph = Neo4jGraph(server.uri, server.user, server.password)

    def write(self, documents: list[Document]) -> None:
        """Add them all in one call."""
        found = [
            _graph_document(passage, document["document"]["id"])
            for document in documents
            for passage in passages(document)
        ]
        self.graph.add_graph_documents(found, include_source=True, baseEntityLabel=True)

    def delete(self, ids: list[str]) -> None:
        """Delete them by hand."""
        for id_ in ids:
            self.graph.query(DELETE, {"id": id_})


def _graph_document(passage: Passage, document: str) -> GraphDocument:
    metadata = {"id": passage.id, "document": document}
    return GraphDocument(
        nodes=list(map(_node, passage.entities)),
        relationships=[
            Relationship(
                source=_node(fact.subject),
                target=_node(fact.object),
                type=fact.type,
                properties={"confidence": fact.confidence},
            )
            for fact in passage.facts
        ],
        source=Source(page_content=passage.text, metadata=metadata),
    )


def _node(name: Name) -> Node:
    return Node(id=name.name, type=name.type)


if __name__ == "__main__":
    serve("langchain-neo4j", LangchainNeo4j)
