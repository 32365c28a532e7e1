"""What became of facts between two moments, read from the records: each fact once, the net of it.

A fact that came and went in one night is no change, nor is one that was withdrawn with its old
document and stated again by the new one.
"""

import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from graphdb.connection import Connection, Row, Transaction
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
    return _net(connection, "record/of_run", run=run, epoch=epoch)


def changes_since(connection: Connection, since: datetime) -> ChangedFacts:
    """Return what has changed since a moment, whoever changed it."""
    return _net(connection, "record/of_time", since=since)


def changes_about(
    connection: Connection, keys: Iterable[str], since: datetime = _BEGINNING
) -> ChangedFacts:
    """Return what has changed since a moment in the facts of some entities."""
    return _net(connection, "record/of_entities", keys=list(keys), since=since)


def history_of(
    connection: Connection, keys: Iterable[str], fact: str | None = None
) -> list[ChangedFact]:
    """Return all that is recorded of the facts of some entities, or of one of these, in order."""
    rows = connection.read(
        cypher("record/of_entities"), keys=list(keys), since=_BEGINNING, limit=MOST_RECORDS
    )
    return [_changed(row) for row in rows if fact in (None, row["fact"])]


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
    return _read(connection, "record/of_entities", keys=list(keys), since=moment)[0]


def _net(connection: Connection, query: str, **parameters: object) -> ChangedFacts:
    by_fact, is_cut = _read(connection, query, **parameters)
    # What came and went again, or went and came back the same, is no change.
    changed = [change for change in by_fact.values() if change.before != change.after]
    changed.sort(key=lambda c: (_ORDER.index(c.kind), c.subject, c.type, c.object, c.key))
    return ChangedFacts(facts=tuple(changed), is_cut=is_cut)


def _read(
    connection: Connection, query: str, **parameters: object
) -> tuple[dict[str, ChangedFact], bool]:
    """Return what records come to for each fact, and whether there are more than were read."""

    def unit(tx: Transaction) -> tuple[dict[str, ChangedFact], bool]:
        by_fact: dict[str, ChangedFact] = {}
        n_records = 0
        # Row by row: all rows of a night take three times as much as what they come to.
        for row in tx.stream(cypher(query), limit=MOST_RECORDS + 1, **parameters):
            n_records += 1
            if n_records <= MOST_RECORDS:
                by_fact[row["fact"]] = _changed(row, by_fact.get(row["fact"]))
        return by_fact, n_records > MOST_RECORDS

    return connection.write(unit, access="READ")


def _changed(row: Row, earlier: ChangedFact | None = None) -> ChangedFact:
    """Return what a record says, together with earlier ones of the same fact."""
    now = ChangedFact(
        key=row["fact"],
        subject_key=row["subject"],
        # The last name that it had; an entity that has gone without one is shown by its key.
        subject=row["subject_name"] or row["subject"],
        type=sys.intern(row["type"]),
        object_key=row["object"],
        object=row["object_name"] or row["object"],
        before=_state(row["confidence_before"], row["witnesses_before"]),
        after=_state(row["confidence"], row["witnesses"]),
        at=row["at"].to_native(),
        run=sys.intern(row["run"]) if row["run"] else row["run"],
        documents=tuple(row["documents"]),
        decisions=(row["decision"],) if row["decision"] else (),
        rules=(row["rule"],) if row["rule"] else (),
    )
    if earlier is None:
        return now
    return replace(
        now,
        before=earlier.before,
        documents=_once(earlier.documents, now.documents),
        decisions=_once(earlier.decisions, now.decisions),
        rules=_once(earlier.rules, now.rules),
    )


def _once(these: tuple[str, ...], those: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*these, *those)))


def _state(confidence: float | None, witnesses: int | None) -> FactState | None:
    # Without a confidence the fact was not there. Without witnesses it was a rule's alone.
    return None if confidence is None else FactState(confidence, witnesses or 0)
