"""Facts into a graph: upsert, retract, infer and explain, on Neo4j."""

from graphdb.asking import StatedFact, Witness
from graphdb.backup import Restored, check_backup
from graphdb.checks import Counts, Violation
from graphdb.connection import Connection, Reached, Tracer
from graphdb.embedding import Embedded, Embedder
from graphdb.errors import (
    AccessDeniedError,
    BackupError,
    DecisionError,
    FactsRejectedError,
    GraphBusyError,
    GraphEmptiedError,
    GraphError,
    GraphUnavailableError,
    HalfRestoredError,
    LeaseHeldError,
    LeaseLostError,
    OntologyError,
    RuleError,
    SchemaConflictError,
    SchemaVersionError,
    ServerFaultError,
    StatementRefusedError,
    UnsafeIdentifierError,
)
from graphdb.graph import Graph, GraphConfig
from graphdb.identity import Decision, Verdict
from graphdb.leases import Lease
from graphdb.ledger import Version
from graphdb.migration import Migration
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.resolving import Comparison, Resolution
from graphdb.writing import Change, GroupConfig, Receipt, RejectedRow

__all__ = [
    "AccessDeniedError",
    "BackupError",
    "Change",
    "Comparison",
    "Connection",
    "Counts",
    "Decision",
    "DecisionError",
    "Embedded",
    "Embedder",
    "EntityType",
    "FactsRejectedError",
    "Graph",
    "GraphBusyError",
    "GraphConfig",
    "GraphEmptiedError",
    "GraphError",
    "GraphUnavailableError",
    "GroupConfig",
    "HalfRestoredError",
    "Lease",
    "LeaseHeldError",
    "LeaseLostError",
    "Migration",
    "Ontology",
    "OntologyError",
    "Reached",
    "Receipt",
    "RejectedRow",
    "RelationType",
    "Resolution",
    "Restored",
    "RuleError",
    "SchemaConflictError",
    "SchemaVersionError",
    "ServerFaultError",
    "StatedFact",
    "StatementRefusedError",
    "Tracer",
    "UnsafeIdentifierError",
    "Verdict",
    "Version",
    "Violation",
    "Witness",
    "check_backup",
]
