"""`changes`, `history`, `as-of`: what came, went and was restated, and how facts stood before."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import time
from typing import Annotated

import typer
from rich.text import Text

from flows.cli.render import fact_line
from flows.cli.session import AsJson, opened_graph
from flows.console import output, print_json
from flows.errors import FlowError
from flows.night import SIGNS, confidences, summary_of
from flows.past import (
    FactThen,
    changes_asked,
    changes_to_dict,
    facts_asked_as_of,
    history_asked,
    history_to_dict,
    moment_in_words,
    moment_of,
)
from flows.text import shown
from graphdb.history import MOST_RECORDS, ChangedFact, recorded_since

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
    kind: Annotated[
        str | None, typer.Option(help="Only facts that came, went or were restated.")
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
        what, changed = changes_asked(graph, since=since, run=run, entity=entity, kind=kind)
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
        print_json(history_to_dict(began, past))
        return
    if not past.changes:
        output().print(f"Nothing is recorded of that since {moment_in_words(began)}.")
        return
    part = f"; of more than {MOST_RECORDS:,} records, so some are missing" if past.is_cut else ""
    output().print(Text(f"Recorded since {moment_in_words(began)}{part}", style="dim"))
    _print_lines(
        [
            Text.assemble((f"{moment_in_words(change.at)}  ", "dim"), _change_line(change))
            for change in past.changes
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
        facts = facts_asked_as_of(graph, moment, entity, type_)
    if as_json:
        print_json({"as_of": moment.isoformat(), "facts": [asdict(fact) for fact in facts]})
        return
    if not facts:
        output().print(f"The graph had no such fact on {moment_in_words(moment)}.")
    _print_lines([_fact_line(fact) for fact in facts], whole=whole)


def _fact_line(fact: FactThen) -> Text:
    mark = ("  derived", "green") if fact.derived else ""
    line = fact_line(fact.subject, fact.type, fact.object)
    return Text.assemble("  ", line, f"   {fact.confidence:.2f}", mark)


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
