"""How well names come together: pairwise and B-cubed precision and recall, beside simpler ways."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz, process, utils

from benchmarks.identity_corpora import GoldDocument, evidence, read_as
from graphdb.identity import components
from graphdb.resolution import (
    Cutoffs,
    Findings,
    Judgement,
    NameEvidence,
    one_question_each,
    pairs,
    resolve_names,
)

Told = list[tuple[Hashable, str]]
"""Of each mention, which thing it was taken for, and which it is."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """Documents with what came of their names."""

    documents: list[GoldDocument]
    names: dict[str, NameEvidence]
    findings: Findings
    canonical: bool

    @classmethod
    def of(
        cls,
        documents: list[GoldDocument],
        functional: tuple[str, ...],
        cutoffs: Cutoffs,
        *,
        canonical: bool = False,
    ) -> "Resolved":
        names = evidence(documents, canonical=canonical)
        findings = resolve_names(names, pairs(names), functional, cutoffs=cutoffs)
        return cls(documents, names, findings, canonical)

    def questions(self) -> list[Judgement]:
        """Return the pairs for a person, one for each two things."""
        links = [frozenset((each.one, each.other)) for each in self.findings.merges]
        thing_of = {key: min(group) for group in components(self.names, links) for key in group}
        return one_question_each(self.findings.review, thing_of.__getitem__)

    def told(self, *, merged: bool = True, split: bool = True) -> Told:
        """Return what each mention is taken for: by exact name, by merges, and by splits."""
        links = [frozenset((each.one, each.other)) for each in self.findings.merges if merged]
        cluster_of = {key: min(group) for group in components(self.names, links) for key in group}
        apart = {
            (key, document): (key, number)
            for key, found in self.findings.namesakes.items()
            if split
            for number, namesake in enumerate(found)
            for document in namesake.documents
        }
        return [
            (apart.get((key, document.id), cluster_of[key]), mention.thing)
            for document in self.documents
            for mention, key in read_as(document, canonical=self.canonical).items()
        ]

    def of_merges(self) -> tuple[int, int]:
        """Return how many pairs of mentions merges joined, and how many of them are one thing."""
        before, after = self.told(merged=False, split=False), self.told(split=False)
        joined = _n_pairs(Counter(taken for taken, _ in after)) - _n_pairs(
            Counter(taken for taken, _ in before)
        )
        right = _n_pairs(Counter(after)) - _n_pairs(Counter(before))
        return joined, right

    def n_right(self, judged: list) -> tuple[int, int]:
        """Return how many pairs of names are one thing, and how many there are."""
        things: dict[str, Counter[str]] = defaultdict(Counter)
        for document in self.documents:
            for mention, key in read_as(document, canonical=self.canonical).items():
                things[key][mention.thing] += 1
        best = {key: max(sorted(of_key), key=of_key.__getitem__) for key, of_key in things.items()}
        return sum(best[each.one] == best[each.other] for each in judged), len(judged)


def fuzzy_match(documents: list[GoldDocument], threshold: float = 0.8) -> Told:
    """Return what neo4j-graphrag's FuzzyMatchResolver would take each mention for.

    Its rule, written again: texts of one label whose WRatio, with `default_process`, is at or above
    the threshold (0.8 by default) are merged, and so is what hangs together by such pairs.
    """
    texts = sorted({(m.type, m.text) for d in documents for m in d.mentions})
    by_type: defaultdict[str, list[str]] = defaultdict(list)
    for type_, text in texts:
        by_type[type_].append(text)
    links = [
        frozenset((f"{type_}\t{of_type[a]}", f"{type_}\t{of_type[b]}"))
        for type_, of_type in by_type.items()
        for a, b in _near([utils.default_process(text) for text in of_type], 100 * threshold)
    ]
    keys = [f"{type_}\t{text}" for type_, text in texts]
    cluster_of = {key: min(group) for group in components(keys, links) for key in group}
    return [(cluster_of[f"{m.type}\t{m.text}"], m.thing) for d in documents for m in d.mentions]


def agent_memory(documents: list[GoldDocument], threshold: float = 0.85) -> Told:
    """Return what the resolver of neo4j-agent-memory 0.8 would take each mention for.

    The rule of its `CompositeResolver` without an embedder, written again: a text that is new is
    compared with what texts of its type were taken for before, in order, and is the nearest by
    `token_sort_ratio` if that is at or above the threshold (0.85 by default).
    """
    taken_for: defaultdict[str, dict[str, str]] = defaultdict(dict)
    told: Told = []
    for mention in (mention for document in documents for mention in document.mentions):
        of_type = taken_for[mention.type]
        text = " ".join(mention.text.lower().split())
        if text not in of_type:
            before = list(dict.fromkeys(of_type.values()))
            nearest = process.extractOne(
                text, before, scorer=fuzz.token_sort_ratio, score_cutoff=100 * threshold
            )
            of_type[text] = nearest[0] if nearest else text
        told.append(((mention.type, of_type[text]), mention.thing))
    return told


def _near(texts: list[str], threshold: float) -> Iterator[tuple[int, int]]:
    for number, one in enumerate(texts):
        for other in range(number + 1, len(texts)):
            if fuzz.WRatio(one, texts[other], score_cutoff=threshold):
                yield number, other


def exact(documents: list[GoldDocument]) -> Told:
    """Return what each mention is taken for if equal texts of a type are one thing."""
    return [((m.type, m.text), m.thing) for d in documents for m in d.mentions]


def pairwise(told: Told) -> tuple[float, float]:
    """Return precision and recall of pairs of mentions that are taken for one thing."""
    both = _n_pairs(Counter(told))
    taken, gold = (_n_pairs(Counter(each[side] for each in told)) for side in (0, 1))
    return both / (taken or 1), both / (gold or 1)


def b_cubed(told: Told) -> tuple[float, float]:
    """Return B-cubed precision and recall (Bagga and Baldwin 1998)."""
    both = Counter(told)
    precision, recall = (
        sum(n * n / sizes[pair[side]] for pair, n in both.items()) / len(told)
        for side, sizes in ((0, Counter(t for t, _ in told)), (1, Counter(g for _, g in told)))
    )
    return precision, recall


def _n_pairs(sizes: Mapping[Hashable, int]) -> int:
    return sum(n * (n - 1) // 2 for n in sizes.values())
