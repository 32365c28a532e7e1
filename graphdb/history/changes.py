"""What became of facts between two moments, read from the records: each fact once, the net of it.

A fact that came and went in one night is no change, nor is one that was withdrawn with its old
document and stated again by the new one.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import islice

from graphdb.connection import Connection, Row, Transaction
from graphdb.history.recording import FactState, kind_of
from graphdb.queries import cypher

MOST_RECORDS = 100_000
"""Records that are read to answer one question; some 100 MB of them, if all facts are asked for."""

KINDS = ("came", "went", "restated")
"""What may become of a fact."""

_BEGINNING = datetime(1, 1, 1, tzinfo=UTC)


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
    """All of them, or those of one kind, or the first, if no more were asked for."""
    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    """How many came, went and were restated, whether they are among the facts here or not."""
    is_cut: bool = False
    """Whether there are more records than were read, so that some of them are missing here."""

    @classmethod
    def of(cls, facts: Iterable[ChangedFact], *, is_cut: bool = False) -> "ChangedFacts":
        """Return these facts, counted."""
        kept = tuple(facts)
        counts = {kind: sum(fact.kind == kind for fact in kept) for kind in KINDS}
        return cls(facts=kept, counts=counts, is_cut=is_cut)

    def n_of(self, kind: str = "") -> int:
        """Return how many facts became this, or changed at all."""
        return self.counts[kind] if kind else sum(self.counts.values())

    def first(self, most: int, kind: str = "") -> "ChangedFacts":
        """Return the first of these facts, of one kind or of all, and the counts of all."""
        kept = (fact for fact in self.facts if kind in ("", fact.kind))
        return replace(self, facts=tuple(islice(kept, most)))


@dataclass(frozen=True, slots=True)
class RecordedHistory:
    """What is recorded of some facts, in order of time."""

    changes: tuple[ChangedFact, ...] = ()
    is_cut: bool = False
    """Whether there are more records than were read, so that some of them are missing here."""


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """A night that was begun."""

    run: str
    source: str
    at: datetime


def last_runs(connection: Connection, limit: int) -> list[RecordedRun]:
    """Return the nights that were begun last, the latest first."""
    rows = connection.read(cypher("record/last_runs"), limit=limit)
    return [_run_of(row) for row in rows]


def recorded_run(connection: Connection, run: str) -> RecordedRun | None:
    """Return the night of this run that was begun last; None: none is on record."""
    rows = connection.read(cypher("record/named_run"), run=run)
    return next(map(_run_of, rows), None)


def changes_of_run(
    connection: Connection,
    run: str,
    epoch: int | None = None,
    most: int = MOST_RECORDS,
    kind: str = "",
) -> ChangedFacts:
    """Return what a run changed; or one night of it, if its epoch is given.

    Args:
        connection: To the graph.
        run: The run.
        epoch: The epoch of the lease that the night held; None: all nights of the run.
        most: Facts to return, the first of them; all are counted.
        kind: Of which of `KINDS` they are; empty: of any.
    """
    return _net(connection, "record/of_run", most, kind, run=run, epoch=epoch)


def changes_since(
    connection: Connection, since: datetime, most: int = MOST_RECORDS, kind: str = ""
) -> ChangedFacts:
    """Return what has changed since a moment, whoever changed it.

    Args:
        connection: To the graph.
        since: The moment.
        most: Facts to return, the first of them; all are counted.
        kind: Of which of `KINDS` they are; empty: of any.
    """
    return _net(connection, "record/of_time", most, kind, since=since)


def changes_about(
    connection: Connection, keys: Iterable[str], since: datetime = _BEGINNING
) -> ChangedFacts:
    """Return what has changed since a moment in the facts of some entities.

    What each of them was before is how it stood at that moment, so the facts of now with this taken
    back are the facts of then.
    """
    return _net(connection, "record/of_entities", keys=list(keys), since=since, facts=None)


def history_of(
    connection: Connection, keys: Iterable[str], facts: Collection[str] | None = None
) -> RecordedHistory:
    """Return what is recorded of the facts of some entities, or of some of these.

    Args:
        connection: To the graph.
        keys: Of the entities.
        facts: Keys of the facts; None: all of these entities.
    """
    rows = connection.read(
        cypher("record/of_entities"),
        keys=list(keys),
        since=_BEGINNING,
        facts=None if facts is None else list(facts),
        limit=MOST_RECORDS + 1,
    )
    past = sorted(map(_changed, rows[:MOST_RECORDS]), key=lambda change: change.at)
    return RecordedHistory(tuple(past), is_cut=len(rows) > MOST_RECORDS)


def recorded_since(connection: Connection) -> datetime | None:
    """Return since when changes are recorded; None: no night has prepared the graph for it."""
    rows = connection.read(cypher("record/since"))
    since = rows[0]["since"] if rows else None
    moment: datetime | None = since and since.to_native()
    return moment


def _run_of(row: Row) -> RecordedRun:
    return RecordedRun(row["run"], row["source"], row["at"].to_native())


def _net(
    connection: Connection,
    query: str,
    most: int = MOST_RECORDS,
    kind: str = "",
    **parameters: object,
) -> ChangedFacts:
    def unit(tx: Transaction) -> ChangedFacts:
        rows = _Rows(tx, query, **parameters)
        counts = dict.fromkeys(KINDS, 0)
        first: list[ChangedFact] = []
        for change in rows.by_fact():
            # What came and went again, or went and came back the same, is no change.
            if change.before == change.after:
                continue
            counts[change.kind] += 1
            if kind not in ("", change.kind):
                continue
            first.append(change)
            if len(first) >= 2 * most:
                _cut(first, most)
        _cut(first, most)
        return ChangedFacts(facts=tuple(first), counts=counts, is_cut=rows.is_cut)

    return connection.write(unit, access="READ")


def _cut(changes: list[ChangedFact], most: int) -> None:
    """Put changes in the order that people see, and leave the first of them."""
    changes.sort(key=lambda c: (KINDS.index(c.kind), c.subject, c.type, c.object, c.key))
    del changes[most:]


class _Rows:
    """Records as they arrive, fact by fact: a night may have more than fit in memory."""

    def __init__(self, tx: Transaction, query: str, **parameters: object) -> None:
        self.is_cut = False
        self._rows = tx.stream(cypher(query), limit=MOST_RECORDS + 1, **parameters)

    def by_fact(self) -> Iterator[ChangedFact]:
        """Yield what the records of each fact come to."""
        change: ChangedFact | None = None
        for number, row in enumerate(self._rows):
            if number == MOST_RECORDS:
                self.is_cut = True  # the last fact may have more records: what it came to is open
                change = None
            elif change is not None and change.key == row["fact"]:
                change = _changed(row, change)
            else:
                if change is not None:
                    yield change
                change = _changed(row)
        if change is not None:
            yield change


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
