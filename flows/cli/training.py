"""`train`, `tune`: a model of one's own."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from extractors.corpora import FORMATS
from flows.cli.session import settings_for_command
from flows.console import display, output, print_note

if TYPE_CHECKING:
    from extractors.training import Step

Config = Annotated[Path, typer.Argument(help="Training configuration, a TOML file.")]


def train(
    config: Config,
    train: Annotated[
        list[Path] | None,
        typer.Option(
            help="Labelled documents to learn from, in place of the configuration's; can be "
            "repeated."
        ),
    ] = None,
    dev: Annotated[
        list[Path] | None,
        typer.Option(help="Labelled documents to judge by, in their place; can be repeated."),
    ] = None,
    no_dev: Annotated[
        bool,
        typer.Option(
            "--no-dev", help="Judge by none: learn from all for as long as is said, keep the last."
        ),
    ] = False,
    corpus_format: Annotated[
        str,
        typer.Option(
            "--format",
            help=f"Format of these files: {', '.join(FORMATS)}; default: the configuration's.",
        ),
    ] = "",
    calibrate_from: Annotated[
        str, typer.Option(help="Without dev: a model whose calibration and thresholds to take.")
    ] = "",
    seed: Annotated[int | None, typer.Option(help="Another seed than the configuration's.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the model; default: runs/NAME, with a seed runs/NAME-SEED."),
    ] = None,
    restart: Annotated[
        bool, typer.Option("--restart", help="Begin anew where a run was cut off in that folder.")
    ] = False,
) -> None:
    """Train a model as a configuration says; an interrupted run goes on where it stopped.

    Example: nightloom train configs/general.toml
    """
    settings = settings_for_command()
    from extractors.training import TrainConfig, is_shared, run, with_files

    wanted = with_files(
        TrainConfig.load(config),
        train=train or (),
        dev=dev or (),
        no_dev=no_dev,
        format=corpus_format,
    )
    if calibrate_from:
        wanted = replace(wanted, calibrate_from=calibrate_from)
    folder = Path("runs") / wanted.name
    if seed is not None:
        wanted = replace(wanted, seed=seed)
        folder = Path("runs") / f"{wanted.name}-{seed}"
    folder = out or folder
    figures = Figures(time.monotonic)
    with display() as watch:
        watch(f"reading the documents of {wanted.name}", 0, 0)
        for step in run(wanted, folder, device=settings.extractor.device, resume=not restart):
            watch(f"training {wanted.name}", step.number, step.total, figures.after(step))
            if step.dev is not None:
                print_note(_dev_line(step))
    if figures.n_steps:
        output().print(f"The model is in {folder}, what the run did in {folder / 'run'}.")
    elif not is_shared():  # the other processes of a shared run have nothing to say
        output().print(f"The model in {folder} is trained already; --restart trains it anew.")


class Figures:
    """What stands beside the bar: loss, the best dev so far, speed and the time that is left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.n_steps = 0
        self._clock = clock
        self._first: tuple[float, int] | None = None
        self._best: float | None = None

    def after(self, step: "Step") -> str:
        """Return one line about a step."""
        now = self._clock()
        self.n_steps += 1
        began, first = self._first = self._first or (now, step.number)
        if step.best:
            self._best = step.dev_f1
        parts = [f"epoch {step.epoch}", f"loss {step.loss:.3f}"]
        if self._best is not None:
            parts.append(f"dev F1 {self._best:.3f}")
        parts.append(f"{step.tokens_per_s:,.0f} tokens/s")
        if step.number > first:
            left_s = (now - began) / (step.number - first) * (step.total - step.number)
            parts.append(f"{timedelta(seconds=round(left_s))} left")
        return ", ".join(parts)


def _dev_line(step: "Step") -> str:
    figures = (f"{name} {value:.3f}" for name, value in _numbers(step.dev or {}))
    return f"epoch {step.epoch}: {', '.join(figures)}{'  (best)' if step.best else ''}"


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    return ((name, value) for name, value in values.items() if isinstance(value, float))
