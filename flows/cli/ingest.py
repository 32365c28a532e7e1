"""`ingest`: one night, here and now, without a Prefect server."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from flows import services
from flows.cli.render import facts_table, heading, print_report, proofs
from flows.cli.session import settings_for_command
from flows.console import display, output, print_json
from flows.night import Request, Tools, run_night
from flows.report import Report
from flows.settings import Settings
from flows.sources import check_folder, source_name
from flows.tools import open_tools
from graphdb import Graph, StatedFact
from graphdb.browsing import derived_facts
from graphdb.proof import Proof

SET_ASIDE = 3
N_DOCUMENTS_ASKED = 1_000
"""Documents of which the table of facts is made: it shows a dozen."""


def ingest(
    path: Annotated[Path, typer.Argument(help="Folder of .txt, .md and .jsonl files.")],
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
    n_facts: Annotated[int, typer.Option("--facts", help="Facts to show at the end.", min=0)] = 12,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Make the graph say what a folder of documents says now; running it again changes nothing.

    Example: nightloom ingest samples
    """
    settings = settings_for_command()
    check_folder(path)
    request = Request(folder=path, source=source_name(path, source), allow_vanished=allow_vanished)
    with display() as watch, open_tools(settings, watch) as tools:
        report = run_night(request, tools)
        facts = [] if as_json else _facts(tools.graph, request.source, n_facts)
        derived = [] if as_json else _derived(tools, n_facts)
    if as_json:
        print_json(report.to_dict())
    else:
        _print_all(report, facts, derived)
        _print_where(settings)
    if report.set_aside:
        raise typer.Exit(SET_ASIDE)


def _print_all(report: Report, facts: list[StatedFact], derived: list[Proof]) -> None:
    console = output()
    print_report(console, report)
    if facts:
        console.print(facts_table(facts))
    if derived:
        console.print(proofs("Facts that rules derived, and what they follow from", derived))


def _print_where(settings: Settings) -> None:
    found = services.status(settings)
    console = output()
    console.print(heading("Look around"))
    rows = {
        "nightloom up": "starts Neo4j Browser and Prefect (in a checkout: make up), then",
        found.browser_url or found.bolt_uri: f"the graph; user {found.user}, password: see "
        f"{found.password_in}",
        found.prefect_url: "runs, schedule, and a form to start one",
        'nightloom explain "NAME"': "what is known about a name, and why",
    }
    for what, why in rows.items():
        console.print(Text.assemble("  ", (what.ljust(26), "bold"), f" {why}"))


def _derived(tools: Tools, n: int) -> list[Proof]:
    graph = tools.graph
    return derived_facts(graph.connection, graph.ontology, tools.rules, n) if n else []


def _facts(graph: Graph, source: str, n: int) -> list[StatedFact]:
    ids = list(graph.ledger(source))[:N_DOCUMENTS_ASKED]
    return graph.facts(ids, limit=n) if n else []
