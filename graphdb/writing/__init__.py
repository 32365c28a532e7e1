"""Extractions into the graph and out of it: rows, groups of documents, one transaction each."""

from graphdb.writing.change import Change
from graphdb.writing.clear import clear
from graphdb.writing.forget import Receipt, forget
from graphdb.writing.rows import RejectedRow, as_written, digest_of
from graphdb.writing.upsert import (
    GroupConfig,
    decision_of,
    read_clusters,
    read_decisions,
    read_denials,
    read_verdicts,
    retract,
    rows_elsewhere,
    upsert,
)

__all__ = [
    "Change",
    "GroupConfig",
    "Receipt",
    "RejectedRow",
    "as_written",
    "clear",
    "decision_of",
    "digest_of",
    "forget",
    "read_clusters",
    "read_decisions",
    "read_denials",
    "read_verdicts",
    "retract",
    "rows_elsewhere",
    "upsert",
]
