"""Which sentences show a fact: together they mention both its ends, by name.

A sentence is cited so that a person can check a fact without opening the document. One sentence
that names both ends is the best evidence. Where there is none, the text has to be followed as its
reader followed it: "Ada Byron was born in 1815. She lived in London." shows where Ada Byron lived,
and neither sentence does so alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extractors.facts import Mention, Span
from extractors.text import naming_texts

MOST_SENTENCES = 3
"""One that mentions both ends by pronouns, and one that names each of them."""


@dataclass(frozen=True, slots=True)
class Places:
    """The sentences that mention an entity, by their numbers in the document, in order."""

    mentioned: tuple[int, ...]
    """Where any mention of it stands."""
    named: tuple[int, ...]
    """Where a name of it stands. Pronouns are no names, and common nouns only of what has no other
    name."""

    def among(self, sentences: Sequence[int]) -> "Places":
        """Leave out all sentences but these, which are given in order."""
        return Places(*(tuple(_common(row, sentences)) for row in (self.mentioned, self.named)))


class Sentences:
    """The sentences of one document, and what may be cited of them."""

    def __init__(self, text: str, spans: Iterable[Span]) -> None:
        self._text = text
        self._spans = list(spans)
        self._starts = [span.start for span in self._spans]

    def number(self, position: int) -> int:
        """Return the number of the sentence in which a character stands."""
        return bisect_right(self._starts, position) - 1

    def places(self, mentions: Sequence[Mention]) -> Places:
        """Find the sentences that mention an entity."""
        names = naming_texts(mention.text for mention in mentions)
        mentioned = {self.number(mention.span.start) for mention in mentions}
        named = {self.number(mention.span.start) for mention in mentions if mention.text in names}
        return Places(tuple(sorted(mentioned)), tuple(sorted(named)))

    def citable(self, number: int) -> Span:
        """Return a sentence without the white space that it ends with."""
        span = self._spans[number]
        stripped = self._text[span.start : span.end].rstrip()
        # No span may be empty, and a sentence of white space alone would be.
        return Span(span.start, span.start + max(1, len(stripped)))

    def showing(
        self, subject: Places, object_: Places, attention: Mapping[Span, float]
    ) -> tuple[Span, ...]:
        """Return the sentences to cite for a fact, in order of the text; none if none show it.

        They are looked for where the model read the fact. Only if they are not there, the names
        may come from elsewhere in the document.

        Args:
            subject: Where the subject is mentioned.
            object_: Where the object is mentioned.
            attention: The sentences that the model read the fact in, each with the share of its
                attention that fell on it.
        """
        # By number: a window may cut a sentence short, and its span is then another one.
        share = {self.number(span.start): seen for span, seen in attention.items()}
        read = sorted(share)
        chosen = choose(subject.among(read), object_.among(read), share)
        chosen = chosen or choose(subject, object_, share)
        return tuple(self.citable(number) for number in chosen)


def choose(subject: Places, object_: Places, attention: Mapping[int, float]) -> tuple[int, ...]:
    """Choose the sentences that show a fact best, at most three, in order; none if none do.

    In this order: one sentence that names both ends; a sentence that mentions both, with the
    nearest ones that name whom its pronouns stand for; a sentence that names one end and the
    nearest that names the other. Of several, those that lie nearest together, then those which the
    model attended to most, then the first.
    """
    if not subject.named or not object_.named:
        return ()
    # A weaker kind of evidence is looked for only if there is none of the kind before it.
    alone: list[tuple[int, ...]] = [(number,) for number in _common(subject.named, object_.named)]
    return min(
        alone
        or list(_completed(subject, object_))
        or list(_nearest_pairs(subject.named, object_.named)),
        key=lambda numbers: (
            numbers[-1] - numbers[0],
            -sum(attention.get(number, 0.0) for number in numbers),
            numbers,
        ),
    )


def _completed(subject: Places, object_: Places) -> Iterator[tuple[int, ...]]:
    """Yield each sentence that mentions both ends, with sentences that name them."""
    for number in _common(subject.mentioned, object_.mentioned):
        naming = {_antecedent(number, subject.named), _antecedent(number, object_.named)}
        yield tuple(sorted({number} | naming))


def _antecedent(number: int, named: Sequence[int]) -> int:
    """Return the last sentence up to this one that names an entity, or else the first after it."""
    return named[max(0, bisect_right(named, number) - 1)]


def _nearest_pairs(left: Sequence[int], right: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Pair each number of one list with its neighbours in the other, on either side."""
    for number in left:
        place = bisect_left(right, number)
        for neighbour in right[max(0, place - 1) : place + 1]:
            yield tuple(sorted((number, neighbour)))


def _common(left: Sequence[int], right: Sequence[int]) -> list[int]:
    return sorted(set(left).intersection(right))
