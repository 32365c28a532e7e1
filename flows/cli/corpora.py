"""`check-data`, `suggest`: labelled documents before a model learns from them, and more of them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from extractors.checkpoints import find_checkpoint, fingerprint_of, read_calibration
from extractors.corpora import (
    Finding,
    LabelledDocument,
    Note,
    check_corpora,
    read_corpus,
    read_labelled,
)
from extractors.errors import CorpusError, DocumentRejectedError
from extractors.facts import Document, Extraction
from flows.cli.models import Format, Model
from flows.cli.session import FAILED, SET_ASIDE, AsJson, settings_for_command
from flows.console import Display, display, output, print_json, print_note
from flows.errors import SourceError
from flows.extractor import load_extractor, registry_of
from flows.setting_groups import ExtractorSettings
from flows.sources import Converter, ListedDocument, list_path, read_document, source_name
from flows.text import counted, shown
from flows.tools import open_converter
from graphdb import Ontology

if TYPE_CHECKING:
    from extractors.labelling import Labelled, Suggestion

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


def suggest(
    model: Model,
    documents: Annotated[
        Path, typer.Argument(help="Folder of documents of any format, or one file.")
    ],
    out: Annotated[Path, typer.Option(help="A new folder for what is to be labelled.")],
    n: Annotated[int, typer.Option("-n", help="How many documents to pick.", min=1)] = 20,
    labelled: Annotated[
        list[Path] | None,
        typer.Option(
            help="What is labelled already and not to be picked again: exports, and what "
            "nightloom review facts --export wrote; repeatable."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides what is drawn by lot.")] = 13,
    as_json: AsJson = False,
) -> None:
    """Pick the documents to label next, pre-annotated for Label Studio and brat.

    Example: nightloom suggest general notes -n 20 --out to-label
    """
    settings = settings_for_command()
    model = registry_of(settings).find(model)
    find_checkpoint(model)
    from extractors.labelling import Labelled, write_tasks

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise SourceError(f"{shown(out)} is there and may hold somebody's labels: name a new one")
    source = source_name(documents if documents.is_dir() else documents.parent)
    known = Labelled.of(each for path in labelled or () for each in read_corpus(path))
    with open_converter(settings) as converter:
        listing = list_path(
            documents, source, max_bytes=settings.max_document_bytes, converter=converter
        )
        new = [
            listed
            for listed in listing.documents
            if not (known.digests and _has_all(known, listed, converter))
        ]
        if not new:
            raise SourceError(f"{shown(documents)} holds no document that is still to be labelled")
        set_aside = [str(aside) for aside in listing.set_aside]
        with display() as watch:
            texts = _texts(new, set_aside, converter)
            picked, types = _pick(
                model, settings.extractor, texts, len(new), n, seed, known, set_aside, watch
            )
    write_tasks([suggestion.extraction for suggestion in picked], out, *types)
    for sentence in set_aside:
        print_note(f"set aside: {sentence}")
    _print_picked(picked, set_aside, out, as_json=as_json)
    if set_aside:
        raise typer.Exit(SET_ASIDE)


def _pick(
    model: str,
    settings: ExtractorSettings,
    texts: Iterator[Document],
    n_texts: int,
    n: int,
    seed: int,
    known: "Labelled",
    set_aside: list[str],
    watch: Display,
) -> "tuple[list[Suggestion], tuple[Sequence[str], Sequence[str]]]":
    """Return what to label, pre-annotated as the model would report it, and the model's types."""
    from extractors.labelling import DOUBTFUL, kept
    from extractors.labelling import suggest as suggest_from

    calibration = read_calibration(find_checkpoint(model))
    doubtful = replace(
        settings,
        mention_threshold=min(DOUBTFUL, calibration.mention_threshold),
        relation_threshold=min(DOUBTFUL, calibration.relation_threshold),
    )
    extractor = load_extractor(model, doubtful, watch)
    extractions: list[Extraction] = []
    for said in extractor.try_extract(texts):
        if isinstance(said, DocumentRejectedError):
            set_aside.append(str(said))
        else:
            extractions.append(said)
        watch("reading", len(extractions), n_texts)
    signed = fingerprint_of(model)
    picked = [
        replace(
            suggestion,
            extraction=replace(kept(suggestion.extraction, calibration), extractor=signed),
        )
        for suggestion in suggest_from(extractions, n, seed=seed, labelled=known)
    ]
    return picked, (extractor.entity_types, extractor.relation_types)


def _has_all(known: "Labelled", listed: ListedDocument, converter: Converter) -> bool:
    """Say whether all of a document is labelled; one that cannot be read is not."""
    try:
        return known.has_all(read_document(listed, converter))
    except SourceError:
        return False


def _texts(
    listed_documents: Sequence[ListedDocument], set_aside: list[str], converter: Converter
) -> Iterator[Document]:
    for listed in listed_documents:
        try:
            document = read_document(listed, converter)
        except SourceError as error:
            set_aside.append(f"{shown(listed.id)} {error}")
        else:
            yield document


def _print_picked(
    picked: "Sequence[Suggestion]", set_aside: Sequence[str], out: Path, *, as_json: bool
) -> None:
    if as_json:
        rows = [
            {
                "id": p.extraction.document.id,
                "reason": p.reason,
                "uncertainty": p.uncertainty,
                "passages": len(p.extraction.chunks),
                "judged": p.judged,
            }
            for p in picked
        ]
        print_json({"documents": rows, "out": str(out), "set_aside": list(set_aside)})
        return
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("document", overflow="fold")
    table.add_column("reason")
    table.add_column("uncertainty", justify="right")
    some_judged = any(suggestion.judged for suggestion in picked)
    if some_judged:
        table.add_column("judged", justify="right")
    for suggestion in picked:
        name = Text(shown(suggestion.extraction.document.id))
        passages = counted(len(suggestion.extraction.chunks), "passage")
        judged = [f"{suggestion.judged} of {passages}"] if some_judged else []
        table.add_row(name, suggestion.reason, f"{suggestion.uncertainty:.1f}", *judged)
    output().print(table)
    output().print(
        f"{len(picked)} documents to label in {shown(out)}: label-studio.json and .xml, or brat",
        highlight=False,
    )


def _documents(
    split: str, paths: Sequence[Path], corpus_format: str, unreadable: list[Finding]
) -> Iterator[LabelledDocument]:
    """Yield the documents of a split's files; a file is read as far as it can be."""
    for path in paths:
        set_aside: list[CorpusError | Note] = []
        n = n_labelled = 0
        try:
            for document in read_labelled(path, corpus_format, set_aside=set_aside):
                n += 1
                # Somebody who looked for relations and found none has labelled the text, too.
                n_labelled += bool(document.extraction.entities) or document.asked is not None
                yield _placed(document, path)
        except CorpusError as error:
            set_aside.append(error)
        unreadable += [_finding(split, path, each) for each in set_aside]
        if n and not n_labelled:
            message = f"{n} texts and not one label: nothing can be learned from them"
            finding = Finding(kind="no labels", split=split, where=str(path), message=message)
            unreadable.append(finding)


def _finding(split: str, path: Path, each: CorpusError | Note) -> Finding:
    """Return why a record gave no document."""
    if isinstance(each, Note):
        where = f"{path}, {each.where}"
        return Finding(kind=each.kind, split=split, where=where, message=each.message)
    where = f"{each.path}, {each.where}" if each.where else str(each.path)
    return Finding(kind="unreadable", split=split, where=where, message=each.reason)


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
