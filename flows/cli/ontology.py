"""`ontology check`: what may be in the graph, in plain words, without a server."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from flows.cli.render import fact_line, heading
from flows.cli.session import AsJson, settings_for_command
from flows.console import output, print_json
from flows.text import counted, shown
from graphdb import Ontology, RelationType
from graphdb.checks import Remark, remarks
from graphdb.tables import TableMapping

app = typer.Typer(
    help="Look at what may be in the graph.", no_args_is_help=True, rich_markup_mode="rich"
)


@app.command()
def check(
    file: Annotated[
        Path | None,
        typer.Argument(help="An ontology file; default: the setting NIGHTLOOM_ONTOLOGY."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check an ontology file, and say in plain words what may be in the graph.

    Example: nightloom ontology check samples/ontology.toml
    """
    path = file or settings_for_command().ontology_path
    ontology = Ontology.load(path)
    doubts = remarks(ontology)
    if as_json:
        print_json(
            {
                "file": str(path),
                "fingerprint": ontology.fingerprint,
                "keep": ontology.keep,
                "entities": {
                    name: entity.model_dump() for name, entity in ontology.entity_types.items()
                },
                "relations": {
                    name: relation.model_dump() | {"meaning": list(meanings(name, relation))}
                    for name, relation in ontology.relation_types.items()
                },
                "tables": [
                    mapping.model_dump() | {"meaning": list(table_meanings(mapping))}
                    for mapping in ontology.tables
                ],
                "remarks": [asdict(remark) for remark in doubts],
            }
        )
        return
    _print_types(path, ontology)
    _print_tables(ontology)
    _print_remarks(doubts)


def meanings(name: str, relation: RelationType) -> Iterator[str]:
    """Yield what each key of a relation type brings about, a sentence a key."""
    if relation.symmetric:
        yield f"Symmetric: if A {name} B, then B {name} A; the rules derive it."
    if relation.transitive:
        yield f"Transitive: if A {name} B and B {name} C, then A {name} C; the rules derive it."
    if relation.inverse_of:
        other = relation.inverse_of
        yield f"Inverse: if A {name} B, then B {other} A, and back; the rules derive it."
    if relation.sub_property_of:
        wider = relation.sub_property_of
        yield f"Kind of {wider}: if A {name} B, then A {wider} B; the rules derive it."
    if relation.functional:
        yield f"Functional: one {name} a subject; a second one is listed as a contradiction."
    if relation.disjoint_with:
        others = " or ".join(relation.disjoint_with)
        yield f"Disjoint: not between two that are joined by {others}; else a contradiction."


def table_meanings(mapping: TableMapping) -> Iterator[str]:
    """Yield what a mapped table brings, a sentence a column."""
    yield f"Each row is a {mapping.label}, named by the column {mapping.name!r}."
    if mapping.key:
        keys = f", as keys called {mapping.keys!r}" if mapping.keys else ""
        yield f"Rows of this and other documents name it by the column {mapping.key!r}{keys}."
    for type_, link in mapping.links():
        cell = f"the {link.type} in the column {link.column!r}"
        ends = (cell, "the row") if link.reverse else ("the row", cell)
        by = ", found by its key" if link.by == "key" else ""
        several = f", several parted by {link.separator!r}" if link.separator else ""
        yield f"{type_}: from {ends[0]} to {ends[1]}{by}{several}."


def _print_tables(ontology: Ontology) -> None:
    if not ontology.tables:
        return
    console = output()
    console.print(heading("What tables say, row by row, with confidence 1"))
    for mapping in ontology.tables:
        sheet = f", under the heading {mapping.sheet!r}" if mapping.sheet else ""
        where = "any table" if mapping.is_for_any else f"tables in {mapping.file!r}{sheet}"
        columns = ", ".join(map(repr, mapping.columns))
        line = Text(shown(f"{where} with the columns {columns}"), style="bold")
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
        for sentence in table_meanings(mapping):
            console.print(Padding(Text(shown(sentence), style="dim"), (0, 0, 0, 6), expand=False))


KEPT = {
    "named": "Dates, quantities and what has a name within one document only are left out of the "
    "graph where their document states no fact of them.",
    "with_facts": "What a document states no fact of is left out of the graph, with its mentions.",
}
"""What `keep` means, in words."""


def _print_types(path: Path, ontology: Ontology) -> None:
    console = output()
    n_entities, n_relations = len(ontology.entity_types), len(ontology.relation_types)
    console.print(
        f"{shown(path)} can be used: {counted(n_entities, 'entity type')}, "
        f"{counted(n_relations, 'relation type')}. Nothing else ever becomes a label or a "
        "relationship type.",
        highlight=False,
        markup=False,
    )
    things = Table.grid(padding=(0, 2))
    for name, entity in ontology.entity_types.items():
        things.add_row(Text(name, style="bold cyan"), Text(shown(entity.description)))
    console.print(heading("What documents may mention"))
    console.print(Padding(things, (0, 0, 0, 2), expand=False))
    if ontology.keep != "all":
        console.print(Padding(Text(KEPT[ontology.keep]), (0, 0, 0, 2), expand=False))
    console.print(heading("What may be said of them"))
    for name, relation in ontology.relation_types.items():
        line = fact_line(_types(relation.subject), name, _types(relation.object))
        console.print(Padding(line, (0, 0, 0, 2), expand=False))
        sentences = [shown(relation.description)] if relation.description else []
        for sentence in [*sentences, *meanings(name, relation)]:
            console.print(Padding(Text(sentence, style="dim"), (0, 0, 0, 6), expand=False))


def _print_remarks(doubts: list[Remark]) -> None:
    if not doubts:
        return
    console = output()
    console.print(heading("Worth a second look"))
    for remark in doubts:
        console.print(Padding(Text(str(remark)), (0, 0, 0, 2), expand=False))


def _types(names: tuple[str, ...]) -> str:
    return " or ".join(names) if names else "anything"
