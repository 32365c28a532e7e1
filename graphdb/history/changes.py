"""What became of facts between two moments, read from the records: each fact once, the net of it.

A fact that came and went in one night is no change, nor is one that was withdrawn with its old
document and stated again by the new one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from graphdb.connection import Connection, Row
from graphdb.history.recording import FactState, kind_of
from graphdb.queries import cypher

MOST_RECORDS = 100_000
"""Records that are read to answer one question; some 100 MB of them."""

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
_ORDER = ("came", "went", "restated")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFact:
    """What became of one fact, and because of what."""

    key: str
    subject_key: str
    subject: str
    type: str
    object_key: str
    object: str
    before: FactState | None
    """None: it was not there."""
    after: FactState | None
    """None: it has gone."""
    at: datetime
    """When the last of it happened, by the server's clock."""
    run: str
    documents: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`came`, `went` or `restated`."""
        return kind_of(self.before, self.after)

    @property
    def reason(self) -> str:
        """Because of what it changed, in words."""
        named = [*self.documents, *self.decisions, *(f"rule {rule}" for rule in self.rules)]
        return ", ".join(named)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFacts:
    """What became of facts: those that came first, then those that went, then those restated."""

    facts: tuple[ChangedFact, ...] = ()
    is_cut: bool = False
    """Whether there are more records than were read, so that the last of them are missing here."""

    @property
    def counts(self) -> dict[str, int]:
        """How many came, went and were restated."""
        return {kind: sum(fact.kind == kind for fact in self.facts) for kind in _ORDER}


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A night that was begun."""

    run: str
    source: str
    at: datetime


def last_runs(connection: Connection, limit: int) -> list[RecordedRun]:
    """Return the nights that were begun last, the latest first."""
    rows = connection.read(cypher("record/last_runs"), limit=limit)
    return [RecordedRun(row["run"], row["source"], row["at"].to_native()) for row in rows]


def changes_of_run(connection: Connection, run: str, epoch: int | None = None) -> ChangedFacts:
    """Return what a run changed; or one night of it, if its epoch is given."""
    return _net(_records(connection, "record/of_run", run=run, epoch=epoch))


def changes_since(connection: Connection, since: datetime) -> ChangedFacts:
    """Return what has changed since a moment, whoever changed it."""
    return _net(_records(connection, "record/of_time", since=since))


def changes_about(
    connection: Connection, keys: Iterable[str], since: datetime = _BEGINNING
) -> ChangedFacts:
    """Return what has changed since a moment in the facts of some entities."""
    return _net(_records(connection, "record/of_entities", keys=list(keys), since=since))


def history_of(
    connection: Connection, keys: Iterable[str], fact: str | None = None
) -> list[ChangedFact]:
    """Return all that is recorded of the facts of some entities, or of one of these, in order."""
    rows = _records(connection, "record/of_entities", keys=list(keys), since=_BEGINNING)
    return [_merged([row]) for row in rows if fact in (None, row["fact"])]


def recorded_since(connection: Connection) -> datetime | None:
    """Return since when changes are recorded; None: no night has prepared the graph for it."""
    rows = connection.read(cypher("record/since"))
    since = rows[0]["since"] if rows else None
    moment: datetime | None = since and since.to_native()
    return moment


def states_before(
    connection: Connection, keys: Iterable[str], moment: datetime
) -> dict[str, ChangedFact]:
    """Return, by key, the facts of some entities that have changed since a moment.

    What they were before the change is how they stood at that moment.
    """
    rows = _records(connection, "record/of_entities", keys=list(keys), since=moment)
    return {key: _merged(of_fact) for key, of_fact in _by_fact(rows).items()}


def _records(connection: Connection, query: str, **parameters: object) -> list[Row]:
    # One more than is used, to see whether there are more.
    return connection.read(cypher(query), limit=MOST_RECORDS + 1, **parameters)


def _net(rows: Sequence[Row]) -> ChangedFacts:
    merged = [_merged(of_fact) for of_fact in _by_fact(rows[:MOST_RECORDS]).values()]
    # What came and went again, or went and came back the same, is no change.
    changed = [change for change in merged if change.before != change.after]
    changed.sort(key=lambda c: (_ORDER.index(c.kind), c.subject, c.type, c.object, c.key))
    return ChangedFacts(facts=tuple(changed), is_cut=len(rows) > MOST_RECORDS)


def _by_fact(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    by_fact: dict[str, list[Row]] = {}
    for row in rows:
        by_fact.setdefault(row["fact"], []).append(row)
    return by_fact


def _merged(rows: Sequence[Row]) -> ChangedFact:
    """Return what several records of one fact, in order of time, come to together."""
    first, last = rows[0], rows[-1]
    return ChangedFact(
        key=first["fact"],
        subject_key=first["subject"],
        # The last name that it had; an entity that has gone without one is shown by its key.
        subject=last["subject_name"] or last["subject"],
        type=first["type"],
        object_key=first["object"],
        object=last["object_name"] or last["object"],
        before=_state(first["confidence_before"], first["witnesses_before"]),
        after=_state(last["confidence"], last["witnesses"]),
        at=last["at"].to_native(),
        run=last["run"],
        documents=tuple(dict.fromkeys(id_ for row in rows for id_ in row["documents"])),
        decisions=_said(rows, "decision"),
        rules=_said(rows, "rule"),
    )


def _said(rows: Iterable[Row], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row[name] for row in rows if row[name]))


def _state(confidence: float | None, witnesses: int | None) -> FactState | None:
    # Without a confidence the fact was not there. Without witnesses it was a rule's alone.
    return None if confidence is None else FactState(confidence, witnesses or 0)
