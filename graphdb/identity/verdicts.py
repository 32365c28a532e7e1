"""What people said of facts: this one is right, this one is wrong; pure.

A verdict names types and names, not keys: so it outlives models, rebuilds and versions of
normalisation, as decisions about names do. A fact that somebody called wrong, in whichever way, is
not in the graph: whatever documents state it, and whatever rules conclude it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from graphdb.identity.decisions import ALONE, Clusters
from graphdb.identity.entities import BY_NAME, Policy, identity
from graphdb.identity.keys import fact_key, hashed
from graphdb.identity.normalisation import normalised_name

VerdictKind = Literal["right", "wrong", "wrong_type", "wrong_ends"]
WHOLE_KEY = 32
"""Hexadecimal digits of a key; a shorter one begins the keys that a name has in documents."""

_SAID: Mapping[VerdictKind, str] = {
    "right": "is right",
    "wrong": "is wrong",
    "wrong_type": "is of the wrong type",
    "wrong_ends": "has the wrong ends",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a person said of a fact between two names."""

    kind: VerdictKind
    type: str
    subject: str
    subject_type: str
    object: str
    object_type: str
    by: str = ""
    at: str = ""
    """When, in ISO 8601."""
    reason: str = ""

    @property
    def key(self) -> str:
        """The key of the fact's names: a later verdict about them takes the place of this one."""
        names = map(normalised_name, (self.subject, self.object))
        return hashed("verdict", self.subject_type, self.type, self.object_type, *names)

    @property
    def denies(self) -> bool:
        """Whether the fact has to go."""
        return self.kind != "right"

    def __str__(self) -> str:
        who = f" (said by {self.by})" if self.by else ""
        return f"{self.subject} {self.type} {self.object} {_SAID[self.kind]}{who}"


@dataclass(frozen=True, slots=True)
class Denials:
    """Which facts people called wrong, by the keys that their ends have by decisions."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Types of facts by their key, as far as the names alone say what the key is."""
    _within_documents: tuple[tuple[str, str, str], ...] = ()
    """Facts of which an end means something within its document only: it begins with this."""

    @classmethod
    def of(
        cls, verdicts: Iterable[Verdict], clusters: Clusters, policies: Mapping[str, Policy]
    ) -> Self:
        """Return what verdicts deny."""
        keys: dict[str, str] = {}
        within: list[tuple[str, str, str]] = []
        for verdict in verdicts:
            if not verdict.denies:
                continue
            for subject, object_ in meant(verdict, clusters, policies):
                # Half a key is what all keys of a name begin with; which documents have it is not
                # known here, so no whole key of a fact can be computed.
                if len(subject) < WHOLE_KEY or len(object_) < WHOLE_KEY:
                    within.append((subject, verdict.type, object_))
                else:
                    keys[fact_key(subject, verdict.type, object_)] = verdict.type
        return cls(keys, tuple(within))

    def has(self, subject: str, type_: str, object_: str) -> bool:
        """Say whether somebody called a fact between these entities wrong."""
        # Asked for every relation of every document: where nobody judged, no key is computed.
        if not (self.keys or self._within_documents):
            return False
        if fact_key(subject, type_, object_) in self.keys:
            return True
        return any(
            type_ == denied and _is(subject, one) and _is(object_, other)
            for one, denied, other in self._within_documents
        )


NOTHING_DENIED = Denials()


def meant(
    verdict: Verdict, clusters: Clusters = ALONE, policies: Mapping[str, Policy] | None = None
) -> list[tuple[str, str]]:
    """Return the pairs of entities that a verdict is about, by key, or by how the key begins."""
    ends = []
    for type_, name in (
        (verdict.subject_type, verdict.subject),
        (verdict.object_type, verdict.object),
    ):
        read_as = identity(type_, (policies or {}).get(type_, BY_NAME), name).key
        # A name may mean several namesakes, and the verdict names no document: it is about all.
        ends.append(sorted(clusters.entities_of(read_as)))
    return [(subject, object_) for subject in ends[0] for object_ in ends[1]]


def _is(key: str, end: str) -> bool:
    return key == end or (len(end) < WHOLE_KEY and key.startswith(end))
