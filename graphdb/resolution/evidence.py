"""What documents say of a name: where it stands, in which facts, what it is said to be; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from graphdb.resolution.names import Name, name

PLACES = frozenset(("Location", "Country", "Place", "GPE", "LOC"))
"""Entity types of places: "Dutch" and "the Netherlands" may be two names of one of them, and many
people have a place in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenFact:
    """A fact in which a name stands, as one document states it."""

    document: str
    type: str
    is_subject: bool
    """Whether the name is the fact's subject."""
    other: str
    """The key that the other end was read as."""
    other_name: str = ""
    other_type: str = ""
    """The entity type of the other end."""
    confidence: float = 1.0
    edtf: str | None = None
    """The date, if the other end is one."""
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Equation:
    """That documents have another name in brackets behind a name, or before it."""

    text: str
    """The other name."""
    documents: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class NameEvidence:
    """All that is known of one name of a type, whatever it was merged with."""

    key: str
    type: str
    texts: tuple[str, ...]
    """What the key was computed from, the best first."""
    documents: frozenset[str] = frozenset()
    facts: tuple[SeenFact, ...] = ()
    equated: Mapping[str, Equation] = field(default_factory=dict)
    """What documents say of it as "X (Y)" or "Y (X)", by the other's key."""
    known: frozenset[str] = frozenset()
    """Entries of lists of names of which this is a name, as `LIST:ENTRY`."""

    @property
    def names(self) -> list[Name]:
        """Its texts taken apart."""
        return [name(self.type, text) for text in self.texts]

    @property
    def neighbours(self) -> frozenset[tuple[str, bool, str]]:
        """What it has facts with, and which."""
        return frozenset((fact.type, fact.is_subject, fact.other) for fact in self.facts)


# Between two names: one bracket that opens, and maybe a quote: `Nordic Rail ("NR")`.
_BETWEEN = re.compile(r"\s*[(（]\s*[\"'“”]?")
# Behind the second name the bracket ends, or its first part does: "(NRA; founded in 1901)".
# "Acme (Ghent office)" does not match: there the bracket goes on.
_BEHIND = re.compile(r"[\"'“”]?\s*[)）;]")


def equations(
    text: str, mentions: Iterable[tuple[int, int, str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the keys of which a text says "X (Y)", where both are names of one type.

    Args:
        text: Of a document or a chunk.
        mentions: Start, end, type and key of each.
    """
    by_start: dict[int, list[tuple[int, str, str]]] = {}
    all_mentions = sorted(mentions)
    for start, end, type_, key in all_mentions:
        by_start.setdefault(start, []).append((end, type_, key))
    for _, end, type_, key in all_mentions:
        between = _BETWEEN.match(text, end)
        if not between:
            continue
        for other_end, other_type, other in by_start.get(between.end(), ()):
            # Names of two types are no equation: "Marie Curie (Warsaw)" says where she was born.
            if other_type == type_ and other != key and _BEHIND.match(text, other_end):
                yield key, other
