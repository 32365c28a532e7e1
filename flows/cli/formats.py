"""`formats`: what files are read here, and what would bring the rest."""

from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.cli.session import AsJson
from flows.console import output, print_json
from flows.roles import install_command
from flows.sources import FORMATS

ROLE = "documents"


def formats(as_json: AsJson = False) -> None:
    """List the formats of documents that are read here, and how to install the rest.

    Example: nightloom formats
    """
    if as_json:
        print_json(
            {
                "formats": [
                    {
                        "name": format_.name,
                        "title": format_.title,
                        "suffixes": list(format_.suffixes),
                        "missing": list(format_.missing),
                    }
                    for format_ in FORMATS
                ]
            }
        )
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("format", overflow="fold")
    table.add_column("files", overflow="fold")
    table.add_column("read here", overflow="fold")
    for format_ in FORMATS:
        missing = format_.missing
        said = f"no: {', '.join(missing)} missing" if missing else "yes"
        table.add_row(
            format_.title,
            " ".join(format_.suffixes),
            Text(said, style="yellow" if missing else "green"),
        )
    output().print(table)
    if any(format_.missing for format_ in FORMATS):
        output().print(Text(f"\nall of them: {install_command(ROLE)}"))
