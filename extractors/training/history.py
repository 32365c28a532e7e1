"""What a run did, epoch by epoch: as JSON for programs, as learning curves for people."""

import dataclasses
import json
import platform
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers

from extractors.training.config import TrainConfig
from extractors.training.data import portable


@dataclass(frozen=True, slots=True, kw_only=True)
class Epoch:
    """What one epoch gave."""

    number: int
    loss: float
    """Mean over its steps."""
    parts: dict[str, float]
    dev: dict[str, float] | None
    score: float
    """What the best epoch is chosen by."""
    best: bool
    """Whether no earlier one was better, so that it was saved."""
    tokens_per_s: float
    seconds: float
    """Evaluation and saving included."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The epochs that are done."""

    epochs: tuple[Epoch, ...] = ()

    @property
    def best_score(self) -> float:
        """The score to beat."""
        return max((epoch.score for epoch in self.epochs), default=-1.0)

    def after(self, epoch: Epoch) -> "Progress":
        """Return the progress with one epoch more."""
        return Progress((*self.epochs, epoch))

    def is_stuck(self, patience: int) -> bool:
        """Say whether the last `patience` epochs brought nothing better; 0 is never stuck."""
        recent = self.epochs[-patience:] if patience else ()
        return len(recent) == patience > 0 and not any(epoch.best for epoch in recent)

    def to_json(self) -> str:
        """Return one line that `from_json` reads."""
        return json.dumps([dataclasses.asdict(epoch) for epoch in self.epochs])

    @classmethod
    def from_json(cls, text: str) -> "Progress":
        """Read back what `to_json` wrote."""
        return cls(tuple(Epoch(**row) for row in json.loads(text)))


def write_results(
    path: Path,
    config: TrainConfig,
    progress: Progress,
    *,
    fingerprints: Mapping[str, str],
    metrics: dict[str, Any],
    device: torch.device,
    n_parameters: int,
) -> None:
    """Write as JSON what is needed to know, and to repeat, what was run.

    Args:
        path: The file to write.
        config: As resolved: every default and every type filled in.
        progress: The epochs done so far.
        fingerprints: Of the data.
        metrics: What was measured of the checkpoint that is kept.
        device: What it was trained on.
        n_parameters: How many were trained.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    results = {
        "name": config.name,
        "seed": config.seed,
        "seconds": sum(epoch.seconds for epoch in progress.epochs),
        "best_epoch": max((e.number for e in progress.epochs if e.best), default=0),
        "metrics": metrics,
        "epochs": [dataclasses.asdict(epoch) for epoch in progress.epochs],
        "trained_parameters": n_parameters,
        "device": _device_name(device),
        "versions": {
            "python": platform.python_version(),
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        "data": dict(fingerprints),
        "config": portable(config).to_dict(),
    }
    path.write_text(json.dumps(results, indent=2, ensure_ascii=False) + "\n", "utf-8")


def draw_curves(epochs: Sequence[Epoch], path: Path, title: str) -> None:
    """Write a PNG: the parts of the loss, and what dev says, by epoch; the best one is marked."""
    # A figure of its own, without pyplot: no window, no state shared with the caller's plots.
    from matplotlib.figure import Figure  # 0.5 s to import, and only needed here

    figure = Figure(figsize=(8.0, 3.4), layout="constrained")
    losses, scores = figure.subplots(1, 2)
    numbers = [epoch.number for epoch in epochs]
    losses.plot(numbers, [epoch.loss for epoch in epochs], color="black", label="loss")
    for name in epochs[-1].parts if epochs else ():
        losses.plot(
            numbers, [epoch.parts.get(name, 0.0) for epoch in epochs], linewidth=1, label=name
        )
    losses.set_title(f"{title}: training loss", fontsize=10)
    judged = [epoch for epoch in epochs if epoch.dev]
    for name in ("mention_f1", "relation_f1"):
        values = [(epoch.dev or {}).get(name, 0.0) for epoch in judged]
        if any(values):
            scores.plot([e.number for e in judged], values, label=name.replace("_f1", " F1"))
    if best := [epoch for epoch in judged if epoch.best]:
        scores.axvline(best[-1].number, color="0.6", linewidth=1, linestyle="--", label="kept")
    scores.set_ylim(0, 1)
    scores.set_title("dev", fontsize=10)
    for axes in (losses, scores):
        axes.set_xlabel("epoch")
        axes.grid(color="0.92")
        axes.spines[["top", "right"]].set_visible(False)
        if axes.lines:
            axes.legend(fontsize=8, frameon=False)
    figure.savefig(path, dpi=110)


def _device_name(device: torch.device) -> str:
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    return f"{device.type}, {torch.get_num_threads()} threads, {sys.platform}"
