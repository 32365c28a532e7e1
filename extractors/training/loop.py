"""Fine-tunes an encoder and its heads on labelled documents, one step at a time.

`run` is a generator: the caller draws the progress bar. What it leaves behind is a checkpoint of
the best epoch so far, so a usable model exists after the first one, and the state from which an
interrupted run goes on to the same result.
"""

import logging
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch

from extractors.checkpoint import TRAINING_STATE, Checkpoint, save
from extractors.decoding import Reading
from extractors.encoders import find_encoder, load_encoder, load_tokenizer
from extractors.encoding import TextEncoder
from extractors.errors import TrainingError
from extractors.facts import Extraction
from extractors.merging import Types
from extractors.model import JointModel
from extractors.reading import read_windows
from extractors.training.config import TrainConfig
from extractors.training.data import Data, fingerprints, portable, read_data, with_types
from extractors.training.examples import Example, examples_of, type_table
from extractors.training.fitting import fit_calibration
from extractors.training.model_card import model_card
from extractors.training.objective import loss_of
from extractors.training.scoring import Judgement, judge, summary
from extractors.training.state import WeightAverage, load_state, save_state

logger = logging.getLogger(__name__)

EVALUATED_AT_ONCE = 16
"""Windows in one batch of evaluation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
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
        return None if self.dev is None else (self.dev["relation_f1"] or self.dev["mention_f1"])


def build_model(config: TrainConfig, data: Data) -> JointModel:
    """Put fresh heads on a pretrained encoder; the seed decides their first weights."""
    torch.manual_seed(config.seed)
    encoder = load_encoder(find_encoder(config.model.encoder).location)
    model = JointModel(encoder, config.model)
    if config.type_constraints:
        table = type_table(data.train, config.model, config.type_constraints)
        model.allowed.copy_(torch.from_numpy(table))
    if config.schedule.freeze_embeddings:
        embeddings = [m for m in encoder.modules() if isinstance(m, torch.nn.Embedding)]
        for embedding in embeddings:
            embedding.requires_grad_(False)
    return model


def text_encoder(config: TrainConfig) -> TextEncoder:
    """Return what cuts texts into windows for the encoder of a configuration."""
    tokenizer = load_tokenizer(find_encoder(config.model.encoder).location)
    return TextEncoder(
        tokenizer,
        window_tokens=config.model.window_tokens,
        overlap_tokens=config.model.overlap_tokens,
    )


def run(
    config: TrainConfig, out: Path, *, device: str = "auto", resume: bool = True
) -> Iterator[Step]:
    """Train, yielding after every step, and leave the best checkpoint in `out`.

    Started again after an interruption it goes on with the epoch that was cut short. Evaluation,
    calibration and saving happen at the end of each epoch.

    Raises:
        CorpusError: The data are missing or wrong.
        TrainingError: The loss is not a number; names the documents of the batch.
    """
    data = read_data(config)
    config = with_types(config, data)
    if config.schedule.threads:
        torch.set_num_threads(config.schedule.threads)
    target = torch.device(
        "cuda"
        if device == "auto" and torch.cuda.is_available()
        else "cpu"
        if device == "auto"
        else device
    )
    encoder = text_encoder(config)
    model = build_model(config, data).to(target)
    examples = [
        example
        for gold, complete in zip(data.train, data.complete, strict=True)
        for example in examples_of([gold], encoder, config.model, complete=complete)
    ]
    logger.info("training on %d windows of %d documents", len(examples), len(data.train))
    yield from _train(config, model, encoder, examples, data, out, resume=resume)


def _train(
    config: TrainConfig,
    model: JointModel,
    encoder: TextEncoder,
    examples: Sequence[Example],
    data: Data,
    out: Path,
    *,
    resume: bool,
) -> Iterator[Step]:
    schedule = config.schedule
    optimizer = _optimizer(model, config)
    average = WeightAverage(model, schedule.average)
    pad_id = int(encoder.tokenizer.pad_token_id or 0)
    n_batches = math.ceil(len(examples) / schedule.batch_windows)
    total = n_batches * schedule.epochs
    first_epoch, best = 0, -1.0
    state_path = out / TRAINING_STATE
    if resume and state_path.is_dir():
        first_epoch, best = load_state(state_path, optimizer, average, config)
    for epoch in range(first_epoch, schedule.epochs):
        # Chance starts afresh with each epoch, so that a resumed run repeats it.
        rng = np.random.default_rng([config.seed, epoch])
        torch.manual_seed(config.seed * 1000 + epoch)
        model.train()
        started, n_tokens = time.monotonic(), 0
        for index, batch in enumerate(_batches(examples, schedule.batch_windows, rng)):
            number = epoch * n_batches + index + 1
            share = learning_rate_share(number, total, schedule.warm_up, schedule.cool_down)
            for group in optimizer.param_groups:
                group["lr"] = group["full_lr"] * share
            loss = loss_of(
                model,
                batch,
                config.objective,
                pad_id=pad_id,
                rng=rng,
                wrong_mentions=epoch >= schedule.misread_after,
            )
            if not torch.isfinite(loss.total):
                names = ", ".join(example.name for example in batch)
                raise TrainingError(f"the loss is not a number at step {number}: {names}", number)
            loss.total.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(model.parameters(), schedule.clip)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
            average.update(number)
            n_tokens += sum(example.n_tokens for example in batch)
            step = Step(
                number=number,
                total=total,
                epoch=epoch + 1,
                loss=loss.total.item(),
                parts={
                    "mention": loss.mention.item(),
                    "coreference": loss.coreference.item(),
                    "relation": loss.relation.item(),
                    "evidence": loss.evidence.item(),
                },
                tokens_per_s=n_tokens / (time.monotonic() - started),
            )
            if index < n_batches - 1:
                yield step
        with average.applied():
            dev: dict[str, float] = {}
            score = float(epoch)
            if data.dev:
                judgement, dev = evaluate(model, encoder, data.dev, config)
                score = dev_score(dev)
            if is_best := score > best:
                best = score
                save_best(config, model, encoder, data, out, dev, judgement if data.dev else None)
        save_state(state_path, optimizer, average, config, epoch + 1, best)
        yield replace(step, dev=dev or None, best=is_best)


def evaluate(
    model: JointModel, encoder: TextEncoder, golds: Sequence[Extraction], config: TrainConfig
) -> tuple[Judgement, dict[str, float]]:
    """Read gold documents and count what was found."""
    model.eval()
    readings = read_documents(model, encoder, golds)
    types = Types(entities=config.model.entity_types, relations=config.model.relation_types)
    judgement = judge(golds, readings, types)
    return judgement, summary(judgement)


def read_documents(
    model: JointModel, encoder: TextEncoder, golds: Sequence[Extraction]
) -> list[list[Reading]]:
    """Read the texts of gold documents, longest windows first so that little is padded."""
    rows = [
        (index, gold.document.text, window)
        for index, gold in enumerate(golds)
        for window in encoder.windows(gold.document.text)
    ]
    order = sorted(range(len(rows)), key=lambda i: -len(rows[i][2].token_ids))
    found: dict[int, Reading] = {}
    for start in range(0, len(order), EVALUATED_AT_ONCE):
        chosen = order[start : start + EVALUATED_AT_ONCE]
        readings = read_windows(
            model,
            [rows[i][2] for i in chosen],
            [rows[i][1] for i in chosen],
            pad_id=int(encoder.tokenizer.pad_token_id or 0),
            least_mention=0.0,
            least_relation=-6.0,
        )
        found |= dict(zip(chosen, readings, strict=True))
    by_document: list[list[Reading]] = [[] for _ in golds]
    for i, (index, _, _) in enumerate(rows):
        by_document[index].append(found[i])
    return by_document


def save_best(
    config: TrainConfig,
    model: JointModel,
    encoder: TextEncoder,
    data: Data,
    out: Path,
    dev: dict[str, float],
    judgement: Judgement | None,
) -> None:
    """Calibrate on dev and write the checkpoint."""
    calibration, measured = fit_calibration(judgement, config.target_precision)
    checkpoint = Checkpoint(
        model=model,
        tokenizer=encoder.tokenizer,
        calibration=calibration,
        metrics={**dev, **measured, "dev_documents": len(data.dev)},
        training={**portable(config).to_dict(), "data": fingerprints(config)},
        name=config.name,
    )
    card = model_card(
        config.name, model.config, calibration, checkpoint.metrics, checkpoint.training
    )
    save(checkpoint, out, storage=config.storage, card=card)


def dev_score(dev: dict[str, float]) -> float:
    """Return what the best epoch is chosen by.

    The mean of the best soft F1 of relations and of how many are found at a precision of 0.75: a
    graph wants few wrong facts first. Without relations, the F1 of mentions.
    """
    if not dev["relation_f1"]:
        return dev["mention_f1"]
    return (dev["relation_f1"] + dev["recall_at_precision_75"]) / 2


def learning_rate_share(step: int, total: int, warm_up: float, cool_down: float) -> float:
    """Return the share of the full learning rate: up, along, down."""
    rise, fall = warm_up * total, cool_down * total
    return min(1.0, step / max(rise, 1), (total - step + 1) / max(fall, 1))


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


def _optimizer(model: JointModel, config: TrainConfig) -> torch.optim.AdamW:
    schedule = config.schedule
    encoder, heads = model.parameter_groups()
    groups = []
    for parameters, rate in (
        (encoder, schedule.encoder_learning_rate),
        (heads, schedule.head_learning_rate),
    ):
        for decay, chosen in (
            (schedule.weight_decay, [p for p in parameters if p.ndim > 1]),
            (0.0, [p for p in parameters if p.ndim < 2]),
        ):
            groups.append({"params": chosen, "lr": rate, "full_lr": rate, "weight_decay": decay})
    return torch.optim.AdamW(groups, fused=True)
