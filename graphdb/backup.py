"""A graph as lines of JSON that another database can be filled from, and the way back.

Unlike the canonical dump it holds all that nightloom keeps: bookkeeping, the record of changes and
decisions, too. Vectors of passages are not in it, for they are computed anew, nor is what somebody
else put into the database. In order:

    {"backup": 1, "schema": …, "identity": …, "recorded_since": …}
    {"node": 0, "labels": ["Entity", "Person"], "properties": {…}}   every node, numbered
    {"relationship": "MENTIONS", "start": 7, "end": 0, "properties": {…}}
    {"nodes": …, "relationships": …}                                 how many there were
"""

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, LiteralString, TypeVar

from graphdb import schema
from graphdb.connection import Connection, Row, Transaction
from graphdb.errors import BackupError
from graphdb.identity import IDENTITY_VERSION
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher

K = TypeVar("K", bound=Hashable)

FORMAT = 1
"""Version of the lines above."""

ROWS_AT_ONCE = 2_000
"""Nodes or relationships of one transaction; its memory is a few times theirs."""

OUR_RELATIONSHIPS = (
    *("HAS_CHUNK", "MENTIONS", "STATES", "WITHHELD", "IN_BLOCK"),
    *("HAS_ROW", "NAMES_ROW", "TO_REVIEW"),
)
"""Relationship types that are no facts."""

OUR_LABELS = (
    *("Chunk", "Document", "Derivation", "FactChange", "RuleState", "NameRecord", "NameBlock"),
    *(
        "RecordedChange",
        "RecordedDocument",
        "RecordedConclusions",
        "RecordedRun",
        "Decision",
        "Verdict",
        "ChangeLog",
        "InferenceState",
    ),
    "RowKey",
)
"""Labels of nodes that are no entities."""


@dataclass(frozen=True, slots=True)
class Restored:
    """How much was put back."""

    nodes: int
    relationships: int


def backup(connection: Connection, lease: Lease) -> Iterator[str]:
    """Yield all that nightloom keeps in the graph, line by line.

    Args:
        connection: To the graph.
        lease: Held all the time, so that no run writes in between; checked at the end.

    Raises:
        BackupError: Nothing was ever written here.
        SchemaVersionError: The graph is of another version of nightloom.
        HalfRestoredError: A restore into it was broken off.
        LeaseLostError: Another run has written; what was yielded is to be thrown away.
    """
    schema.check_version(connection)
    state = connection.read(cypher("schema_version_read"))
    if not state:
        raise BackupError("there is no graph to back up: no run has written here yet")
    yield _line(
        backup=FORMAT,
        schema=schema.SCHEMA_VERSION,
        identity=IDENTITY_VERSION,
        recorded_since=state[0]["recorded_since"],
    )
    numbers: dict[str, int] = {}
    for row in connection.stream(cypher("backup/nodes")):
        numbers[row["id"]] = len(numbers)
        labels, properties = _ours(row)
        yield _line(node=numbers[row["id"]], labels=labels, properties=properties)
    n_relationships = 0
    for row in connection.stream(cypher("backup/relationships")):
        start, end = numbers.get(row["start"]), numbers.get(row["end"])
        if start is None or end is None:
            continue  # one of somebody else's that is called like ours
        n_relationships += 1
        name = row["type"] if row["type"] in OUR_RELATIONSHIPS else "fact"
        properties = _lasting(name, row["properties"])
        yield _line(relationship=row["type"], start=start, end=end, properties=properties)
    connection.write(lambda tx: fence(tx, lease))
    yield _line(nodes=len(numbers), relationships=n_relationships)


def check_backup(lines: Iterable[str], ontology: Ontology) -> Restored:
    """Read a backup to its end and say how much there is in it; nothing is written.

    Raises:
        BackupError: It is none, is of another version, not whole, or has types that the ontology
            does not know.
    """
    seen = Restored(0, 0)
    is_ended = False
    unknown: set[str] = set()
    for number, line in enumerate(lines):
        entry = _entry(line, number)
        if number == 0:
            _check_header(entry)
        elif "node" in entry:
            unknown.update(_unknown_labels(entry["labels"], ontology))
            seen = Restored(seen.nodes + 1, seen.relationships)
        elif "relationship" in entry:
            if entry["relationship"] not in (*OUR_RELATIONSHIPS, *ontology.relation_types):
                unknown.add(entry["relationship"])
            seen = Restored(seen.nodes, seen.relationships + 1)
        else:
            is_ended = Restored(entry.get("nodes", -1), entry.get("relationships", -1)) == seen
    if not is_ended:
        raise BackupError("the backup is not whole: its end is missing")
    if unknown:
        raise BackupError(
            f"the backup has types that the ontology does not know: {', '.join(sorted(unknown))};"
            " set NIGHTLOOM_ONTOLOGY to the ontology that the graph had"
        )
    return seen


def restore(
    connection: Connection,
    ontology: Ontology,
    lines: Iterable[str],
    lease: Lease,
    tell: Callable[[int], None] = lambda _: None,
) -> Restored:
    """Fill an empty graph from a backup that `check_backup` has found whole.

    Until its end the graph is marked as half restored, and `prepare` refuses it: a ledger that
    knows documents whose facts are not there yet would keep a night from reading them.

    Args:
        connection: To the graph, which `prepare` has been called for.
        ontology: Has all types of the backup.
        lines: What `backup` yielded.
        lease: Checked inside every transaction.
        tell: Is told how many nodes and relationships are there.

    Raises:
        BackupError: The graph is not empty; nothing was written.
        LeaseLostError: Another run owns the graph; stop.
    """
    if any(True for _ in connection.stream(cypher("backup/nodes"))):
        raise BackupError(
            "the graph is not empty: `nightloom clear` removes what nightloom keeps in it, and"
            " leaves everything else in the database alone"
        )
    writing = _Writing(connection, ontology, lease)
    entries = (_entry(line, number) for number, line in enumerate(lines))
    header = next(entries)
    writing.run(cypher("backup/begin"))
    while rows := list(islice(entries, ROWS_AT_ONCE)):
        writing.nodes([row for row in rows if "node" in row])
        writing.relationships([row for row in rows if "relationship" in row])
        tell(len(writing.places) + writing.n_relationships)
    writing.run(cypher("backup/end"), recorded_since=_value(header["recorded_since"]))
    return Restored(len(writing.places), writing.n_relationships)


class _Writing:
    """Puts rows of a backup into the graph, and knows where its nodes are."""

    def __init__(self, connection: Connection, ontology: Ontology, lease: Lease) -> None:
        self.connection = connection
        self.ontology = ontology
        self.lease = lease
        self.places: dict[int, str] = {}
        """Where the server keeps a node, by its number in the backup."""
        self.n_relationships = 0

    def run(self, statement: LiteralString, **parameters: Any) -> list[Row]:
        def unit(tx: Transaction) -> list[Row]:
            rows = tx.run(statement, **parameters)
            fence(tx, self.lease)
            return rows

        return self.connection.write(unit, "restore")

    def nodes(self, rows: list[Row]) -> None:
        for labels, alike in _alike(rows, lambda row: tuple(row["labels"])).items():
            if unknown := _unknown_labels(labels, self.ontology):
                raise BackupError(f"no such label: {', '.join(unknown)}")
            statement = (
                cypher("backup/create_entities", type=labels[1])
                if labels[0] == "Entity"
                else cypher("backup/create_nodes", label=labels[0])
            )
            given = [{"id": row["node"], "properties": _values(row)} for row in alike]
            created = self.run(statement, rows=given)
            self.places.update((row["id"], row["place"]) for row in created)

    def relationships(self, rows: list[Row]) -> None:
        for type_, alike in _alike(rows, lambda row: row["relationship"]).items():
            if type_ not in (*OUR_RELATIONSHIPS, *self.ontology.relation_types):
                raise BackupError(f"no such relation type: {type_}")
            ends = [
                {
                    "start": self.places[row["start"]],
                    "end": self.places[row["end"]],
                    "properties": _values(row),
                }
                for row in alike
            ]
            self.run(cypher("backup/create_relationships", type=type_), rows=ends)
            self.n_relationships += len(ends)


def _alike(rows: Iterable[Row], kind: Callable[[Row], K]) -> dict[K, list[Row]]:
    """Put rows of one kind together: each kind takes a statement of its own."""
    kinds: dict[K, list[Row]] = {}
    for row in rows:
        kinds.setdefault(kind(row), []).append(row)
    return kinds


def _ours(row: Row) -> tuple[list[str], Row]:
    """Return what of a node's labels and properties is nightloom's."""
    labels, properties = row["labels"], row["properties"]
    if "Entity" in labels and properties.get("type") in labels:
        return ["Entity", properties["type"]], _lasting("Entity", properties)
    label = next(each for each in OUR_LABELS if each in labels)
    return [label], _lasting(label, properties)


def _lasting(kind: str, properties: Row) -> Row:
    """Leave out what others put on it, and what is computed; of bookkeeping all is ours."""
    ours = schema.PROPERTIES.get(kind, properties)
    return {
        name: properties[name]
        for name in ours
        if properties.get(name) is not None and name not in schema.COMPUTED
    }


def _unknown_labels(labels: Sequence[str], ontology: Ontology) -> list[str]:
    if labels[0] == "Entity":
        return [each for each in labels[1:] if each not in ontology.entity_types]
    return [each for each in labels if each not in OUR_LABELS]


def _check_header(entry: Row) -> None:
    found = entry.get("backup"), entry.get("schema"), entry.get("identity")
    if found[0] is None:
        raise BackupError("this is no backup of nightloom's")
    wanted = (FORMAT, schema.SCHEMA_VERSION, IDENTITY_VERSION)
    if found != wanted:
        raise BackupError(
            f"the backup is of format {found[0]}, schema {found[1]}, identity {found[2]}, and this"
            f" nightloom reads {wanted[0]}, {wanted[1]}, {wanted[2]}: restore it with the version"
            " that wrote it, then upgrade"
        )


def _entry(line: str, number: int) -> Row:
    try:
        entry = json.loads(line)
    except ValueError as error:
        raise BackupError(f"line {number + 1} of the backup cannot be read: {error}") from error
    if not isinstance(entry, dict) or not _is_whole(entry):
        raise BackupError(f"line {number + 1} of the backup is no entry")
    return entry


def _is_whole(entry: Row) -> bool:
    """Say whether a line has what its kind needs."""
    if "node" in entry:
        return bool(entry.get("labels")) and isinstance(entry.get("properties"), dict)
    if "relationship" in entry:
        return {"start", "end"} <= entry.keys() and isinstance(entry.get("properties"), dict)
    return "backup" in entry or "nodes" in entry


def _line(**content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, default=_tagged)


def _tagged(value: Any) -> Row:
    """Write a day or a moment so that it can be told from a text."""
    from neo4j.time import Date, DateTime  # the driver comes with a role that may be missing

    if isinstance(value, DateTime):
        return {"moment": value.iso_format()}
    if isinstance(value, Date):
        return {"day": value.iso_format()}
    raise TypeError(f"a property of type {type(value).__name__}")


def _values(row: Row) -> Row:
    return {name: _value(value) for name, value in row["properties"].items()}


def _value(value: Any) -> Any:
    from neo4j.time import Date, DateTime

    if not isinstance(value, dict):
        return value
    if "moment" in value:
        return DateTime.from_iso_format(value["moment"])
    return Date.from_iso_format(value["day"])
