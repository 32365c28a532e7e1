"""What became of facts, as somebody asks: in a night, since a time, of a name, and by a date."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time
from typing import Any

from flows.errors import FlowError
from flows.naming import checked_type, nobody_called
from flows.text import shown
from graphdb import Graph
from graphdb.asking import entities_called, facts_about, possible_keys
from graphdb.history import (
    KINDS,
    MOST_RECORDS,
    ChangedFact,
    ChangedFacts,
    RecordedHistory,
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    last_runs,
    recorded_run,
    recorded_since,
)
from graphdb.identity import fact_key


def changes_asked(
    graph: Graph,
    *,
    since: str | None = None,
    run: str | None = None,
    entity: str | None = None,
    kind: str | None = None,
    most: int = MOST_RECORDS,
) -> tuple[str, ChangedFacts]:
    """Return what was asked for, in words, and what changed then: by itself in the last night.

    Args:
        graph: What is asked.
        since: A date or a time, as a person writes it.
        run: A run, as reports name it.
        entity: Only facts about what is called so, or was.
        kind: Only facts that came, went or were restated; all are counted.
        most: Facts to return, the first of them; all are counted.

    Raises:
        FlowError: There is no such time, run, entity or kind, no night yet, or time and run are
            both given.
    """
    if since and run:
        raise FlowError("a time and a run exclude each other, for a run has its time: give one")
    if kind and kind not in KINDS:
        raise FlowError(f"{shown(kind)} is no kind of change: ask for {', '.join(KINDS)}")
    moment = moment_of(since, time.min) if since else None
    if not entity:
        return _changed(graph, moment, run, None, most, kind or "")
    keys = keys_ever_called(graph, entity)
    what, changed = _changed(graph, moment, run, keys, MOST_RECORDS)
    about = [c for c in changed.facts if {c.subject_key, c.object_key} & set(keys)]
    of_these = ChangedFacts.of(about, is_cut=changed.is_cut).first(most, kind or "")
    return f"{what}, about {entity}", of_these


def history_asked(
    graph: Graph, subject: str, type_: str | None = None, object_: str | None = None
) -> RecordedHistory:
    """Return all that is recorded of an entity's facts, or of one fact, in order of time.

    Args:
        graph: What is asked.
        subject: Name or key of an entity, which may have gone.
        type_: Relation type, for facts of one type.
        object_: Name or key of the other entity, for one fact; its type is given, too.

    Raises:
        FlowError: There is no such type or entity, nor was there.
    """
    if type_:
        checked_type(graph.ontology, type_)
    keys = keys_ever_called(graph, subject)
    if type_ and object_:
        others = keys_ever_called(graph, object_)
        facts = {fact_key(one, type_, other) for one in keys for other in others}
        return history_of(graph.connection, keys, facts)
    past = history_of(graph.connection, keys)
    of_type = tuple(change for change in past.changes if type_ in (None, "", change.type))
    return replace(past, changes=of_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class FactThen:
    """A fact as it stood at some moment, with the keys of its ends."""

    key: str
    subject_key: str
    subject: str
    type: str
    object_key: str
    object: str
    confidence: float
    derived: bool
    witnesses: int
    """Documents that stated it."""


def facts_asked_as_of(
    graph: Graph, moment: datetime, entity: str, type_: str | None = None
) -> list[FactThen]:
    """Return the facts about an entity as the graph had them at some moment, stated ones first.

    Args:
        graph: What is asked.
        moment: As `moment_of` makes one of what a person writes; of a date, its end.
        entity: Name or key of an entity, which may have gone.
        type_: Relation type, for facts of one type.

    Raises:
        FlowError: There is no such type or entity, or nobody can say what there was then.
    """
    if type_:
        checked_type(graph.ontology, type_)
    began = recorded_since(graph.connection)
    if began is None or moment < began:
        raise FlowError(
            f"changes are recorded since {moment_in_words(began)}, so nobody can say what the "
            f"graph had on {moment_in_words(moment)}: ask for a later date"
        )
    facts = _facts_then(graph, keys_ever_called(graph, entity), moment)
    return [fact for fact in facts if type_ in (None, "", fact.type)]


def keys_ever_called(graph: Graph, name: str) -> list[str]:
    """Return the keys of the entities that are called so, or were while changes are recorded.

    Raises:
        FlowError: There is no such name, nor was there.
    """
    entities = entities_called(graph.connection, graph.ontology, name)
    if entities:
        return [entity.key for entity in entities]
    keys = possible_keys(graph.connection, graph.ontology, name)
    if not history_of(graph.connection, keys).changes:
        raise FlowError(nobody_called(graph, name))
    return keys


def moment_of(text: str, default: time) -> datetime:
    """Return the moment that a person means, in the time zone of this machine.

    Args:
        text: A date, or a date and a time.
        default: The time of a date that is given without one.

    Raises:
        FlowError: It is no date.
    """
    try:
        moment = datetime.fromisoformat(text)
        if len(text) <= len("2026-11-29"):
            moment = datetime.combine(moment.date(), default)
        return moment.astimezone()
    # In some time zones the first day of the calendar lies before its beginning.
    except (ValueError, OverflowError) as error:
        raise FlowError(
            f"{shown(text)} is no date: write it as 2026-11-29 or 2026-11-29T02:00"
        ) from error


def moment_in_words(moment: datetime | None) -> str:
    """Return a moment as a person reads it; without one, recording has not begun."""
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "the next night"


def changes_to_dict(what: str, changed: ChangedFacts) -> dict[str, Any]:
    """Return what changed as `--json` has it."""
    return {
        "of": what,
        "counts": dict(changed.counts),
        "is_cut": changed.is_cut,
        "facts": [change_to_dict(change) for change in changed.facts],
    }


def change_to_dict(change: ChangedFact) -> dict[str, Any]:
    """Return one change as `--json` has it."""
    return asdict(change) | {"kind": change.kind, "at": change.at.isoformat()}


def history_to_dict(
    began: datetime | None, past: RecordedHistory, most: int = MOST_RECORDS
) -> dict[str, Any]:
    """Return the latest of a history as `--json` has it, and since when changes are recorded."""
    return {
        "recorded_since": began and began.isoformat(),
        "is_cut": past.is_cut,
        "changes": [change_to_dict(change) for change in past.changes[-most:]],
    }


def _changed(
    graph: Graph,
    moment: datetime | None,
    run: str | None,
    keys: Collection[str] | None,
    most: int,
    kind: str = "",
) -> tuple[str, ChangedFacts]:
    connection = graph.connection
    if moment:
        what = f"since {moment_in_words(moment)}"
        if keys is not None:
            return what, changes_about(connection, keys, moment)
        return what, changes_since(connection, moment, most, kind)
    night = recorded_run(connection, run) if run else next(iter(last_runs(connection, 1)), None)
    if not run and not night:
        raise FlowError("no night is on record yet: `nightloom ingest FOLDER` spends one")
    asked = night.run if night else run or ""
    changed = changes_of_run(connection, asked, most=most, kind=kind)
    if not night:  # it may be a command's own, which is no night
        if not any(changed.counts.values()):
            raise FlowError(
                f"nothing is recorded of a run {shown(asked)}: it has another name, or changed "
                "nothing, or was longer ago than changes are kept"
            )
        return f"run {asked}", changed
    return f"night of {moment_in_words(night.at)} (run {asked})", changed


def _facts_then(graph: Graph, keys: Collection[str], moment: datetime) -> list[FactThen]:
    """Return the facts of now, with all that has changed since taken back."""
    since = changes_about(graph.connection, keys, moment)
    if since.is_cut:
        raise FlowError(
            f"more has changed since {moment_in_words(moment)} than is read for one answer "
            f"({MOST_RECORDS:,} records): ask for a later date"
        )
    changed = {change.key: change for change in since.facts}
    then = [
        FactThen(**{each.name: getattr(fact, each.name) for each in fields(FactThen)})
        for fact in facts_about(graph.connection, list(keys), None, 0)
        if fact.key not in changed
    ]
    then += [
        FactThen(
            **{name: getattr(change, name) for name in _SAID_OF_BOTH},
            confidence=change.before.confidence,
            derived=not change.before.witnesses,
            witnesses=change.before.witnesses,
        )
        for change in changed.values()
        if change.before
    ]
    return sorted(then, key=lambda fact: (fact.derived, -fact.confidence, fact.subject, fact.type))


_SAID_OF_BOTH = ("key", "subject_key", "subject", "type", "object_key", "object")
