"""`train`: a model of one's own."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.session import settings_for_command
from flows.console import display, output, print_note

if TYPE_CHECKING:
    from extractors.training import Step


def train(
    config: Annotated[Path, typer.Argument(help="Training configuration, a TOML file.")],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the model; default: runs/ and its name.")
    ] = None,
    restart: Annotated[
        bool, typer.Option(help="Begin anew where a run was interrupted in that folder.")
    ] = False,
) -> None:
    """Train a model as a configuration says; an interrupted run goes on where it stopped.

    Example: nightloom train configs/general.toml
    """
    settings = settings_for_command()
    from extractors.training import run
    from extractors.training.config import TrainConfig

    wanted = TrainConfig.load(config)
    folder = out or Path("runs") / wanted.name
    with display() as watch:
        for step in run(wanted, folder, device=settings.extractor.device, resume=not restart):
            watch(f"training {wanted.name}, epoch {step.epoch}", step.number, step.total)
            if step.dev is not None:
                print_note(_dev_line(step))
    output().print(f"The best model is in {folder}.")


def _dev_line(step: "Step") -> str:
    figures = (f"{name} {value:.3f}" for name, value in _numbers(step.dev or {}))
    return f"epoch {step.epoch}: {', '.join(figures)}{'  (best)' if step.best else ''}"


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    return ((name, value) for name, value in values.items() if isinstance(value, float))
