"""What an inference has done: to which facts, for the strata that follow, and how much in all."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from graphdb.inference.values import Fact


@dataclass(slots=True)
class Outcome:
    """What has happened to facts, by type; what later strata follow."""

    is_followed: bool = True
    """Whether later strata ask. Where everything is looked at anyway, nothing is remembered."""
    added: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Facts whose confidence may be another now."""
    removed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Subject and object of all these facts."""

    def touched(self, type_: str) -> set[str]:
        """Return all facts of a type that have come, gone or changed."""
        return self.added[type_] | self.changed[type_] | self.removed[type_]

    def note_added(self, facts: Iterable[Fact]) -> None:
        """Remember facts that are new; one that went before has changed, for what follows it."""
        for fact in facts if self.is_followed else ():
            self.ends[fact.key] = (fact.subject, fact.object)
            # A later stratum would delete what cites a removed fact, and this one is there again.
            if fact.key in self.removed[fact.type]:
                self.removed[fact.type].discard(fact.key)
                self.changed[fact.type].add(fact.key)
            self.added[fact.type].add(fact.key)

    def note_changed(self, facts: Iterable[Fact]) -> None:
        """Remember facts whose confidence is another now."""
        for fact in facts if self.is_followed else ():
            self.ends[fact.key] = (fact.subject, fact.object)
            self.changed[fact.type].add(fact.key)

    def note_removed(self, facts: Iterable[Fact]) -> None:
        """Remember facts that are gone."""
        for fact in facts if self.is_followed else ():
            self.ends[fact.key] = (fact.subject, fact.object)
            self.removed[fact.type].add(fact.key)


@dataclass(slots=True)
class Counts:
    """How much an inference has written so far."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    derivations: int = 0
    loops: set[tuple[str, str]] = field(default_factory=set)
    """Types and entities, where a rule would conclude something of an entity about itself."""


class Journal(Protocol):
    """Is told of each fact that an inference adds or takes away, in the order of its doing."""

    def added(self, facts: Iterable[Fact]) -> None:
        """Take in facts that were not in the graph, or were withdrawn before."""

    def removed(self, facts: Iterable[Fact]) -> None:
        """Take in facts that were in the graph and lost their support."""
