"""Names that hang together, followed through the graph from those that have changed."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from graphdb.identity import RESOLUTION, Decision, ends
from graphdb.ontology import Ontology
from graphdb.resolution.evidence import NameEvidence
from graphdb.resolution.records import Records
from graphdb.resolution.resolving import Decided, Findings, resolve_names
from graphdb.resolution.weighing import Cutoffs, Judgement, judge, likeness_of

Pair = frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Two names of which a person is to say whether they mean one thing."""

    type: str
    one: str
    other: str
    one_key: str
    """Of the entity that the name is part of."""
    other_key: str
    score: float
    reason: str


@dataclass(slots=True)
class Neighbourhood:
    """Names with all that hangs together with them by sure pairs and by decisions.

    It is closed: what is found of its names does not depend on any name outside.
    """

    records: Records
    decisions: Collection[Decision]
    ontology: Ontology
    cutoffs: Cutoffs
    names: set[str] = field(default_factory=set)
    """The keys of all names in it, those that no document has any more included."""
    pairs: set[tuple[str, str]] = field(default_factory=set)

    def add(self, keys: Iterable[str]) -> None:
        """Take in names, and whatever they lead to."""
        partners = self._partners()
        waiting = set(keys)
        while waiting:
            self.names |= waiting
            # Where a decision joined two names, both are weighed anew. Without the other name, a
            # decision that no longer holds could not be withdrawn.
            further = set().union(*(partners.get(key, ()) for key in waiting))
            pairs = self._alike(self.records.beside(waiting)) - self.pairs
            # One read for all names beside; `_is_sure` then finds each of them in memory.
            self.records.evidence({key for pair in pairs for key in pair})
            for pair in pairs:
                # Only a sure pair leads further. An unsure pair joins nothing by itself, so
                # what lies behind it cannot change the outcome for the names in here.
                if self._is_sure(*pair):
                    further |= set(pair)
            # Unsure pairs are kept: a person is asked about them, and averages count them.
            self.pairs |= pairs
            waiting = further - self.names

    def _alike(self, beside: dict[str, set[str]]) -> set[tuple[str, str]]:
        """Return the pairs of names beside each other that have something in common.

        Most have not. What they are called tells, and so what documents say of them is not read.
        """
        named = self.records.sketches({each for others in beside.values() for each in others})
        evidence_by_key = self.records.evidence(beside)
        # A set, because two names that are new are beside each other twice.
        pairs = {
            (key, other) if other not in evidence_by_key or key < other else (other, key)
            for key in evidence_by_key
            for other in beside[key] & named.keys()
        }
        return {
            (min(pair), max(pair))
            for pair in pairs
            if likeness_of(evidence_by_key[pair[0]], named[pair[1]])
        }

    def _partners(self) -> dict[str, set[str]]:
        """Return what decisions say of each name to be one with it."""
        partners: dict[str, set[str]] = {}
        for decision in self.decisions:
            if decision.kind == "same":
                one, other = ends(decision, self.ontology.entity_types)
                partners.setdefault(one, set()).add(other)
                partners.setdefault(other, set()).add(one)
        return partners

    def _is_sure(self, one: str, other: str) -> bool:
        evidence = self.records.evidence((one, other))
        if len(evidence) < 2:  # no document has one of the names any more
            return False
        judgement = judge(evidence[one], evidence[other], self.ontology.functional_types)
        return bool(judgement and judgement.band(self.cutoffs) == "keep")

    def findings(self) -> Findings:
        """Return what its names come to."""
        # The far end of an unsure pair is no name in here, but the pair is weighed all the same.
        beside = {key for pair in self.pairs for key in pair}
        return resolve_names(
            self.records.evidence(self.names | beside),
            self.pairs,
            self.ontology.functional_types,
            self._decided(),
            self.cutoffs,
        )

    def _decided(self) -> Decided:
        """Return what people decided."""
        same, distinct, one_thing = set[Pair](), set[Pair](), set[str]()
        for decision in self.decisions:
            if decision.is_by_resolution:
                continue
            one, other = ends(decision, self.ontology.entity_types)
            if decision.kind in ("apart", "whole"):
                one_thing.add(one)  # a person has said in which documents, or that there are none
            elif decision.kind == "same":
                same.add(frozenset((one, other)))
            else:
                distinct.add(frozenset((one, other)))
        return Decided(
            same=frozenset(same), distinct=frozenset(distinct), one_thing=frozenset(one_thing)
        )

    def is_about(self, decision: Decision) -> bool:
        """Say whether a decision is about names in it."""
        one, other = ends(decision, self.ontology.entity_types)
        # The second end of "apart" is the key of the other thing, and not of a name.
        return one in self.names or (decision.kind != "apart" and other in self.names)

    def decided(self, findings: Findings, at: datetime) -> Iterator[Decision]:
        """Yield the decisions that findings about its names amount to."""
        when = at.isoformat(timespec="seconds")
        for merge in findings.merges:
            yield Decision(
                kind="same",
                type=self._evidence(merge.one).type,
                one=self.text(merge.one),
                other=self.text(merge.other),
                by=RESOLUTION,
                at=when,
                reason=merge.reason,
                score=merge.score,
            )
        for key, namesakes in findings.namesakes.items():
            # Names at the far end of a pair have namesakes, too. These are decided when those names
            # are weighed themselves.
            for namesake in namesakes if key in self.names else ():
                yield Decision(
                    kind="apart",
                    type=self._evidence(key).type,
                    one=self.text(key),
                    other=namesake.told_by,
                    by=RESOLUTION,
                    at=when,
                    reason=namesake.why,
                    documents=tuple(sorted(namesake.documents)),
                )

    def for_a_person(self, findings: Findings) -> list[Judgement]:
        """Return the pairs of its names that a person is to judge, the likeliest first."""
        return [
            judgement
            for judgement in findings.review
            if not self.names.isdisjoint((judgement.one, judgement.other))
        ]

    def question(self, judgement: Judgement) -> Question:
        """Return a pair as it is put to a person."""
        return Question(
            type=self._evidence(judgement.one).type,
            one=self.text(judgement.one),
            other=self.text(judgement.other),
            one_key=self.records.clusters.key(judgement.one),
            other_key=self.records.clusters.key(judgement.other),
            score=judgement.score,
            reason=judgement.reason,
        )

    def text(self, key: str) -> str:
        """Return the best text of a name."""
        return self._evidence(key).texts[0]

    def _evidence(self, key: str) -> NameEvidence:
        return self.records.evidence((key,))[key]
