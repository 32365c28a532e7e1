"""How much there is of everything, without looking at any of it.

Neo4j keeps these counts; each is one look-up, however large the graph.
"""

from dataclasses import dataclass

from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of nodes and relationships."""

    documents: int
    chunks: int
    entities: int
    mentions: int
    evidence: int
    """STATES relationships."""
    facts: int
    """Relationships between entities, stated or derived."""
    derivations: int
    nodes: int
    relationships: int


def counts(connection: Connection, ontology: Ontology) -> Counts:
    """Count what is in the graph."""

    def label(name: str) -> int:
        return _one(connection.read(cypher("counts/label", label=name)))

    def type_(name: str) -> int:
        return _one(connection.read(cypher("counts/type", type=name)))

    return Counts(
        documents=label("Document"),
        chunks=label("Chunk"),
        entities=label("Entity"),
        mentions=type_("MENTIONS"),
        evidence=type_("STATES"),
        facts=sum(map(type_, ontology.relation_types)),
        derivations=label("Derivation"),
        nodes=_one(connection.read(cypher("counts/nodes"))),
        relationships=_one(connection.read(cypher("counts/relationships"))),
    )


def _one(rows: list[dict[str, int]]) -> int:
    return rows[0]["n"]
