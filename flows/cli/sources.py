"""`sources`: what is read every night, and from which kinds of places documents can come."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.cli.render import heading
from flows.cli.session import AsJson, settings_for_command
from flows.console import output, print_json
from flows.roles import install_command
from flows.sources import PLACE_KINDS, AnySource, Remote
from flows.text import shown


def sources(as_json: AsJson = False) -> None:
    """List what is read every night, the places documents can come from, and where one logs in.

    Example: nightloom sources
    """
    every_night = settings_for_command().sources
    if as_json:
        print_json(
            {
                "sources": [
                    {"name": each.name, "place": each.place, "credentials": _block(each)}
                    for each in every_night
                ],
                "places": [
                    {
                        "scheme": kind.scheme,
                        "title": kind.title,
                        "is_installed": kind.is_installed,
                        "extra": kind.extra,
                    }
                    for kind in PLACE_KINDS
                ],
            }
        )
        return
    console = output()
    if every_night:
        console.print(heading("Read every night"))
        rows = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
        rows.add_column("name", overflow="fold")
        rows.add_column("place", overflow="fold")
        has_blocks = any(map(_block, every_night))
        if has_blocks:
            rows.add_column("credentials", overflow="fold")
        for source in every_night:
            cells = (source.name, source.place, *([_block(source)] if has_blocks else []))
            rows.add_row(*(Text(shown(cell)) for cell in cells))
        console.print(rows)
    console.print(heading("Documents can come from folders, and from"))
    console.print(_kinds())


def _block(source: AnySource) -> str:
    """Return the block that a source logs in with; empty: what the environment says."""
    return source.credentials if isinstance(source, Remote) else ""


def _kinds() -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for column in ("address", "place", "read here", "credentials"):
        table.add_column(column, overflow="fold")
    for kind in PLACE_KINDS:
        said = "yes" if kind.is_installed else f"no: {install_command(kind.extra)}"
        table.add_row(
            f"{kind.scheme}://",
            kind.title,
            Text(said, style="green" if kind.is_installed else "yellow"),
            Text(kind.credentials),
        )
    return table
