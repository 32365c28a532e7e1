"""From batches to gradients, in smaller parts once the device's memory has run out."""

import logging
from collections.abc import Callable, Sequence

import torch

from extractors.errors import DeviceUnavailableError, TrainingError
from extractors.training.examples import Example
from extractors.training.objective import Loss

logger = logging.getLogger(__name__)


class Backward:
    """Adds the gradients of batches; remembers how many windows fit into memory at once."""

    def __init__(self, optimizer: torch.optim.Optimizer, at_once: int) -> None:
        self.optimizer = optimizer
        self.at_once = at_once

    def __call__(
        self,
        batches: Sequence[Sequence[Example]],
        loss_of: Callable[[Sequence[Example]], Loss],
        *,
        n_windows: int,
        step: int,
    ) -> dict[str, float]:
        """Leave the gradients of the mean loss and return it, `total`, and its parts.

        Where memory runs out, the gradients of this step are thrown away and computed again with
        half as many windows at once, down to one.

        Args:
            batches: What this process reads in this step.
            loss_of: The loss of some windows.
            n_windows: How many windows all processes read in this step.
            step: Its number, for messages.

        Raises:
            DeviceUnavailableError: Not even one window fits.
            TrainingError: The loss is not a number; names the documents.
        """
        while True:
            try:
                return self._add(batches, loss_of, n_windows, step)
            except torch.OutOfMemoryError as error:
                if self.at_once == 1:
                    raise DeviceUnavailableError(
                        "not even one window fits into memory for training: take a smaller "
                        "model.window_tokens or encoder, or the device cpu"
                    ) from error
            # Outside the clause: the error holds on to what filled the memory.
            self.at_once = (self.at_once + 1) // 2
            logger.warning("out of memory at step %d: %d windows at once", step, self.at_once)
            self.optimizer.zero_grad(set_to_none=True)
            if torch.cuda.is_available():
                torch.cuda.empty_cache()

    def _add(
        self,
        batches: Sequence[Sequence[Example]],
        loss_of: Callable[[Sequence[Example]], Loss],
        n_windows: int,
        step: int,
    ) -> dict[str, float]:
        values: dict[str, float] = {}
        for batch in batches:
            for start in range(0, len(batch), self.at_once):
                part = batch[start : start + self.at_once]
                loss = loss_of(part)
                if not torch.isfinite(loss.total):
                    names = ", ".join(example.name for example in part)
                    raise TrainingError(f"the loss is not a number at step {step}: {names}", step)
                share = len(part) / n_windows
                (loss.total * share).backward()  # type: ignore[no-untyped-call]
                for name, value in ({"total": loss.total} | loss.parts).items():
                    values[name] = values.get(name, 0.0) + share * value.item()
        return values
