"""One pass through the examples: batches drawn, gradients added up, weights moved."""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from extractors.devices import uses_bfloat16
from extractors.errors import ConfigError
from extractors.facts import Extraction
from extractors.network import Network
from extractors.text import TextEncoder
from extractors.training.backward import Backward
from extractors.training.composing import Composer
from extractors.training.config import TrainConfig
from extractors.training.data import Data
from extractors.training.distillation import Teachers
from extractors.training.distributed import Workers
from extractors.training.examples import Example, examples_of
from extractors.training.objective import Loss, loss_of
from extractors.training.optimization import build_optimizer, learning_rate_share
from extractors.training.state import WeightAverage
from extractors.training.warm_start import weights_of

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """What one step did; `dev` at the end of an epoch."""

    number: int
    total: int
    epoch: int
    loss: float
    parts: dict[str, float]
    tokens_per_s: float
    dev: dict[str, float] | None = None
    best: bool = False

    @property
    def dev_f1(self) -> float | None:
        """Soft relation F1 on dev, or mention F1 where there are no relations."""
        return None if self.dev is None else self.dev.get("relation_f1", self.dev["mention_f1"])


def _mask_id(encoder: TextEncoder, config: TrainConfig) -> int:
    """Return what tokens are hidden behind: the mask, or where there is none the unknown token.

    Raises:
        ConfigError: The tokenizer has neither, and some are to be hidden.
    """
    for token_id in (encoder.tokenizer.mask_token_id, encoder.tokenizer.unk_token_id):
        if token_id is not None:
            return int(token_id)
    if config.objective.token_dropout:
        key = "objective.token_dropout"
        raise ConfigError(
            f"{key} needs a mask, and {config.model.encoder} has none: set it to 0", key
        )
    return 0


def average_of(config: TrainConfig, model: Network) -> WeightAverage:
    """Return the mean of a model's weights, mixed with the models that a configuration names.

    Raises:
        CheckpointError: There is no such model, or it is damaged.
        ConfigError: It has another encoder or architecture.
    """
    others = [(each.share, weights_of(model, each.model)) for each in config.mean]
    return WeightAverage(model, config.schedule.average, others)


class Stepper:
    """A model with what moves its weights."""

    def __init__(
        self,
        config: TrainConfig,
        model: Network,
        encoder: TextEncoder,
        data: Data,
        workers: Workers,
    ) -> None:
        schedule = config.schedule
        self.config, self.model, self.workers = config, model, workers
        self.encoder, self.data = encoder, data
        self.composer = Composer(data.train, config.composing, data.labels)
        self.known_names = _short_names(data)
        self.examples = self._examples(data.train)
        logger.info("training on %d windows of %d documents", len(self.examples), len(data.train))
        self.optimizer = build_optimizer(model, schedule)
        self.average = average_of(config, model)
        self.teachers = None
        if config.distillation.teachers:
            self.teachers = Teachers.load(
                config.distillation, config.model, encoder, workers.device
            )
        self.pad_id = encoder.pad_id
        self.mask_id = _mask_id(encoder, config)
        self.bfloat16 = uses_bfloat16(schedule.precision, workers.device)
        self.backward = Backward(self.optimizer, schedule.batch_windows)
        n_batches = math.ceil(len(self.examples) / schedule.batch_windows)
        self.batches_per_step = workers.n * math.ceil(schedule.accumulate / workers.n)
        self.steps_per_epoch = math.ceil(n_batches / self.batches_per_step)
        self.total = self.steps_per_epoch * schedule.epochs

    def epoch(self, index: int) -> Iterator[TrainingStep]:
        """Go through the examples once."""
        config, workers = self.config, self.workers
        # Chance starts afresh with each epoch, so that a resumed run repeats it.
        rng = np.random.default_rng([config.seed, index])
        batches = list(_batches(self._examples_of(index), config.schedule.batch_windows, rng))
        # Other names may make a window more: an epoch has as many steps as any other.
        batches = batches[: self.steps_per_epoch * self.batches_per_step]
        # Each process gets a dropout of its own: with the same one in all, more processes would
        # show the model no more variety than one.
        torch.manual_seed(config.seed * 1000 + index + 1_000_003 * workers.rank)
        self.model.train()
        started, n_tokens = time.monotonic(), 0

        def loss(part: Sequence[Example]) -> Loss:
            return loss_of(
                self.model,
                part,
                config.objective,
                pad_id=self.pad_id,
                mask_id=self.mask_id,
                rng=rng,
                wrong_mentions=index >= config.schedule.misread_after,
                bfloat16=self.bfloat16,
                teachers=self.teachers,
            )

        for start in range(0, len(batches), self.batches_per_step):
            number = index * self.steps_per_epoch + start // self.batches_per_step + 1
            together = batches[start : start + self.batches_per_step]
            n_windows = sum(map(len, together))
            # Every process draws the same batches and takes every n-th of them.
            batches_here = together[workers.rank :: workers.n]
            # Divided by all windows of the step: the gradients of the processes are then added.
            values = workers.added(
                self.backward(batches_here, loss, n_windows=n_windows, step=number)
            )
            self._step(number)
            n_tokens += sum(example.n_tokens for batch in together for example in batch)
            yield TrainingStep(
                number=number,
                total=self.total,
                epoch=index + 1,
                loss=values.pop("total"),
                parts=values,
                tokens_per_s=n_tokens / (time.monotonic() - started),
            )

    def _examples_of(self, index: int) -> Sequence[Example]:
        """Return what an epoch reads: the documents, or what is made of them for this epoch."""
        share, composing = self.config.objective.swapped_names, self.config.composing
        if not share and not composing.is_used:
            return self.examples
        # Its own source of chance: otherwise a change to a document would change which batches
        # are drawn, and two runs that differ in one setting could not be compared.
        rng = np.random.default_rng([self.config.seed, index, 1])
        golds: Sequence[Extraction] = self.data.train
        if share:
            golds = [self.composer.names.swapped(gold, share, rng) for gold in golds]
        if composing.is_used:
            golds = [
                self.composer.composed(gold, rng, labels)
                for gold, labels in zip(golds, self.data.labels, strict=True)
            ]
        return self._examples(golds)

    def _examples(self, golds: Sequence[Extraction]) -> list[Example]:
        return [
            example
            for gold, labels in zip(golds, self.data.labels, strict=True)
            for example in examples_of(
                [gold],
                self.encoder,
                self.config.model,
                labels=labels,
                implied=self.config.implied,
                names=self.known_names,
            )
        ]

    def _step(self, number: int) -> None:
        schedule = self.config.schedule
        parameters = list(self.average.parameters.values())
        # Added first and clipped then: the limit is for the step, not for each process's part.
        self.workers.add_gradients(parameters)
        torch.nn.utils.clip_grad_norm_(parameters, schedule.clip)
        share = learning_rate_share(number, self.total, schedule)
        for group in self.optimizer.param_groups:
            group["lr"] = group["full_lr"] * share
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.average.update(number)


def _short_names(data: Data) -> frozenset[str]:
    """Return the names in texts in which all is labelled, in small letters.

    Empty where all corpora have a label for every name: then nobody asks for them.
    """
    if all(labels.every_name for labels in data.labels):
        return frozenset()
    return frozenset(
        mention.text.casefold()
        for gold, labels in zip(data.train, data.labels, strict=True)
        if labels.entities is None and labels.every_name
        for entity in gold.entities
        for mention in entity.mentions
    )


def _batches(
    examples: Sequence[Example], size: int, rng: np.random.Generator
) -> Iterator[list[Example]]:
    """Deal examples in random batches of similar length."""
    # Sorting by length with noise pads little and still mixes the batches.
    lengths = np.array([example.n_tokens for example in examples]) * rng.uniform(
        0.93, 1.07, len(examples)
    )
    order = np.argsort(lengths)
    batches = [order[start : start + size] for start in range(0, len(order), size)]
    for index in rng.permutation(len(batches)):
        yield [examples[i] for i in batches[index]]
