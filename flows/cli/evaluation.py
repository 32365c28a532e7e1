"""`evaluate`: a model against labelled documents, and against cases of behaviours."""

import difflib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from extractors.corpora import LabelledDocument, predictions
from extractors.errors import CorpusError, DocumentRejectedError
from extractors.facts import Extraction
from extractors.readers import PluggedReader
from flows.cli.models import Format, Model, labelled_as_trained
from flows.cli.render import N_ROWS
from flows.cli.session import AsJson, settings_for_command
from flows.console import Display, display, output, print_json, print_note
from flows.extractor import load_extractor, named_reader, registry_of
from flows.text import shown

if TYPE_CHECKING:
    from extractors import TransformerExtractor
    from extractors.evaluation import BehaviourTable, Evaluation


def evaluate(
    model: Model,
    gold: Annotated[
        Path | None, typer.Argument(help="Labelled documents: a file or brat folder.")
    ] = None,
    corpus_format: Format = "",
    behaviours: Annotated[
        Path | None,
        typer.Option(help="Cases of behaviours, alone or beside labelled documents."),
    ] = None,
    train: Annotated[
        list[Path] | None,
        typer.Option(help="What the model was trained on, for the Ign scores; can be repeated."),
    ] = None,
    symmetric: Annotated[
        list[str] | None,
        typer.Option(
            help="A relation type without direction, counted once, beside those the model was "
            "trained with; can be repeated."
        ),
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write a page of the errors to browse, a file.")
    ] = None,
    plot: Annotated[
        Path | None,
        typer.Option(help="Draw reliability, and precision over recall: a folder, or NAME.png."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Score a model against labelled documents: mentions, entities, relations, calibration, speed.

    With --behaviours, also by what it can do: small texts, and what must and must not be found.

    Example: nightloom evaluate general corpora/dev.json --html errors.html
    """
    settings = settings_for_command()
    model = registry_of(settings).find(model)
    reader = named_reader(model, settings)
    trained = "" if reader else model
    if behaviours is None and gold is None:
        raise typer.BadParameter("give labelled documents, or cases with --behaviours")
    from extractors.evaluation import judge_cases, read_cases

    cases = read_cases(behaviours) if behaviours else []
    labelled = list(labelled_as_trained(trained, gold, corpus_format)) if gold else []
    with display() as watch:
        extractor = reader or load_extractor(model, settings.extractor, watch)
        case_extractions = [extractor.extract_one(case.document) for case in cases]
        evaluated = (
            _evaluated(
                trained,
                extractor,
                gold,
                labelled,
                train or (),
                symmetric or (),
                corpus_format,
                watch,
            )
            if gold
            else None
        )
    table = judge_cases(cases, case_extractions) if cases else None
    if evaluated and not as_json:
        _print_evaluation(evaluated.evaluation)
    if table and not as_json:
        _print_behaviours(table)
    written: list[str] = []
    if evaluated and gold:
        title = f"{Path(model).name} on {gold.name}"
        for path in _write_looks(evaluated, html, plot, title):
            print_note(f"written: {shown(path)}")
            written.append(str(path))
    if as_json:
        scores = evaluated.evaluation.to_dict() if evaluated else {}
        judged = {"behaviours": table.to_dict()} if table else {}
        print_json(scores | judged | {"written": written})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Evaluated:
    """What was compared, and what came out."""

    truths: Sequence[Extraction]
    predicted: Sequence[Extraction]
    evaluation: "Evaluation"


def _evaluated(
    model: str,
    extractor: "TransformerExtractor | PluggedReader",
    gold: Path,
    labelled: Sequence[LabelledDocument],
    train: Sequence[Path],
    symmetric: Sequence[str],
    corpus_format: str,
    watch: Display,
) -> _Evaluated:
    """Read labelled documents and compare what is found with their labels."""
    from extractors.evaluation import Conventions, Speed, named_facts
    from extractors.evaluation import evaluate as score

    truths = [document.extraction for document in labelled]
    trained_on = [
        document.extraction
        for path in train
        for document in labelled_as_trained(model, path, corpus_format)
    ]
    _check_types(symmetric, truths, extractor)
    begun = time.perf_counter()
    predicted = _read_all(extractor, labelled, watch)
    seconds = time.perf_counter() - begun
    conventions = Conventions(
        symmetric=tuple(dict.fromkeys((*extractor.symmetric_types, *symmetric))),
        trained_on=", ".join(path.name for path in train),
        fitted_on=_n_fitted_on(extractor.metrics),
    )
    try:
        evaluation = score(
            truths,
            predicted,
            conventions=conventions,
            train_facts=named_facts(trained_on) if train else None,
        )
    except ValueError as error:
        raise CorpusError(gold, "", str(error)) from error
    if not isinstance(extractor, PluggedReader):  # which has no tokens to count
        n_tokens = sum(extractor.encoder.n_tokens(truth.document.text) for truth in truths)
        speed = Speed(n_documents=len(truths), n_tokens=n_tokens, seconds=seconds)
        evaluation = replace(evaluation, speed=speed)
    return _Evaluated(truths=truths, predicted=predicted, evaluation=evaluation)


def _n_fitted_on(metrics: Mapping[str, Any]) -> int | None:
    """Return how many documents a model's confidences were fitted on, as far as it says so."""
    origin = metrics.get("calibrated_on")
    # Borrowed from another model: that one knows.
    return {"dev": metrics.get("dev_documents"), "none": 0}.get(str(origin))


def _print_evaluation(evaluation: "Evaluation") -> None:
    output().print(_figures_table(evaluation.table(by_type=True)))
    for line in evaluation.conventions.lines():
        output().print(Text(line, style="dim"))


def _print_behaviours(table: "BehaviourTable") -> None:
    """Print how many cases of each kind were passed, and what is wrong in the others."""
    rows = [("behaviour", "passed", "of")]
    rows += [(shown(kind.kind), str(kind.passed), str(kind.total)) for kind in table.kinds]
    rows += [("all", str(table.passed), str(table.total))]
    output().print(_figures_table(rows))
    for case, faults in list(table.faults_by_case.items())[:N_ROWS]:
        output().print(Text(f"{shown(case)}: {shown('; '.join(faults))}", style="dim"))
    n_more = len(table.faults_by_case) - N_ROWS
    if n_more > 0:
        output().print(Text(f"… and {n_more} more cases; --json has all", style="dim"))


def _read_all(
    extractor: "TransformerExtractor | PluggedReader",
    documents: Sequence[LabelledDocument],
    watch: Display,
) -> list[Extraction]:
    """Return what the model finds in each document that it can read."""
    extractions: list[Extraction] = []
    for n, (_, said) in enumerate(predictions(documents, extractor), start=1):
        if isinstance(said, DocumentRejectedError):
            print_note(f"set aside: {said}")
        else:
            extractions.append(said)
        watch("reading", n, len(documents))
    return extractions


def _check_types(
    symmetric: Sequence[str],
    truths: Iterable[Extraction],
    extractor: "TransformerExtractor | PluggedReader",
) -> None:
    known_types = {relation.type for truth in truths for relation in truth.relations}
    known_types |= set(extractor.relation_types)
    for type_ in symmetric:
        if type_ not in known_types:
            near = difflib.get_close_matches(type_, sorted(known_types), 1, cutoff=0.4)
            meant = f": did you mean {near[0]}?" if near else ""
            raise typer.BadParameter(
                f"neither the model nor the documents have a relation type {shown(type_)}{meant}"
            )


def _write_looks(
    evaluated: _Evaluated, html: Path | None, plot: Path | None, title: str
) -> Iterator[Path]:
    """Write the page and the plots that were asked for; yield where each is."""
    truths, predicted, evaluation = evaluated.truths, evaluated.predicted, evaluated.evaluation
    if html:
        from extractors.evaluation import paired
        from extractors.evaluation.html_report import write_report

        write_report(evaluation, paired(truths, predicted), html, title=title)
        yield html
    if plot:
        from extractors.evaluation import precision_recall_plot, relation_curve, reliability_plot

        reliability, precision_recall = _plot_paths(plot)
        reliability_plot(evaluation.calibration, reliability, title=title)
        yield reliability
        curve = relation_curve(truths, predicted, symmetric=evaluation.conventions.symmetric)
        precision_recall_plot(curve, precision_recall, title=title)
        yield precision_recall


def _plot_paths(plot: Path) -> tuple[Path, Path]:
    names = "reliability", "precision-recall"
    if plot.suffix.lower() == ".png":
        first, second = (plot.with_name(f"{plot.stem}-{name}.png") for name in names)
    else:
        first, second = (plot / f"{name}.png" for name in names)
    return first, second


def _figures_table(rows: Sequence[tuple[str, ...]]) -> Table:
    header, *body = rows
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number, name in enumerate(header):
        table.add_column(name, justify="right" if number else "left")
    for row in body:
        table.add_row(*map(Text, row))
    return table
