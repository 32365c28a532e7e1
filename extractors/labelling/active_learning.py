"""Picks the documents most worth labelling next, and writes them pre-annotated for people.

    picked = suggest(extractions, 20)
    write_tasks(picked, Path("to-label"), entity_types, relation_types)

Most of what is picked is what the model is least sure of, in documents unlike each other. A tenth
is drawn by lot, so that the model's blind spots, of which it is sure, are labelled too. Extractions
should hold doubtful facts as well: run the model with thresholds of `DOUBTFUL`, and pre-annotate
with what its own thresholds keep.
"""

import math
import random
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
import numpy.typing as npt

from extractors.calibration import Calibration
from extractors.corpora import (
    LabelledDocument,
    annotation_conf,
    labelling_config,
    tokenise,
    whole,
    write_labelled,
    write_text,
)
from extractors.facts import Entity, Extraction, Mention

Reason = Literal["uncertain", "drawn"]
Floats = npt.NDArray[np.float32]

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


def suggest(extractions: Sequence[Extraction], n: int, *, seed: int = 13) -> list[Suggestion]:
    """Return the `n` documents to label next, or all if there are fewer, the most telling first.

    Documents of the same text count once. The same extractions and seed give the same answer.

    Args:
        extractions: What the model says of each document, doubtful facts included.
        n: How many to pick.
        seed: Decides what is drawn by lot.
    """
    rows = list({each.document.sha256: each for each in extractions}.values())
    n = min(n, len(rows))
    n_drawn = round(SHARE_DRAWN * n)
    worth = np.array([uncertainty(each) for each in rows])
    picked = _varied(worth, _vectors([each.document.text for each in rows]), n - n_drawn)
    rest = sorted(set(range(len(rows))) - set(picked))
    drawn = random.Random(seed).sample(rest, n_drawn)  # noqa: S311 - a lot, not a secret
    chosen: list[tuple[int, Reason]] = [(index, "uncertain") for index in picked]
    chosen += [(index, "drawn") for index in drawn]
    return [
        Suggestion(extraction=rows[index], uncertainty=float(worth[index]), reason=reason)
        for index, reason in chosen
    ]


def uncertainty(extraction: Extraction) -> float:
    """Return how many bits the labels of a document would tell, per thousand characters of work.

    The entropy of each mention and relation, added up, over the length of the text.
    """
    chances = [mention.confidence for entity in extraction.entities for mention in entity.mentions]
    chances += [relation.confidence for relation in extraction.relations]
    cost = (FIXED_COST + len(extraction.document.text)) / 1000
    return sum(map(entropy, chances)) / cost


def entropy(chance: float) -> float:
    """Return the bits that an answer to a yes-or-no question tells.

    >>> entropy(0.5), entropy(1.0)
    (1.0, 0.0)
    """
    return -sum(p * math.log2(p) for p in (chance, 1 - chance) if p)


def kept(extraction: Extraction, calibration: Calibration) -> Extraction:
    """Return what of an extraction is as sure as this calibration wants it."""
    least = min(calibration.argument_threshold, calibration.mention_threshold)
    relations = [
        relation
        for relation in extraction.relations
        if relation.confidence >= calibration.relation_threshold
        and all(_surest(each) >= least for each in (relation.subject, relation.object))
    ]
    arguments = {entity for each in relations for entity in (each.subject, each.object)}
    entity_by_old: dict[Entity, Entity] = {}
    for entity in extraction.entities:
        sure = _surer(entity, calibration.mention_threshold)
        mentions = sure or (_surer(entity, least) if entity in arguments else ())
        if mentions:
            named = any(mention.text == entity.name for mention in mentions)
            name = entity.name if named else max((m.text for m in mentions), key=len)
            entity_by_old[entity] = replace(entity, name=name, mentions=mentions)
    return replace(
        extraction,
        entities=tuple(dict.fromkeys(entity_by_old.values())),
        relations=tuple(
            replace(each, subject=entity_by_old[each.subject], object=entity_by_old[each.object])
            for each in relations
        ),
    )


def _surest(entity: Entity) -> float:
    return max(mention.confidence for mention in entity.mentions)


def _surer(entity: Entity, threshold: float) -> tuple[Mention, ...]:
    return tuple(mention for mention in entity.mentions if mention.confidence >= threshold)


def write_tasks(
    extractions: Iterable[Extraction],
    folder: Path,
    entity_types: Sequence[str],
    relation_types: Sequence[str],
) -> None:
    """Write documents to be labelled, with what is known of them, for Label Studio and for brat.

    `label-studio.json` are the tasks and `label-studio.xml` the labelling configuration; the folder
    `brat` has the same documents and its own configuration.
    """
    documents = [LabelledDocument(extraction=each, format="", where="") for each in extractions]
    write_labelled(documents, folder / "label-studio.json", "label_studio")
    write_text(folder / "label-studio.xml", [labelling_config(entity_types, relation_types)])
    write_labelled(documents, folder / "brat", "brat")
    write_text(folder / "brat" / "annotation.conf", [annotation_conf(entity_types, relation_types)])


def _varied(worth: npt.NDArray[np.float64], vectors: Floats, n: int) -> list[int]:
    """Return what is worth most, each discounted by its likeness to what is picked already."""
    left = worth + 1e-9  # so that documents without any fact are told apart by likeness too
    likeness = np.zeros(len(worth))
    picked: list[int] = []
    for _ in range(n):
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
            counts[row, zlib.crc32(word.encode("utf-8", "surrogatepass")) % N_BUCKETS] += 1
    rarity = np.log1p(len(texts) / np.maximum((counts > 0).sum(0), 1)).astype(np.float32)
    weighted = np.log1p(counts) * rarity
    lengths = np.linalg.norm(weighted, axis=1, keepdims=True)
    return np.asarray(weighted / np.maximum(lengths, 1e-9), np.float32)


def _words(text: str) -> list[str]:
    [spans] = tokenise(text, whole(text)) or ((),)
    return [text[span.start : span.end].casefold() for span in spans]
