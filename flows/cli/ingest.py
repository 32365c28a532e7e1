"""`ingest`: one night, here and now, without a Prefect server."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.render import facts_table, print_report
from flows.cli.session import settings_for_command
from flows.console import display, output, print_json
from flows.night import Request, run_night
from flows.sources import check_folder, source_name
from flows.tools import open_tools
from graphdb import Graph, StatedFact

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
        shown_facts = [] if as_json else _facts(tools.graph, request.source, n_facts)
    if as_json:
        print_json(report.to_dict())
    else:
        print_report(output(), report)
        output().print(facts_table(shown_facts))
    if report.set_aside:
        raise typer.Exit(SET_ASIDE)


def _facts(graph: Graph, source: str, n: int) -> list[StatedFact]:
    ids = list(graph.ledger(source))[:N_DOCUMENTS_ASKED]
    return graph.facts(ids, limit=n) if n else []
