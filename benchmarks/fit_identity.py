"""Fit the weights of `graphdb.resolution.weights` on documents of which the things are known.

    python -m benchmarks.fit_identity > graphdb/resolution/weights.py

The documents are the tuning half of those that `benchmarks.bench_identity` reports on: BioRED's
training part, every other document of DocRED, and made-up names of one seed. A pair counts as one
thing if most mentions of the two names are.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
from scipy.optimize import minimize

from benchmarks.identity_corpora import GoldDocument, biored, docred, evidence, read_as
from benchmarks.made_up_elsewhere import made_up_elsewhere
from benchmarks.made_up_kinds import made_up_kinds
from benchmarks.made_up_names import made_up
from graphdb.resolution import Reason, features, judge, likeness_of, pairs

FUNCTIONAL = ("DATE_OF_BIRTH", "P569", "P570")
"""Of each person there is one, in the corpora's words."""
BY_HAND = {"KNOWN": 3.0, "PART": -4.0}
"""What the documents do not show: they come without a list of names, and parts are forbidden."""
PENALTY = 0.2
"""Of the squared weights, in pairs: a feature that is seldom seen keeps a small weight."""

Example = tuple[dict[str, float], bool]


def tuning() -> dict[str, list[GoldDocument]]:
    """Return the documents from which weights and cut-offs are chosen."""
    return {
        "biored": biored("Train"),
        "docred": docred()[::2],
        "made up": made_up(1),
        "all kinds": made_up_kinds(1)[0],
        "elsewhere": made_up_elsewhere(1)[0],
    }


def reporting() -> dict[str, list[GoldDocument]]:
    """Return the documents on which the figures are reported."""
    return {
        "biored": biored("Dev"),
        "docred": docred()[1::2],
        "made up": made_up(2),
        "all kinds": made_up_kinds(2)[0],
        "elsewhere": made_up_elsewhere(2)[0],
    }


def examples(documents: list[GoldDocument], *, canonical: bool) -> Iterator[Example]:
    """Yield the features of each pair that meets in a block, and whether it is one thing."""
    names = evidence(documents, canonical=canonical)
    things = majority(documents, canonical=canonical)
    for a, b in pairs(names):
        judgement = judge(names[a], names[b], FUNCTIONAL)
        # A concept of BioRED's is a gene of one species: its names say nothing of that.
        if not judgement or judgement.forbidden or "Gene" in names[a].type:
            continue
        like = likeness_of(names[a], names[b])
        present = features(names[a], names[b], like) if like else {}
        if not canonical:  # what an extractor would have made one thing is two names here
            present.pop("together", None)
        yield present, things[a] == things[b]


def majority(documents: Iterable[GoldDocument], *, canonical: bool) -> dict[str, str]:
    """Return what most mentions of each name mean, by its key."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for document in documents:
        for mention, key in read_as(document, canonical=canonical).items():
            counts[key][mention.thing] += 1
    return {key: max(sorted(of_key), key=of_key.__getitem__) for key, of_key in counts.items()}


def fit(seen: list[Example], names: list[str]) -> tuple[float, dict[str, float]]:
    """Return bias and weights of the logistic model that these examples are likeliest under."""
    rows = np.array([[1.0, *(present.get(name, 0.0) for name in names)] for present, _ in seen])
    signs = np.array([1.0 if is_one else -1.0 for _, is_one in seen])

    def cost(weights: np.ndarray) -> float:
        misses = np.logaddexp(0, -signs * (rows @ weights)).sum()
        return float(misses + PENALTY * (weights[1:] ** 2).sum())

    bias, *weights = np.round(minimize(cost, np.zeros(rows.shape[1])).x, 2).tolist()
    return bias, dict(zip(names, weights, strict=True))


def main() -> None:
    """Print the module."""
    seen = [
        example
        for documents in tuning().values()
        for canonical in (False, True)
        for example in examples(documents, canonical=canonical)
    ]
    names = [reason.name for reason in Reason]
    names += ["few letters", "shared facts", "together", "father or child", "differing facts"]
    names += ["rival", "elsewhere"]
    bias, weights = fit(seen, names)
    print('"""Weights of what speaks for and against two names being one.')
    print(f'\nWritten by `python -m benchmarks.fit_identity` from {len(seen)} pairs.\n"""\n')
    weights |= BY_HAND
    print(f"BIAS = {bias}")
    print(f"WEIGHTS = {json.dumps(weights, indent=4)}")


if __name__ == "__main__":
    main()
