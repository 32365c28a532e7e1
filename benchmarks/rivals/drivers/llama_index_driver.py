# /// script
# requires-python = ">=3.11"
# dependencies = [
#   "llama-index-graph-stores-neo4j==0.8.0", "llama-index-core==0.14.25", "neo4j==5.28.8",
#   "pydantic==2.14.3",
# ]
# ///
"""llama-index: `Neo4jPropertyGraphStore`, filled as its guide to the bare store does it.

Deletion is `delete_llama_nodes` by the id of the document.
"""

from llama_index.core.graph_stores.types import TRIPLET_SOURCE_KEY, EntityNode, Relation
from llama_index.core.schema import NodeRelationship, RelatedNodeInfo, TextNode
from llama_index.graph_stores.neo4j import Neo4jPropertyGraphStore
from protocol import Document, Name, Server, passages, serve


class LlamaIndex:
    """The property graph store."""

    def __init__(self, server: Server) -> None:
        self.store = Neo4jPropertyGraphStore(server.user, server.password, server.uri)

    def write(self, documents: list[Document]) -> None:
        """Upsert chunks, entities and relations, in this order, each in one call."""
        chunks, entities, relations = [], [], []
        for document in documents:
            source = RelatedNodeInfo(node_id=document["document"]["id"])
            for passage in passages(document):
                related = {NodeRelationship.SOURCE: source}
                chunks.append(TextNode(id_=passage.id, text=passage.text, relationships=related))
                entities += [_entity(name, passage.id) for name in passage.entities]
                relations += [
                    Relation(
                        label=fact.type,
                        source_id=_entity(fact.subject, passage.id).id,
                        target_id=_entity(fact.object, passage.id).id,
                        properties={
                            "confidence": fact.confidence, TRIPLET_SOURCE_KEY: passage.id,
                        },
                    )
                    for fact in passage.facts
                ]  # fmt: skip
        self.store.upsert_llama_nodes(chunks)
        self.store.upsert_nodes(entities)
        self.store.upsert_relations(relations)

    def delete(self, ids: list[str]) -> None:
        """Delete what the store associates with these documents."""
        self.store.delete_llama_nodes(ref_doc_ids=ids)


def _entity(name: Name, chunk: str) -> EntityNode:
    return EntityNode(label=name.type, name=name.name, properties={TRIPLET_SOURCE_KEY: chunk})


if __name__ == "__main__":
    serve("llama-index-graph-stores-neo4j", LlamaIndex)
