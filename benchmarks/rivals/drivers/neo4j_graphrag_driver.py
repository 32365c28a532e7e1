# /// script
# requires-python = ">=3.11"
# dependencies = ["neo4j-graphrag==1.22.0", "neo4j==6.4.1", "pydantic==2.14.3"]
# ///
"""neo4j-graphrag: the lexical graph builder, `Neo4jWriter` and its resolver.

As its own pipeline does it, document by document, but the resolver once at the end. It has no way
to delete, so Cypher does what one would write by hand: the document, its chunks, and the entities
that no chunk mentions any more.
"""

import asyncio

import neo4j
from neo4j_graphrag.components.kg_writer import Neo4jWriter
from neo4j_graphrag.components.lexical_graph import LexicalGraphBuilder
from neo4j_graphrag.components.resolver import SinglePropertyExactMatchResolver
from neo4j_graphrag.components.types import (
    DocumentInfo,
    Neo4jGraph,
    Neo4jNode,
    Neo4jRelationship,
    TextChunk,
    TextChunks,
)
from protocol import Document, Passage, Server, passages, serve

DELETE = """
MATCH (document:Document {path: $id})
OPTIONAL MATCH (chunk:Chunk)-[:FROM_DOCUMENT]->(document)
OPTIONAL MATCH (entity:__Entity__)-[:FROM_CHUNK]->(chunk)
WITH document, collect(DISTINCT chunk) AS chunks, collect(DISTINCT entity) AS entities
FOREACH (chunk IN chunks | DETACH DELETE chunk)
DETACH DELETE document
WITH entities
UNWIND entities AS entity
WITH entity WHERE NOT EXISTS { (entity)-[:FROM_CHUNK]->() }
DETACH DELETE entity
"""


class Neo4jGraphrag:
    """The components of a knowledge graph pipeline, fed with facts instead of a language model."""

    def __init__(self, server: Server) -> None:
        auth = (server.user, server.password)
        self.driver = neo4j.GraphDatabase.driver(server.uri, auth=auth)
        self.writer = Neo4jWriter(self.driver)
        self.builder = LexicalGraphBuilder()

    def write(self, documents: list[Document]) -> dict[str, str]:
        """Write one after the other; one that fails does not stop the next."""
        return asyncio.run(self._write(documents))

    async def _write(self, documents: list[Document]) -> dict[str, str]:
        failed = {}
        for document in documents:
            try:
                result = await self.writer.run(graph=await self._graph(document))
            except UnicodeError as error:
                failed[document["document"]["id"]] = str(error)
            else:
                if result.status != "SUCCESS":
                    failed[document["document"]["id"]] = (result.metadata or {})["error"]
        await SinglePropertyExactMatchResolver(self.driver).run()
        return failed

    async def _graph(self, document: Document) -> Neo4jGraph:
        info = DocumentInfo(path=document["document"]["id"])
        found = list(passages(document))
        chunks = [TextChunk(text=each.text, index=each.index, uid=each.id) for each in found]
        graph = (await self.builder.run(TextChunks(chunks=chunks), info)).graph
        _add(document["document"]["id"], found, graph, self.builder)
        return graph

    def delete(self, ids: list[str]) -> None:
        """Delete them by hand."""
        for id_ in ids:
            self.driver.execute_query(DELETE, id=id_)


def _add(id_: str, found: list[Passage], graph: Neo4jGraph, builder: LexicalGraphBuilder) -> None:
    """Add entities, once a document, and facts."""
    names = {name for passage in found for name in passage.entities}
    nodes = {
        name: Neo4jNode(id=f"{id_}:{number}", label=name.type, properties={"name": name.name})
        for number, name in enumerate(sorted(names))
    }
    graph.nodes += nodes.values()
    for passage in found:
        graph.relationships += [
            builder.create_node_to_chunk_rel(nodes[name], passage.id) for name in passage.entities
        ]
        graph.relationships += [
            Neo4jRelationship(
                start_node_id=nodes[fact.subject].id,
                end_node_id=nodes[fact.object].id,
                type=fact.type,
                properties={"confidence": fact.confidence},
            )
            for fact in passage.facts
        ]


if __name__ == "__main__":
    serve("neo4j-graphrag", Neo4jGraphrag)
