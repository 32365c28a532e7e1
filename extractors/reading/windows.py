"""Runs the network over windows and decodes what it says: the path evaluation and use share.

Four copies from the device for a batch, whatever its size: mention scores, coreference scores,
relation scores, and where the model looked for these. Each decides what the next stage is asked.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from extractors.calibration import MOST_LEAD
from extractors.network import (
    Group,
    JointModel,
    ModelConfig,
    Network,
    Tagger,
    candidates_of,
    groups_of,
    inputs_of,
    pairs_of,
    sentence_distances,
)
from extractors.reading.clustering import (
    Reasons,
    cluster,
    join_groups,
    name_pairs,
    pair_features,
    with_certain,
)
from extractors.reading.decoding import (
    NameGroup,
    Reading,
    ScoredRelation,
    decode_mentions,
    group_by_name,
    mention_scores,
)
from extractors.reading.tags import read_tags
from extractors.text import IntArray, Window


@torch.inference_mode()
def read_windows(
    model: Network,
    windows: Sequence[Window],
    texts: Sequence[str],
    *,
    pad_id: int,
    least_mention: float,
    least_relation: float,
    bfloat16: bool,
) -> list[Reading]:
    """Read windows, each with the text of its document.

    Args:
        model: In evaluation mode, on the device to use.
        windows: One batch; the caller bounds its size.
        texts: The whole text of each window's document.
        pad_id: Token id to pad with.
        least_mention: Lowest log-odds of a mention worth keeping.
        least_relation: Lowest score of a relation worth keeping.
        bfloat16: Whether the encoder computes in bfloat16.
    """
    if isinstance(model, Tagger):
        return read_tags(
            model, windows, texts, pad_id=pad_id, least=least_mention, bfloat16=bfloat16
        )
    device = next(model.parameters()).device
    inputs = inputs_of(windows, pad_id).to(device)
    hidden = model.encoder(
        inputs.token_ids, inputs.shapes, inputs.structures, inputs.mask, bfloat16=bfloat16
    )
    names = _read_names(model, hidden, windows, texts, least_mention)
    entities = _read_entities(model, hidden, windows, texts, names)
    relations = _read_relations(model, hidden, inputs.mask, windows, entities, least_relation)
    return [
        Reading(window.owned, tuple(window_entities), tuple(window_relations))
        for window, window_entities, window_relations in zip(
            windows, entities, relations, strict=True
        )
    ]


def _read_names(
    model: JointModel,
    hidden: Tensor,
    windows: Sequence[Window],
    texts: Sequence[str],
    least: float,
) -> list[list[NameGroup]]:
    config = model.config
    candidates = [window.candidates(config.max_width) for window in windows]
    logits = model.mention_head(hidden, candidates_of(windows, candidates, hidden.device))
    scores = mention_scores(logits.cpu().numpy())  # (S, E), the first of four copies
    bounds = np.cumsum([len(rows) for rows in candidates])[:-1]
    names = []
    for window, text, rows, row_scores in zip(
        windows, texts, candidates, np.split(scores, bounds), strict=True
    ):
        mentions = decode_mentions(window, rows, row_scores, least=least, nested=config.nested)
        names.append(group_by_name(text, mentions, alone=config.clustering == "none"))
    return names


def _read_entities(
    model: JointModel,
    hidden: Tensor,
    windows: Sequence[Window],
    texts: Sequence[str],
    names: list[list[NameGroup]],
) -> list[list[NameGroup]]:
    """Cluster the names of each window."""
    if model.config.clustering == "none":
        return names
    pairs = [name_pairs(window_names) for window_names in names]
    if not any(pairs):
        return names
    groups = [[name.group for name in window_names] for window_names in names]
    pooled = model.group_pooler(hidden, groups_of(windows, groups, hidden.device))  # (N, H)
    # Names are numbered within their window, groups through the batch.
    offsets = np.cumsum([0, *(len(window_names) for window_names in names)])
    index = np.concatenate(
        [
            np.array(window_pairs, np.int64).reshape(-1, 2) + offset
            for window_pairs, offset in zip(pairs, offsets[:-1], strict=True)
        ]
    )  # (P, 2)
    features = np.concatenate(
        [pair_features(*row) for row in zip(names, pairs, strict=True) if row[1]]
    )  # (P, N_STRING_FEATURES)
    scores = model.coreference_head(
        pooled,
        torch.from_numpy(index).to(hidden.device),
        torch.from_numpy(features).to(hidden.device),
    ).tolist()
    entities, position = [], 0
    for text, window_names, window_pairs in zip(texts, names, pairs, strict=True):
        window_scores = with_certain(
            window_names, window_pairs, scores[position : position + len(window_pairs)]
        )
        position += len(window_pairs)
        may_meet = (
            pair for pair, score in zip(window_pairs, window_scores, strict=True) if score > 0
        )
        reasons = Reasons.of(text, window_names, may_meet)
        clusters = cluster(len(window_names), window_pairs, window_scores, reasons)
        entities.append([join_groups(window_names, members) for members in clusters])
    return entities


def _read_relations(
    model: JointModel,
    hidden: Tensor,
    mask: Tensor,
    windows: Sequence[Window],
    entities: list[list[NameGroup]],
    least: float,
) -> list[list[ScoredRelation]]:
    said: list[list[ScoredRelation]] = [[] for _ in windows]
    groups = [[entity.group for entity in window_entities] for window_entities in entities]
    askable = model.allowed.any(-1).cpu().numpy()
    distances = sentence_distances(windows, groups)
    origin = askable_pairs(groups, distances, askable, model.config.sentences_apart)
    if not origin:
        return said
    tensors = groups_of(windows, groups, hidden.device)
    pooled = model.group_pooler(hidden, tensors)
    sentence_of = token_sentences(windows, hidden.shape[1]).to(hidden.device)
    pairs = pairs_of(
        windows, groups, distances, origin, hidden.device, between=model.config.between
    )
    logits, attention = model.relation_head(
        hidden, mask, tensors, pooled, pairs, allowed=model.allowed
    )
    scores = relation_scores(model, logits)  # (P, R)
    scores, may_state = _without_direction(scores, model.config, origin)
    may_state &= scores.isfinite()  # else the types may not be joined, however low `least` is
    pair, type_ = ((scores >= least) & may_state).nonzero(as_tuple=True)  # (K,), (K,)
    # What one pair attends to serves all its relations.
    asked, number = torch.unique(pair, return_inverse=True)  # (A,), (K,)
    window = tensors.window[pairs.index[asked, 0]]
    attended = attended_sentences(attention[asked], sentence_of[window])  # (A, sentences)
    # Two copies from the device: float32 holds the whole numbers of pairs and types exactly.
    hits = torch.cat(
        [
            torch.stack([pair, type_, scores[pair, type_], number], 1),
            leads(scores, pairs.index, pair, type_),
        ],
        1,
    ).tolist()  # (K, 7)
    looks = [
        dict(zip(windows[origin[int(pair_)][0]].sentences, shares, strict=False))
        for pair_, *shares in torch.cat([asked[:, None], attended], 1).tolist()
    ]
    for pair_, type_, score, number, *ahead in hits:
        row, subject, object_ = origin[int(pair_)]
        said[row].append(
            ScoredRelation(
                subject,
                int(type_),
                object_,
                score,
                attention=looks[int(number)],
                apart=int(distances[row][subject, object_]),
                leads=(ahead[0], ahead[1], ahead[2]),
            )
        )
    return said


def askable_pairs(
    groups: Sequence[Sequence[Group]],
    distances: Sequence[IntArray],
    askable: npt.NDArray[np.bool_],
    sentences_apart: int = -1,
) -> list[tuple[int, int, int]]:
    """List window, subject and object of the ordered pairs that may be related.

    Some relation may join their types, and they are near enough to one another.
    """
    pairs: list[tuple[int, int, int]] = []
    for row, (window_groups, near) in enumerate(zip(groups, distances, strict=True)):
        types = np.array([group.type for group in window_groups], np.int64)  # (N,)
        wanted = askable[types[:, None], types[None, :]]  # (N, N)
        if sentences_apart >= 0:
            wanted &= near <= sentences_apart
        np.fill_diagonal(wanted, val=False)
        pairs += [(row, int(i), int(j)) for i, j in np.argwhere(wanted)]
    return pairs


def relation_scores(model: JointModel, logits: Tensor) -> Tensor:
    """Turn `(P, 1 + R)` logits into `(P, R)` scores: positive means more likely than not."""
    adaptive = model.config.relation_loss == "adaptive_threshold"
    return logits[:, 1:] - logits[:, :1] if adaptive else logits[:, 1:]


def _without_direction(
    scores: Tensor,
    config: ModelConfig,
    origin: Sequence[tuple[int, int, int]],
) -> tuple[Tensor, Tensor]:
    """Give both ways of a pair one score for each symmetric type, their mean.

    Returns:
        `(P, R)` scores, and which of them may be stated: of the two ways the one that begins with
        the earlier entity. `merging` decides in which order the document states it.
    """
    may_state = torch.ones_like(scores, dtype=torch.bool)
    if not config.symmetric:
        return scores, may_state
    # The row of each pair's way back; its own where the way back is not asked for.
    number = {pair: n for n, pair in enumerate(origin)}
    back = torch.tensor(
        [number.get((row, j, i), n) for n, (row, i, j) in enumerate(origin)], device=scores.device
    )  # (P,)
    first = [i < j for _, i, j in origin]
    columns = [config.relation_types.index(type_) for type_ in config.symmetric]
    may_state[:, columns] = torch.tensor(first, device=scores.device)[:, None]
    scores = scores.clone()
    scores[:, columns] = (scores[:, columns] + scores[back][:, columns]) / 2
    return scores, may_state


def leads(scores: Tensor, ends: Tensor, pair: Tensor, type_: Tensor) -> Tensor:
    """Return `(K, 3)`: how far some relations are ahead of their rivals, as `Leads` says.

    Args:
        scores: `(P, R)`, minus infinity where types may not be joined.
        ends: `(P, 2)` numbers of subject and object.
        pair: `(K,)` rows of the relations.
        type_: `(K,)` their columns.
    """
    if not len(pair):
        return scores.new_zeros((0, 3))
    best = scores.topk(min(2, scores.shape[1]), 1).values  # (P, 1 or 2)
    own = scores[pair, type_]  # (K,)
    is_best = own >= best[pair, 0]
    second = best[pair, -1] if best.shape[1] > 1 else torch.full_like(own, -torch.inf)
    rivals = [torch.where(is_best, second, best[pair, 0])]
    # Only the types that are stated anywhere have rivals to look for.
    columns, column = torch.unique(type_, return_inverse=True)  # (C,), (K,)
    some = scores[:, columns]  # (P, C)
    n_entities = int(ends.max()) + 1
    for end in (0, 1):
        entity = ends[:, end, None].expand_as(some)  # (P, C)
        highest = some.new_full((n_entities, some.shape[1]), -torch.inf)
        highest.scatter_reduce_(0, entity, some, "amax")
        is_highest = some == highest.gather(0, entity)
        others = some.new_full(highest.shape, -torch.inf)
        others.scatter_reduce_(0, entity, some.masked_fill(is_highest, -torch.inf), "amax")
        n_highest = torch.zeros_like(highest).scatter_add_(0, entity, is_highest.to(some.dtype))
        at = ends[pair, end], column
        is_alone = is_highest[pair, column] & (n_highest[at] == 1)
        rivals.append(torch.where(is_alone, others[at], highest[at]))
    ahead = own[:, None] - torch.stack(rivals, 1)
    return ahead.clamp(-MOST_LEAD, MOST_LEAD)


def token_sentences(windows: Sequence[Window], length: int) -> Tensor:
    """Return `(B, T)`: the index of the sentence of each token, -1 where there is none."""
    rows = np.full((len(windows), length), -1, np.int64)
    for row, window in enumerate(windows):
        sizes = window.bounds[:, 1] - window.bounds[:, 0]
        first = len(window.prefix_ids)
        body = np.repeat(window.sentence_indices, sizes)
        rows[row, first : first + len(body)] = body
    return torch.from_numpy(rows)


def attended_sentences(attention: Tensor, sentence_of: Tensor) -> Tensor:
    """Sum `(K, T)` attention over the tokens of each sentence: `(K, sentences)`."""
    n = max(1, int(sentence_of.max().item()) + 1) if sentence_of.numel() else 1
    # Tokens of no sentence go to a last column, which is cut off.
    index = torch.where(sentence_of < 0, n, sentence_of)
    sums = attention.new_zeros(len(attention), n + 1)
    return sums.scatter_add(1, index, attention)[:, :n]
