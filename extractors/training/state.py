"""What a training run must remember to go on after an interruption, and the mean of its weights."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from extractors.errors import TrainingError
from extractors.training.config import TrainConfig
from extractors.training.history import Progress


class WeightAverage:
    """Exponential mean of the trained weights: steadier than the last ones.

    Args:
        model: As training begins with it.
        decay: Of the mean.
        others: Weights of other models with their shares in what is applied; NaN where another
            says nothing, as of a type that it does not know.
    """

    def __init__(
        self,
        model: nn.Module,
        decay: float,
        others: Sequence[tuple[float, Mapping[str, Tensor]]] = (),
    ) -> None:
        self.decay = decay
        self.others = others
        self.parameters = {n: p for n, p in model.named_parameters() if p.requires_grad}
        self.means = {name: p.detach().clone() for name, p in self.parameters.items()}
        self.frozen = {n: p for n, p in model.named_parameters() if others and not p.requires_grad}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Take in the weights after a step; early steps are forgotten faster."""
        # With the full decay the random weights of the start would stay in the mean for hundreds of
        # steps, which in a short training is all of them.
        decay = min(self.decay, (1 + step) / (10 + step))
        names = list(self.means)
        torch._foreach_lerp_(
            [self.means[name] for name in names],
            [self.parameters[name].detach() for name in names],
            1 - decay,
        )

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Let the model have the mean weights for a while, mixed with those of the others."""
        last_weights = {
            name: p.detach().clone() for name, p in (self.parameters | self.frozen).items()
        }
        learned = last_weights | self.means
        self._assign({name: self._mixed(name, weights) for name, weights in learned.items()})
        try:
            yield
        finally:
            self._assign(last_weights)

    def _mixed(self, name: str, learned: Tensor) -> Tensor:
        mixed = learned
        for share, weights in self.others:
            other = weights[name].to(learned.device)
            mixed = mixed + share * (torch.where(other.isnan(), learned, other) - learned)
        return mixed

    @torch.no_grad()
    def _assign(self, values: dict[str, Tensor]) -> None:
        for name, parameter in (self.parameters | self.frozen).items():
            parameter.copy_(values[name])


def save_state(
    folder: Path,
    optimizer: torch.optim.Optimizer,
    average: WeightAverage,
    config: TrainConfig,
    progress: Progress,
) -> None:
    """Write weights, means and the optimizer's moments; whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors: dict[str, Tensor] = {}
    for name, parameter in average.parameters.items():
        tensors[f"weight/{name}"] = parameter.detach().cpu()
        tensors[f"mean/{name}"] = average.means[name].cpu()
        for key, value in optimizer.state.get(parameter, {}).items():
            if value is not None:
                tensors[f"{key}/{name}"] = torch.as_tensor(value).cpu()
    about = {"epochs": progress.to_json(), "config": json.dumps(config.to_dict())}
    save_file({k: v.contiguous().clone() for k, v in tensors.items()}, folder / "new", about)
    # A rename is whole or not at all: a run that is killed here goes on from the epoch before.
    (folder / "new").replace(folder / "state.safetensors")


def load_state(
    folder: Path,
    optimizer: torch.optim.Optimizer,
    average: WeightAverage,
    config: TrainConfig,
) -> Progress:
    """Take up a saved state; return the epochs done.

    Raises:
        TrainingError: The state belongs to another configuration.
    """
    path = folder / "state.safetensors"
    if not path.is_file():
        return Progress()
    with safe_open(path, "pt") as file:
        about = file.metadata()
    if "epochs" not in about or json.loads(about["config"]) != config.to_dict():
        raise TrainingError(
            f"{folder} belongs to another configuration or version: start anew with --restart, or "
            "train into another folder"
        )
    tensors = load_file(path)
    with torch.no_grad():
        for name, parameter in average.parameters.items():
            parameter.copy_(tensors[f"weight/{name}"])
            average.means[name].copy_(tensors[f"mean/{name}"])
            moments = {
                key.split("/", 1)[0]: value
                for key, value in tensors.items()
                if key.split("/", 1)[1] == name and key.split("/", 1)[0] not in ("weight", "mean")
            }
            optimizer.state[parameter] = {
                key: value if key == "step" else value.to(parameter.device)
                for key, value in moments.items()
            }
    return Progress.from_json(about["epochs"])
