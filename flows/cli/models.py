"""`predict`: what a model finds, in a text, and in labelled documents."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from extractors.checkpoints import corpus_options
from extractors.corpora import (
    FORMATS,
    LabelledDocument,
    detect_format,
    predictions,
    read_labelled,
    write_labelled,
)
from extractors.errors import CorpusError, DocumentRejectedError
from extractors.facts import Document, Extraction
from flows.cli.render import citation, fact_line, rejected_facts
from flows.cli.session import SET_ASIDE, AsJson, settings_for_command
from flows.console import Display, display, output, print_json, print_note
from flows.errors import SourceError
from flows.extractor import load_extractor, model_for_text, named_reader, registry_of
from flows.settings import Settings
from flows.sources import Folder, format_of, list_file, read_document
from flows.text import counted, shown
from flows.tools import open_converter

if TYPE_CHECKING:
    from extractors import TransformerExtractor
    from extractors.readers import PluggedReader

Model = Annotated[
    str,
    typer.Argument(
        help="A model that comes with nightloom, the folder of one you trained, or a reader."
    ),
]
Format = Annotated[
    str,
    typer.Option(
        "--format", help=f"Format of the documents: {', '.join(FORMATS)}; default: found out."
    ),
]


def predict(
    model: Model,
    file: Annotated[
        Path,
        typer.Argument(
            help="A document (`nightloom formats`), or labelled documents: a file or brat folder."
        ),
    ],
    corpus_format: Format = "",
    out: Annotated[
        Path | None,
        typer.Option(help="Write what the model says there, in the format the documents came in."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what a model finds in a document, or write it in place of the labels of a corpus.

    Example: nightloom predict general notes.txt
    """
    settings = settings_for_command()
    corpus_format = corpus_format or _format_of(file)
    text = None if corpus_format else _read_document(file, settings)
    registry = registry_of(settings)
    model = model_for_text(model, text.text, registry) if text else registry.find(model)
    reader = named_reader(model, settings)  # before torch is loaded, which takes seconds
    if out and out.resolve() == file.resolve():
        raise typer.BadParameter(f"--out {shown(out)} would overwrite what is to be read")
    if text:
        with display() as watch:
            extractor = reader or load_extractor(model, settings.extractor, watch)
            extraction = extractor.extract_one(text)
        _show_text(extraction, out, as_json=as_json)
    elif out:
        documents = labelled_as_trained("" if reader else model, file, corpus_format)
        with display() as watch:
            extractor = reader or load_extractor(model, settings.extractor, watch)
            n, set_aside = _predict_corpus(extractor, documents, corpus_format, out, watch)
        _show_corpus(n, set_aside, corpus_format, out, as_json=as_json)
    else:
        raise typer.BadParameter(
            f"{shown(file)} holds documents in the format {corpus_format}: say with --out where to "
            "write what the model finds in them"
        )


def labelled_as_trained(model: str, path: Path, corpus_format: str) -> Iterator[LabelledDocument]:
    """Read labelled documents as those the model was trained on; a reader has no model."""
    corpus_format = corpus_format or detect_format(path)
    options = corpus_options(model, corpus_format) if model else {}
    if options:
        print_note(f"read with {', '.join(sorted(options))}, as what the model was trained on")
    return read_labelled(path, corpus_format, **options)


def _format_of(file: Path) -> str:
    """Return the format of labelled documents; nothing for a text."""
    if not file.exists():
        raise SourceError(f"there is no file {shown(file)}: check the path")
    try:
        return detect_format(file)
    except CorpusError:
        if format_of(file.name):
            return ""
        raise


def _predict_corpus(
    extractor: "TransformerExtractor | PluggedReader",
    documents: Iterable[LabelledDocument],
    corpus_format: str,
    out: Path,
    watch: Display,
) -> tuple[int, list[DocumentRejectedError]]:
    """Write a corpus with the model's labels; return how many documents, and the unread ones.

    A document that cannot be read is written without labels: a scorer wants as many as there are.
    """
    from extractors.evaluation import nothing_found

    n = 0
    set_aside: list[DocumentRejectedError] = []

    def labelled() -> Iterator[LabelledDocument]:
        nonlocal n
        for given, said in predictions(documents, extractor):
            if isinstance(said, DocumentRejectedError):
                print_note(f"set aside: {said}")
                set_aside.append(said)
                yield given.saying(nothing_found(given.extraction))
            else:
                yield given.saying(said)
            n += 1
            watch("reading", n, 0)

    write_labelled(labelled(), out, corpus_format)
    return n, set_aside


def _show_corpus(
    n: int, set_aside: Sequence[DocumentRejectedError], format_: str, out: Path, *, as_json: bool
) -> None:
    if as_json:
        aside = [{"document": error.document_id, "reason": error.reason} for error in set_aside]
        print_json({"documents": n, "format": format_, "out": str(out), "set_aside": aside})
    else:
        output().print(f"{n} documents written to {shown(out)} ({format_})", highlight=False)
    if set_aside:
        raise typer.Exit(SET_ASIDE)


def _show_text(extraction: Extraction, out: Path | None, *, as_json: bool) -> None:
    if out:
        write_labelled([LabelledDocument(extraction=extraction, format="", where="")], out, "jsonl")
    if as_json:
        print_json(extraction.to_dict())
    else:
        output().print(_entities_table(extraction))
        output().print(_relations_table(extraction))
        if extraction.rejected:
            output().print(rejected_facts([str(row) for row in extraction.rejected]))


def _read_document(path: Path, settings: Settings) -> Document:
    """Return the one document that a file is, as a night would read it."""
    folder = Folder(name=path.parent.name or "here", path=path.parent)
    with open_converter(settings) as converter:
        listing = list_file(
            folder, path.name, max_bytes=settings.max_document_bytes, converter=converter
        )
        file_id = f"{folder.name}/{path.name}"
        whole = [listed for listed in listing.documents if listed.id == file_id]
        if not whole and listing.set_aside:
            raise SourceError(f"{shown(path)} {listing.set_aside[0].reason}")
        if not whole:
            raise SourceError(
                f"{shown(path)} holds {counted(len(listing.documents), 'document')} and is none "
                "itself: give one of them"
            )
        try:
            document = read_document(whole[0], converter)
        except SourceError as error:
            raise SourceError(f"{shown(path)} {error}") from error
    return replace(document, id=shown(path))


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
        spans = [evidence.span for evidence in relation.evidence]
        cited = [extraction.document.text[span.start : span.end] for span in spans]
        names = (relation.subject.name, relation.object.name)
        table.add_row(
            fact_line(names[0], relation.type, names[1]),
            f"{relation.confidence:.2f}",
            citation(cited, names),
        )
    return table
