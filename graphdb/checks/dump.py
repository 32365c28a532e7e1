"""The canonical dump: a graph as lines of JSON, the same lines for the same graph.

Nodes, relationships, evidence and derived facts are in it; what depends on when and by which run
something was written is not. Two graphs are equal when their dumps are.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

from graphdb.connection import Connection
from graphdb.queries import cypher

Row = dict[str, Any]

VOLATILE = frozenset({"ingested_at", "best"})
"""Properties that say when, not what."""


def dump(connection: Connection) -> Iterator[str]:
    """Yield the graph line by line, in an order that depends on nothing but the graph."""
    for row in connection.stream(cypher("dump/documents")):
        yield _line(node="Document", **_lasting(row["properties"]))
        for chunk in row["chunks"]:
            key = chunk["properties"]["key"]
            yield _line(node="Chunk", document=row["id"], **chunk["properties"])
            yield from _relationships("MENTIONS", key, "entity", chunk["mentions"])
            yield from _relationships("STATES", key, "entity", chunk["states"])
    for row in connection.stream(cypher("dump/entities")):
        yield _line(node="Entity", labels=sorted(row["labels"]), **row["properties"])
        for type_, facts in _by_type(row["facts"]):
            yield from _relationships(type_, row["key"], "object", facts)
    derivations = connection.stream(cypher("dump/derivations"))
    for _, same_fact in groupby(derivations, lambda row: row["fact"]):
        yield from sorted(_derivation(row) for row in same_fact)


def _derivation(row: Row) -> str:
    links = sorted(json.dumps(link, sort_keys=True, ensure_ascii=False) for link in row["links"])
    return _line(node="Derivation", links=links, **_lasting(row["properties"]))


def _relationships(type_: str, start: str, end: str, rows: Iterable[Row]) -> list[str]:
    return sorted(
        _line(relationship=type_, start_key=start, end_key=row[end], **row["properties"])
        for row in rows
    )


def _by_type(facts: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    for type_ in sorted({fact["type"] for fact in facts}):
        yield type_, [fact for fact in facts if fact["type"] == type_]


def _lasting(properties: Row) -> Row:
    return {name: value for name, value in properties.items() if name not in VOLATILE}


def _line(**content: Any) -> str:
    return json.dumps(content, sort_keys=True, ensure_ascii=False)
