"""The canonical dump: a graph as lines of JSON, the same lines for the same graph.

Nodes, relationships, evidence and derived facts are in it; what depends on when and by which run
something was written is not. Nor is anything that somebody else put into the database: neither
nodes and relationships of theirs, nor their properties and labels on ours. Two graphs of nightloom
are equal when their dumps are.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from graphdb.connection import Connection, Row
from graphdb.queries import cypher
from graphdb.schema import COMPUTED, PROPERTIES

VOLATILE = COMPUTED | {"ingested_at", "best"}
"""Properties that say when, or follow from what others say."""


def dump(connection: Connection) -> Iterator[str]:
    """Yield the graph line by line, in an order that depends on nothing but the graph."""
    for row in connection.stream(cypher("dump/documents")):
        yield _line(node="Document", **_lasting("Document", row["properties"]))
        for chunk in row["chunks"]:
            key = chunk["properties"]["key"]
            yield _line(node="Chunk", document=row["id"], **_lasting("Chunk", chunk["properties"]))
            yield from _evidence("MENTIONS", key, chunk["mentions"])
            yield from _evidence("STATES", key, chunk["states"])
            yield from _evidence("WITHHELD", key, chunk["withheld"])
    for row in connection.stream(cypher("dump/entities")):
        labels = sorted(row["labels"])
        yield _line(node="Entity", labels=labels, **_lasting("Entity", row["properties"]))
        yield from sorted(_fact(row["key"], fact) for fact in row["facts"])
    derivations = connection.stream(cypher("dump/derivations"))
    for _, same_fact in groupby(derivations, lambda row: row["fact"]):
        yield from sorted(
            _line(node="Derivation", **_lasting("Derivation", row["properties"]))
            for row in same_fact
        )


def _evidence(kind: str, chunk_key: str, rows: Iterable[Row]) -> list[str]:
    return sorted(
        _line(
            relationship=kind,
            start_key=chunk_key,
            end_key=row["entity"],
            **_lasting(kind, row["properties"]),
        )
        for row in rows
    )


def _fact(subject_key: str, row: Row) -> str:
    return _line(
        relationship=row["type"],
        start_key=subject_key,
        end_key=row["object"],
        **_lasting("fact", row["properties"]),
    )


def _lasting(kind: str, properties: Row) -> Row:
    return {
        name: properties[name]
        for name in PROPERTIES[kind]
        if properties.get(name) is not None and name not in VOLATILE
    }


def _line(**content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
