"""The second phase of a stratum: what follows from what is new, round by round.

The rules are asked what follows from what the last round added, until that is nothing. Whatever is
asked about is written before, and so is what came before it, so that the graph itself answers.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from sys import intern
from typing import Self, TypeVar

from graphdb.identity import fact_key
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.limits import Limits
from graphdb.inference.outcome import Counts
from graphdb.inference.questions import Answer, from_premise
from graphdb.inference.store import Asked
from graphdb.inference.support import Support
from graphdb.inference.values import Derivation, Fact
from graphdb.rules import Rule

KeysByType = dict[str, list[str]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grown:
    """What one step of growth has to have written: facts before derivations."""

    new: list[Fact]
    now_direct: list[Fact]
    """Facts of the graph that are no longer indirect."""
    derivations: list[Derivation]


@dataclass(frozen=True, slots=True)
class Fresh:
    """Keys of facts by type, of which has to be asked what follows from them."""

    new: KeysByType = field(default_factory=lambda: defaultdict(list))
    direct: KeysByType = field(default_factory=lambda: defaultdict(list))
    """Facts that are new and direct, or have become direct."""

    @classmethod
    def of(cls, step: Grown) -> Self:
        """Return what a step of growth has made."""
        fresh = cls()
        for fact in step.new:
            fresh.new[fact.type].append(fact.key)
        for fact in (*step.new, *step.now_direct):
            if not fact.is_indirect:
                fresh.direct[fact.type].append(fact.key)
        return fresh

    def take_in(self, other: Self) -> None:
        """Add other facts to these."""
        for mine, more in ((self.new, other.new), (self.direct, other.direct)):
            for type_, keys in more.items():
                mine[type_] += keys

    def __bool__(self) -> bool:
        return bool(self.new or self.direct)


@dataclass(slots=True)
class Round:
    """What a round has made, of which the next one asks what follows from it."""

    early: Fresh = field(default_factory=Fresh)
    """Facts that are written."""
    last: Fresh = field(default_factory=Fresh)
    """Facts that may be on their way to the server."""

    def take_in(self, step: Grown) -> None:
        """Add one step of the round, which has been handed over to be written."""
        # Steps are written one after the other, each when the one before is.
        if fresh := Fresh.of(step):
            self.early.take_in(self.last)
            self.last = fresh

    def __bool__(self) -> bool:
        return bool(self.last)


def consequences(knowledge: Knowledge, made: Round) -> Iterator[tuple[Rule, Answer]]:
    """Yield what the rules conclude from facts that are new, or newly direct.

    Questions about the early ones do not wait for the last ones to be written: what follows from
    one of each is answered when it is asked about the last.
    """
    written = knowledge.store.handed_over()

    def questions() -> Iterator[Asked[Rule]]:
        for fresh, after in ((made.early, None), (made.last, written)):
            for rule in knowledge.rules.values():
                for place, variable in enumerate(rule.premises):
                    # Semi-naive: what is new has a new premise, so each place is asked in turn.
                    steps_over = place in knowledge.direct_premises[rule.name]
                    facts = fresh.direct if steps_over else fresh.new
                    if keys := facts.get(rule.premise_types[place]):
                        yield rule, from_premise(rule, variable), keys, after

    return knowledge.store.all_answers(questions())


def in_parts(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of so many things, at least one list, which may be empty."""
    iterator = iter(things)
    part = list(islice(iterator, size))
    yield part
    while part := list(islice(iterator, size)):
        yield part


def add(
    knowledge: Knowledge,
    support: Support,
    answers: Iterable[tuple[Rule, Answer]],
    limits: Limits,
    counts: Counts,
) -> None:
    """Remember what rules concluded, unless it is remembered, and let it support its conclusions.

    Raises:
        LimitReachedError: It would be too much; then none of it is remembered.
    """
    concluded = list(_concluded(knowledge, answers, counts))
    keys_by_type: dict[str, set[str]] = defaultdict(set)
    for rule, _, key in concluded:
        keys_by_type[rule.conclusion.type].add(key)
    knowledge.look_up_facts(keys_by_type)
    # Where the conclusion is in the graph, the derivation may be there, too.
    knowledge.look_up_derivations(
        key for _, _, key in concluded if knowledge.values[key] is not None
    )
    accepted = [
        (rule, answer, key) for rule, answer, key in concluded if _stands(knowledge, rule, answer)
    ]
    # Before any fact is weighed: what is too much leaves no trace in others.
    new_facts = {key: rule.name for rule, _, key in accepted if key not in knowledge.facts}
    limits.allow(Counter(new_facts.values()))
    added = []
    for rule, answer, key in accepted:
        if key not in knowledge.facts:
            knowledge.new_fact(key, answer.subject, rule.conclusion.type, answer.object)
        derivation = Derivation(key, rule.name, answer.premises)
        if knowledge.add_derivation(derivation) is derivation:
            added.append(derivation)
    support.offer(added)
    for derivation in added:
        knowledge.touch(knowledge.facts[derivation.fact])


def _concluded(
    knowledge: Knowledge, answers: Iterable[tuple[Rule, Answer]], counts: Counts
) -> Iterator[tuple[Rule, Answer, str]]:
    """Yield answers with the key of what they conclude, those that conclude nothing left out."""
    for rule, answer in answers:
        if answer.subject == answer.object:
            if f"symmetric {rule.conclusion.type}" not in knowledge.rules:
                counts.loops.add((rule.conclusion.type, answer.subject))
            continue
        key = intern(fact_key(answer.subject, rule.conclusion.type, answer.object))
        # A fact must not be its own premise; it would outlive everything that it followed from.
        if key not in answer.premises and key not in knowledge.denied:
            yield rule, answer, key


def _stands(knowledge: Knowledge, rule: Rule, answer: Answer) -> bool:
    """Say whether all premises of an answer are there, and direct where they must be."""
    values = knowledge.values
    for premise, confidence in zip(answer.premises, answer.confidences, strict=True):
        values.setdefault(premise, confidence)
    if any(values[premise] is None for premise in answer.premises):
        return False
    steps = (answer.premises[place] for place in knowledge.direct_premises[rule.name])
    # A fact that the rule steps over may have become indirect since the answer was given.
    return not any(knowledge.is_indirect(step) for step in steps)


def grown(knowledge: Knowledge, facts: Iterable[Fact]) -> Grown:
    """Return what has to be created now that these facts were settled."""
    new: list[Fact] = []
    now_direct: list[Fact] = []
    derivations: list[Derivation] = []
    for fact in facts:
        if fact.value is None:  # in doubt until the end, and then deleted
            continue
        supports = knowledge.derivations[fact.key].values()
        derivations += [one for one in supports if not one.exists and one.value is not None]
        knowledge.judge_directness(fact)
        if not fact.exists:
            knowledge.name_rule(fact)
            new.append(fact)
        elif fact.was_indirect and not fact.is_indirect:
            now_direct.append(fact)
    return Grown(new, now_direct, derivations)
