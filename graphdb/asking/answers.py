"""What a saved query answers: rows of plain values, and whatever of the graph is among them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, LiteralString, TypeGuard

from graphdb.asking.looking import await_names
from graphdb.connection import Connection, Row, Transaction

if TYPE_CHECKING:  # the driver loads when somebody connects
    from neo4j.graph import Node, Path, Relationship

MOST_ROWS = 300
"""Rows of an answer that are kept; most queries that are saved have a limit of their own."""


@dataclass(frozen=True, slots=True)
class Thing:
    """A node in an answer: an entity, or something with an id."""

    key: str
    name: str
    type: str
    is_entity: bool


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship in an answer."""

    subject: str
    """The key of its subject."""
    type: str
    object: str
    is_derived: bool


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """What a saved query found."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    things: Mapping[str, Thing] = field(default_factory=dict)
    """Nodes by key, in the order in which they were found."""
    links: tuple[Link, ...] = ()
    has_more: bool = False
    """Whether rows were left out."""


def answer_saved(
    connection: Connection,
    query: LiteralString,
    parameters: Mapping[str, str | int],
    most: int = MOST_ROWS,
) -> SavedAnswer:
    """Run a query that was saved, in a transaction that cannot write, and return what it finds.

    Args:
        connection: To the graph.
        query: Of a file of saved queries, never of a person.
        parameters: What a person gave.
        most: Rows that are kept; the answer is not read to its end where it has more.

    Raises:
        StatementRefusedError: It is no query, or one that writes.
    """
    if "entity_names" in query:
        await_names(connection)

    def first_rows(tx: Transaction) -> list[Row]:
        return list(islice(tx.stream(query, **parameters), most + 1))

    found = connection.write(first_rows, access="READ")
    answer = found[:most]
    things: dict[str, Thing] = {}
    links: dict[Link, None] = {}
    for value in (value for row in answer for value in row.values()):
        for each in _of_the_graph(value):
            if _is_relationship(each):
                things |= {end.key: end for end in map(_thing, each.nodes) if end}
                links |= dict.fromkeys(_links(each))
            elif _is_node(each) and (thing := _thing(each)):
                things[thing.key] = thing
    columns = tuple(answer[0]) if answer else ()
    rows = tuple(tuple(_said(value) for value in row.values()) for row in answer)
    return SavedAnswer(columns, rows, things, tuple(links), has_more=len(found) > most)


def _of_the_graph(value: Any) -> "Iterator[Node | Relationship]":
    if _is_path(value):
        yield from value.nodes
        yield from value.relationships
    elif _is_node(value) or _is_relationship(value):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _of_the_graph(each)


def _thing(node: "Node | None") -> Thing | None:
    if node is None:
        return None
    key = node.get("key") or node.get("id") or node.element_id
    is_entity = "Entity" in node.labels
    type_ = node.get("type") if is_entity else next(iter(node.labels), "")
    name = node.get("name") or node.get("title") or node.get("text") or _recorded(node) or key
    return Thing(str(key), str(name), str(type_), is_entity)


def _recorded(node: "Node") -> str:
    """Return a record of what became of a fact in words; nothing of another node."""
    names = ("kind", "subject_name", "type", "object_name")
    return " ".join(node.get(name) or "" for name in names) if "fact" in node else ""


def _links(relationship: "Relationship") -> Iterator[Link]:
    subject, object_ = map(_thing, relationship.nodes)
    if subject and object_:
        is_derived = bool(relationship.get("derived"))
        yield Link(subject.key, relationship.type, object_.key, is_derived)


# Told by what they have, and not by class: the driver's classes load half a second.
def _is_path(value: Any) -> "TypeGuard[Path]":
    return hasattr(value, "relationships")


def _is_node(value: Any) -> "TypeGuard[Node]":
    return hasattr(value, "labels")


def _is_relationship(value: Any) -> "TypeGuard[Relationship]":
    return hasattr(value, "nodes") and not _is_path(value)


def _said(value: Any) -> str:
    """Return a value as a person reads it in a cell."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(_said, value))
    if _is_path(value):
        names = [thing.name for thing in map(_thing, value.nodes) if thing]
        return " – ".join(names)
    if _is_node(value):
        thing = _thing(value)
        return thing.name if thing else ""
    if _is_relationship(value):
        return value.type
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)
