"""`backup`, `restore`: everything in one file, and the way back."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from flows.cli.session import AsJson, settings_for_command
from flows.console import display, print_result
from flows.text import counted, shown
from flows.tools import open_graph
from flows.upkeep import Kept, back_up
from flows.upkeep import restore as put_back


def backup(
    file: Annotated[Path, typer.Argument(help="A file that is not there yet, such as night.zip.")],
    as_json: AsJson = False,
) -> None:
    """Write graph, extractions, added models and decisions into one file, and check it.

    Example: nightloom backup sunday.zip
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        kept = back_up(graph, settings.home, file, watch)
    _print_kept(file, "holds", kept, as_json=as_json)


def restore(
    file: Annotated[Path, typer.Argument(help="What `nightloom backup` wrote.")],
    as_json: AsJson = False,
) -> None:
    """Fill an empty graph and this home folder from a backup.

    Example: nightloom restore sunday.zip
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        kept = put_back(graph, settings.home, file, watch)
    _print_kept(file, "is restored:", kept, as_json=as_json)


def _print_kept(file: Path, verb: str, kept: Kept, *, as_json: bool) -> None:
    held = (
        f" {verb} {counted(kept.graph.nodes, 'node')},"
        f" {counted(kept.graph.relationships, 'relationship')} and"
        f" {counted(kept.n_files, 'file')} of the home folder ({kept.n_bytes / 1e6:.1f} MB)."
    )
    said = Text.assemble((shown(str(file)), "bold"), held)
    print_result(asdict(kept), said, as_json=as_json)
