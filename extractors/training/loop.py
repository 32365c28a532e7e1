"""The training loop: `run` yields after every step, so the caller draws the progress bar.

What it leaves behind is a checkpoint of the best epoch so far, so a usable model exists after the
first one; a report of the run; and the state from which an interrupted run goes on to the same
result.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch

from extractors.calibration import Calibration
from extractors.checkpoints import RUN_REPORT, TRAINING_STATE
from extractors.devices import device_named
from extractors.faults import machine_faults
from extractors.network import Network
from extractors.text import TextEncoder
from extractors.training.building import build_model, build_text_encoder
from extractors.training.config import TrainConfig
from extractors.training.data import Data, read_data, with_types
from extractors.training.distributed import joined
from extractors.training.donor import load_donor
from extractors.training.evaluating import dev_score, judge_model
from extractors.training.history import Epoch, Progress, draw_curves, write_results
from extractors.training.saving import borrowed_calibration, read_metrics, save_checkpoint
from extractors.training.state import load_state, save_state
from extractors.training.stepping import Stepper, TrainingStep, average_of

logger = logging.getLogger(__name__)

SECONDS_WORTH_A_DRAWING = 5.0
"""The curves are drawn anew after an epoch that took longer, and at the end."""


def run(
    config: TrainConfig, out: Path, *, device: str = "auto", resume: bool = True
) -> Iterator[TrainingStep]:
    """Train, yielding after every step, and leave the best checkpoint in `out`.

    Started again after an interruption it goes on with the epoch that was cut short. Evaluation,
    calibration and saving happen at the end of each epoch. Without dev documents the last epoch
    is kept. Without epochs the model that training would start from is judged and saved, in one
    step. Under `torchrun` the processes share the batches; the first of them saves, and it alone
    yields.

    Raises:
        CorpusError: The data are missing or wrong.
        ConfigError: What the configuration names does not fit together.
        DeviceUnavailableError: The device is not there, has no memory for one window, or stopped
            working.
        MachineError: The machine's memory ran out.
        TrainingError: The loss is not a number; names the documents of the batch.
    """
    # A file was checked when it was read; an object made in Python may hold anything.
    config = TrainConfig.from_dict(config.to_dict())
    if not config.schedule.epochs:
        config = _as_it_is(config)
    data = read_data(config)
    if config.schedule.epochs:
        config = with_types(config, data)
    if config.schedule.threads:
        torch.set_num_threads(config.schedule.threads)
    with joined(device_named(device)) as workers, machine_faults(workers.device):
        encoder = build_text_encoder(config)
        borrowed = None if data.dev else borrowed_calibration(config)
        if workers.is_first:  # of several processes one speaks for all
            for remark in data.remarks:
                logger.warning(remark)
            if not (data.dev or borrowed):
                logger.warning(
                    "without dev confidences stay uncalibrated and below 0.67, thresholds at a "
                    "half: --calibrate-from takes both from a model that was trained alike with dev"
                )
        model = build_model(config, data).to(workers.device)
        if not config.schedule.epochs:
            if workers.is_first:
                yield _without_learning(config, model, encoder, data, out, borrowed)
            return
        stepper = Stepper(config, model, encoder, data, workers)
        state, progress = out / TRAINING_STATE, Progress()
        if resume and state.is_dir():
            progress = load_state(state, stepper.optimizer, stepper.average, config)
        while len(progress.epochs) < config.schedule.epochs:
            if progress.is_stuck(config.schedule.patience):
                return
            started = time.monotonic()
            steps: list[TrainingStep] = []
            for step in stepper.epoch(len(progress.epochs)):
                if steps and workers.is_first:
                    yield steps[-1]  # one behind: the epoch's last step waits for dev
                steps.append(step)
            with stepper.average.applied():
                score, dev = 0.0, None  # the first process knows
                if workers.is_first:
                    score, dev = _judge_and_keep(
                        config, model, encoder, data, out, borrowed, progress
                    )
            epoch = _epoch_record(steps, workers.from_first(score), dev, progress, started)
            progress = progress.after(epoch)
            if workers.is_first:
                save_state(state, stepper.optimizer, stepper.average, config, progress)
                n_parameters = sum(p.numel() for p in stepper.average.parameters.values())
                _report(config, data, out, progress, workers.device, n_parameters)
                stuck = progress.is_stuck(config.schedule.patience)
                is_last = stuck or epoch.number == config.schedule.epochs
                if is_last or epoch.seconds > SECONDS_WORTH_A_DRAWING:
                    draw_curves(progress.epochs, out / RUN_REPORT / "curves.png", config.name)
                yield replace(steps[-1], dev=dev, best=epoch.best)


def _as_it_is(config: TrainConfig) -> TrainConfig:
    """Return a configuration that builds the model it would start from, and learns nothing."""
    name = config.start_from
    shape = load_donor("start_from", name, config.model, alike=(), remedy="").model.config
    return replace(config, model=shape, train=(), held_out=0)


def _without_learning(
    config: TrainConfig,
    model: Network,
    encoder: TextEncoder,
    data: Data,
    out: Path,
    borrowed: Calibration | None,
) -> TrainingStep:
    """Judge, calibrate and save what training would begin with; return what dev says of it."""
    with average_of(config, model).applied():
        _, dev = _judge_and_keep(config, model, encoder, data, out, borrowed, Progress())
    _report(config, data, out, Progress(), next(model.parameters()).device, n_parameters=0)
    return TrainingStep(
        number=0, total=0, epoch=0, loss=0.0, parts={}, tokens_per_s=0.0, dev=dev, best=True
    )


def _judge_and_keep(
    config: TrainConfig,
    model: Network,
    encoder: TextEncoder,
    data: Data,
    out: Path,
    borrowed: Calibration | None,
    progress: Progress,
) -> tuple[float, dict[str, float] | None]:
    """Evaluate, and save if nothing was better before; without dev the last is the best."""
    if not data.dev:
        save_checkpoint(config, model, encoder, data, out, borrowed=borrowed)
        return float(len(progress.epochs)), None
    judgement, dev = judge_model(model, encoder, data.dev, config)
    score = dev_score(dev, config.target_precision)
    if score > progress.best_score:
        save_checkpoint(config, model, encoder, data, out, dev=dev, judgement=judgement)
    return score, dev


def _report(
    config: TrainConfig,
    data: Data,
    out: Path,
    progress: Progress,
    device: torch.device,
    n_parameters: int,
) -> None:
    """Write what was run, and what was measured of the checkpoint that is kept."""
    write_results(
        out / RUN_REPORT / "results.json",
        config,
        progress,
        fingerprints=data.fingerprints,
        metrics=read_metrics(out),
        device=device,
        n_parameters=n_parameters,
    )


def _epoch_record(
    steps: Sequence[TrainingStep],
    score: float,
    dev: dict[str, float] | None,
    progress: Progress,
    started: float,
) -> Epoch:
    return Epoch(
        number=steps[-1].epoch,
        loss=sum(step.loss for step in steps) / len(steps),
        parts={
            name: sum(step.parts.get(name, 0.0) for step in steps) / len(steps)
            for name in steps[-1].parts
        },
        dev=dev,
        score=score,
        best=score > progress.best_score,
        tokens_per_s=steps[-1].tokens_per_s,
        seconds=time.monotonic() - started,
    )
