"""Reads windows with a token classifier: the tags of its words, and the mentions they spell."""

from collections.abc import Mapping, Sequence

import numpy as np

from extractors.engines import Engine
from extractors.network import ENDS, GOES_ON, Inputs, Tag
from extractors.reading.decoding import FloatArray, Reading, ScoredMention, group_by_name
from extractors.text import IntArray, Window


def read_tags(
    engine: Engine,
    inputs: Inputs[IntArray],
    windows: Sequence[Window],
    texts: Sequence[str],
    *,
    least: float,
) -> list[Reading]:
    """Read windows, each with the text of its document.

    Args:
        engine: With the token classifier.
        inputs: Of these windows.
        windows: One batch.
        texts: The whole text of each window's document.
        least: Lowest log-odds of a mention worth keeping.
    """
    chances, tags = engine.tag(inputs)  # (B, T, L)
    type_index = {type_: index for index, type_ in enumerate(engine.config.entity_types)}
    readings = []
    for window, text, token_chances in zip(windows, texts, chances, strict=True):
        # A unit has the tag of its first token, as training taught it.
        unit_chances = token_chances[window.bounds[:, 0]]  # (U, L)
        spelled = decode_tags(window, unit_chances, tags, type_index)
        mentions = [mention for mention in spelled if mention.score >= least]
        alone = engine.config.clustering == "none"
        readings.append(
            Reading(window.owned, tuple(group_by_name(text, mentions, alone=alone)), ())
        )
    return readings


def decode_tags(
    window: Window, chances: FloatArray, tags: Sequence[Tag], type_index: Mapping[str, int]
) -> list[ScoredMention]:
    """Return the mentions that the likeliest tag of each unit spells.

    Sequences that BIO does not know are repaired as its scorers do: what goes on after nothing, or
    after another type, begins. A mention does not reach into the next sentence or the next cell of
    a row. Its score is the log-odds of its type at the least sure of its units.

    Args:
        window: Whose units these are.
        chances: `(U, L)` probabilities of the labels, by each unit's first token.
        tags: What the labels mean.
        type_index: The number of each type.
    """
    runs: list[tuple[list[int], str]] = []
    is_open = False
    for index, unit in enumerate(window.units):
        if unit.start == unit.end:  # white space belongs to neither side
            continue
        tag = tags[int(chances[index].argmax())]
        if tag.type not in type_index:
            is_open = False
            continue
        goes_on = (
            is_open
            and tag.position in GOES_ON
            and runs[-1][1] == tag.type
            and window.units[runs[-1][0][-1]].sentence == unit.sentence
            and window.cells[runs[-1][0][-1]] == window.cells[index]
        )
        if goes_on:
            runs[-1][0].append(index)
        else:
            runs.append(([index], tag.type))
        is_open = tag.position not in ENDS
    mentions = []
    for units, type_ in runs:
        of_type = [number for number, tag in enumerate(tags) if tag.type == type_]
        least_sure = min(float(chances[index, of_type].sum()) for index in units)
        chance = min(max(least_sure, 1e-7), 1 - 1e-7)
        start, end = units[0], units[-1] + 1
        mentions.append(
            ScoredMention(
                (start, end),
                window.span(start, end),
                type_index[type_],
                float(np.log(chance / (1 - chance))),
            )
        )
    return mentions
