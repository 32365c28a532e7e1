"""What was decided about names: these are one thing, these are distinct, this one is several; pure.

A decision names a type and names, not keys: so it outlives models, rebuilds and versions of
normalisation. What follows from many decisions is a function of them alone, whatever their order.

    same       two names mean one thing
    distinct   two names mean two things
    apart      in some documents a name means another thing than elsewhere
    whole      a name means one thing, whatever documents say of it
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from graphdb.identity.components import components
from graphdb.identity.entities import BY_NAME, Policy, identity
from graphdb.identity.keys import hashed
from graphdb.identity.normalisation import normalised_name

RESOLUTION = "resolve"
"""Who decided what resolution found; every other decision is a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """That two names of one type mean one thing, or two; or that one name means several."""

    kind: Literal["same", "distinct", "apart", "whole"]
    type: str
    one: str
    other: str = ""
    """The other name; of `apart`, what the other thing is told by; of `whole`, nothing."""
    by: str = ""
    at: str = ""
    """When, in ISO 8601."""
    reason: str = ""
    score: float | None = None
    """How likely resolution took it to be; nothing if a person decided."""
    documents: tuple[str, ...] = ()
    """Of `apart`, the documents in which the name means the other thing."""

    @property
    def key(self) -> str:
        """The key of the pair: a later decision about it takes the place of this one."""
        if self.kind == "apart":
            return hashed("apart", self.type, normalised_name(self.one), self.other)
        if self.kind == "whole":
            return hashed("whole", self.type, normalised_name(self.one))
        return hashed("decision", self.type, *sorted(map(normalised_name, (self.one, self.other))))

    @property
    def is_by_resolution(self) -> bool:
        """Whether nobody decided it but resolution, which may find otherwise tomorrow."""
        return self.by == RESOLUTION

    def __str__(self) -> str:
        who = f", decided by {self.by}" if self.by else ""
        if self.kind == "apart":
            n = len(self.documents)
            documents = f"{n} document" if n == 1 else f"{n} documents"
            return f"{self.one} is another in {documents}: {self.other} ({self.type}{who})"
        if self.kind == "whole":
            return f"{self.one} is one thing ({self.type}{who})"
        verb = "is" if self.kind == "same" else "is not"
        return f"{self.one} {verb} {self.other} ({self.type}{who})"


@dataclass(frozen=True, slots=True)
class Clusters:
    """Which keys mean one thing by decisions; every other key means a thing of its own."""

    _key_by_member: Mapping[str, str] = field(default_factory=dict)
    _members_by_key: Mapping[str, frozenset[str]] = field(default_factory=dict)
    _apart: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """The key of what a name means in a document, by name and document."""
    _name_by_apart: Mapping[str, str] = field(default_factory=dict)
    _apart_by_name: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, decisions: Iterable[Decision], policies: Mapping[str, Policy]) -> Self:
        """Return the clusters that decisions make; the least key of each stands for all."""
        links: list[frozenset[str]] = []
        apart: dict[tuple[str, str], str] = {}
        name_by_apart: dict[str, str] = {}
        # By key, so that two decisions about one document and one name always end the same way.
        for decision in sorted(decisions, key=lambda each: each.key):
            one, other = ends(decision, policies)
            if decision.kind == "same":
                links.append(frozenset((one, other)))
            elif decision.kind == "apart":
                apart |= {(one, document): other for document in decision.documents}
                name_by_apart[other] = one
        key_by_member: dict[str, str] = {}
        members_by_key: dict[str, frozenset[str]] = {}
        for members in components(frozenset().union(*links), links):
            # The least key, and not the first that was decided: the order of decisions must not
            # matter.
            key = min(members)
            members_by_key[key] = members
            key_by_member |= dict.fromkeys(members, key)
        apart_by_name: dict[str, frozenset[str]] = {}
        for other, one in name_by_apart.items():
            apart_by_name[one] = apart_by_name.get(one, frozenset()) | {other}
        return cls(key_by_member, members_by_key, apart, name_by_apart, apart_by_name)

    def key(self, read_as: str, document_id: str = "") -> str:
        """Return the key that stands for what was read under this one, in a document if given."""
        # A namesake is a thing of its own, whatever the name was merged with elsewhere.
        of_document = self._apart.get((read_as, document_id))
        return of_document or self._key_by_member.get(read_as, read_as)

    def members(self, key: str) -> frozenset[str]:
        """Return all keys that this one stands for, itself included."""
        return self._members_by_key.get(key) or frozenset((key,))

    def named_by(self, key: str) -> frozenset[str]:
        """Return the keys that the names of an entity have: of its members, or of its namesakes."""
        name = self._name_by_apart.get(key)
        return frozenset((name,)) if name else self.members(key)

    def entities_of(self, read_as: str) -> frozenset[str]:
        """Return the keys of all that a name means, in whichever document."""
        return self._apart_by_name.get(read_as, frozenset()) | {self.key(read_as)}


ALONE = Clusters()


def ends(decision: Decision, policies: Mapping[str, Policy]) -> tuple[str, str]:
    """Return the keys that a decision is about."""
    policy = policies.get(decision.type, BY_NAME)
    one = identity(decision.type, policy, decision.one).key
    # What the namesake is told by, and not its documents: these may change from night to night.
    if decision.kind == "apart":
        return one, hashed("apart", one, decision.other)
    if decision.kind == "whole":
        return one, one
    return one, identity(decision.type, policy, decision.other).key


def contradicted(decisions: Iterable[Decision], policies: Mapping[str, Policy]) -> Decision | None:
    """Return a decision that two things are distinct where others make them one, if any."""
    all_decisions = list(decisions)
    clusters = Clusters.of(all_decisions, policies)
    for decision in all_decisions:
        one, other = ends(decision, policies)
        if decision.kind == "distinct" and clusters.key(one) == clusters.key(other):
            return decision
    return None


def decisions_about(
    decisions: Iterable[Decision], key: str, policies: Mapping[str, Policy]
) -> list[Decision]:
    """Return the decisions about the names of an entity, in their order."""
    all_decisions = list(decisions)
    clusters = Clusters.of(all_decisions, policies)
    # The key itself, too: of a namesake it is the second end of the decision that made it.
    names = clusters.named_by(key) | {key}
    return [each for each in all_decisions if names & set(ends(each, policies))]
