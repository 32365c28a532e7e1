"""Runs the network over windows and decodes what it says: the path evaluation and use share.

Four stages for a batch, whatever its size: mentions, coreference, relations, and where the model
looked for these. Each decides what the next one is asked.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from extractors.calibration import MOST_LEAD
from extractors.engines import Engine, Seen
from extractors.network import (
    Group,
    ModelConfig,
    candidate_arrays,
    group_arrays,
    input_arrays,
    pair_arrays,
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
    FloatArray,
    NameGroup,
    Reading,
    ScoredRelation,
    decode_mentions,
    group_by_name,
    mention_scores,
)
from extractors.reading.tags import read_tags
from extractors.text import IntArray, Window

Scores = TypeVar("Scores")


def read_windows(
    engine: Engine,
    windows: Sequence[Window],
    texts: Sequence[str],
    *,
    pad_id: int,
    least_mention: float,
    least_relation: float,
) -> list[Reading]:
    """Read windows, each with the text of its document.

    Args:
        engine: With the model.
        windows: One batch; the caller bounds its size.
        texts: The whole text of each window's document.
        pad_id: Token id to pad with.
        least_mention: Lowest log-odds of a mention worth keeping.
        least_relation: Lowest score of a relation worth keeping.
    """
    inputs = input_arrays(windows, pad_id)
    if engine.config.architecture == "tagger":
        return read_tags(engine, inputs, windows, texts, least=least_mention)
    candidates = [window.candidates(engine.config.max_width) for window in windows]
    seen, logits = engine.read(inputs, candidate_arrays(windows, candidates))
    names = _read_names(engine.config, logits, windows, texts, candidates, least_mention)
    entities = _read_entities(engine, seen, windows, texts, names)
    relations = _read_relations(engine, seen, windows, entities, least_relation)
    return [
        Reading(window.owned, tuple(window_entities), tuple(window_relations))
        for window, window_entities, window_relations in zip(
            windows, entities, relations, strict=True
        )
    ]


def _read_names(
    config: ModelConfig,
    logits: FloatArray,
    windows: Sequence[Window],
    texts: Sequence[str],
    candidates: Sequence[IntArray],
    least: float,
) -> list[list[NameGroup]]:
    scores = mention_scores(logits)  # (S, E)
    bounds = np.cumsum([len(rows) for rows in candidates])[:-1]
    names = []
    for window, text, rows, row_scores in zip(
        windows, texts, candidates, np.split(scores, bounds), strict=True
    ):
        mentions = decode_mentions(window, rows, row_scores, least=least, nested=config.nested)
        names.append(group_by_name(text, mentions, alone=config.clustering == "none"))
    return names


def _read_entities(
    engine: Engine,
    seen: Seen,
    windows: Sequence[Window],
    texts: Sequence[str],
    names: list[list[NameGroup]],
) -> list[list[NameGroup]]:
    """Cluster the names of each window."""
    if engine.config.clustering == "none":
        return names
    pairs = [name_pairs(window_names) for window_names in names]
    if not any(pairs):
        return names
    groups = [[name.group for name in window_names] for window_names in names]
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
    scores = engine.score_names(seen, group_arrays(windows, groups), index, features).tolist()
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
    engine: Engine,
    seen: Seen,
    windows: Sequence[Window],
    entities: list[list[NameGroup]],
    least: float,
) -> list[list[ScoredRelation]]:
    said: list[list[ScoredRelation]] = [[] for _ in windows]
    config = engine.config
    groups = [[entity.group for entity in window_entities] for window_entities in entities]
    distances = sentence_distances(windows, groups)
    askable = np.asarray(engine.allowed.any(-1))  # (E, E)
    origin = askable_pairs(groups, distances, askable, config.sentences_apart)
    if not origin:
        return said
    arrays = group_arrays(windows, groups)
    pairs = pair_arrays(windows, groups, distances, origin, between=config.between)
    logits, attention = engine.relate(seen, arrays, pairs)
    scores, may_state = _without_direction(relation_scores(config, logits), config, origin)
    may_state &= np.isfinite(scores)  # else the types may not be joined, however low `least` is
    pair, type_ = np.nonzero((scores >= least) & may_state)  # (K,), (K,)
    # What one pair attends to serves all its relations.
    asked, number = np.unique(pair, return_inverse=True)  # (A,), (K,)
    window = arrays.window[pairs.index[asked, 0]]
    sentence_of = token_sentences(windows)
    attended = attended_sentences(attention(asked), sentence_of[window])  # (A, sentences)
    looks = [
        dict(zip(windows[row].sentences, shares, strict=False))
        for row, shares in zip(window.tolist(), attended.tolist(), strict=True)
    ]
    ahead = leads(scores, pairs.index, pair, type_)
    columns = (pair, type_, scores[pair, type_], number, ahead)
    for pair_, type_number, score, asked_number, (first, second, third) in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        row, subject, object_ = origin[pair_]
        said[row].append(
            ScoredRelation(
                subject,
                type_number,
                object_,
                score,
                attention=looks[asked_number],
                apart=int(distances[row][subject, object_]),
                leads=(first, second, third),
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


def relation_scores(config: ModelConfig, logits: Scores) -> Scores:
    """Turn `(P, 1 + R)` logits into `(P, R)` scores: positive means more likely than not.

    Of numpy or of torch.
    """
    rows: Any = logits
    adaptive = config.relation_loss == "adaptive_threshold"
    scores: Scores = rows[:, 1:] - rows[:, :1] if adaptive else rows[:, 1:]
    return scores


def _without_direction(
    scores: FloatArray,
    config: ModelConfig,
    origin: Sequence[tuple[int, int, int]],
) -> tuple[FloatArray, npt.NDArray[np.bool_]]:
    """Give both ways of a pair one score for each symmetric type, their mean.

    Returns:
        `(P, R)` scores, and which of them may be stated: of the two ways the one that begins with
        the earlier entity. `merging` decides in which order the document states it.
    """
    may_state = np.ones_like(scores, bool)
    if not config.symmetric:
        return scores, may_state
    # The row of each pair's way back; its own where the way back is not asked for.
    number = {pair: n for n, pair in enumerate(origin)}
    back = [number.get((row, j, i), n) for n, (row, i, j) in enumerate(origin)]  # (P,)
    first = np.array([i < j for _, i, j in origin])
    columns = [config.relation_types.index(type_) for type_ in config.symmetric]
    may_state[:, columns] = first[:, None]
    scores = scores.copy()
    scores[:, columns] = (scores[:, columns] + scores[back][:, columns]) / 2
    return scores, may_state


def leads(scores: FloatArray, ends: IntArray, pair: IntArray, type_: IntArray) -> FloatArray:
    """Return `(K, 3)`: how far some relations are ahead of their rivals, as `Leads` says.

    Args:
        scores: `(P, R)`, minus infinity where types may not be joined.
        ends: `(P, 2)` numbers of subject and object.
        pair: `(K,)` rows of the relations.
        type_: `(K,)` their columns.
    """
    if not len(pair):
        return np.zeros((0, 3), scores.dtype)
    own = scores[pair, type_]  # (K,)
    of_pair = scores[pair]  # (K, R), a copy
    of_pair[np.arange(len(pair)), type_] = -np.inf
    rivals = [of_pair.max(1)]
    # Only the types that are stated anywhere have rivals to look for.
    columns, column = np.unique(type_, return_inverse=True)  # (C,), (K,)
    some = scores[:, columns]  # (P, C)
    for end in (0, 1):
        entity = ends[:, end]  # (P,)
        highest = _by_entity(np.maximum, entity, some)
        is_highest = some == highest
        others = _by_entity(np.maximum, entity, np.where(is_highest, -np.inf, some))
        n_highest = _by_entity(np.add, entity, is_highest.astype(np.int64))
        is_alone = (is_highest & (n_highest == 1))[pair, column]
        rivals.append(np.where(is_alone, others[pair, column], highest[pair, column]))
    ahead: FloatArray = own[:, None] - np.stack(rivals, 1)
    return np.clip(ahead, -MOST_LEAD, MOST_LEAD)


def _by_entity(reduce: np.ufunc, entity: IntArray, rows: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Reduce the `(P, C)` rows of each entity, and give each row what that of its entity is."""
    order = np.argsort(entity, kind="stable")
    is_first = np.diff(entity[order], prepend=-1) > 0
    reduced = reduce.reduceat(rows[order], np.flatnonzero(is_first), axis=0)
    spread = np.empty_like(rows)
    spread[order] = reduced[np.cumsum(is_first) - 1]
    return spread


def token_sentences(windows: Sequence[Window]) -> IntArray:
    """Return `(B, T)`: the index of the sentence of each token, -1 where there is none."""
    longest = max(len(window.token_ids) for window in windows)
    rows = np.full((len(windows), longest), -1, np.int64)
    for row, window in enumerate(windows):
        sizes = window.bounds[:, 1] - window.bounds[:, 0]
        first = len(window.prefix_ids)
        body = np.repeat(window.sentence_indices, sizes)
        rows[row, first : first + len(body)] = body
    return rows


def attended_sentences(attention: FloatArray, sentence_of: IntArray) -> npt.NDArray[np.float64]:
    """Sum `(A, T)` attention over the tokens of each sentence: `(A, sentences)`."""
    n = max(1, int(sentence_of.max(initial=-1)) + 1)
    # Tokens of no sentence go to a last column, which is cut off.
    column = np.where(sentence_of < 0, n, sentence_of)
    index = column + (n + 1) * np.arange(len(attention))[:, None]
    n_sums = len(attention) * (n + 1)
    sums: Any = np.bincount(index.ravel(), attention.ravel(), minlength=n_sums)
    of_sentences: npt.NDArray[np.float64] = sums.reshape(len(attention), n + 1)[:, :n]
    return of_sentences
