"""What training asks of a model after every epoch: how well does it read the dev documents?"""

from collections.abc import Sequence

import numpy as np

from extractors.devices import uses_bfloat16
from extractors.engines import TorchEngine
from extractors.facts import Extraction
from extractors.network import Network
from extractors.reading import Reading, Types, read_windows
from extractors.text import TextEncoder
from extractors.training.config import TrainConfig
from extractors.training.scoring import Judgement, judge_readings, summary

LEAST_MENTION = -2.0
"""Log-odds of the least likely mentions that relations are looked for with."""
EVALUATED_AT_ONCE = 16
"""Windows in one batch of evaluation."""


def judge_model(
    model: Network, encoder: TextEncoder, golds: Sequence[Extraction], config: TrainConfig
) -> tuple[Judgement, dict[str, float]]:
    """Read gold documents and count what was found."""
    model.eval()
    readings = read_documents(model, encoder, golds)
    judgement = judge_readings(golds, readings, Types.of(config.model), config.implied)
    return judgement, summary(judgement)


def read_documents(
    model: Network, encoder: TextEncoder, golds: Sequence[Extraction]
) -> list[list[Reading]]:
    """Read the texts of gold documents, longest windows first so that little is padded."""
    rows = [
        (index, gold.document.text, window)
        for index, gold in enumerate(golds)
        for window in encoder.windows(gold.document.text)
    ]
    order = sorted(range(len(rows)), key=lambda i: -len(rows[i][2].token_ids))
    # As the trained model will be read with.
    bfloat16 = uses_bfloat16("auto", next(model.parameters()).device)
    engine = TorchEngine(model, bfloat16=bfloat16)
    reading_by_row: dict[int, Reading] = {}
    for start in range(0, len(order), EVALUATED_AT_ONCE):
        chosen = order[start : start + EVALUATED_AT_ONCE]
        readings = read_windows(
            engine,
            [rows[i][2] for i in chosen],
            [rows[i][1] for i in chosen],
            pad_id=encoder.pad_id,
            least_mention=LEAST_MENTION,
            least_relation=-6.0,
        )
        reading_by_row |= dict(zip(chosen, readings, strict=True))
    by_document: list[list[Reading]] = [[] for _ in golds]
    for i, (index, _, _) in enumerate(rows):
        by_document[index].append(reading_by_row[i])
    return by_document


def dev_score(dev: dict[str, float], target_precision: float) -> float:
    """Return what the best epoch is chosen by.

    The mean of the F1 of mentions, of the best soft F1 of relations and, unless thresholds are set
    for F1 (a target precision of 0), of how many relations are found at a precision of 0.75: a
    graph wants few wrong facts first. Without relations, the F1 of mentions.
    """
    # Not "if it is 0": in a first epoch no relation may be right yet. Judged by its mentions alone,
    # such an epoch would beat all later ones, whose mean is lower than the F1 of mentions.
    if "relation_f1" not in dev:
        return dev["mention_f1"]
    of_a_graph = ("recall_at_precision_75",) if target_precision else ()
    return float(np.mean([dev[name] for name in ("mention_f1", "relation_f1", *of_a_graph)]))
