"""Looks at a graph, whoever wrote it, and says in a few words how it differs from another.

Nodes are told apart by what they say and relationships by their ends, so that keys and times of a
tool's own do not count; how often something is there does.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import neo4j

from benchmarks.rivals.corpus import ENTITY_TYPES, RELATION_TYPES

BOOKKEEPING = {
    "ChangeLog",
    "FactChange",
    "Lease",
    "NameBlock",
    "NameRecord",
    "RecordedChange",
    "RecordedConclusions",
    "RecordedDocument",
    "RecordedRun",
    "RowKey",
    "SchemaVersion",
    "Verdict",
}
WEIGHTS = ("confidence", "witnesses")
KINDS = {"Document": "documents", "Chunk": "chunks"}

NODES = "MATCH (n) RETURN elementId(n) AS id, labels(n) AS labels, properties(n) AS properties"
RELATIONSHIPS = """
MATCH (start)-[r]->(end)
RETURN elementId(start) AS start, type(r) AS type, elementId(end) AS end,
       properties(r) AS properties
"""


@dataclass
class Reading:
    """What is in a graph, by kind, each with how often."""

    by_kind: dict[str, Counter[Any]] = field(default_factory=dict)
    weights: dict[Any, list[Any]] = field(default_factory=dict)
    """Confidence and, where a tool counts them, witnesses of each fact."""

    def add(self, kind: str, what: Any) -> None:
        self.by_kind.setdefault(kind, Counter())[what] += 1

    def of(self, kind: str) -> Counter[Any]:
        return self.by_kind.get(kind, Counter())


def read(driver: neo4j.Driver) -> Reading:
    """Read the whole graph."""
    reading = Reading()
    with driver.session() as session:
        nodes = {}
        for record in session.run(NODES):
            kind, what = _node(set(record["labels"]), record["properties"])
            if kind:
                nodes[record["id"]] = what
                reading.add(kind, what)
        for record in session.run(RELATIONSHIPS):
            if record["start"] in nodes and record["end"] in nodes:
                what = (nodes[record["start"]], record["type"], nodes[record["end"]])
                is_fact = record["type"] in RELATION_TYPES
                reading.add("facts" if is_fact else "links", what)
                if is_fact:
                    properties = record["properties"]
                    reading.weights[what] = [properties.get(name) for name in WEIGHTS]
    return reading


def _node(labels: set[str], properties: dict[str, Any]) -> tuple[str, tuple[Any, ...]]:
    if labels & BOOKKEEPING:
        return "", ()
    for label, kind in KINDS.items():
        if label in labels:
            name = properties.get("path") or properties.get("id") if label == "Document" else None
            return kind, (label, name, properties.get("text"))
    types = sorted(labels & set(ENTITY_TYPES)) or [properties.get("type")]
    return "entities", (*types, properties.get("name", properties.get("id")))


def difference(got: Reading, wanted: Reading) -> str:
    """Say what is wrong with a graph, or "kept" if nothing is.

    What is there too often is a duplicate, what should not be there at all is stale.
    """
    wrong = []
    for kind in ("documents", "chunks", "entities", "facts", "links"):
        extra, missing = got.of(kind) - wanted.of(kind), wanted.of(kind) - got.of(kind)
        duplicate = sum(n for what, n in extra.items() if what in wanted.of(kind))
        stale = extra.total() - duplicate
        if duplicate:
            counts = f"{wanted.of(kind).total()} → {got.of(kind).total()}"
            wrong.append(f"{duplicate} duplicate {_few(kind, duplicate)} ({counts})")
        if stale:
            wrong.append(f"{stale} stale {_few(kind, stale)}")
        if missing:
            n = missing.total()
            wrong.append(f"{n} {_few(kind, n)} lost")
    common = got.weights.keys() & wanted.weights.keys()
    if outdated := sum(got.weights[each] != wanted.weights[each] for each in common):
        wrong.append(f"{outdated} {_few('confidences', outdated)} outdated")
    return ", ".join(wrong) or "kept"


def _few(kind: str, n: int) -> str:
    if n != 1:
        return kind
    return "entity" if kind == "entities" else kind.removesuffix("s")
