"""`changes`, `history`, `as-of`: what came, went and was restated, and how facts stood before."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Annotated, Any

import typer
from rich.text import Text

from flows.cli.graph import checked_type, nobody_called
from flows.cli.render import fact_line
from flows.cli.session import AsJson, opened_graph
from flows.console import output, print_json
from flows.errors import FlowError
from flows.night import SIGNS, confidences, summary_of
from flows.text import shown
from graphdb import Graph
from graphdb.asking import entities_called, facts_about, possible_keys
from graphdb.history import (
    ChangedFact,
    ChangedFacts,
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    last_runs,
    recorded_since,
    states_before,
)
from graphdb.identity import fact_key

N_LINES = 50

WholeList = Annotated[
    bool, typer.Option("--all", help="Print all of it, however long it is; --json always does.")
]


def changes(
    since: Annotated[
        str | None, typer.Option(metavar="DATE", help="Since a date or time: 2026-11-29T02:00.")
    ] = None,
    run: Annotated[
        str | None, typer.Option(help="Of this run, as reports and the Prefect page name it.")
    ] = None,
    entity: Annotated[
        str | None, typer.Option(metavar="NAME", help="Only facts about this entity.")
    ] = None,
    whole: WholeList = False,
    as_json: AsJson = False,
) -> None:
    """List which facts came, went and were restated, and why: in the last night, or since a date.

    Example: nightloom changes --since 2026-11-01 --entity "Marie Curie"
    """
    if since and run:
        raise FlowError("--since and --run exclude each other: a run has its time")
    moment = _moment(since, time.min) if since else None
    with opened_graph() as (graph, _):
        keys = _keys(graph, entity) if entity else None
        what, changed = _changed(graph, moment, run, keys)
    if keys is not None:
        about = [c for c in changed.facts if {c.subject_key, c.object_key} & set(keys)]
        changed = ChangedFacts.of(about, is_cut=changed.is_cut)
    if as_json:
        said = {"of": what, "counts": dict(changed.counts), "is_cut": changed.is_cut}
        print_json(said | {"facts": _dicts(changed.facts)})
        return
    output().print(Text(f"{shown(what)}: {summary_of(changed)}", style="bold"), soft_wrap=True)
    _print_lines([_change_line(fact) for fact in changed.facts], whole=whole)


def history(
    subject: Annotated[str, typer.Argument(help="Name or key of an entity.")],
    type_: Annotated[
        str | None, typer.Argument(metavar="[TYPE]", help="Relation type, for one fact.")
    ] = None,
    object_: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="Name or key of the other entity.")
    ] = None,
    whole: WholeList = False,
    as_json: AsJson = False,
) -> None:
    """List all that is recorded of an entity's facts, or of one fact, in order of time.

    Example: nightloom history "Marie Curie" SPOUSE "Pierre Curie"
    """
    with opened_graph() as (graph, _):
        if type_:
            checked_type(graph.ontology, type_)
        keys = _keys(graph, subject)
        past = history_of(graph.connection, keys)
        if type_:
            past = [change for change in past if change.type == type_]
        if type_ and object_:
            facts = {fact_key(one, type_, other) for one in keys for other in _keys(graph, object_)}
            past = [change for change in past if change.key in facts]
        began = recorded_since(graph.connection)
    if as_json:
        print_json({"recorded_since": began and began.isoformat(), "changes": _dicts(past)})
        return
    if not past:
        output().print(f"Nothing is recorded of that since {_shown_time(began)}.")
        return
    output().print(Text(f"Recorded since {_shown_time(began)}", style="dim"))
    _print_lines(
        [
            Text.assemble((f"{_shown_time(change.at)}  ", "dim"), _change_line(change))
            for change in past
        ],
        whole=whole,
    )


def as_of(
    date: Annotated[
        str, typer.Argument(metavar="DATE", help="A date (its end) or a time: 2026-11-29T02:00.")
    ],
    entity: Annotated[str, typer.Argument(help="Name or key of an entity.")],
    type_: Annotated[
        str | None, typer.Argument(metavar="[TYPE]", help="Only facts of this type.")
    ] = None,
    whole: WholeList = False,
    as_json: AsJson = False,
) -> None:
    """List the facts about an entity as the graph had them on a date.

    Example: nightloom as-of 2026-11-01 "Marie Curie"
    """
    moment = _moment(date, time.max)
    with opened_graph() as (graph, _):
        if type_:
            checked_type(graph.ontology, type_)
        began = recorded_since(graph.connection)
        if began is None or moment < began:
            raise FlowError(
                f"changes are recorded since {_shown_time(began)}, so nobody can say what the "
                f"graph had on {_shown_time(moment)}: ask for a later date"
            )
        facts = _facts_then(graph, _keys(graph, entity), moment)
    facts = [fact for fact in facts if type_ in (None, fact.type)]
    if as_json:
        print_json({"as_of": moment.isoformat(), "facts": [asdict(fact) for fact in facts]})
        return
    if not facts:
        output().print(f"The graph had no such fact on {_shown_time(moment)}.")
    _print_lines([fact.line() for fact in facts], whole=whole)


@dataclass(frozen=True, slots=True)
class FactThen:
    """A fact as it stood at some moment."""

    subject: str
    type: str
    object: str
    confidence: float
    derived: bool

    def line(self) -> Text:
        """Return it for the terminal."""
        mark = ("  derived", "green") if self.derived else ""
        fact = fact_line(self.subject, self.type, self.object)
        return Text.assemble("  ", fact, f"   {self.confidence:.2f}", mark)


def _facts_then(graph: Graph, keys: Sequence[str], moment: datetime) -> list[FactThen]:
    """Return the facts of now, with all that has changed since taken back."""
    changed = states_before(graph.connection, keys, moment)
    then = [
        FactThen(fact.subject, fact.type, fact.object, fact.confidence, fact.derived)
        for fact in facts_about(graph.connection, keys, None, 0)
        if fact.key not in changed
    ]
    then += [
        FactThen(
            *(change.subject, change.type, change.object),
            confidence=change.before.confidence,
            derived=not change.before.witnesses,
        )
        for change in changed.values()
        if change.before
    ]
    return sorted(then, key=lambda fact: (fact.derived, -fact.confidence, fact.subject, fact.type))


def _changed(
    graph: Graph, moment: datetime | None, run: str | None, keys: Sequence[str] | None
) -> tuple[str, ChangedFacts]:
    """Return what was asked for, in words, and its changes."""
    connection = graph.connection
    if run:
        return f"run {run}", changes_of_run(connection, run)
    if moment and keys is not None:
        return f"since {_shown_time(moment)}", changes_about(connection, keys, moment)
    if moment:
        return f"since {_shown_time(moment)}", changes_since(connection, moment)
    for last in last_runs(connection, 1):
        title = f"night of {_shown_time(last.at)} (run {last.run})"
        return title, changes_of_run(connection, last.run)
    raise FlowError("no night is on record yet: `nightloom ingest FOLDER` spends one")


def _keys(graph: Graph, name: str) -> list[str]:
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


def _moment(text: str, default: time) -> datetime:
    """Return the moment that a person means, in the time zone of this machine.

    Raises:
        FlowError: It is no date.
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise FlowError(
            f"{shown(text)} is no date: write it as 2026-11-29 or 2026-11-29T02:00"
        ) from error
    if len(text) <= len("2026-11-29"):
        moment = datetime.combine(moment.date(), default)
    return moment.astimezone()


def _shown_time(moment: datetime | None) -> str:
    return f"{moment.astimezone():%Y-%m-%d %H:%M}" if moment else "the next night"


def _change_line(change: ChangedFact) -> Text:
    style = {"came": "green", "went": "red", "restated": "yellow"}[change.kind]
    because = (f"   {shown(change.reason)}", "dim") if change.reason else ""
    return Text.assemble(
        (f"{SIGNS[change.kind]} ", style),
        fact_line(change.subject, change.type, change.object),
        f"   {confidences(change)}",
        because,
    )


def _print_lines(lines: Sequence[Text], *, whole: bool) -> None:
    console = output()
    for line in lines if whole else lines[:N_LINES]:
        console.print(line, soft_wrap=True)
    if not whole and len(lines) > N_LINES:
        more = f"  … and {len(lines) - N_LINES} more: --all prints all"
        console.print(Text(more, style="dim"))


def _dicts(changed: Iterable[ChangedFact]) -> list[dict[str, Any]]:
    return [_to_dict(change) for change in changed]


def _to_dict(change: ChangedFact) -> dict[str, Any]:
    return asdict(change) | {"kind": change.kind, "at": change.at.isoformat()}
