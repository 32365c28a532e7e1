"""`rules check`, `rules list`: what the rules say, before they say it to the graph."""

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.cli.session import settings_for_command
from flows.console import output, print_json
from graphdb import Ontology
from graphdb.rules import RuleSet

app = typer.Typer(
    help="Look at rules, and try them.", no_args_is_help=True, rich_markup_mode="rich"
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Folder = Annotated[
    Path | None, typer.Argument(help="Folder of rule files; default: the setting NIGHTLOOM_RULES.")
]


@app.command()
def check(folder: Folder = None) -> None:
    """Check rule files against the ontology and each other, without a server.

    Example: nightloom rules check samples/rules
    """
    rules = _rules(folder)
    output().print(
        f"{len(rules.rules)} rules in {len(rules.strata)} strata: all can be used.", highlight=False
    )


@app.command("list")
def list_rules(folder: Folder = None, as_json: AsJson = False) -> None:
    """List the rules, those built into the ontology included.

    Example: nightloom rules list
    """
    rules = _rules(folder).rules
    if as_json:
        rows = [
            {
                "name": rule.name,
                "sentence": rule.sentence,
                "concludes": rule.conclusion.type,
                "confidence": rule.confidence,
            }
            for rule in rules
        ]
        print_json({"rules": rows})
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("rule", overflow="fold")
    table.add_column("concludes", overflow="fold")
    table.add_column("confidence", justify="right")
    table.add_column("sentence", ratio=5)
    for rule in rules:
        table.add_row(
            Text(rule.name, style="bold"),
            Text(rule.conclusion.type, style="magenta"),
            f"{rule.confidence:.2f}",
            Text(rule.sentence),
        )
    output().print(table)


def _rules(folder: Path | None) -> RuleSet:
    settings = settings_for_command()
    return RuleSet.load(folder or settings.rules_path, Ontology.load(settings.ontology_path))
