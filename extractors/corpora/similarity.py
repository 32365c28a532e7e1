"""Find texts that are nearly the same, among many, in one pass and without keeping them.

A text is the set of its word triples; two texts are alike by the share of triples they have in
common (Jaccard). Of each text only the triples with the smallest check sums are kept: the share
among the smallest of both estimates the share among all (Broder 1997), and is exact for texts of
at most `_KEPT` triples.
"""

import unicodedata
import zlib
from collections import Counter
from dataclasses import dataclass

from extractors.corpora.text import tokenise
from extractors.facts import Chunk, Span

_KEPT = 128
_WORDS = 3


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier text that is like one just added."""

    where: str
    group: str
    share: float


class TextIndex:
    """Remembers texts, and says of each new one which earlier one it is most like.

    Earlier texts of another group come first: in what a model trains on matters more than twice.
    """

    def __init__(self, least: float = 0.8) -> None:
        self._least = least
        self._texts: list[tuple[str, str, frozenset[int]]] = []
        self._texts_by_triple: dict[int, list[int]] = {}

    def add(self, text: str, where: str, group: str) -> Likeness | None:
        """Remember a text; return the earlier one it is most like, if any is like it enough."""
        sketch = _sketch(text)
        likeness = self._nearest(sketch, group)
        number = len(self._texts)
        self._texts.append((where, group, sketch))
        for triple in sketch:
            self._texts_by_triple.setdefault(triple, []).append(number)
        return likeness

    def _nearest(self, sketch: frozenset[int], group: str) -> Likeness | None:
        shared = Counter(
            number for triple in sketch for number in self._texts_by_triple.get(triple, ())
        )
        best: Likeness | None = None
        for number, n in shared.items():
            where, other_group, other = self._texts[number]
            # Two sketches that share so little cannot be alike enough.
            if n < self._least * min(len(sketch), len(other)) / 2:
                continue
            likeness = Likeness(where, other_group, _share(sketch, other))
            if likeness.share >= self._least and _rank(likeness, group) > _rank(best, group):
                best = likeness
        return best


def _rank(likeness: Likeness | None, group: str) -> tuple[bool, float]:
    return (likeness.group != group, likeness.share) if likeness else (False, 0.0)


def _share(one: frozenset[int], other: frozenset[int]) -> float:
    smallest = sorted(one | other)[:_KEPT]
    return sum(triple in one and triple in other for triple in smallest) / len(smallest)


def _sketch(text: str) -> frozenset[int]:
    """Return the smallest check sums of a text's word triples, or words if few."""
    normal = unicodedata.normalize("NFKC", text).casefold()
    [spans] = tokenise(normal, [Chunk(0, Span(0, len(normal)))])
    words = [normal[span.start : span.end] for span in spans] or [normal]
    triples = {
        "\0".join(words[start : start + _WORDS]) for start in range(max(1, len(words) - _WORDS + 1))
    }
    sums = {zlib.crc32(triple.encode("utf-8", "surrogatepass")) for triple in triples}
    return frozenset(sorted(sums)[:_KEPT])
