"""`models list`, `add`, `compare`, `promote`, `rollback`: which model reads, what if another did.

A model is promoted by what it would change in the graph, and a person says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from extractors.checkpoints import Aliases, RegisteredModel
from flows.cli.render import citation, fact_line, heading
from flows.cli.session import FAILED, AsJson, settings_for_command
from flows.comparing import Comparison, FactChange
from flows.console import display, errors, output, print_json, print_note, print_result
from flows.extractor import registry_of
from flows.promoting import Weighed, let_serve, promotable, refusal, weigh
from flows.roles import needing
from flows.setting_groups import AUTO
from flows.settings import Settings
from flows.text import counted, shown

app = typer.Typer(
    help="Models that were brought along, and which of them reads.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)

N_SHOWN = 5
"""Facts of each kind that a comparison shows."""
FIGURES = {
    "mention_f1": "mentions F1",
    "precision": "precision",
    "recall": "recall",
    "ece": "ECE",
}
"""What is shown of a model's figures on its dev documents."""

On = Annotated[
    str,
    typer.Option("--on", help="A folder, a file, or the name of a source; default: all sources."),
]
Sample = Annotated[
    int | None,
    typer.Option("--sample", help="How many documents both read; default: the setting.", min=1),
]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """List the models that can be named, and which of them serves.

    Example: nightloom models list
    """
    registry = registry_of(settings_for_command())
    aliases, models = registry.aliases, list(registry.models())
    if as_json:
        rows = [_row(model, aliases) for model in models]
        print_json({"models": rows, "aliases": asdict(aliases)})
        return
    table = _figures_table("model", "is")
    for model in models:
        of_ours = "" if model.folder.is_relative_to(registry.folder) else "comes with nightloom"
        said = ", ".join(aliases.of(model.name)) or of_ours
        table.add_row(Text(shown(model.name)), said, *_figures_row(model.metrics))
    output().print(table)
    if not aliases.serving:
        print_note("The models that come with nightloom serve, each for its language.")


@app.command()
def add(
    checkpoint: Annotated[Path, typer.Argument(help="A folder that `nightloom train` wrote.")],
    name: Annotated[str, typer.Option(help="Its name; default: that of the folder.")] = "",
    as_json: AsJson = False,
) -> None:
    """Copy a model into the registry and make it the candidate; nothing reads with it yet.

    Example: nightloom models add runs/press --name press-2
    """
    registry = registry_of(settings_for_command())
    model, aliases = registry.add(checkpoint, name), registry.aliases
    result = {"models": [_row(model, aliases)], "aliases": asdict(aliases)}
    print_result(result, f"{shown(model.name)} is the candidate.", as_json=as_json)
    print_note("nightloom models promote candidate says what it would change, and asks.")


@app.command("compare")
@needing("read")
def compare_models(
    before: Annotated[str, typer.Argument(help="The model that reads now.")],
    after: Annotated[str, typer.Argument(help="The one that would replace it.")],
    on: On = "",
    sample: Sample = None,
    as_json: AsJson = False,
) -> None:
    """Show what another model would add to the graph, remove and re-weigh.

    Both read a sample of the documents; `auto` is what reads where nobody chose.

    Example: nightloom models compare auto candidate --on notes
    """
    settings = settings_for_command()
    weighed = _weighed(settings, before, after, on, sample)
    if as_json:
        print_json(_plain(weighed.comparison) | weighed.to_dict())
    else:
        output().print(_shown(weighed, settings, (before, after)))


@app.command()
@needing("read")
def promote(
    model: Annotated[str, typer.Argument(help="A registered model, or an alias.")] = "candidate",
    on: On = "",
    sample: Sample = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Even if it falls short of a floor of the settings.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let a model read from now on, after showing what it would change.

    Documents are read again in the next night. Nothing is promoted that falls short of what
    NIGHTLOOM_MODELS__MAX_REMOVED, MAX_FALL and MIN_… say, unless --anyway says so.

    Example: nightloom models promote candidate
    """
    settings = settings_for_command()
    name = promotable(settings, model)
    registry = registry_of(settings)
    serving = registry.aliases.serving
    weighed = _weighed(settings, AUTO, name, on, sample)
    console = errors() if as_json else output()
    console.print(_shown(weighed, settings, (AUTO, name)))
    is_refused = bool(refused := refusal(name, weighed)) and not anyway
    if is_refused:
        print_note(f"{refused}. Nothing was promoted; --anyway promotes it")
    else:
        if not yes:
            typer.confirm(f"Let {shown(name)} read from now on?", abort=True, err=True)
        let_serve(settings, name, serving)
        console.print(Text(f"{shown(name)} serves. The next night reads the documents again."))
        print_note("nightloom models rollback lets the model before it serve again.")
    if as_json:
        compared = _plain(weighed.comparison) | weighed.to_dict()
        print_json(compared | {"promoted": not is_refused, "aliases": asdict(registry.aliases)})
    if is_refused:
        raise typer.Exit(FAILED)


@app.command()
def rollback(as_json: AsJson = False) -> None:
    """Let the model serve that served before; what it has read is kept and not read again.

    Example: nightloom models rollback
    """
    aliases = registry_of(settings_for_command()).roll_back()
    name = shown(aliases.serving) if aliases.serving else "what comes with nightloom"
    print_result({"aliases": asdict(aliases)}, f"{name} serves again.", as_json=as_json)


def _row(model: RegisteredModel, aliases: Aliases) -> dict[str, Any]:
    return {"name": model.name, "aliases": aliases.of(model.name), "metrics": model.metrics}


def _weighed(settings: Settings, before: str, after: str, on: str, size: int | None) -> Weighed:
    with display() as watch:
        weighed = weigh(settings, before, after, on, size, watch)
    for sentence in weighed.comparison.unread:
        print_note(f"not compared: {sentence}")
    return weighed


def _plain(comparison: Comparison) -> dict[str, Any]:
    return {
        "before": comparison.before,
        "after": comparison.after,
        "documents": comparison.n_documents,
        "removed_share": comparison.removed_share,
        "types": comparison.counts_by_type,
        "changes": [
            {
                "kind": change.kind,
                "before": asdict(change.before) if change.before else None,
                "after": asdict(change.after) if change.after else None,
            }
            for change in comparison.changes
            if change.kind != "kept"
        ],
        "unread": comparison.unread,
    }


def _shown(weighed: Weighed, settings: Settings, named: tuple[str, str]) -> RenderableType:
    """Return a comparison as tables: by type, the surest changes, and the figures of both."""
    comparison = weighed.comparison
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("relation type", overflow="fold")
    titles = ("added", "removed", "reweighed", "kept")
    for title in titles:
        table.add_column(title, justify="right")
    for type_, counts in comparison.counts_by_type.items():
        table.add_row(Text(shown(type_)), *(str(counts[title]) for title in titles))
    table.add_section()
    table.add_row("all", *(str(len(comparison.of_kind(title))) for title in titles))
    documents = counted(comparison.n_documents, "document")
    parts: list[RenderableType] = [
        Text(
            f"{shown(comparison.after)} instead of {shown(comparison.before)}, on {documents}",
            style="bold",
        ),
        Padding(table, (1, 0, 0, 2), expand=False),
    ]
    for kind, title in (
        ("added", "Would come, the surest of them"),
        ("removed", "Would go, the surest of them"),
        ("reweighed", "Would be weighed anew"),
    ):
        changes = comparison.of_kind(kind)
        if changes:
            parts += [heading(title), Padding(_changes(changes[:N_SHOWN]), (0, 0, 0, 2))]
    if weighed.figures:
        parts += [heading("On gold and behaviours"), Padding(_measured(weighed), (0, 0, 0, 2))]
    if figures := _figures(settings, named):
        parts += [heading("Figures on their dev documents"), Padding(figures, (0, 0, 0, 2))]
    return Group(*parts)


def _changes(changes: Sequence[FactChange]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(overflow="fold")
    for change in changes:
        said = change.statement
        both = [f"{each.confidence:.2f}" for each in (change.before, change.after) if each]
        table.add_row(" → ".join(both), fact_line(said.subject, said.type, said.object))
        where = Text(f"   {shown(said.document)}", style="dim")
        table.add_row("", Text.assemble(citation(said.cited, (said.subject, said.object)), where))
    return table


def _measured(weighed: Weighed) -> Table:
    """Return what both did on the documents of the settings."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("")
    for name in (weighed.comparison.before, weighed.comparison.after):
        table.add_column(Text(shown(name)), justify="right", overflow="fold")
    for words, pair in weighed.figures.items():
        table.add_row(words, *(f"{value:.3f}" for value in pair))
    return table


def _figures(settings: Settings, named: tuple[str, str]) -> Table | None:
    """Return what both models' checkpoints say of them; None if neither has figures."""
    registry = registry_of(settings)
    metrics = {model.name: model.metrics for model in registry.models()}
    models = [
        Path(model).name
        for each in named
        for model in (registry.serving() if each == AUTO else (registry.find(each),))
    ]
    rows = {name: metrics[name] for name in models if metrics.get(name)}
    if not rows:
        return None
    table = _figures_table("model")
    for name, figures in rows.items():
        table.add_row(Text(shown(name)), *_figures_row(figures))
    return table


def _figures_table(*columns: str) -> Table:
    """Return an empty table of models, with a column for each figure behind the others."""
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for title in columns:
        table.add_column(title)
    for title in FIGURES.values():
        table.add_column(title, justify="right")
    return table


def _figures_row(metrics: Mapping[str, float | int | str]) -> Iterator[str]:
    """Yield a model's figures as they are shown; nothing where it has none."""
    for name in FIGURES:
        value = metrics.get(name)
        yield f"{value:.2f}" if isinstance(value, float) else ""
