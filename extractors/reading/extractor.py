"""Documents in, facts out: the façade over tokenizer, network, decoding and merging.

Windows of neighbouring documents are sorted by length and read in batches of a fixed number of
tokens, on a processor several at once, so little is padded and memory does not grow with the
corpus; results come back in the order of the documents. What computes is an engine of
`extractors.engines`; `extractors.faults` says of an error whether the machine or the document is at
fault.
"""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from extractors.checkpoints import (
    PlainCheckpoint,
    find_checkpoint,
    fingerprint,
    load_plain,
    with_thresholds,
)
from extractors.config import ExtractorConfig
from extractors.engines import Engine, choose_engine
from extractors.errors import (
    CheckpointError,
    DeviceUnavailableError,
    DocumentRejectedError,
    ExtractionError,
)
from extractors.facts import Document, Extraction
from extractors.faults import (
    fault_of,
    first_line,
    is_lack_of_memory,
    library_faults,
    machine_faults,
)
from extractors.reading.decoding import Reading
from extractors.reading.merging import Types, merge
from extractors.reading.windows import read_windows
from extractors.text import TextEncoder, Window

if TYPE_CHECKING:
    from extractors.checkpoints import Checkpoint

logger = logging.getLogger(__name__)

LEAST_RELATION_SCORE = -8.0
"""Lower scores are not worth calibrating."""

BATCH_TOKENS = 4096
CPU_BATCH_TOKENS = 1024
"""What fits a processor's cache is as fast as more, and takes less memory."""

PLAIN_TEXT = "Ada works for Acme in Ghent."
"""Any model can read this, unless its device or the machine is broken."""

_BATCHES_AHEAD = 32
"""Batches' worth of windows that are sorted by length; the next ones are cut meanwhile."""


@dataclass(eq=False)
class _Pending:
    """A document on its way through the network."""

    document: Document
    readings: dict[int, Reading] = field(default_factory=dict)
    n_windows: int = 0
    is_whole: bool = False
    """Whether all its windows have been cut."""
    error: DocumentRejectedError | None = None

    @property
    def is_read(self) -> bool:
        return self.is_whole and (self.error is not None or len(self.readings) == self.n_windows)


_Waiting = tuple[_Pending, int, Window]


class TransformerExtractor:
    """Reads documents with one trained model.

    >>> extractor = TransformerExtractor.load("general")
    >>> for extraction in extractor.extract(documents): ...
    """

    def __init__(
        self, checkpoint: "Checkpoint | PlainCheckpoint", config: ExtractorConfig | None = None
    ) -> None:
        self.config = config or ExtractorConfig()
        self.name = checkpoint.name
        self.metrics = checkpoint.metrics
        self.calibration = with_thresholds(
            checkpoint.calibration, self.config.mention_threshold, self.config.relation_threshold
        )
        self.types = Types.of(checkpoint.model.config)
        self.fingerprint = fingerprint(checkpoint.name, checkpoint.sha256, self.calibration)
        self.encoder = _text_encoder(checkpoint)
        self.engine = _opened(checkpoint, self.config)
        self.device = self.engine.device
        usual = CPU_BATCH_TOKENS if str(self.device) == "cpu" else BATCH_TOKENS
        self.batch_tokens = self.config.batch_tokens or usual

    @classmethod
    def load(cls, name_or_path: str | Path = "general", **options: Any) -> "TransformerExtractor":
        """Load a shipped model by name, or a checkpoint by its folder.

        Args:
            name_or_path: `general`, or a folder that training wrote.
            **options: Fields of `ExtractorConfig`.

        Raises:
            CheckpointError: There is no such checkpoint, or it cannot be trusted.
            ConfigError: The engine asked for cannot read with this model, or is not installed.
            DeviceUnavailableError: The device asked for is not there.
            MachineError: The machine has not enough memory for it.
        """
        config = ExtractorConfig(**options)
        folder = find_checkpoint(name_or_path)
        if choose_engine(folder, config) == "onnx":
            with library_faults():
                import onnxruntime  # noqa: F401 - loaded here, where its failure is named
            with machine_faults("cpu"):
                return cls(load_plain(folder), config)
        with library_faults():
            from extractors.checkpoints import load
            from extractors.devices import device_named
        with machine_faults(device_named(config.device)):
            return cls(load(folder), config)

    @property
    def model(self) -> Any:
        """The model in the form of its engine, with its `config`."""
        return self.engine.model

    @property
    def entity_types(self) -> tuple[str, ...]:
        """The entity types this model knows."""
        return tuple(self.types.entities)

    @property
    def relation_types(self) -> tuple[str, ...]:
        """The relation types this model knows."""
        return tuple(self.types.relations)

    @property
    def symmetric_types(self) -> tuple[str, ...]:
        """Those of its relation types that have no direction."""
        return tuple(self.types.symmetric)

    def extract(self, documents: Iterable[Document]) -> Iterator[Extraction]:
        """Yield what each document says, in order.

        Raises:
            DocumentRejectedError: A document cannot be read; those before it were yielded.
            DeviceUnavailableError: The device stopped working, or not even one window fits into
                its memory.
            MachineError: The machine has no memory left. No document is at fault for either.
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
        """Yield for each document, in order, what it says or why it cannot be read.

        Raises:
            DeviceUnavailableError, MachineError: As `extract`.
        """
        with machine_faults(self.device):
            yield from self._outcomes(documents)

    def _outcomes(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        pending: deque[_Pending] = deque()
        waiting: list[_Waiting] = []
        reading: list[Future[None]] = []
        n_tokens = 0
        with self.engine.readers() as readers:
            for document in documents:
                current = _Pending(document)
                pending.append(current)
                for window in self.encoder.windows(document.text):
                    waiting.append((current, current.n_windows, window))
                    current.n_windows += 1
                    n_tokens += len(window.token_ids)
                    if n_tokens >= _BATCHES_AHEAD * self.batch_tokens:
                        # One lot is read while the next is cut; a third would fill the memory.
                        _wait_for(reading)
                        reading = self._submit(readers, waiting)
                        waiting, n_tokens = [], 0
                        # In order of the documents: one that is not read holds back those behind.
                        # `pending` is never empty here, because the current one is not whole yet.
                        while pending[0].is_read:
                            yield self._outcome(pending.popleft())
                current.is_whole = True
            _wait_for([*reading, *self._submit(readers, waiting)])
        while pending:
            yield self._outcome(pending.popleft())

    def _submit(self, readers: ThreadPoolExecutor, waiting: list[_Waiting]) -> list["Future[None]"]:
        return [readers.submit(self._read_batch, batch) for batch in self._batches(waiting)]

    def _batches(self, waiting: list[_Waiting]) -> list[list[_Waiting]]:
        """Deal windows in batches, the longest windows first."""
        waiting = sorted(waiting, key=lambda row: -len(row[2].token_ids))
        batches: list[list[_Waiting]] = []
        for row in waiting:
            # The first of a batch is its longest: all others are padded to it.
            longest = len(batches[-1][0][2].token_ids) if batches else 0
            if batches and (len(batches[-1]) + 1) * longest <= self.batch_tokens:
                batches[-1].append(row)
            else:
                batches.append([row])
        return batches

    def _read_batch(self, batch: list[_Waiting]) -> None:
        """Read one batch, or each half of it when it does not fit or one of it cannot be read."""
        try:
            readings = self._readings(
                [window for _, _, window in batch], [row.document.text for row, _, _ in batch]
            )
        # Engines say RuntimeError of nearly everything, their lack of memory included.
        except (RuntimeError, MemoryError, IndexError, FloatingPointError) as error:
            if len(batch) == 1:
                self._judge_alone(batch[0][0], error)
                return
            fault = fault_of(error, self.device)
            if fault and not is_lack_of_memory(error):
                raise fault from error
            logger.warning("halving a batch: %s", first_line(error), extra={"n": len(batch)})
        else:
            for (pending, index, _), reading in zip(batch, readings, strict=True):
                pending.readings[index] = reading
            return
        # Outside the clause: the error holds on to the tensors that filled the memory.
        self.engine.give_back_memory()
        middle = len(batch) // 2
        self._read_batch(batch[:middle])
        self._read_batch(batch[middle:])

    def _readings(self, windows: list[Window], texts: list[str]) -> list[Reading]:
        return read_windows(
            self.engine,
            windows,
            texts,
            pad_id=self.encoder.pad_id,
            least_mention=self.calibration.least_argument_score,
            least_relation=max(self.calibration.least_relation_score, LEAST_RELATION_SCORE),
        )

    def _judge_alone(self, pending: _Pending, error: Exception) -> None:
        """Set a document aside, one of whose windows cannot even be read alone.

        Raises:
            MachineError, DeviceUnavailableError: The document is not at fault, for no other could
                be read either.
        """
        if fault := fault_of(error, self.device) or self._fault_with_plain_text():
            raise fault from error
        # Other windows of the document may fail, too: the first reason is the one that is told.
        if pending.error is None:
            pending.error = DocumentRejectedError(pending.document.id, first_line(error))
            pending.error.__cause__ = error

    def _fault_with_plain_text(self) -> ExtractionError | None:
        """Return why nothing can be read any more; None if a plain text can.

        Messages of libraries change, and some faults have none that could be recognised. What is
        wrong with the machine is wrong with every text.
        """
        windows = list(self.encoder.windows(PLAIN_TEXT))
        try:
            self._readings(windows, [PLAIN_TEXT] * len(windows))
        except (RuntimeError, MemoryError, IndexError, FloatingPointError) as error:
            return fault_of(error, self.device) or DeviceUnavailableError(
                f"the model cannot even read {PLAIN_TEXT!r} on {self.device}: {first_line(error)}"
            )
        return None

    def _outcome(self, pending: _Pending) -> Extraction | DocumentRejectedError:
        if pending.error is not None:
            return pending.error
        return merge(
            pending.document,
            [pending.readings[index] for index in range(pending.n_windows)],
            self.types,
            self.calibration,
            extractor=self.fingerprint,
            alone=self.engine.config.clustering == "none",
        )


def _wait_for(reading: Iterable["Future[None]"]) -> None:
    """Wait until batches are read; raises what went wrong with one."""
    for batch in reading:
        batch.result()


def _text_encoder(checkpoint: "Checkpoint | PlainCheckpoint") -> TextEncoder:
    """Return what cuts texts into windows for a model.

    Raises:
        CheckpointError: Its windows have no room for what they share, or its tokenizer is too slow.
    """
    config = checkpoint.model.config
    try:
        return TextEncoder(
            checkpoint.tokenizer,
            window_tokens=config.window_tokens,
            overlap_tokens=config.overlap_tokens,
        )
    except ValueError as error:
        raise CheckpointError(f"the model {checkpoint.name} cannot read: {error}") from error


def _opened(checkpoint: "Checkpoint | PlainCheckpoint", config: ExtractorConfig) -> Engine:
    """Return the engine that reads with a checkpoint of its form."""
    # Each is loaded only when it is wanted.
    if isinstance(checkpoint, PlainCheckpoint):
        from extractors.engines import OnnxEngine

        return OnnxEngine(checkpoint.model, config.threads)
    from extractors.engines import open_in_torch

    return open_in_torch(checkpoint.model, config)
