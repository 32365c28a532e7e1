"""`ingest`: one night, here and now, without a Prefect server."""

import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table

from flows import services
from flows.cli.picking import some_facts, some_proofs
from flows.cli.proofs import derived_list
from flows.cli.render import facts_table, heading, print_report
from flows.cli.session import FAILED, SET_ASIDE, AsJson, settings_for_command
from flows.console import display, output, print_json, print_note
from flows.errors import SourceError
from flows.every_night import add_every_night, check_writable_sources
from flows.night import Report, Request, RunNotes, noted_failure, run_night
from flows.setting_groups import TOML_FILE
from flows.settings import Settings, load_settings
from flows.sources import AnySource, asked_source, every_night_too
from flows.text import shown
from flows.tools import open_tools
from graphdb import StatedFact
from graphdb.asking import Proof, ProvedFact


def ingest(
    path: Annotated[
        str,
        typer.Argument(
            help="Folder of documents (`nightloom formats`), one file, the address of either, or "
            "the name of a source (`nightloom sources`)."
        ),
    ],
    source: Annotated[
        str | None,
        typer.Option(help="Name under which these documents are kept; default: the folder's."),
    ] = None,
    allow_vanished: Annotated[
        bool,
        typer.Option(
            "--allow-vanished", help="Retract what has vanished, however many documents it is."
        ),
    ] = False,
    limit: Annotated[
        int, typer.Option(help="Read at most so many new and changed documents; 0: all.", min=0)
    ] = 0,
    read_again: Annotated[
        bool, typer.Option("--read-again", help="Have the model read also what it has read.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Say what would be read and retracted, and write nothing."),
    ] = False,
    every_night: Annotated[
        bool,
        typer.Option("--every-night", help="Have the folder read every night from now on, too."),
    ] = False,
    n_facts: Annotated[int, typer.Option("--facts", help="Facts to show at the end.", min=0)] = 12,
    as_json: AsJson = False,
) -> None:
    """Make the graph say what a folder or address holds now; running it again changes nothing.

    Example: nightloom ingest samples --every-night
    """
    settings = settings_for_command()
    asked, file = asked_source(path, source, settings.sources)
    if dry_run and every_night:
        raise SourceError("--dry-run writes nothing, and --every-night would: leave one out")
    is_added = every_night and _may_be_added(asked, file, settings)
    request = Request(
        documents=asked,
        file=file,
        allow_vanished=allow_vanished,
        limit=limit,
        read_again=read_again,
        dry_run=dry_run,
    )
    begun = time.perf_counter()
    with (
        display() as watch,
        noted_failure([request], RunNotes.of(settings.home)),
        open_tools(settings, watch) as tools,
    ):
        opened_s = time.perf_counter() - begun
        report = run_night(request, tools)
        report = replace(report, seconds={"start": opened_s, **report.seconds})
        facts = [] if as_json else some_facts(tools.graph, request.source, n_facts)
        derived = [] if as_json else some_proofs(tools, n_facts // 2)
    if is_added:
        add_every_night(asked)
    if as_json:
        print_json(report.to_dict())
    else:
        print_night(report, facts, derived)
        print_where(settings, facts, derived)
    if every_night:
        state = "from now on" if is_added else "already"
        print_note(f"{shown(asked.place)} is read every night {state}: {TOML_FILE}")
    if report.failure:
        raise typer.Exit(FAILED)
    if report.set_aside:
        raise typer.Exit(SET_ASIDE)


def _may_be_added(asked: AnySource, file: str, settings: Settings) -> bool:
    """Say whether a source has to be added to those read every night, before anything is read."""
    if file:
        raise SourceError(f"{shown(file)} is a file, and folders are read every night: give one")
    is_new = every_night_too(asked, settings.sources)
    if is_new:
        check_writable_sources()
    return is_new


def print_night(report: Report, facts: list[StatedFact], derived: list[Proof]) -> None:
    """Print what a night did, and some of what the graph says after it."""
    console = output()
    print_report(console, report)
    if facts:
        console.print(facts_table(facts))
    if derived:
        console.print(derived_list(derived))


def print_where(settings: Settings, facts: list[StatedFact], derived: list[Proof]) -> None:
    """Print where to look at the graph, and how to ask about a fact."""
    status = services.status(settings)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    if not load_settings().sources:  # asked anew: this command may have added one
        rows.add_row("nightloom ingest FOLDER --every-night", "has a folder read every night")
    rows.add_row("make up", "runs what follows until Ctrl-C; outside a checkout: nightloom up")
    if status.browser_url:
        password = f"user {status.user}, password in {_short(status.password_in)}"
        rows.add_row(status.browser_url, f"Neo4j Browser: {password}")
    prefect = f"Prefect: runs and schedule, password in {_short(status.prefect_password_in)}"
    rows.add_row(status.prefect_url, prefect)
    shown_facts: list[ProvedFact | StatedFact] = [*(proof.fact for proof in derived), *facts]
    fact = shown_facts[0] if shown_facts else None
    if fact:
        words = shlex.join([fact.subject, fact.type, fact.object])
        rows.add_row("why is it there?", f"nightloom explain {words}")
    console = output()
    console.print(heading("Look around"))
    console.print(Padding(rows, (0, 0, 0, 2), expand=False), highlight=False)


def _short(path: str) -> str:
    here = Path.cwd()
    given = Path(path)
    return str(given.relative_to(here)) if given.is_relative_to(here) else path
