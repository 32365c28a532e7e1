"""How much there is of everything that is nightloom's.

The numbers that the server keeps include what others have under the same labels and types, so each
element is looked at. `docs/decisions/0021-a-night-counts-what-there-is.md` has what that costs.
"""

from dataclasses import dataclass
from typing import LiteralString

from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Numbers of nodes and relationships; what others keep in the database is not counted."""

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
    """All nodes but those of bookkeeping."""
    relationships: int


def counts(connection: Connection, ontology: Ontology) -> Counts:
    """Count what is in the graph."""

    def count(query: LiteralString) -> int:
        n: int = connection.read(query)[0]["n"]
        return n

    documents, chunks = count(cypher("counts/documents")), count(cypher("counts/chunks"))
    entities, derivations = count(cypher("counts/entities")), count(cypher("counts/derivations"))
    mentions, evidence = count(cypher("counts/mentions")), count(cypher("counts/evidence"))
    facts = sum(count(cypher("counts/facts", type=type_)) for type_ in ontology.relation_types)
    return Counts(
        documents=documents,
        chunks=chunks,
        entities=entities,
        mentions=mentions,
        evidence=evidence,
        facts=facts,
        derivations=derivations,
        nodes=documents + chunks + entities + derivations,
        relationships=chunks + mentions + evidence + facts,  # a chunk has one HAS_CHUNK
    )
