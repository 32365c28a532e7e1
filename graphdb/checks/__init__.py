"""Is the graph as it should be: the audit, contradictions, counts, the canonical dump."""

from graphdb.checks.audit import Violation, audit
from graphdb.checks.counts import Counts, counts
from graphdb.checks.dump import dump
from graphdb.checks.violations import violations

__all__ = [
    "Counts",
    "Violation",
    "audit",
    "counts",
    "dump",
    "violations",
]
