"""Picks the documents most worth labelling next.

Most of what is picked is what the model is least sure of, in documents unlike each other. A tenth
is drawn by lot: where the model is sure and wrong, its doubts lead nowhere. Extractions should hold
doubtful facts as well, so the model is run with thresholds of `DOUBTFUL`. Of a document of which
some passages are labelled only the doubts outside these count, so it comes after one like it.
"""

import math
import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from extractors.corpora import tokenise, whole
from extractors.facts import Extraction, Span
from extractors.labelling.judged import Labelled, lies_in, n_judged

Reason = Literal["uncertain", "drawn"]
Floats = npt.NDArray[np.float32]

NOTHING = Labelled()

DOUBTFUL = 0.1
"""Lowest confidence of a fact that says something about what the model is unsure of."""

SHARE_DRAWN = 0.1
"""Share of the documents that is drawn by lot."""

FIXED_COST = 400
"""What a document costs to label before its first character, in characters."""

N_BUCKETS = 1024
"""Words of a document are counted in so many buckets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A document to label, and why."""

    extraction: Extraction
    uncertainty: float
    """Bits that labelling it would tell, per thousand characters of work."""
    reason: Reason
    judged: int = 0
    """How many of its chunks are labelled already."""


def suggest(
    extractions: Iterable[Extraction], n: int, *, seed: int = 13, labelled: Labelled = NOTHING
) -> list[Suggestion]:
    """Return the `n` documents to label next, or all if there are fewer, the most telling first.

    Documents of the same text count once, and those of which all is labelled do not count. The same
    extractions and seed give the same answer.

    Args:
        extractions: What the model says of each document, doubtful facts included.
        n: How many to pick.
        seed: Decides what is drawn by lot.
        labelled: What is labelled already.
    """
    by_text = {extraction.document.sha256: extraction for extraction in extractions}
    rows = [each for each in by_text.values() if not labelled.has_all(each.document)]
    places = [labelled.spans(extraction.document.text) for extraction in rows]
    n = min(n, len(rows))
    n_drawn = round(SHARE_DRAWN * n)
    worth = np.array(list(map(uncertainty, rows, places)))
    vectors = _vectors([extraction.document.text for extraction in rows])
    picked = _varied(worth, vectors, n - n_drawn)
    rest = sorted(set(range(len(rows))) - set(picked))
    drawn = random.Random(seed).sample(rest, n_drawn)  # noqa: S311 - a lot, not a secret
    chosen: list[tuple[int, Reason]] = [(index, "uncertain") for index in picked]
    chosen += [(index, "drawn") for index in drawn]
    return [
        Suggestion(
            extraction=rows[index],
            uncertainty=float(worth[index]),
            reason=reason,
            judged=n_judged(rows[index].chunks, places[index]),
        )
        for index, reason in chosen
    ]


def uncertainty(extraction: Extraction, labelled: Sequence[Span] = ()) -> float:
    """Return how many bits the labels of a document would tell, per thousand characters of work.

    The entropy of each mention and relation, added up, over the length of the text.

    Args:
        extraction: What the model says of it, doubtful facts included.
        labelled: Where it is labelled already: doubts there tell nothing, but whoever labels the
            rest reads it all.
    """
    chances = [
        mention.confidence
        for entity in extraction.entities
        for mention in entity.mentions
        if not lies_in(mention.span, labelled)
    ]
    chances += [
        relation.confidence
        for relation in extraction.relations
        if not all(lies_in(evidence.span, labelled) for evidence in relation.evidence)
    ]
    cost = (FIXED_COST + len(extraction.document.text)) / 1000
    return sum(map(entropy, chances)) / cost


def entropy(chance: float) -> float:
    """Return the bits that an answer to a yes-or-no question tells.

    >>> entropy(0.5), entropy(1.0)
    (1.0, 0.0)
    """
    return -sum(p * math.log2(p) for p in (chance, 1 - chance) if p)


def _varied(worth: npt.NDArray[np.float64], vectors: Floats, n: int) -> list[int]:
    """Return what is worth most, each discounted by its likeness to what is picked already."""
    left = worth + 1e-9  # so that documents without any fact are told apart by likeness too
    likeness = np.zeros(len(worth))
    picked: list[int] = []
    for _ in range(n):
        # Only the most similar of those picked counts: ten far away do not add up to one close by.
        value = left * (1 - likeness)
        value[picked] = -1.0
        best = int(value.argmax())
        picked.append(best)
        likeness = np.maximum(likeness, np.clip(vectors @ vectors[best], 0, 1))
    return picked


def _vectors(texts: Sequence[str]) -> Floats:
    """Return `(N, buckets)` float32 rows of length 1: which words a text has, rare ones weigh most.

    Two words may share a bucket: likeness needs no more than a rough measure.
    """
    counts = np.zeros((len(texts), N_BUCKETS), np.float32)
    for row, text in enumerate(texts):
        for word in _words(text):
            # Not `hash`, which differs from process to process: an answer can be had again.
            counts[row, zlib.crc32(word.encode("utf-8", "surrogatepass")) % N_BUCKETS] += 1
    rarity = np.log1p(len(texts) / np.maximum((counts > 0).sum(0), 1)).astype(np.float32)
    weighted = np.log1p(counts) * rarity
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    return np.asarray(weighted / np.maximum(lengths, 1e-9), np.float32)


def _words(text: str) -> list[str]:
    [spans] = tokenise(text, whole(text)) or ((),)
    return [text[span.start : span.end].casefold() for span in spans]
