"""Measures a reader where it was not trained to read: short passages, and two texts in one.

    python -m benchmarks.bench_elsewhere [--json] [--model general] [--passages 1500]

KnowledgeNet asks for some properties of each passage, and only of these are its facts complete: a
stated fact counts when a labelled one meets it, or is wrong when its type was asked. Reported is
the recall of facts between names, at the lowest confidence with a precision of 0.8. `general` read
these passages in two of its first runs (its MODEL_CARD.md), so this is no figure of texts unseen.

The spliced documents are passages of the dev part of `genres`, each followed by one of another
genre: a fact between something that only the first mentions and something that only the second
mentions joins the two, and nothing in them does.
"""

import argparse
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from benchmarks.bench_demo import SYMMETRIC
from benchmarks.bench_prose import followed, relation_key
from benchmarks.figures import Figure, figure, show
from extractors.corpora import read_corpus, read_labelled
from extractors.evaluation import SoftMatcher
from extractors.facts import Entity, Extraction
from extractors.reading import TransformerExtractor
from extractors.training.pieces import joined, stripped
from flows.settings import load_settings

PRECISION = 0.8
LEAST_CONFIDENCE = 0.05
"""Facts below it would make no difference at a precision of 0.8."""
INVERSE = "SUBSIDIARY"
"""Says the same as PARENT_ORGANIZATION, the other way round: counted once."""
SEPARATOR = "\n\n"


def knowledgenet(model: str, path: Path, n_passages: int) -> dict[str, Figure]:
    """Return the recall at a precision of 0.8, and as shipped."""
    passages = list(islice(read_labelled(path, "knowledgenet"), n_passages))
    shipped = TransformerExtractor.load(model)
    threshold = shipped.calibration.relation_threshold
    extractor = TransformerExtractor.load(model, relation_threshold=LEAST_CONFIDENCE)
    golds = [_without_inverse(passage.extraction) for passage in passages]
    confidences: list[float] = []
    right: list[bool] = []
    found_at: list[float] = []  # of each labelled fact, the confidence of the surest that meets it
    for passage, gold, said in zip(
        passages, golds, extractor.extract(gold.document for gold in golds), strict=True
    ):
        matcher = SoftMatcher(gold, SYMMETRIC)
        surest = [0.0] * len(matcher.gold)
        for relation in _without_inverse(said).relations:
            met = matcher.meets(relation_key(relation))
            for number in met:
                surest[number] = max(surest[number], relation.confidence)
            if met or relation.type in (passage.asked or ()):
                confidences.append(relation.confidence)
                right.append(bool(met))
        found_at += surest
    order = np.argsort(-np.array(confidences), kind="stable")
    precisions = np.cumsum(np.array(right)[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precisions >= PRECISION)
    lowest = np.array(confidences)[order][enough[-1]] if len(enough) else 1.0
    is_shipped = np.array(confidences) >= threshold
    found = np.array(found_at)
    return {
        "KnowledgeNet: recall at precision 0.8": figure(
            float((found >= lowest).mean()), "ratio", floor=0.60, aim=0.75
        ),
        "KnowledgeNet: lowest confidence there": figure(float(lowest), "ratio"),
        "KnowledgeNet: precision as shipped": figure(
            float(np.array(right)[is_shipped].mean()), f"of {int(is_shipped.sum())} facts asked for"
        ),
        "KnowledgeNet: recall as shipped": figure(
            float((found >= threshold).mean()), f"of {len(found)} facts"
        ),
    }


def spliced(model: str, path: Path) -> dict[str, Figure]:
    """Return how many facts join two unrelated texts, and how many right ones are lost."""
    extractor = TransformerExtractor.load(model)
    golds = [stripped(gold) for gold in read_corpus(path)]
    pairs = _pairs(golds)
    both = [joined([first, SEPARATOR, second], first) for first, second in pairs]
    alone = extractor.extract(gold.document for pair in pairs for gold in pair)
    n_right_alone = sum(
        _n_right(gold, said)
        for gold, said in zip((gold for pair in pairs for gold in pair), alone, strict=True)
    )
    n_facts = n_joining = n_right = 0
    read = extractor.extract(gold.document for gold in both)
    for (first, _), gold, said in zip(pairs, both, read, strict=True):
        end = len(first.document.text)
        n_facts += len(said.relations)
        n_right += _n_right(gold, said)
        n_joining += sum(
            {_parts(relation.subject, end), _parts(relation.object, end)} == {"first", "second"}
            for relation in said.relations
        )
    return {
        "spliced: facts that join the two": figure(
            n_joining / max(1, n_facts), f"of {n_facts}", floor=0.02, aim=0.005, direction="<="
        ),
        "spliced: right facts, share of those alone": figure(
            n_right / max(1, n_right_alone), f"of {n_right_alone}"
        ),
    }


def _pairs(golds: Sequence[Extraction]) -> list[tuple[Extraction, Extraction]]:
    """Return pairs of documents of two genres, each document once."""
    order = np.random.default_rng(0).permutation(len(golds))
    shuffled = [golds[number] for number in order]
    half = len(shuffled) // 2
    return [
        (first, second)
        for first, second in zip(shuffled[:half], shuffled[half:], strict=False)
        if _genre(first) != _genre(second)
    ]


def _genre(gold: Extraction) -> str:
    return gold.document.id.partition("-")[0]


def _n_right(gold: Extraction, said: Extraction) -> int:
    matchers = SoftMatcher(gold, SYMMETRIC), SoftMatcher(followed(gold), SYMMETRIC)
    return sum(
        any(matcher.meets(relation_key(relation)) for matcher in matchers)
        for relation in said.relations
    )


def _parts(entity: Entity, end: int) -> str:
    """Say which of two texts mentions an entity, if only one does."""
    in_first = {mention.span.start < end for mention in entity.mentions}
    return "both" if len(in_first) > 1 else "first" if in_first == {True} else "second"


def _without_inverse(extraction: Extraction) -> Extraction:
    kept = tuple(relation for relation in extraction.relations if relation.type != INVERSE)
    return replace(extraction, relations=kept)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--model", default="general")
    parser.add_argument("--passages", type=int, default=1500)
    asked = parser.parse_args()
    data = load_settings().data
    figures = spliced(asked.model, data / "genres/dev.jsonl")
    figures |= knowledgenet(asked.model, data / "knowledgenet/train.jsonl", asked.passages)
    show(figures, as_json=asked.json)


if __name__ == "__main__":
    main()
