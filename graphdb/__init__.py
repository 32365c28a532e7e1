"""Facts into a graph: upsert, retract, infer and explain, on Neo4j."""

from graphdb.audit import Violation
from graphdb.connection import Connection, Reached, Tracer
from graphdb.counts import Counts
from graphdb.errors import (
    AccessDeniedError,
    FactsRejectedError,
    GraphError,
    GraphUnavailableError,
    LeaseHeldError,
    LeaseLostError,
    OntologyError,
    RuleError,
    SchemaVersionError,
    StatementRefusedError,
    UnsafeIdentifierError,
)
from graphdb.forget import Receipt
from graphdb.graph import Graph, GraphConfig
from graphdb.leases import Lease
from graphdb.ledger import Version
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.provenance import StatedFact, Witness
from graphdb.rows import RejectedRow
from graphdb.swap import Change
from graphdb.upsert import GroupConfig

__all__ = [
    "AccessDeniedError",
    "Change",
    "Connection",
    "Counts",
    "EntityType",
    "FactsRejectedError",
    "Graph",
    "GraphConfig",
    "GraphError",
    "GraphUnavailableError",
    "GroupConfig",
    "Lease",
    "LeaseHeldError",
    "LeaseLostError",
    "Ontology",
    "OntologyError",
    "Reached",
    "Receipt",
    "RejectedRow",
    "RelationType",
    "RuleError",
    "SchemaVersionError",
    "StatedFact",
    "StatementRefusedError",
    "Tracer",
    "UnsafeIdentifierError",
    "Version",
    "Violation",
    "Witness",
]
