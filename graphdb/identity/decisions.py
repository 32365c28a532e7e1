"""What people decided about names: these are one thing, these are distinct; pure.

A decision names a type and two names, not keys: so it outlives models, rebuilds and versions of
normalisation. What follows from many decisions is a function of them alone, whatever their order.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from graphdb.identity.entities import BY_NAME, Policy, identity
from graphdb.identity.keys import hashed
from graphdb.identity.normalisation import normalised_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """That two names of one type mean one thing, or two."""

    kind: Literal["same", "distinct"]
    type: str
    one: str
    other: str
    by: str = ""
    at: str = ""
    """When, in ISO 8601."""
    reason: str = ""

    @property
    def key(self) -> str:
        """The key of the pair: a later decision about it takes the place of this one."""
        return hashed("decision", self.type, *sorted(map(normalised_name, (self.one, self.other))))

    def __str__(self) -> str:
        verb = "is" if self.kind == "same" else "is not"
        who = f", decided by {self.by}" if self.by else ""
        return f"{self.one} {verb} {self.other} ({self.type}{who})"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which keys mean one thing by decisions; every other key means a thing of its own."""

    _key_by_member: Mapping[str, str] = field(default_factory=dict)
    _members_by_key: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision], policies: Mapping[str, Policy]) -> Self:
        """Return the clusters that decisions make; the least key of each stands for all."""
        neighbours: defaultdict[str, set[str]] = defaultdict(set)
        for decision in decisions:
            if decision.kind == "same":
                one, other = ends(decision, policies)
                neighbours[one].add(other)
                neighbours[other].add(one)
        key_by_member: dict[str, str] = {}
        members_by_key: dict[str, frozenset[str]] = {}
        for start in sorted(neighbours):
            if start in key_by_member:
                continue
            members, waiting = {start}, [start]
            while waiting:
                further = neighbours[waiting.pop()] - members
                members |= further
                waiting += further
            members_by_key[start] = frozenset(members)
            key_by_member |= dict.fromkeys(members, start)
        return cls(key_by_member, members_by_key)

    def key(self, read_as: str) -> str:
        """Return the key that stands for what was read under this one."""
        return self._key_by_member.get(read_as, read_as)

    def members(self, key: str) -> frozenset[str]:
        """Return all keys that this one stands for, itself included."""
        return self._members_by_key.get(key) or frozenset((key,))


ALONE = Clusters()


def ends(decision: Decision, policies: Mapping[str, Policy]) -> tuple[str, str]:
    """Return the keys that a decision is about."""
    policy = policies.get(decision.type, BY_NAME)
    return (
        identity(decision.type, policy, decision.one).key,
        identity(decision.type, policy, decision.other).key,
    )


def contradicted(decisions: Iterable[Decision], policies: Mapping[str, Policy]) -> Decision | None:
    """Return a decision that two things are distinct where others make them one, if any."""
    all_decisions = list(decisions)
    clusters = Clusters.of(all_decisions, policies)
    for decision in all_decisions:
        one, other = ends(decision, policies)
        if decision.kind == "distinct" and clusters.key(one) == clusters.key(other):
            return decision
    return None
