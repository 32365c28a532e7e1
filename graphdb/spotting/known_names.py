"""The names of a catalogue, and where they stand in a text.

All names are looked for at once (Aho and Corasick, "Efficient string matching", 1975), so that a
text takes as long with a million names as with ten.
"""

import hashlib
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Self

from extractors.facts import Span
from graphdb.spotting.borders import is_whole
from graphdb.spotting.sightings import Sighting, Sureness, sureness

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

VERSION = 1
"""Of what counts as a name in a text; with another one every document is written anew."""

# Characters that a writer takes for one another, each in the place of one: offsets stay.
_SAME = str.maketrans(
    dict.fromkeys("‘’‛′´＇ʼ", "'") | dict.fromkeys("“”„‟″＂", '"') | dict.fromkeys("‐‑‒–−－", "-")
)
_SPACE = re.compile(r"\s")
_HALF_A_PAIR = re.compile("[\ud800-\udfff]")
"""What is no character by itself, and what the automaton would refuse."""


@dataclass(frozen=True, slots=True)
class KnownName:
    """A name of a thing of a catalogue."""

    type: str
    text: str
    ids: frozenset[str]
    """Of the things in the catalogue that have it."""


@dataclass(frozen=True)
class KnownNames:
    """The names of a catalogue.

    A name is found with its capitals and no others. One that the catalogue has without any capital
    ("aspirin") is a word of which capitals say nothing, so it is found with them, too.
    """

    names: tuple[KnownName, ...]
    case_counts: frozenset[str] = field(default=frozenset())
    """Types of which a capital makes another name."""

    @classmethod
    def of(cls, names: Iterable[KnownName], case_counts: Iterable[str] = ()) -> Self | None:
        """Return names to be looked for; None if there are none."""
        known = tuple(names)
        return cls(known, frozenset(case_counts)) if known else None

    @cached_property
    def digest(self) -> str:
        """Identify what they find in any text."""
        rows = sorted([name.type, name.text, *sorted(name.ids)] for name in self.names)
        said = json.dumps([VERSION, rows, sorted(self.case_counts)])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:12]

    def sightings(self, text: str, language: str = "") -> list[Sighting]:
        """Return where names stand in a text as whole words, overlapping ones included."""
        found: defaultdict[tuple[Span, str], list[KnownName]] = defaultdict(list)
        for span, name in self._places(text):
            if is_whole(text, span.start, span.end):
                found[span, name.type].append(name)
        n_types: defaultdict[Span, int] = defaultdict(int)
        for span, _ in found:
            n_types[span] += 1
        return [
            Sighting(
                span=span,
                type=type_,
                # Two spellings may be one here, such as those of small letters.
                name=min(name.text for name in names),
                ids=frozenset().union(*(name.ids for name in names)),
                sureness=(
                    # Of a person and a town with one name, nobody can tell which is meant.
                    Sureness.AS_READ
                    if n_types[span] > 1
                    else sureness(
                        *(text, span, language),
                        has_capitals=not any(name.text.islower() for name in names),
                    )
                ),
            )
            for (span, type_), names in sorted(found.items())
        ]

    def _places(self, text: str) -> Iterator[tuple[Span, KnownName]]:
        plain = _plain(text)
        for is_lowered, (automaton, names) in self._automata.items():
            searched = _lowered(plain) if is_lowered else plain
            for index, start, end in automaton.find_matches_as_indexes(searched, overlapping=True):
                for name in names[index]:
                    yield Span(start, end), name

    @cached_property
    def _automata(self) -> dict[bool, tuple["AhoCorasick", list[list[KnownName]]]]:
        """What finds names as they are written, and names of small letters however written."""
        # Most processes import this module and look for nothing.
        from ahocorasick_rs import AhoCorasick, MatchKind

        by_pattern: dict[bool, dict[str, list[KnownName]]] = {False: {}, True: {}}
        for name in self.names:
            is_lowered = name.type not in self.case_counts and name.text.islower()
            for pattern in _patterns(name.text):
                by_pattern[is_lowered].setdefault(pattern, []).append(name)
        return {
            is_lowered: (
                AhoCorasick(list(patterns), matchkind=MatchKind.Standard),
                list(patterns.values()),
            )
            for is_lowered, patterns in by_pattern.items()
            if patterns
        }


def _patterns(name: str) -> set[str]:
    """Return a name as texts may have it: accents as letters of their own, or not."""
    text = " ".join(name.split())
    return {_plain(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")} - {""}


def _plain(text: str) -> str:
    """Return a text with one kind of space, hyphen and quote, each character in its place."""
    return _SPACE.sub(" ", _HALF_A_PAIR.sub("\ufffd", text.translate(_SAME)))


def _lowered(text: str) -> str:
    """Return a text in small letters, each in its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    # "İ" becomes two characters; it is left as it is.
    return "".join(small if len(small := each.lower()) == 1 else each for each in text)
