"""What became of facts, as somebody asks for it: in a night, since a time, of a name."""

from dataclasses import asdict
from datetime import datetime, time
from typing import Any

from flows.errors import FlowError
from flows.naming import checked_type, nobody_called
from flows.text import shown
from graphdb import Graph
from graphdb.asking import entities_called, possible_keys
from graphdb.history import (
    MOST_RECORDS,
    ChangedFact,
    ChangedFacts,
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    last_runs,
)
from graphdb.identity import fact_key


def changes_asked(
    graph: Graph,
    *,
    since: str | None = None,
    run: str | None = None,
    entity: str | None = None,
    most: int = MOST_RECORDS,
) -> tuple[str, ChangedFacts]:
    """Return what was asked for, in words, and what changed then: by itself in the last night.

    Args:
        graph: What is asked.
        since: A date or a time, as a person writes it.
        run: A run, as reports name it.
        entity: Only facts about what is called so, or was.
        most: Facts to return, the first of them; all are counted.

    Raises:
        FlowError: There is no such time, entity or night, or both time and run are given.
    """
    if since and run:
        raise FlowError("a time and a run exclude each other: a run has its time")
    moment = moment_of(since, time.min) if since else None
    if not entity:
        return _changed(graph, moment, run, None, most)
    keys = keys_ever_called(graph, entity)
    what, changed = _changed(graph, moment, run, keys, MOST_RECORDS)
    about = [c for c in changed.facts if {c.subject_key, c.object_key} & set(keys)]
    return what, ChangedFacts.of(about, is_cut=changed.is_cut).first(most)


def history_asked(
    graph: Graph, subject: str, type_: str | None = None, object_: str | None = None
) -> list[ChangedFact]:
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
    past = history_of(graph.connection, keys)
    if type_:
        past = [change for change in past if change.type == type_]
    if type_ and object_:
        others = keys_ever_called(graph, object_)
        facts = {fact_key(one, type_, other) for one in keys for other in others}
        past = [change for change in past if change.key in facts]
    return past


def keys_ever_called(graph: Graph, name: str) -> list[str]:
    """Return the keys of the entities that are called so, or were while changes are recorded.

    Raises:
        FlowError: There is no such name, nor was there.
    """
    entities = entities_called(graph.connection, graph.ontology, name)
    if entities:
        return [entity.key for entity in entities]
    keys = possible_keys(graph.connection, graph.ontology, name)
    if not history_of(graph.connection, keys):
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


def _changed(
    graph: Graph, moment: datetime | None, run: str | None, keys: list[str] | None, most: int
) -> tuple[str, ChangedFacts]:
    connection = graph.connection
    if run:
        return f"run {run}", changes_of_run(connection, run, most=most)
    if moment and keys is not None:
        return f"since {moment_in_words(moment)}", changes_about(connection, keys, moment)
    if moment:
        return f"since {moment_in_words(moment)}", changes_since(connection, moment, most)
    for last in last_runs(connection, 1):
        title = f"night of {moment_in_words(last.at)} (run {last.run})"
        return title, changes_of_run(connection, last.run, most=most)
    raise FlowError("no night is on record yet: `nightloom ingest FOLDER` spends one")
