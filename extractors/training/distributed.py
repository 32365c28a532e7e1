"""Several processes train one model: each reads other batches, and their gradients are added up.

Started by `torchrun`; by itself, a process is the only one. The result is that of one process that
accumulates as many batches, since gradients are all that is shared.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import torch
from torch import distributed, nn

LONGEST_WAIT = timedelta(hours=6)
"""For the first process, which alone evaluates and saves."""


def is_shared() -> bool:
    """Say whether `torchrun` started this process, and others like it."""
    return distributed.is_torchelastic_launched()


@dataclass(frozen=True, slots=True)
class Workers:
    """This process among those that train together."""

    rank: int = 0
    n: int = 1
    device: torch.device = torch.device("cpu")  # noqa: RUF009 - it cannot be changed

    @property
    def is_first(self) -> bool:
        """Whether this process evaluates, saves and speaks."""
        return self.rank == 0

    def add_gradients(self, parameters: Sequence[nn.Parameter]) -> None:
        """Give every process the sum of all gradients; what nobody touched keeps none."""
        if self.n == 1:
            return
        # A head that no window of this process needed has no gradient here, but may have one
        # elsewhere. All processes must add up the same parameters in the same order.
        touched = torch.tensor([float(p.grad is not None) for p in parameters], device=self.device)
        distributed.all_reduce(touched)
        shared = [p for p, n in zip(parameters, touched.tolist(), strict=True) if n]
        # One message for all parameters: hundreds of small ones would take most of a step.
        sums = torch.cat(
            [(torch.zeros_like(p) if p.grad is None else p.grad).flatten() for p in shared]
        )
        distributed.all_reduce(sums)
        for parameter, gradient in zip(
            shared, torch.split(sums, [p.numel() for p in shared]), strict=True
        ):
            parameter.grad = gradient.view_as(parameter).clone()

    def added(self, values: dict[str, float]) -> dict[str, float]:
        """Return the sum of each value over all processes; a process may lack all of them."""
        if self.n == 1:
            return values
        everyone: list[dict[str, float]] = [{} for _ in range(self.n)]
        distributed.all_gather_object(everyone, values)
        names = dict.fromkeys(name for values_of_one in everyone for name in values_of_one)
        return {
            name: sum(values_of_one.get(name, 0.0) for values_of_one in everyone) for name in names
        }

    def from_first(self, value: float) -> float:
        """Return what the first process has here, once it is there."""
        if self.n == 1:
            return value
        shared = torch.tensor([value], dtype=torch.float64, device=self.device)
        distributed.broadcast(shared, 0)
        return float(shared.item())


@contextmanager
def joined(device: torch.device) -> Iterator[Workers]:
    """Join the processes that `torchrun` started, each with its own GPU if there are any."""
    if not is_shared():
        yield Workers(device=device)
        return
    if device.type == "cuda":
        device = torch.device("cuda", distributed.get_node_local_rank())
        torch.cuda.set_device(device)
    distributed.init_process_group(
        "nccl" if device.type == "cuda" else "gloo", timeout=LONGEST_WAIT
    )
    try:
        yield Workers(distributed.get_rank(), distributed.get_world_size(), device)
    finally:
        distributed.destroy_process_group()
