"""The audit: is everything in the graph that should be, and nothing else?

Reads the whole graph, so it is for the morning after, not for every night. One invariant per file
in `cypher/audit/`; a file's first line says what always holds, its rows are where it does not. That
ledger and graph agree is checked here, because it takes hashes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from graphdb.connection import Connection, Row
from graphdb.ontology import Ontology
from graphdb.queries import cypher, names, summary
from graphdb.writing import digest_of

EXAMPLES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """Something that should always hold and does not."""

    invariant: str
    """Name of the check."""
    meaning: str
    """What should hold."""
    count: int
    examples: tuple[str, ...]
    """The first few places where it does not."""
    sentences: tuple[tuple[str, ...], ...] = ()
    """For each example the sentences that say so, each with its document; none if rules do."""


def audit(connection: Connection, ontology: Ontology) -> list[Violation]:
    """Check every invariant; an empty list is good news."""
    violations: list[Violation | None] = []
    for name in names("audit"):
        rows = connection.stream(
            cypher(name),
            entity_types=sorted(ontology.entity_types),
            relation_types=sorted(ontology.relation_types),
        )
        examples = (str(row["example"]) for row in rows)
        violations.append(_violation(name.removeprefix("audit/"), summary(name), examples))
    violations.append(
        _violation(
            "ledger",
            "Every document's text and evidence are those that the ledger has a hash of.",
            _ledger_contradictions(connection),
        )
    )
    return [violation for violation in violations if violation]


def _violation(invariant: str, meaning: str, examples: Iterator[str]) -> Violation | None:
    first = tuple(islice(examples, EXAMPLES))
    if not first:
        return None
    count = len(first) + sum(1 for _ in examples)
    return Violation(invariant=invariant, meaning=meaning, count=count, examples=first)


def _ledger_contradictions(connection: Connection) -> Iterator[str]:
    for row in connection.stream(cypher("dump/documents")):
        properties, chunks = row["properties"], [_as_written(chunk) for chunk in row["chunks"]]
        text = "".join(chunk["text"] for chunk in chunks)
        if hashlib.sha256(text.encode()).hexdigest() != properties.get("sha256"):
            yield f"{row['id']}: the chunks are not the text that was read"
        elif digest_of(chunks) != properties.get("digest"):
            yield f"{row['id']}: the evidence is not what was written"


def _as_written(chunk: Row) -> Row:
    properties: Row = chunk["properties"]
    return properties | {
        kind: [each["properties"] | {"entity": each["entity"]} for each in chunk[kind]]
        for kind in ("mentions", "states", "withheld")
    }
