"""Documents in, facts out: the façade over tokenizer, network, decoding and merging.

Windows of neighbouring documents are sorted by length and read in batches of a fixed number of
tokens, so little is padded and memory does not grow with the corpus; results come back in the order
of the documents. The only place where errors of torch are translated.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from extractors.checkpoint import Checkpoint, load
from extractors.decoding import Reading
from extractors.encoding import TextEncoder, Window
from extractors.errors import DeviceUnavailableError, DocumentRejectedError
from extractors.facts import Document, Extraction
from extractors.fingerprints import find_checkpoint, fingerprint, with_thresholds
from extractors.merging import Types, merge
from extractors.reading import read_windows

logger = logging.getLogger(__name__)

LEAST_RELATION_SCORE = -8.0
"""Lower scores are not worth calibrating."""

BATCH_TOKENS = 4096
CPU_BATCH_TOKENS = 1024
"""What fits a processor's cache is as fast as more, and takes less memory."""

_TOKENS_AHEAD = 32_768
"""Tokens that are sorted by length before they are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractorConfig:
    """How a model is run; nothing here but the thresholds changes what it finds."""

    device: str = "auto"
    """`cpu`, `cuda`, `cuda:1` …; `auto` takes a GPU if there is one."""
    threads: int | None = None
    """Processor threads for this process; None leaves torch's choice."""
    batch_tokens: int = 0
    """Tokens in one batch, padding included; 0 takes `CPU_BATCH_TOKENS` or, elsewhere,
    `BATCH_TOKENS`. More is faster on a GPU and takes more memory."""
    mention_threshold: float | None = None
    """Lowest confidence of any reported mention; None takes the calibrated one."""
    relation_threshold: float | None = None
    """Lowest confidence of a reported relation; None takes the calibrated one."""


@dataclass(eq=False)
class _Pending:
    """A document on its way through the network."""

    document: Document
    readings: dict[int, Reading] = field(default_factory=dict)
    n_windows: int = 0
    error: DocumentRejectedError | None = None


_Waiting = tuple[_Pending, int, Window]


class TransformerExtractor:
    """Reads documents with one trained model.

    >>> extractor = TransformerExtractor.load("general")
    >>> for extraction in extractor.extract(documents): ...
    """

    def __init__(self, checkpoint: Checkpoint, config: ExtractorConfig | None = None) -> None:
        self.config = config or ExtractorConfig()
        self.name = checkpoint.name
        self.metrics = checkpoint.metrics
        self.training = checkpoint.training
        self.calibration = with_thresholds(
            checkpoint.calibration, self.config.mention_threshold, self.config.relation_threshold
        )
        model_config = checkpoint.model.config
        self.types = Types(
            entities=model_config.entity_types, relations=model_config.relation_types
        )
        self.fingerprint = fingerprint(checkpoint.name, checkpoint.sha256, self.calibration)
        self.encoder = TextEncoder(
            checkpoint.tokenizer,
            window_tokens=model_config.window_tokens,
            overlap_tokens=model_config.overlap_tokens,
        )
        if self.config.threads is not None:
            torch.set_num_threads(self.config.threads)
        self.device = _device(self.config.device)
        usual = CPU_BATCH_TOKENS if self.device.type == "cpu" else BATCH_TOKENS
        self.batch_tokens = self.config.batch_tokens or usual
        self.model = _moved(checkpoint.model, self.device).eval()
        self._pad_id = int(checkpoint.tokenizer.pad_token_id or 0)

    @classmethod
    def load(cls, name_or_path: str | Path = "general", **options: Any) -> "TransformerExtractor":
        """Load a shipped model by name, or a checkpoint by its folder.

        Args:
            name_or_path: `general`, or a folder that training wrote.
            **options: Fields of `ExtractorConfig`.

        Raises:
            CheckpointError: There is no such checkpoint, or it cannot be trusted.
            DeviceUnavailableError: The device asked for is not there.
        """
        return cls(load(find_checkpoint(name_or_path)), ExtractorConfig(**options))

    @property
    def entity_types(self) -> tuple[str, ...]:
        """The entity types this model knows."""
        return tuple(self.types.entities)

    @property
    def relation_types(self) -> tuple[str, ...]:
        """The relation types this model knows."""
        return tuple(self.types.relations)

    def corpus_options(self, format: str) -> dict[str, Any]:  # noqa: A002
        """Return how training read its corpora of a format: what to tell `read_labelled`, too.

        Joined lines and renamed types, for example; nothing if it read none in that format.
        """
        corpora = [each for each in self.training.get("train", ()) if each["format"] == format]
        return dict(corpora[0]["options"]) if corpora else {}

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """Yield what each document says, in order.

        Raises:
            DocumentRejectedError: A document cannot be read; those before it were yielded.
            DeviceUnavailableError: Not even one window fits into the device's memory.
        """
        for outcome in self.try_extract(documents):
            if isinstance(outcome, DocumentRejectedError):
                raise outcome
            yield outcome

    def extract_one(self, document: Document) -> Extraction:
        """Return what one document says; raises as `extract`."""
        return next(self.extract([document]))

    def try_extract(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Yield for each document, in order, what it says or why it cannot be read."""
        pending: deque[_Pending] = deque()
        waiting: list[_Waiting] = []
        n_tokens = 0
        for document in documents:
            current = _Pending(document)
            pending.append(current)
            for window in self.encoder.windows(document.text):
                waiting.append((current, current.n_windows, window))
                current.n_windows += 1
                n_tokens += len(window.token_ids)
                if n_tokens >= max(_TOKENS_AHEAD, self.batch_tokens):
                    self._read(waiting)
                    waiting, n_tokens = [], 0
                    # The current document may have more windows to come.
                    while pending[0] is not current:
                        yield self._outcome(pending.popleft())
        self._read(waiting)
        while pending:
            yield self._outcome(pending.popleft())

    def _read(self, waiting: list[_Waiting]) -> None:
        """Read windows in batches of similar length."""
        waiting = sorted(waiting, key=lambda row: len(row[2].token_ids))
        start = 0
        while start < len(waiting):
            end = start + 1
            while end < len(waiting) and (
                (end + 1 - start) * len(waiting[end][2].token_ids) <= self.batch_tokens
            ):
                end += 1
            self._read_batch(waiting[start:end])
            start = end

    def _read_batch(self, batch: list[_Waiting]) -> None:
        """Read one batch, or each half of it when it does not fit or one of it cannot be read."""
        try:
            readings = read_windows(
                self.model,
                [window for _, _, window in batch],
                [pending.document.text for pending, _, _ in batch],
                pad_id=self._pad_id,
                least_mention=self.calibration.least_argument_score,
                least_relation=max(self.calibration.least_relation_score, LEAST_RELATION_SCORE),
            )
        except (RuntimeError, IndexError, FloatingPointError) as error:
            self._retry(batch, error)
            return
        for (pending, index, _), reading in zip(batch, readings, strict=True):
            pending.readings[index] = reading

    def _retry(self, batch: list[_Waiting], error: Exception) -> None:
        out_of_memory = _is_out_of_memory(error)
        if len(batch) > 1:
            if out_of_memory and self.device.type == "cuda":
                torch.cuda.empty_cache()
            logger.warning("halving a batch: %s", error, extra={"n": len(batch)})
            middle = len(batch) // 2
            self._read_batch(batch[:middle])
            self._read_batch(batch[middle:])
        elif out_of_memory:
            raise DeviceUnavailableError(
                f"{self.device} has no memory left for one window of "
                f"{len(batch[0][2].token_ids)} tokens"
            ) from error
        else:
            pending = batch[0][0]
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            pending.error = DocumentRejectedError(pending.document.id, reason)
            pending.error.__cause__ = error

    def _outcome(self, pending: _Pending) -> Extraction | DocumentRejectedError:
        if pending.error is not None:
            return pending.error
        return merge(
            pending.document,
            [pending.readings[index] for index in range(pending.n_windows)],
            self.types,
            self.calibration,
            extractor=self.fingerprint,
            alone=self.model.config.clustering == "none",
        )


def _device(name: str) -> torch.device:
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise DeviceUnavailableError(f"no device is called {name!r}") from error
    if device.type == "cuda" and not torch.cuda.is_available():
        raise DeviceUnavailableError("no CUDA device is available: choose cpu or auto")
    return device


def _moved(model: torch.nn.Module, device: torch.device) -> Any:
    try:
        return model.to(device)
    except (RuntimeError, AssertionError, NotImplementedError) as error:
        raise DeviceUnavailableError(f"the model does not fit on {device}: {error}") from error


def _is_out_of_memory(error: Exception) -> bool:
    # The processor's allocator has no exception class of its own.
    return isinstance(error, torch.OutOfMemoryError) or "can't allocate memory" in str(error)
