"""A model read by torch, on any device that torch knows."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from extractors.config import ExtractorConfig
from extractors.devices import device_named, reading_threads, uses_bfloat16
from extractors.errors import ConfigError, DeviceUnavailableError
from extractors.faults import fault_of, first_line
from extractors.network import (
    Candidates,
    Groups,
    Inputs,
    JointModel,
    Network,
    Pairs,
    Tag,
    Tagger,
    on_device,
)
from extractors.text import IntArray

FloatArray = npt.NDArray[np.float32]

_MOST_READERS = 4


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the encoder made of a batch."""

    hidden: Tensor
    """`(B, T, H)`."""
    mask: Tensor
    """`(B, T)`."""


class TorchEngine:
    """Runs a model in torch, on the device where it is: an `Engine`.

    One copy to the device and one from it for each stage, whatever the size of the batch.
    """

    name = "torch"

    def __init__(
        self, model: Network, *, bfloat16: bool = False, threads: int | None = None
    ) -> None:
        """Take a model in evaluation mode.

        Args:
            model: On the device to use.
            bfloat16: Whether the encoder computes in it.
            threads: How many threads of the processor read, all together; None: as many as torch
                would use in the thread that asks.
        """
        self.model = model
        self.config = model.config
        self.precision = "bfloat16" if bfloat16 else "float32"
        self._bfloat16 = bfloat16
        self._threads = threads
        self.allowed: npt.NDArray[np.bool_] = (
            model.allowed.cpu().numpy()
            if isinstance(model, JointModel)
            else np.zeros((0, 0, 0), bool)
        )

    @property
    def device(self) -> torch.device:
        """Where the model is."""
        return next(self.model.parameters()).device

    def readers(self) -> AbstractContextManager[ThreadPoolExecutor]:
        """Open the threads that read batches; a processor's own threads are shared among them."""
        n_threads = self._threads or torch.get_num_threads()
        # A GPU works off one queue: a second thread would only wait, and hold memory meanwhile.
        n_readers = min(n_threads, _MOST_READERS) if self.device.type == "cpu" else 1
        return reading_threads(n_readers, n_threads // n_readers)

    def give_back_memory(self) -> None:
        """Give back what a GPU holds ready for later."""
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    @torch.inference_mode()
    def read(
        self, inputs: Inputs[IntArray], candidates: Candidates[IntArray]
    ) -> tuple[_Seen, FloatArray]:
        """Encode windows and score what could be mentions, as `Engine` says."""
        model = self._joint
        asked: Inputs = on_device(inputs, self.device)
        hidden = model.encoder(
            asked.token_ids, asked.shapes, asked.structures, asked.mask, bfloat16=self._bfloat16
        )
        logits = model.mention_head(hidden, on_device(candidates, self.device))
        return _Seen(hidden, asked.mask), logits.cpu().numpy()

    @torch.inference_mode()
    def score_names(
        self, seen: _Seen, groups: Groups[IntArray], index: IntArray, spelled: FloatArray
    ) -> FloatArray:
        """Score pairs of names, as `Engine` says."""
        pooled = self._joint.group_pooler(seen.hidden, on_device(groups, self.device))  # (N, H)
        scores = self._joint.coreference_head(
            pooled,
            torch.from_numpy(index).to(self.device),
            torch.from_numpy(spelled).to(self.device),
        )
        logits: FloatArray = scores.cpu().numpy()
        return logits

    @torch.inference_mode()
    def relate(
        self, seen: _Seen, groups: Groups[IntArray], pairs: Pairs[IntArray]
    ) -> tuple[FloatArray, Callable[[IntArray], FloatArray]]:
        """Score pairs of entities, as `Engine` says."""
        model = self._joint
        asked: Groups = on_device(groups, self.device)
        pooled = model.group_pooler(seen.hidden, asked)  # (N, H)
        logits, attention = model.relation_head(
            *(seen.hidden, seen.mask, asked, pooled, on_device(pairs, self.device)),
            allowed=model.allowed,
        )

        def attention_of(chosen: IntArray) -> FloatArray:
            rows: FloatArray = attention[torch.from_numpy(chosen).to(self.device)].cpu().numpy()
            return rows

        return logits.cpu().numpy(), attention_of

    @torch.inference_mode()
    def tag(self, inputs: Inputs[IntArray]) -> tuple[FloatArray, tuple[Tag, ...]]:
        """Return the chances of labels, as `Engine` says."""
        model = self.model
        assert isinstance(model, Tagger)
        asked: Inputs = on_device(inputs, self.device)
        logits = model(asked.token_ids, asked.mask, bfloat16=self._bfloat16)
        return logits.softmax(-1).cpu().numpy(), model.tags

    @property
    def _joint(self) -> JointModel:
        assert isinstance(self.model, JointModel)
        return self.model


def open_in_torch(model: Network, config: ExtractorConfig) -> TorchEngine:
    """Put a model on the device that the settings name.

    Raises:
        ConfigError: The settings name another engine, or a precision that there is not.
        DeviceUnavailableError: There is no such device, or the model does not fit on it.
    """
    if config.engine == "onnx":
        raise ConfigError("a model of torch's is read by torch: load it from its folder", "engine")
    device = device_named(config.device)
    try:
        moved = model.to(device).eval()
    except (RuntimeError, AssertionError, MemoryError) as error:
        raise fault_of(error, device) or DeviceUnavailableError(
            f"the model cannot be put on {device}: {first_line(error)}"
        ) from error
    bfloat16 = uses_bfloat16(config.precision, device)
    return TorchEngine(moved, bfloat16=bfloat16, threads=config.threads)
