"""Is the graph as it should be: the audit, contradictions, counts, the canonical dump."""

from graphdb.checks.audit import Violation, audit
from graphdb.checks.consistency import Remark, remarks
from graphdb.checks.counts import Counts, counts
from graphdb.checks.dump import dump
from graphdb.checks.violations import contradicting_facts, violations

__all__ = [
    "Counts",
    "Remark",
    "Violation",
    "audit",
    "contradicting_facts",
    "counts",
    "dump",
    "remarks",
    "violations",
]
