"""`train`, `tune`: a model of one's own."""

import json
import shlex
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.box import SIMPLE_HEAD
from rich.table import Table

from extractors.checkpoints import read_json
from extractors.corpora import FORMATS
from extractors.errors import ConfigError
from flows.cli.session import AsJson, settings_for_command
from flows.console import display, output, print_json, print_note
from flows.retraining import require_corpora

if TYPE_CHECKING:
    from extractors.training import TrainingStep, TuningTrial

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
    start_from: Annotated[
        str | None,
        typer.Option(help='A model whose weights to begin with, by name or folder; "": none.'),
    ] = None,
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
    as_json: AsJson = False,
) -> None:
    """Train a model as a configuration says; an interrupted run goes on where it stopped.

    Example: nightloom train configs/general-first.toml
    """
    settings = settings_for_command()
    from extractors.training import TrainConfig, is_shared, run, with_files

    wanted = with_files(
        TrainConfig.load(config, settings.data),
        train=train or (),
        dev=dev or (),
        no_dev=no_dev,
        format=corpus_format,
    )
    if start_from is not None:
        wanted = replace(wanted, start_from=start_from)
    if calibrate_from:
        if wanted.dev or wanted.held_out:
            raise ConfigError("--calibrate-from is for training without dev: say --no-dev, too")
        wanted = replace(wanted, calibrate_from=calibrate_from)
    require_corpora(wanted, settings)
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
    if not figures.n_steps and is_shared():
        return  # the other processes of a shared run have nothing to say
    if as_json:
        metrics = read_json(folder / "metrics.json")
        print_json({"out": str(folder), "steps": figures.n_steps, "metrics": metrics})
    elif figures.n_steps:
        output().print(f"The model is in {folder}, what the run did in {folder / 'run'}.")
        _print_next_steps(folder, [str(corpus.path) for corpus in wanted.dev])
    else:
        output().print(f"The model in {folder} is trained already; --restart trains it anew.")


def _print_next_steps(folder: Path, dev: Sequence[str]) -> None:
    """Say how to use what was trained, in lines that can be typed as they are."""
    model = shlex.quote(str(folder))
    gold = shlex.quote(dev[0]) if dev else "GOLD"
    console = output()
    for line in (
        f"  measure it    nightloom evaluate {model} {gold}",
        f"  read with it  NIGHTLOOM_EXTRACTOR__MODEL={model} nightloom ingest FOLDER",
        f"  every night   model = {json.dumps(str(folder))} in the table [extractor] of "
        "nightloom.toml",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
    console.print(
        "The ontology has to know the types that it finds: nightloom doctor says so.",
        highlight=False,
    )


def tune(
    config: Config,
    trials: Annotated[int, typer.Option(help="Trials in all, earlier ones included.", min=1)] = 20,
    timeout: Annotated[
        float | None, typer.Option(help="Seconds after which no further epoch is begun.", min=0)
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for the search, which goes on there; default: runs/NAME-tune."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Search for the settings that do best on dev, as the table `tune` of a configuration says.

    Example: nightloom tune configs/conll04.toml --trials 20
    """
    settings = settings_for_command()
    from extractors.training import TrainConfig, trials_of, tune

    wanted = TrainConfig.load(config, settings.data)
    require_corpora(wanted, settings)
    folder = out or Path("runs") / f"{wanted.name}-tune"
    with display() as watch:
        watch(f"tuning {wanted.name}", 0, trials)
        for trial in tune(
            wanted, folder, n_trials=trials, timeout_s=timeout, device=settings.extractor.device
        ):
            note = f"trial {trial.number}, epoch {trial.epochs}, best {trial.score:.3f}"
            watch(f"tuning {wanted.name}", trial.number, trials, note)
            if trial.state == "failed":
                print_note(f"trial {trial.number} failed: {trial.why}")
    finished = trials_of(folder) if (folder / "trials.json").is_file() else []
    best = folder / "best.toml"
    if as_json:
        trials_said = [asdict(trial) for trial in finished]
        print_json({"trials": trials_said, "best": str(best) if best.is_file() else None})
        return
    output().print(_trials_table(finished))
    if best.is_file():
        output().print(f"The best settings are in {best}.")


def _trials_table(trials: Sequence["TuningTrial"]) -> Table:
    names = list(trials[0].values) if trials else []
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in ("trial", "score", "epochs", "state", *(n.rpartition(".")[2] for n in names)):
        table.add_column(name, justify="left" if name == "state" else "right")
    for trial in trials:
        values = (trial.values[name] for name in names)
        table.add_row(
            str(trial.number),
            f"{trial.score:.3f}",
            str(trial.epochs),
            trial.state,
            *(f"{value:.3g}" if isinstance(value, float) else str(value) for value in values),
        )
    return table


class Figures:
    """What stands beside the bar: loss, the best dev so far, speed and the time that is left."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.n_steps = 0
        self._clock = clock
        self._first: tuple[float, int] | None = None
        self._best: float | None = None

    def after(self, step: "TrainingStep") -> str:
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


def _dev_line(step: "TrainingStep") -> str:
    figures = (f"{name} {value:.3f}" for name, value in _numbers(step.dev or {}))
    return f"epoch {step.epoch}: {', '.join(figures)}{'  (best)' if step.best else ''}"


def _numbers(values: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    return ((name, value) for name, value in values.items() if isinstance(value, float))
