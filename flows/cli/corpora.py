"""`check-data`: labelled documents, before a model learns from them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.text import Text

from extractors.corpora import LabelledDocument, read_labelled
from extractors.corpora.checks import Finding, check_corpora
from extractors.errors import CorpusError
from flows.cli.models import AsJson, Format
from flows.cli.session import settings_for_command
from flows.console import display, output, print_json
from flows.text import shown
from graphdb import Ontology

FAILED = 1
STYLES = {"error": "red", "warning": "yellow"}

Files = Annotated[list[Path] | None, typer.Option(help="Documents of this split; repeatable.")]


def check_data(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="Labelled documents, each file or brat folder a split of its own."),
    ] = None,
    train: Files = None,
    dev: Files = None,
    test: Files = None,
    corpus_format: Format = "",
    ontology: Annotated[
        Path | None, typer.Option(help="An ontology: what types there may be, and joining what.")
    ] = None,
    examples: Annotated[
        int, typer.Option(help="Findings of each kind to print; --json has them all.", min=1)
    ] = 5,
    as_json: AsJson = False,
) -> None:
    """Look for what is wrong with labelled documents: offsets, overlaps, duplicates, types, leaks.

    Example: nightloom check-data --train train.json --dev dev.json
    """
    settings_for_command()
    named = {"train": train, "dev": dev, "test": test}
    paths_by_split = {name: paths for name, paths in named.items() if paths}
    paths_by_split |= {str(path): [path] for path in files or ()}
    if not paths_by_split:
        raise typer.BadParameter("name at least one file of labelled documents")
    unreadable: list[Finding] = []
    with display() as watch:
        splits = {
            name: _documents(name, paths, corpus_format, unreadable)
            for name, paths in paths_by_split.items()
        }
        watch(f"looking through {', '.join(map(shown, splits))}", 0, 0)
        report = check_corpora(splits, **_allowed(Ontology.load(ontology) if ontology else None))
    report = replace(report, findings=(*unreadable, *report.findings))
    if as_json:
        print_json(report.to_dict())
    else:
        for line in report.text(examples).splitlines():
            style = STYLES.get(line.partition(":")[0], "")
            output().print(Text(shown(line), style=style), soft_wrap=True)
    if report.errors:
        raise typer.Exit(FAILED)


def _documents(
    split: str, paths: Sequence[Path], corpus_format: str, unreadable: list[Finding]
) -> Iterator[LabelledDocument]:
    """Yield the documents of a split's files; a file is read as far as it can be."""
    for path in paths:
        try:
            for document in read_labelled(path, corpus_format):
                yield _placed(document, path)
        except CorpusError as error:
            where = f"{path}, {error.where}" if error.where else str(path)
            finding = Finding(kind="unreadable", split=split, where=where, message=error.reason)
            unreadable.append(finding)


def _placed(document: LabelledDocument, path: Path) -> LabelledDocument:
    """Return a document that says in which file it is, its notes too."""
    notes = tuple(replace(note, where=f"{path}, {note.where}") for note in document.notes)
    return replace(document, where=f"{path}, {document.where}", notes=notes)


def _allowed(ontology: Ontology | None) -> Mapping[str, Any]:
    if ontology is None:
        return {}
    everything: Collection[str] = ontology.entity_types.keys()
    return {
        "entity_types": everything,
        "relation_types": ontology.relation_types.keys(),
        "arguments": {
            name: {
                (subject, object_)
                for subject in everything
                for object_ in everything
                if type_.allows(subject, object_)
            }
            for name, type_ in ontology.relation_types.items()
        },
    }
