"""What training minimises: losses for mentions, coreference, relations and where they are read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
import numpy.typing as npt
import torch
from pydantic import Field
from torch import Tensor

from extractors.network import (
    Group,
    Inputs,
    JointModel,
    Network,
    Tagger,
    candidates_of,
    groups_of,
    inputs_of,
)
from extractors.reading import relation_scores
from extractors.text import IntArray, spelling_features
from extractors.training import consistency
from extractors.training.distillation import Teachers, against_none
from extractors.training.examples import Example, tag_labels
from extractors.training.losses import (
    MENTION_LOSSES,
    among_labelled,
    bce,
    mean_squared_error,
)
from extractors.training.pair_losses import (
    evidence_loss,
    pairs_apart,
    relation_loss,
    score_pairs,
)
from extractors.training.validation import OneOf, Share, Weight, Whole


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectiveConfig:
    """How the parts of the loss are weighed and what pairs are shown."""

    mention_loss: Annotated[str, OneOf(MENTION_LOSSES)] = "cross_entropy"
    """A name in `MENTION_LOSSES`; the relation head's is `model.relation_loss`."""
    coreference_weight: Weight = 0.3
    evidence_weight: Weight = 0.1
    """Reward for looking at the sentences that the corpus cites."""
    unlabelled_share: Share = 0.3
    """Share of the unlabelled pairs that are shown from documents with incomplete labels."""
    wrong_mentions: Whole = 3
    """Most misread mentions a window shows the relation head, as entities without relations."""
    shape_dropout: Share = 0.05
    """Chance that a window's capitals are hidden, so that the model can do without."""
    consistency_weight: Weight = 0.0
    """R-Drop: what it costs when two dropouts of one batch differ; 0 reads every batch once, all
    else twice, which takes twice as long."""
    attention_dropout: Annotated[float, Field(ge=-1, lt=1, allow_inf_nan=False)] = -1.0
    """Dropout on the encoder's attention; -1: what it was pretrained with. Without any, at 0, it is
    computed in one piece, and windows of 400 tokens take little more than half the time."""
    token_dropout: Share = 0.0
    """Chance that a token is hidden behind the tokenizer's mask, so that the model learns to go by
    what surrounds a name."""
    swapped_names: Share = 0.0
    """Chance that a name in a document is another one of its type from the training data, drawn
    anew in each epoch, so that facts about one name are not learned by heart."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The sum to minimise and its parts, for the log."""

    total: Tensor
    parts: dict[str, Tensor]


def loss_of(
    model: Network,
    examples: Sequence[Example],
    config: ObjectiveConfig,
    *,
    pad_id: int,
    mask_id: int,
    rng: np.random.Generator,
    wrong_mentions: bool,
    bfloat16: bool,
    teachers: Teachers | None,
) -> Loss:
    """Compute the loss of one batch.

    Args:
        model: In training mode.
        examples: The windows of the batch.
        config: How the parts are weighed.
        pad_id: Token id to pad with.
        mask_id: Token id to hide tokens behind.
        rng: Draws whose capitals and which tokens are hidden, and which unlabelled pairs are shown.
        wrong_mentions: Whether misread mentions are shown to the relation head.
        bfloat16: Whether the encoder computes in bfloat16.
        teachers: Whose scores the model should come near, if any.
    """
    if isinstance(model, Tagger):
        return _tag_loss(
            model, examples, config, pad_id=pad_id, mask_id=mask_id, rng=rng, bfloat16=bfloat16
        )
    device = next(model.parameters()).device
    if config.consistency_weight:
        # One pass over the batch twice: each copy gets a dropout of its own.
        examples = [*examples, *examples]
    windows = [example.window for example in examples]
    inputs = inputs_of(windows, pad_id, device)
    shapes, token_ids = _hide(inputs, config, mask_id, rng)
    hidden = model.encoder(  # (B, T, H)
        token_ids,
        shapes,
        inputs.structures,
        inputs.mask,
        guides=_guides(model, examples, device),
        bfloat16=bfloat16,
    )

    labelled = [example.labelled_candidates() for example in examples]
    ranges = [rows for rows, _ in labelled]
    candidates = candidates_of(windows, ranges, device)
    labels = torch.from_numpy(np.concatenate([types for _, types in labelled])).to(device)
    logits = model.mention_head(hidden, candidates)  # (S, 1 + E)
    unlabelled = unlabelled_entities(model, examples, labelled, device)
    # What nobody looked for is judged together with "no mention": see `among_labelled`.
    judged = logits if unlabelled is None else among_labelled(logits, unlabelled)
    # Nearly all spans are no mentions: the mean over all would vanish.
    n_gold = max(1, int((labels > 0).sum()))
    mention_scale = len(labels) / (4 * n_gold)
    mention = MENTION_LOSSES[config.mention_loss](judged, labels) * mention_scale

    coreference = hidden.new_zeros(())
    if model.config.clustering != "none" and config.coreference_weight:
        coreference = _coreference_loss(model, hidden, examples)
    groups = [list(example.groups) for example in examples]
    if wrong_mentions:
        # At night the relation head sees what was misread, too; gold alone would make it trusting.
        misread = _misread(judged.detach(), labels, ranges, config.wrong_mentions)
        groups = [
            gold_groups + misread_groups
            for gold_groups, misread_groups in zip(groups, misread, strict=True)
        ]
    scored = score_pairs(model, hidden, inputs.mask, examples, groups, config.unlabelled_share, rng)
    relation = evidence = hidden.new_zeros(())
    if scored:
        relation = relation_loss(model, examples, scored)
        evidence = evidence_loss(examples, scored)
    total = (
        mention
        + config.coreference_weight * coreference
        + relation
        + config.evidence_weight * evidence
    )
    parts = {
        "mention": mention,
        "coreference": coreference,
        "relation": relation,
        "evidence": evidence,
    }
    if config.consistency_weight:
        apart = consistency.of_classes(*logits.chunk(2)) * mention_scale
        if scored:
            apart = apart + pairs_apart(model, examples, scored)
        total = total + config.consistency_weight * apart
        parts["consistency"] = apart
    if teachers:
        # Teachers read the text with nothing hidden: that is what the student should come near.
        taught = teachers.encode(inputs, bfloat16=bfloat16)
        wanted = teachers.mention_scores(taught, candidates)
        distilled = mean_squared_error(against_none(logits), wanted)
        if scored:
            wanted = teachers.relation_scores(taught, inputs.mask, scored.groups, scored.pairs)
            scores = relation_scores(model.config, scored.logits)
            distilled = distilled + mean_squared_error(scores, wanted)
        total = total + teachers.weight * distilled
        parts["distillation"] = distilled
    return Loss(total, {name: part.detach() for name, part in parts.items()})


def unlabelled_entities(
    model: JointModel,
    examples: Sequence[Example],
    labelled: Sequence[tuple[IntArray, IntArray]],
    device: torch.device,
) -> Tensor | None:
    """Return `(S, E)`: true where nothing is known of a span and a type; None if all is.

    Of a span with a label everything is known, whoever looked for what. Where mentions may not lie
    inside one another, so it is of a span that overlaps one with a label: it is no mention.
    """
    missing = [example.labels.unlabelled_entities(model.config) for example in examples]
    if not any(row.any() for row in missing) and not any(example.silent for example in examples):
        return None
    unknown = [
        ~known_spans(example, *rows, nested=model.config.nested)[:, None]
        & (types | _is_silent(example, rows[0])[:, None])
        for example, rows, types in zip(examples, labelled, missing, strict=True)
    ]
    return torch.from_numpy(np.concatenate(unknown)).to(device)


def known_spans(
    example: Example, ranges: IntArray, labels: IntArray, *, nested: bool
) -> npt.NDArray[np.bool_]:
    """Return `(S,)`: which candidates the labels of a text say everything of."""
    if nested:
        return labels > 0
    # `n_covered[i]` becomes the number of labelled units before unit i. A candidate overlaps a
    # label where that number grows between its first unit and its last.
    n_covered = np.zeros(len(example.window.units) + 1, np.int64)
    for start, end in ranges[labels > 0]:
        n_covered[1 + start : 1 + end] = 1
    n_covered = n_covered.cumsum()
    overlaps: npt.NDArray[np.bool_] = n_covered[ranges[:, 1]] > n_covered[ranges[:, 0]]
    return overlaps


def _is_silent(example: Example, ranges: IntArray) -> npt.NDArray[np.bool_]:
    """Return `(S,)`: which candidates may be mentions of any type without a label."""
    if not example.silent:
        return np.zeros(len(ranges), np.bool_)
    return np.array([(start, end) in example.silent for start, end in ranges.tolist()], np.bool_)


def _guides(model: JointModel, examples: Sequence[Example], device: torch.device) -> Tensor:
    """Return `(B,)`: what the labels of each window follow, as the encoder counts guides."""
    numbers = ["", *model.config.guides]
    rows = [numbers.index(example.labels.guide) for example in examples]
    return torch.tensor(rows, dtype=torch.int64, device=device)


def _hide(
    inputs: Inputs, config: ObjectiveConfig, mask_id: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor]:
    """Return shapes and token ids with the capitals of some windows hidden, and some tokens."""
    device = inputs.shapes.device
    # Drawn by numpy, so that the same seed hides the same tokens on every device.
    windows = torch.from_numpy(rng.random(len(inputs.shapes)) < config.shape_dropout).to(device)
    shapes = inputs.shapes.masked_fill(windows[:, None], 0)
    if not config.token_dropout:
        return shapes, inputs.token_ids
    drawn = torch.from_numpy(rng.random(inputs.shapes.shape) < config.token_dropout).to(device)
    # Those of the tokenizer's own, which have no spelling, stay.
    return shapes, inputs.token_ids.masked_fill(drawn & (inputs.shapes > 0), mask_id)


def _tag_loss(
    model: Tagger,
    examples: Sequence[Example],
    config: ObjectiveConfig,
    *,
    pad_id: int,
    mask_id: int,
    rng: np.random.Generator,
    bfloat16: bool,
) -> Loss:
    """Compute the loss of a tagger: each unit's tag, read at its first token."""
    device = next(model.parameters()).device
    windows = [example.window for example in examples]
    inputs = inputs_of(windows, pad_id, device)
    _, token_ids = _hide(inputs, config, mask_id, rng)
    logits = model(token_ids, inputs.mask, bfloat16=bfloat16)  # (B, T, L)
    row = np.repeat(np.arange(len(windows)), [len(window.units) for window in windows])
    first = np.concatenate([window.bounds[:, 0] for window in windows])
    wanted = np.concatenate([tag_labels(example) for example in examples])
    index = torch.from_numpy(np.stack([row, first])).to(device)
    mention = MENTION_LOSSES[config.mention_loss](
        logits[index[0], index[1]], torch.from_numpy(wanted).to(device)
    )
    return Loss(mention, {"mention": mention.detach()})


def _coreference_loss(model: JointModel, hidden: Tensor, examples: Sequence[Example]) -> Tensor:
    groups = [[group for _, _, group in example.names] for example in examples]
    index, features, targets = [], [], []
    offset = 0
    for example in examples:
        for i, (left, entity, group) in enumerate(example.names):
            for j in range(i + 1, len(example.names)):
                right, other, other_group = example.names[j]
                # Two types are never one entity, equal names always are: nothing to learn there.
                same_type = group.type == other_group.type and left != right
                if same_type and example.labels.coreference:
                    index.append((offset + i, offset + j))
                    features.append(spelling_features(left, right))
                    targets.append(float(entity == other))
        offset += len(example.names)
    if not index:
        return hidden.new_zeros(())
    device = hidden.device
    windows = [example.window for example in examples]
    pooled = model.group_pooler(hidden, groups_of(windows, groups, device))
    scores = model.coreference_head(
        pooled, torch.tensor(index, device=device), torch.tensor(features, device=device)
    )
    return bce(scores[:, None], torch.tensor(targets, device=device)[:, None])


def _misread(
    logits: Tensor, labels: Tensor, ranges: Sequence[IntArray], most: int
) -> list[list[Group]]:
    """Return, window by window, the spans most surely taken for mentions that are none."""
    best_margin, best_type = (logits[:, 1:] - logits[:, :1]).max(1)
    # Labelled spans are no mistakes, and a span below the margin was not taken for a mention.
    unwanted = (labels > 0) | (best_margin < 0)
    margin = best_margin.masked_fill(unwanted, -torch.inf).cpu().numpy()
    types = best_type.cpu().numpy()
    misread, start = [], 0
    for rows in ranges:
        margins = margin[start : start + len(rows)]
        best = [i for i in np.argsort(-margins, kind="stable")[:most] if np.isfinite(margins[i])]
        misread.append(
            [Group(int(types[start + i]), ((int(rows[i, 0]), int(rows[i, 1])),)) for i in best]
        )
        start += len(rows)
    return misread
