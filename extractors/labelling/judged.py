"""What is labelled already: whole texts, and passages of longer ones.

People who judge facts label a passage at a time, so of a long document a few passages may be done.
Such a passage says of which document it is and where it begins there (`notes/a.txt#120/WORKS_FOR`);
it counts wherever the same words stand, so also if the document has grown in front of it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from extractors.facts import Chunk, Document, Extraction, Span

PLACE = re.compile(r".*#(?P<start>\d+)/[^/]+", re.DOTALL)
"""The id of a passage of a document, of which one relation type was looked at."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Texts that need no label any more, and passages that need none."""

    digests: frozenset[str] = frozenset()
    """sha256 of whole texts."""
    passages: frozenset[tuple[int, str]] = frozenset()
    """Where passages begin, and what they say."""

    @classmethod
    def of(cls, extractions: Iterable[Extraction]) -> Self:
        """Return what labelled documents say is labelled."""
        digests: set[str] = set()
        passages: set[tuple[int, str]] = set()
        for extraction in extractions:
            digests.add(extraction.document.sha256)
            place = PLACE.fullmatch(extraction.document.id)
            if place and extraction.document.text.strip():
                passages.add((int(place["start"]), extraction.document.text))
        return cls(frozenset(digests), frozenset(passages))

    def spans(self, text: str) -> list[Span]:
        """Return which parts of a text are labelled, in order; they may overlap."""
        found = {(self._start(text, start, said), len(said)) for start, said in self.passages}
        return [Span(start, start + length) for start, length in sorted(found) if start >= 0]

    def has_all(self, document: Document) -> bool:
        """Say whether nothing is left to label of a document."""
        if document.sha256 in self.digests:
            return True
        spans = self.spans(document.text)
        return bool(spans) and not _left(document.text, spans)

    @staticmethod
    def _start(text: str, start: int, passage: str) -> int:
        return start if text.startswith(passage, start) else text.find(passage)


def n_judged(chunks: Iterable[Chunk], spans: Iterable[Span]) -> int:
    """Return of how many chunks most is labelled: other models may have cut the text elsewhere."""
    judged = list(spans)
    return sum(
        2 * _overlap(chunk.span, judged) > chunk.span.end - chunk.span.start for chunk in chunks
    )


def lies_in(span: Span, spans: Iterable[Span]) -> bool:
    """Say whether a span lies in one of others."""
    return any(each.start <= span.start and span.end <= each.end for each in spans)


def _overlap(span: Span, spans: list[Span]) -> int:
    """Return how many characters of a span are in others, which are in order."""
    n_characters, reached = 0, span.start
    for each in spans:
        start, end = max(each.start, reached), min(each.end, span.end)
        if start < end:
            n_characters, reached = n_characters + end - start, end
    return n_characters


def _left(text: str, spans: list[Span]) -> str:
    """Return what of a text is in no span, without white space around."""
    left: list[str] = []
    reached = 0
    for span in spans:
        left.append(text[reached : span.start])
        reached = max(reached, span.end)
    return "".join((*left, text[reached:])).strip()
