"""`changes`, `history`, `as-of`: what came, went and was restated, and how facts stood before."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, time
from typing import Annotated

import typer
from rich.text import Text

from flows.cli.render import fact_line
from flows.cli.session import AsJson, opened_graph
from flows.console import output, print_json
from flows.errors import FlowError
from flows.naming import checked_type
from flows.night import SIGNS, confidences, summary_of
from flows.past import (
    change_to_dict,
    changes_asked,
    changes_to_dict,
    history_asked,
    keys_ever_called,
    moment_in_words,
    moment_of,
)
from flows.text import shown
from graphdb import Graph
from graphdb.asking import facts_about
from graphdb.history import ChangedFact, recorded_since, states_before

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
    with opened_graph() as (graph, _):
        what, changed = changes_asked(graph, since=since, run=run, entity=entity)
    if as_json:
        print_json(changes_to_dict(what, changed))
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
        past = history_asked(graph, subject, type_, object_)
        began = recorded_since(graph.connection)
    if as_json:
        changes_said = [change_to_dict(change) for change in past]
        print_json({"recorded_since": began and began.isoformat(), "changes": changes_said})
        return
    if not past:
        output().print(f"Nothing is recorded of that since {moment_in_words(began)}.")
        return
    output().print(Text(f"Recorded since {moment_in_words(began)}", style="dim"))
    _print_lines(
        [
            Text.assemble((f"{moment_in_words(change.at)}  ", "dim"), _change_line(change))
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
    moment = moment_of(date, time.max)
    with opened_graph() as (graph, _):
        if type_:
            checked_type(graph.ontology, type_)
        began = recorded_since(graph.connection)
        if began is None or moment < began:
            raise FlowError(
                f"changes are recorded since {moment_in_words(began)}, so nobody can say what the "
                f"graph had on {moment_in_words(moment)}: ask for a later date"
            )
        facts = _facts_then(graph, keys_ever_called(graph, entity), moment)
    facts = [fact for fact in facts if type_ in (None, fact.type)]
    if as_json:
        print_json({"as_of": moment.isoformat(), "facts": [asdict(fact) for fact in facts]})
        return
    if not facts:
        output().print(f"The graph had no such fact on {moment_in_words(moment)}.")
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
