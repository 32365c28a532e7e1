"""`evaluate`, `predict`: the model without the graph."""

from pathlib import Path
from typing import Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction
from extractors.fingerprints import find_checkpoint
from flows.cli.render import fact_line, quoted
from flows.cli.session import settings_for_command
from flows.console import display, output, print_json, print_note
from flows.errors import SourceError
from flows.text import decode, flaw_of, shown

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Model = Annotated[
    str, typer.Argument(help="A model that comes with nightloom, or the folder of one you trained.")
]


def evaluate(
    model: Model,
    gold: Annotated[Path, typer.Argument(help="Labelled documents: a file or folder.")],
    corpus_format: Annotated[
        str, typer.Option("--format", help="Format of the labelled documents.")
    ] = "docred",
    as_json: AsJson = False,
) -> None:
    """Score a model against labelled documents: mentions, entities, relations, calibration.

    Example: nightloom evaluate general corpora/dev.json
    """
    settings = settings_for_command()
    find_checkpoint(model)
    from extractors import TransformerExtractor
    from extractors.corpora import read_corpus
    from extractors.evaluation import evaluate as score

    labelled = list(read_corpus(gold, corpus_format))
    with display() as watch:
        watch(f"loading the model {model}", 0, 0)
        extractor = TransformerExtractor.load(model, device=settings.extractor.device)
        predicted: list[Extraction] = []
        for found in extractor.try_extract(each.document for each in labelled):
            if isinstance(found, DocumentRejectedError):
                print_note(f"set aside: {found}")
            else:
                predicted.append(found)
            watch("reading", len(predicted), len(labelled))
        evaluation = score(labelled, predicted)
    if as_json:
        print_json(evaluation.to_dict())
    else:
        output().print(_figures_table(evaluation.table(by_type=True)))


def predict(
    path: Annotated[Path, typer.Argument(help="A text file in UTF-8.")],
    model: Annotated[str | None, typer.Option(help="Name or folder; default: the setting.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what the model finds in one text, without touching the graph.

    Example: nightloom predict notes.txt
    """
    settings = settings_for_command()
    document = _read_text(path)
    name = model or settings.extractor.model
    find_checkpoint(name)  # before torch is loaded, which takes seconds
    from extractors import TransformerExtractor

    with display() as watch:
        watch(f"loading the model {name}", 0, 0)
        extractor = TransformerExtractor.load(name, device=settings.extractor.device)
        extraction = extractor.extract_one(document)
    if as_json:
        print_json(extraction.to_dict())
        return
    output().print(_entities_table(extraction))
    output().print(_relations_table(extraction))


def _read_text(path: Path) -> Document:
    try:
        text = decode(path.read_bytes())
    except OSError as error:
        raise SourceError(f"{shown(path)} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise SourceError(f"{shown(path)} {error}") from error
    if flaw := flaw_of(text):
        raise SourceError(f"{shown(path)} {flaw}")
    return Document(id=shown(path), text=text)


def _figures_table(rows: list[tuple[str, ...]]) -> Table:
    header, *body = rows
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, name in enumerate(header):
        table.add_column(name, justify="right" if number else "left")
    for row in body:
        table.add_row(*map(Text, row))
    return table


def _entities_table(extraction: Extraction) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("entity", ratio=3, overflow="fold")
    table.add_column("type")
    table.add_column("mentions", justify="right")
    table.add_column("also called", ratio=4, overflow="fold")
    for entity in extraction.entities:
        others = sorted({mention.text for mention in entity.mentions} - {entity.name})
        table.add_row(
            Text(shown(entity.name), style="bold cyan"),
            entity.type,
            str(len(entity.mentions)),
            Text(shown(", ".join(others))),
        )
    return table


def _relations_table(extraction: Extraction) -> Table:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("relation", ratio=5, overflow="fold")
    table.add_column("confidence", justify="right")
    table.add_column("evidence", ratio=6, overflow="fold")
    for relation in sorted(extraction.relations, key=lambda each: -each.confidence):
        best = max(relation.evidence, key=lambda each: each.confidence)
        sentence = extraction.document.text[best.span.start : best.span.end]
        names = (relation.subject.name, relation.object.name)
        table.add_row(
            fact_line(names[0], relation.type, names[1]),
            f"{relation.confidence:.2f}",
            quoted(sentence, names),
        )
    return table
