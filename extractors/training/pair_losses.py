"""What the relation head is trained by: pairs of entities, what joins them, where it is stated."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from extractors.network import (
    Group,
    Groups,
    JointModel,
    Pairs,
    groups_of,
    pairs_of,
    sentence_distances,
)
from extractors.reading import (
    askable_pairs,
    relation_scores,
    token_sentences,
)
from extractors.training import consistency
from extractors.training.examples import Example
from extractors.training.losses import IMPOSSIBLE, RELATION_LOSSES


@dataclass(frozen=True, slots=True)
class ScoredPairs:
    """The pairs that are shown, and what the relation head says about them."""

    groups: Groups
    pairs: Pairs
    origin: Sequence[tuple[int, int, int]]
    """Window, subject and object (within the window) of each pair."""
    logits: Tensor
    """`(P, 1 + R)`."""
    attention: Tensor
    """`(P, T)`."""


def score_pairs(
    model: JointModel,
    hidden: Tensor,
    mask: Tensor,
    examples: Sequence[Example],
    groups: Sequence[Sequence[Group]],
    unlabelled_share: float,
    rng: np.random.Generator,
) -> ScoredPairs | None:
    """Score the pairs that are shown; None if there are none."""
    askable = model.allowed.any(-1).cpu().numpy()
    # Where nobody looked for any relation, nothing can be learned of them.
    is_silent = [example.labels.unlabelled_relations(model.config).all() for example in examples]
    windows = [example.window for example in examples]
    distances = sentence_distances(windows, groups)
    shown = [
        (row, i, j)
        for row, i, j in askable_pairs(groups, distances, askable, model.config.sentences_apart)
        # A relation that somebody did write down is true all the same.
        if (not is_silent[row] or (i, j) in examples[row].relations)
        # Where labels are incomplete, a pair without one may be a true relation that nobody wrote
        # down. Few of them are shown, so that the model does not learn to deny it.
        and (
            examples[row].labels.complete
            or (i, j) in examples[row].relations
            or rng.random() < unlabelled_share
        )
    ]
    if not shown:
        return None
    tensors = groups_of(windows, groups, hidden.device)
    pairs = pairs_of(windows, groups, distances, shown, hidden.device, between=model.config.between)
    pooled = model.group_pooler(hidden, tensors)
    logits, attention = model.relation_head(hidden, mask, tensors, pooled, pairs)
    return ScoredPairs(tensors, pairs, shown, logits, attention)


def relation_loss(model: JointModel, examples: Sequence[Example], scored: ScoredPairs) -> Tensor:
    """Return the loss of the relation head on the pairs that were shown."""
    # Column 0 is the threshold class: it has no truth of its own.
    targets = np.zeros(tuple(scored.logits.shape), np.float32)
    for number, (row, i, j) in enumerate(scored.origin):
        for type_ in examples[row].relations.get((i, j), ()):
            targets[number, 1 + type_] = 1
    loss = RELATION_LOSSES[model.config.relation_loss]
    device = scored.logits.device
    missing = np.stack([e.labels.unlabelled_relations(model.config) for e in examples])
    rows = [row for row, _, _ in scored.origin]
    is_unknown = missing[rows]  # (P, R)
    for number, (row, i, j) in enumerate(scored.origin):
        is_unknown[number, list(examples[row].implied.get((i, j), ()))] = True
    # What has a label is true, whoever looked for what, and implied or not.
    unlabelled = torch.from_numpy(is_unknown & (targets[:, 1:] == 0)).to(device)
    logits = scored.logits
    if unlabelled.any():
        # A type that nobody looked for is neither true nor false: no loss reaches its logit.
        never = torch.zeros_like(unlabelled[:, :1])
        masked = logits.masked_fill(torch.cat([never, unlabelled], 1), IMPOSSIBLE)
        if model.config.relation_loss == "adaptive_threshold":
            not_asked = torch.from_numpy(missing[rows]).to(device)
            masked = torch.cat([_threshold(logits, not_asked)[:, None], masked[:, 1:]], 1)
        logits = masked
    return loss(logits, torch.from_numpy(targets).to(device))


def _threshold(logits: Tensor, not_asked: Tensor) -> Tensor:
    """Return the `(P,)` threshold, which takes the types that nobody looked for along.

    All types of a pair are compared with one threshold. If the types that somebody looked for moved
    it alone, they would move the chances of the others. Its gradient is therefore shared out among
    it and them, so that they stay as far from it as they were.

    Args:
        logits: `(P, 1 + R)`.
        not_asked: `(P, R)` bool.
    """
    share = torch.cat([torch.ones_like(logits[:, :1]), not_asked.to(logits.dtype)], 1)
    mean = (logits * share).sum(1) / share.sum(1)
    return logits[:, 0].detach() + mean - mean.detach()


def pairs_apart(model: JointModel, examples: Sequence[Example], scored: ScoredPairs) -> Tensor:
    """Return how far two readings of a batch are apart on the pairs that both were shown.

    Of gold entities alone: misread mentions, which follow them, differ between the readings.
    """
    # The batch stands twice in `examples`: row r and row r + half are one window.
    half = len(examples) // 2
    number = {
        (row, i, j): n
        for n, (row, i, j) in enumerate(scored.origin)
        if max(i, j) < len(examples[row].groups)
    }
    again = {
        n: number[row + half, i, j]
        for (row, i, j), n in number.items()
        if (row + half, i, j) in number
    }
    if not again:
        return scored.logits.new_zeros(())
    scores = relation_scores(model.config, scored.logits)
    return consistency.of_chances(scores[list(again)], scores[list(again.values())])


def evidence_loss(examples: Sequence[Example], scored: ScoredPairs) -> Tensor:
    """Return how little attention falls on the cited sentences, as a negative log likelihood."""
    cited = [
        (number, row, sentences)
        for number, (row, i, j) in enumerate(scored.origin)
        if (sentences := examples[row].evidence.get((i, j)))
    ]
    attention = scored.attention
    if not cited:
        return attention.new_zeros(())
    device = attention.device
    sentence_of = torch.from_numpy(token_sentences([e.window for e in examples])).to(device)
    number = torch.tensor([row[0] for row in cited], device=device)
    window = torch.tensor([row[1] for row in cited], device=device)
    # The share of the attention that falls on each sentence; cited ones should hold most of it.
    mass = _attended(attention[number], sentence_of[window])  # (K, sentences)
    wanted = torch.zeros_like(mass)
    for row, (_, _, sentences) in enumerate(cited):
        wanted[row, list(sentences)] = 1
    return -torch.log((mass * wanted).sum(1).clamp_min(1e-6)).mean()


def _attended(attention: Tensor, sentence_of: Tensor) -> Tensor:
    """Sum `(K, T)` attention over the tokens of each sentence: `(K, sentences)`."""
    n = max(1, int(sentence_of.max().item()) + 1) if sentence_of.numel() else 1
    # Tokens of no sentence go to a last column, which is cut off.
    index = torch.where(sentence_of < 0, n, sentence_of)
    sums = attention.new_zeros(len(attention), n + 1)
    return sums.scatter_add(1, index, attention)[:, :n]
