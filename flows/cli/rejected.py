"""`rejected`, `replay`: what is set aside, and one more try at exactly that."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.cli.render import print_report
from flows.cli.session import FAILED, SET_ASIDE, AsJson, settings_for_command
from flows.console import display, output, print_json, print_note
from flows.night import (
    Rejected,
    Rejection,
    RejectionNotes,
    Report,
    chosen,
    replay_requests,
    run_night,
)
from flows.text import counted, shown
from flows.tools import open_tools

Reason = Annotated[
    str, typer.Option("--reason", help="Only those whose reason has these words in it.")
]
Source = Annotated[str, typer.Option("--source", help="Only those of this source.")]


def rejected(reason: Reason = "", source: Source = "", as_json: AsJson = False) -> None:
    """List the documents that are set aside: the step, the reason, how often tried, since when.

    Example: nightloom rejected --reason UTF-8
    """
    settings = settings_for_command()
    noted = RejectionNotes.of(settings.home).read()
    found = chosen(noted, reason, source)
    if as_json:
        print_json(
            {
                "documents": [_row(rejection) for rejection in found],
                "sources": {
                    name: {
                        "run": note.run,
                        "at": note.at and note.at.isoformat(timespec="seconds"),
                        "account": note.account and note.account.rows,
                    }
                    for name, note in noted.sources.items()
                },
            }
        )
        return
    _print_accounts(noted)
    if found:
        output().print(_table(found))
        output().print("nightloom replay reads exactly these again.")
    else:
        output().print("Nothing is set aside." if not noted.documents else "None of these.")


def replay(reason: Reason = "", source: Source = "", as_json: AsJson = False) -> None:
    """Read again exactly what is set aside, and leave everything else as it is.

    Example: nightloom replay --reason UTF-8
    """
    settings = settings_for_command()
    noted = RejectionNotes.of(settings.home).read()
    requests = replay_requests(noted, settings.sources, reason, source)
    reports: list[Report] = []
    if requests:
        with display() as watch, open_tools(settings, watch) as tools:
            # Whoever asks for what is set aside knows that much of it may stay there.
            tools = replace(tools, max_rejected=1.0)
            reports = [run_night(request, tools) for request in requests]
    if as_json:
        print_json({"reports": [report.to_dict() for report in reports]})
    elif not reports:
        output().print("Nothing is set aside." if not noted.documents else "None of these.")
    for report in reports:
        if not as_json:
            print_report(output(), report)
            print_note(f"{report.source}: {counted(report.n_upserted, 'document')} taken now")
    if any(report.violations for report in reports):
        raise typer.Exit(FAILED)
    if any(report.set_aside for report in reports):
        raise typer.Exit(SET_ASIDE)


def _row(rejection: Rejection) -> dict[str, object]:
    return {
        "document": rejection.document,
        "source": rejection.source,
        "stage": rejection.stage,
        "reason": rejection.reason,
        "attempts": rejection.attempts,
        "first_at": rejection.first_at.isoformat(timespec="seconds"),
        "last_at": rejection.last_at.isoformat(timespec="seconds"),
    }


def _print_accounts(noted: Rejected) -> None:
    accounts = {name: note.account for name, note in noted.sources.items() if note.account}
    if not accounts:
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("last whole night of", overflow="fold")
    for title in next(iter(accounts.values())).rows:
        table.add_column(title, justify="right")
    for name, account in accounts.items():
        table.add_row(Text(shown(name)), *map(str, account.rows.values()))
    output().print(table)


def _table(found: Sequence[Rejection]) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("document", overflow="fold", ratio=3)
    table.add_column("step")
    table.add_column("reason", overflow="fold", ratio=5)
    table.add_column("tried", justify="right")
    table.add_column("since")
    for rejection in found:
        table.add_row(
            Text(shown(rejection.document)),
            rejection.stage,
            Text(shown(rejection.reason)),
            str(rejection.attempts),
            f"{rejection.first_at:%Y-%m-%d %H:%M}",
        )
    return table
