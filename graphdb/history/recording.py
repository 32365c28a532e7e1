"""What becomes of facts, recorded in the transaction that brings it about.

A record says what a fact was and what it is now, and because of what: documents, a rule, a
decision. Records are only ever added, until they are too old or their document is forgotten. They
are no part of the graph that documents make: neither the dump nor any rule sees them.

What comes with a document is recorded in lists of one node, for as long as the document says it.
When it says something else or goes, its node becomes one for each fact. What rules bring about is
recorded in lists, too, which stay as they are unless something of it is forgotten:

    document comes ─► (:RecordedDocument {facts: […], …}) ────► document leaves ─┐
    rules conclude ─► (:RecordedConclusions {facts: […], …}) ─► forget ──────────┤
    all else ──────────────────────────────────────────────────► (:RecordedChange {fact, …})
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, LiteralString

from graphdb.connection import Connection, Row, Transaction
from graphdb.leases import Lease, fence
from graphdb.queries import cypher

N_SAID = 3
"""Decisions that the record of a change names."""

RECORDS_AT_ONCE = 10_000
"""Records that one transaction deletes."""


@dataclass(frozen=True, slots=True)
class FactState:
    """How a fact stands in the graph."""

    confidence: float
    witnesses: int
    """Documents that state it; 0: only rules conclude it."""

    def joined(self, other: "FactState | None") -> "FactState":
        """Return what this and the evidence of other documents amount to together."""
        if other is None:
            return self
        confidence = max(self.confidence, other.confidence)
        return FactState(confidence, self.witnesses + other.witnesses)


def change_row(
    fact: Row,
    before: FactState | None,
    after: FactState | None,
    *,
    documents: Iterable[str] = (),
    rule: str | None = None,
) -> Row:
    """Return what is recorded of one fact.

    Args:
        fact: Its `key`, `subject`, `type` and `object`; of ends that have gone, the names, too.
        before: How it stood; None: it was not there.
        after: How it stands; None: it has gone.
        documents: Ids of those because of which it changed.
        rule: The rule because of which it changed, if one was.
    """
    return {
        "kind": kind_of(before, after),
        "fact": fact["key"],
        "type": fact["type"],
        "subject": fact["subject"],
        "object": fact["object"],
        "subject_name": fact.get("subject_name"),
        "object_name": fact.get("object_name"),
        "confidence_before": before and before.confidence,
        "witnesses_before": before and before.witnesses,
        "confidence": after and after.confidence,
        "witnesses": after and after.witnesses,
        "documents": sorted(documents),
        "rule": rule,
    }


def kind_of(before: FactState | None, after: FactState | None) -> str:
    """Say in a word what became of a fact."""
    if before is None:
        return "came"
    return "went" if after is None else "restated"


def recording(
    rows: Iterable[Row],
    lease: Lease | None,
    decision: str = "",
    stated_by: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[tuple[LiteralString, dict[str, Any]]]:
    """Return the statements that record these rows, with their parameters; none if there are none.

    Args:
        rows: As `change_row` makes them.
        lease: Names the run; without one it is nobody's.
        decision: The decision of a person that brought them about, in words.
        stated_by: By fact, the ids of documents that the transaction writes and that state it. What
            comes with one of them alone is recorded in one node for each document.
    """
    rows_by_document: dict[str, list[Row]] = defaultdict(list)
    others = []
    for row in rows:
        documents = row["documents"]
        # A document that states the fact no longer may not mention its ends, and nobody who asks
        # for these would find its node.
        if len(documents) == 1 and documents[0] in stated_by.get(row["fact"], ()):
            rows_by_document[documents[0]].append(row)
        else:
            others.append(row)
    run, epoch = (lease.run, lease.epoch) if lease else ("", None)
    common = {"run": run, "epoch": epoch, "decision": decision or None}
    together = [_document_row(id_, rows) for id_, rows in rows_by_document.items()]
    statements: list[tuple[LiteralString, Sequence[Row]]] = [
        (cypher("record/documents"), together),
        (cypher("record/changes"), others),
    ]
    return [(query, common | {"rows": rows}) for query, rows in statements if rows]


def _document_row(document: str, rows: Sequence[Row]) -> Row:
    """Return what comes with a document: lists in which each fact has the same place."""
    lists = {
        f"{name}s": [row[name] for row in rows]
        for name in ("fact", "type", "subject", "object", "subject_name", "object_name")
    }
    # A list has no place for nothing: what was not there had fewer witnesses than none.
    were_there = [row["confidence_before"] is not None for row in rows]
    return lists | {
        "document": document,
        "confidences": [row["confidence"] for row in rows],
        "witnesses": [row["witnesses"] for row in rows],
        "confidences_before": [row["confidence_before"] or 0.0 for row in rows],
        "witnesses_before": [
            row["witnesses_before"] if was_there else -1
            for row, was_there in zip(rows, were_there, strict=True)
        ],
    }


def in_words(said: Sequence[object], are_gone: Sequence[bool]) -> str:
    """Return decisions or verdicts as the record of what they change has them.

    Args:
        said: What people decided; the first are named, the others counted.
        are_gone: Whether each of them was withdrawn.
    """
    pairs = zip(said[:N_SAID], are_gone, strict=False)
    words = [f"no longer: {each}" if is_gone else str(each) for each, is_gone in pairs]
    more = len(said) - len(words)
    return "; ".join([*words, f"and {more} more"] if more else words)


def record_run(connection: Connection, lease: Lease, source: str) -> None:
    """Record that a night over a source has begun."""

    def unit(tx: Transaction) -> None:
        tx.run(cypher("record/run"), run=lease.run, epoch=lease.epoch, source=source)
        fence(tx, lease)

    connection.write(unit)


def prune(connection: Connection, days: int, lease: Lease | None = None) -> int:
    """Delete what was recorded more than so many days ago; return how many changes."""

    def some(tx: Transaction) -> int:
        n = 0
        for name in ("changes", "documents", "conclusions"):
            n += tx.run(cypher(f"record/prune_{name}"), days=days, limit=RECORDS_AT_ONCE)[0]["n"]
        fence(tx, lease)
        return n

    def rest(tx: Transaction) -> None:
        tx.run(cypher("record/prune_runs"), days=days)
        fence(tx, lease)

    n_changes = 0
    while n := connection.write(some):
        n_changes += n
    # Runs come last. If the work stops in between, no change is left that names a deleted run.
    connection.write(rest)
    return n_changes


def erase(connection: Connection, document_id: str, lease: Lease | None = None) -> int:
    """Erase what was recorded because of a document, and of what followed; return how much.

    What other documents state stays recorded, without a word of this one.
    """

    def expand(tx: Transaction) -> None:
        tx.run(cypher("record/expand"), ids=[document_id])
        fence(tx, lease)

    # The document took its own record along when it left, unless somebody else deleted it.
    connection.write(expand)
    # Records of rules name no document, but their premises: these lead from what the document
    # stated to all that was concluded from it.
    rows = connection.read(cypher("forget/recorded_facts"), id=document_id)
    facts = {row["fact"] for row in rows}
    new = facts
    while new:  # what followed from them, what followed from that, and so on
        rows = connection.read(cypher("forget/recorded_conclusions"), facts=sorted(new))
        new = {row["fact"] for row in rows} - facts
        facts |= new

    def unit(tx: Transaction) -> int:
        tx.run(cypher("forget/expand_conclusions"), facts=sorted(facts))
        n: int = tx.run(cypher("forget/records"), id=document_id, facts=sorted(facts))[0]["n"]
        tx.run(cypher("forget/record_names"))
        tx.run(cypher("forget/listed_record_names"))
        fence(tx, lease)
        return n

    return connection.write(unit)
