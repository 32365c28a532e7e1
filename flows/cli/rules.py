"""`rules check`, `list`, `try`, `suggest`: what the rules say, before they say it to the graph."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from flows.cli.render import fact_line
from flows.cli.session import AsJson, opened_graph, settings_for_command
from flows.console import display, output, print_json, print_note, print_result
from flows.roles import needing
from flows.text import counted, shown
from flows.tools import open_graph
from graphdb import Ontology
from graphdb.rules import Rule, RuleSet, SuggestConfig, SuggestedRule, read_rule

app = typer.Typer(
    help="Look at rules, and try them.", no_args_is_help=True, rich_markup_mode="rich"
)

Folder = Annotated[
    Path | None, typer.Argument(help="Folder of rule files; default: the setting NIGHTLOOM_RULES.")
]


@app.command()
def check(folder: Folder = None, as_json: AsJson = False) -> None:
    """Check rule files against the ontology and each other, without a server.

    Example: nightloom rules check samples/rules
    """
    rules = _rules(folder)
    said = f"{len(rules.rules)} rules in {len(rules.strata)} strata: all can be used."
    result = {"rules": list(map(_row, rules.rules)), "strata": list(map(sorted, rules.strata))}
    print_result(result, said, as_json=as_json)


@app.command("list")
def list_rules(folder: Folder = None, as_json: AsJson = False) -> None:
    """List the rules, those built into the ontology included.

    Example: nightloom rules list
    """
    rules = _rules(folder).rules
    if as_json:
        print_json({"rules": list(map(_row, rules))})
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("rule", overflow="fold")
    table.add_column("concludes", overflow="fold")
    table.add_column("confidence", justify="right")
    table.add_column("sentence", ratio=5)
    for rule in rules:
        table.add_row(
            Text(shown(rule.name), style="bold"),
            Text(rule.conclusion.type, style="magenta"),
            f"{rule.confidence:.2f}",
            Text(shown(rule.sentence)),
        )
    output().print(table)


@app.command("try")
@needing("graph")
def try_rule(
    rule: Annotated[Path, typer.Argument(help="A rule file.")], as_json: AsJson = False
) -> None:
    """Show what a rule would add to the graph and take away, in all rounds, without writing.

    It joins the rules in force, in place of one of the same name; what these conclude from its
    conclusions is in it.

    Example: nightloom rules try samples/rules/siblings.cypher
    """
    settings = settings_for_command()
    wanted = read_rule(rule)
    with display() as watch, open_graph(settings, watch) as graph:
        in_force = RuleSet.load(settings.rules_path, graph.ontology)
        trial = graph.try_rule(in_force, wanted)
    if as_json:
        print_json(asdict(trial))
        return
    by_rule = ", ".join(f"{n} by {name}" for name, n in trial.new_by_rule.items())
    said = counted(trial.new, "new fact") + (f" ({by_rule})" if by_rule else "")
    derivations = counted(trial.derivations, "new derivation")
    output().print(
        f"{said}, {trial.withdrawn} withdrawn, {trial.changed} with another confidence;"
        f" {derivations}",
    )
    for mark, n, examples in (
        ("+", trial.new, trial.examples),
        ("-", trial.withdrawn, trial.withdrawn_examples),
    ):
        for example in examples:
            output().print(Text.assemble(f"  {mark} ", fact_line(*example)))
        if n > len(examples):
            output().print(Text(f"  … and {n - len(examples)} more", style="dim"))
    if trial.is_mixed:
        print_note("what the last night left undone is among these: let a night run first")
    if trial.stopped:
        print_note(f"the trial was cut short: {trial.stopped}")


@app.command()
@needing("graph")
def suggest(
    out: Annotated[Path | None, typer.Option(help="Folder to write the rule files to.")] = None,
    limit: Annotated[int, typer.Option(help="Rules at most.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """Suggest rules that the stated facts bear out, for a person to accept.

    Files that are there already are left as they are.

    Example: nightloom rules suggest --out suggested
    """
    with opened_graph() as (graph, _):
        suggestions = graph.suggest(SuggestConfig(limit=limit))
    if out:
        for path in write_suggestions(suggestions.rules, out):
            print_note(f"{path} is there already and left as it is")
    if as_json:
        print_json(asdict(suggestions))
        return
    if suggestions.subjects < suggestions.entities:
        print_note(
            f"a sample: {suggestions.subjects} of {suggestions.entities} entities were looked from"
        )
    if suggestions.hubs:
        print_note(
            f"passed over, for more than {SuggestConfig().max_degree} relationships each:"
            f" {', '.join(map(shown, suggestions.hubs[:5]))}"
            + (f" and {len(suggestions.hubs) - 5} more" if len(suggestions.hubs) > 5 else "")
        )
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("rule", overflow="fold")
    for name in ("support", "head coverage", "PCA confidence"):
        table.add_column(name, justify="right")
    for rule in suggestions.rules:
        figures = (f"{rule.head_coverage:.2f}", f"{rule.pca_confidence:.2f}")
        table.add_row(Text(shown(rule.name)), str(rule.support), *figures)
    output().print(
        table if suggestions.rules else "The graph suggests no rule: it may be too small."
    )


def write_suggestions(suggestions: Iterable[SuggestedRule], folder: Path) -> list[Path]:
    """Write suggestions as rule files, and return those left alone because they are there."""
    folder.mkdir(parents=True, exist_ok=True)
    there = []
    for suggestion in suggestions:
        path = folder / f"{suggestion.name}.cypher"
        if path.exists():
            there.append(path)
        else:
            path.write_text(suggestion.text, encoding="utf-8")
    return there


def _row(rule: Rule) -> dict[str, Any]:
    return {
        "name": rule.name,
        "sentence": rule.sentence,
        "concludes": rule.conclusion.type,
        "confidence": rule.confidence,
    }


def _rules(folder: Path | None) -> RuleSet:
    settings = settings_for_command()
    return RuleSet.load(folder or settings.rules_path, Ontology.load(settings.ontology_path))
