"""What documents say of a name: where it stands, in which facts, what it is said to be; pure."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from graphdb.resolution.names import Name, name

PEOPLES = "peoples:"
"""What entries of the list of countries begin with that say of a name that it is a word for the
people: "Canadian" is Canada in one text, and its citizens in another."""


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
    is_alias: bool = False
    """Whether some document says in words that it is another name: "formerly", "also known as"."""


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


LONGEST_SAID = 28
"""Characters that may stand between a name and another one that it is said to have."""
ALIAS_WORDS = (
    "called", "known as", "named", "formerly", "previously", "née", "nee ", "né ", "born",
    "alias", "aka", "a.k.a", "nicknamed", "dubbed", "now ", "originally",
)  # fmt: skip
"""One of these stands between, where it is said in words."""
# Between two names: one bracket that opens, and maybe a quote: `Nordic Rail ("NR")`.
_BETWEEN = re.compile(r"\s*[(（]\s*[\"'“”]?")
# Or words that say it, in brackets or behind a comma: "Elton John, born Reginald Dwight".
_SAID = re.compile(
    r"\s*(?:[(（]|,|—|–)?\s*(?:(?:also|formerly|previously|now|better|originally|once|later|often|"
    r"sometimes|commonly|popularly|or|who was|which was|was|is)\s+)*"
    r"(?:known as|called|named|née|nee|né|born(?: as)?|alias|aka|a\.k\.a\.?|nicknamed|dubbed|"
    r"formerly|previously|originally|now)\s+[\"'“”]?",
    re.IGNORECASE,
)
# Behind the second name the bracket ends, or its first part does: "(NRA; founded in 1901)".
# "Acme (Ghent office)" does not match: there the bracket goes on.
_BEHIND = re.compile(r"[\"'“”]?\s*[)）;]")
# Where no bracket opened, the second name ends with a sign or before a verb.
_BEHIND_SAID = re.compile(r"[\"'“”]?\s*(?:[)）;,.]|$|(?:is|was|has|had|will)\b)")


def equations(
    text: str, mentions: Iterable[tuple[int, int, str, str]]
) -> Iterator[tuple[str, str, bool]]:
    """Yield the keys of which a text says "X (Y)", and whether in words: "X, formerly Y".

    Both are names of one type.

    Args:
        text: Of a document or a chunk.
        mentions: Start, end, type and key of each.
    """
    by_start: dict[int, list[tuple[int, str, str]]] = {}
    all_mentions = sorted(mentions)
    for start, end, type_, key in all_mentions:
        by_start.setdefault(start, []).append((end, type_, key))
    for _, end, type_, key in all_mentions:
        said = _SAID.match(text, end, end + LONGEST_SAID)
        between = said or _BETWEEN.match(text, end)
        if not between:
            continue
        behind = _BEHIND_SAID if said else _BEHIND
        for other_end, other_type, other in by_start.get(between.end(), ()):
            # Names of two types are no equation: "Marie Curie (Warsaw)" says where she was born.
            if other_type == type_ and other != key and behind.match(text, other_end):
                yield key, other, said is not None
