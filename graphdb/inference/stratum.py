"""One stratum brought up to date: withdraw what lost its support, then follow what is new.

Every fact leans on its best derivation, and every derivation on its premises; following these
never leads in a circle, because a fact changes what it leans on only for something strictly surer,
and a conclusion is never surer than its premises. So when something goes, exactly the facts that
lean on it, directly or through others, are in doubt. They lose their confidence, all of them,
before any gets one again: none can be rescued by a fact that leans on it. Then the surest
derivation whose premises all stand settles its conclusion, and so on (Knuth's generalisation of
Dijkstra's search to derivations with several premises). What is not settled is deleted.

New facts come after that, in rounds: the rules are asked what follows from what the last round
added.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from itertools import count

from graphdb.identity import fact_key
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.questions import Answer, from_premise
from graphdb.inference.values import Derivation, Fact
from graphdb.rules import Rule


@dataclass(slots=True)
class Outcome:
    """What has happened to facts, by type; what later strata follow."""

    added: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    changed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Facts whose confidence may be another now."""
    removed: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Subject and object of all these facts."""

    def touched(self, type_: str) -> set[str]:
        """Return all facts of a type that have come, gone or changed."""
        return self.added[type_] | self.changed[type_] | self.removed[type_]


class Stratum:
    """Facts of types that are completed together, and the rules that conclude them."""

    def __init__(
        self,
        knowledge: Knowledge,
        types: Set[str],
        outcome: Outcome,
        allow: Callable[[Counter[str]], None],
    ) -> None:
        self.knowledge = knowledge
        self.types = types
        self.outcome = outcome
        self.allow = allow
        """Is told how many facts each rule adds in a round; raises when it is enough."""
        self.loops: set[tuple[str, str]] = set()
        """Types and entities, where a rule would conclude something of an entity about itself."""
        self.n_changed = self.n_derivations = 0
        self.withdrawn: list[Fact] = []
        """Facts that were in the graph and lost their support."""
        self.written: list[Fact] = []
        """Facts that were not in the graph, or withdrawn before."""
        self.broken: dict[str, Fact] = {}
        self.touched: dict[str, Fact] = {}
        self.fresh: dict[str, Fact] = {}
        """Facts touched since the last round was written."""
        self._direct_premises = {
            rule.name: rule.direct_premises for rule in knowledge.rules.values()
        }
        self.void: list[Derivation] = []
        self.deleted: list[Fact] = []
        self.gained: list[Fact] = []
        """Facts that have become direct since the last round."""
        self._heap: list[tuple[float, int, Derivation]] = []
        self._number = count()

    def touch(self, fact: Fact) -> None:
        """Note that something about a fact may have to be written."""
        self.touched[fact.key] = self.fresh[fact.key] = fact

    # Withdrawal.

    def withdraw(self, derivations: Iterable[Derivation], premises: Iterable[str]) -> None:
        """Follow what has become of premises, and of derivations, to the end."""
        self.doubt(derivations, premises)
        while True:
            self.settle()
            lost = self.sweep()
            if not lost:
                break
            self.doubt(lost, ())
        self.write_withdrawal()

    def doubt(self, derivations: Iterable[Derivation], premises: Iterable[str]) -> None:
        """Take its confidence from every fact that leans on what is no longer as it was."""
        several = list(derivations)
        frontier = list(premises)
        while several or frontier:
            self.knowledge.look_up_uses(frontier)
            uses = (use for premise in frontier for use in self.knowledge.uses[premise])
            several = list(dict.fromkeys([*several, *uses]))
            self.knowledge.look_up_ends(several)
            frontier = [fact.key for each in several if (fact := self.reconsider(each))]
            self.knowledge.look_up_derivations(frontier)
            several = []
        alternatives = [
            each for key in self.broken for each in self.knowledge.derivations[key].values()
        ]
        self.knowledge.look_up_ends(alternatives)
        self.offer(alternatives)

    def reconsider(self, derivation: Derivation) -> Fact | None:
        """Weigh a derivation again; return its conclusion if that has just lost its support."""
        knowledge = self.knowledge
        fact = knowledge.facts.get(derivation.fact)
        if fact is None:  # deleted with an entity; so are the derivation's premises
            derivation.is_void = True
            return None
        self.touch(fact)
        derivation.value = knowledge.worth(derivation)
        leans = derivation.is_best and not fact.is_stated and fact.value is not None
        if leans and (derivation.value is None or derivation.value < (fact.value or 0)):
            self.doubt_fact(fact)
            return fact
        self.offer([derivation])
        return None

    def doubt_fact(self, fact: Fact) -> None:
        """Take its confidence from a fact."""
        self.knowledge.set_value(fact, None)
        self.broken[fact.key] = fact
        self.touch(fact)

    def sweep(self) -> list[Derivation]:
        """Void all derivations with a dead premise; return those that have become indirect.

        A closing rule steps over direct facts only. Where such a fact has become indirect, the
        derivation goes, although all its premises stand.
        """
        knowledge = self.knowledge
        for key in [*self.broken, *(fact.key for fact in self.deleted)]:
            if knowledge.values.get(key) is None:
                self.drop(knowledge.uses[key])
        for fact in list(self.touched.values()):
            self.drop(
                derivation
                for derivation in knowledge.derivations[fact.key].values()
                if derivation.is_void or self.has_dead_premise(derivation)
            )
        lost: list[Derivation] = []
        for fact in list(self.touched.values()):
            self.judge_directness(fact)
            if (
                fact.is_indirect
                and not fact.was_indirect
                and fact.value is not None
                and fact.exists
            ):
                lost += self.steps_over(fact)
        self.drop(lost)
        return lost

    def has_dead_premise(self, derivation: Derivation) -> bool:
        """Say whether a premise is known not to be there."""
        values = self.knowledge.values
        return any(values.get(premise, 1.0) is None for premise in derivation.premises)

    def steps_over(self, fact: Fact) -> list[Derivation]:
        """Return derivations that need this fact to be direct."""
        self.knowledge.look_up_uses([fact.key])
        return [
            derivation
            for derivation in self.knowledge.uses[fact.key]
            if not derivation.is_void
            and any(
                derivation.premises[place] == fact.key
                for place in self._direct_premises[derivation.rule]
            )
        ]

    def drop(self, derivations: Iterable[Derivation]) -> None:
        """Void derivations for good."""
        for derivation in list(derivations):
            derivation.is_void, derivation.value = True, None
            several = self.knowledge.derivations[derivation.fact]
            if several.pop((derivation.rule, derivation.premises), None) is None:
                continue
            # It stays among the uses of its premises, void: a hub has too many to search them.
            derivation.is_best = False
            if derivation.exists:
                self.void.append(derivation)
            fact = self.knowledge.facts.get(derivation.fact)
            if fact is not None:
                self.touch(fact)
                if fact.best is derivation:
                    fact.best = None

    def judge_directness(self, fact: Fact) -> None:
        """Find out whether a fact has more than closing rules behind it."""
        rules = self.knowledge.rules
        derivations = self.knowledge.derivations[fact.key].values()
        fact.is_indirect = (
            not fact.is_stated
            and bool(derivations)
            and all(rules[derivation.rule].closing for derivation in derivations)
        )

    def write_withdrawal(self) -> None:
        """Delete what has lost its support; facts of the next rounds must not see it."""
        dead = [fact for fact in self.broken.values() if fact.value is None]
        self.deleted += dead
        self.knowledge.store.remove([fact for fact in dead if fact.exists], self.void)
        for fact in dead:
            self.outcome.ends[fact.key] = (fact.subject, fact.object)
            self.touched.pop(fact.key, None)
            self.fresh.pop(fact.key, None)
            if fact.exists:
                self.withdrawn.append(fact)
                self.outcome.removed[fact.type].add(fact.key)
                fact.exists = False
        self.void = []
        self.broken = {}
        self.knowledge.store.update_facts(
            [
                fact
                for fact in self.touched.values()
                if fact.exists and fact.value is not None and fact.was_indirect < fact.is_indirect
            ]
        )

    # Settling.

    def offer(self, derivations: Iterable[Derivation]) -> None:
        """Put derivations up for supporting their conclusions."""
        for derivation in derivations:
            derivation.value = self.knowledge.worth(derivation)
            if derivation.value is not None:
                entry = (-derivation.value, next(self._number), derivation)
                heapq.heappush(self._heap, entry)

    def settle(self) -> None:
        """Let every fact lean on the surest derivation it has, the surest facts first."""
        while self._heap:
            raised = [fact for fact in self.settle_known() if fact.exists]
            self.knowledge.look_up_uses(fact.key for fact in raised)
            uses = [use for fact in raised for use in self.knowledge.uses[fact.key]]
            self.knowledge.look_up_ends(uses)
            for use in dict.fromkeys(uses):
                self.reconsider(use)

    def settle_known(self) -> Iterator[Fact]:
        """Settle by the derivations that are known; yield the facts that have become surer."""
        knowledge = self.knowledge
        raised: dict[str, Fact] = {}
        while self._heap:
            derivation = heapq.heappop(self._heap)[2]
            value = derivation.value = knowledge.worth(derivation)
            fact = knowledge.facts[derivation.fact]
            self.touch(fact)
            if value is None or fact.is_stated or (fact.value is not None and value <= fact.value):
                continue
            knowledge.set_value(fact, value)
            self.lean(fact, derivation)
            raised[fact.key] = fact
            self.offer(
                use
                for use in knowledge.uses.get(fact.key, ())
                if use.fact in knowledge.facts and knowledge.knows_derivations(use.fact)
            )
        return iter(raised.values())

    def lean(self, fact: Fact, derivation: Derivation) -> None:
        """Let a fact lean on this derivation, and on no other."""
        for other in self.knowledge.derivations[fact.key].values():
            other.is_best = False
        derivation.is_best = True
        fact.best = derivation

    # Growth.

    def grow(self, rows: Iterable[tuple[Rule, Answer]]) -> int:
        """Follow rows of rules, and what follows from these, to the end; return the rounds."""
        rounds = 0
        while True:
            self.add(rows)
            self.settle()
            new = self.write_growth()
            if not new and not self.gained:
                return rounds
            rounds += 1
            rows = self.consequences(
                by_type(new), by_type(f for f in (*new, *self.gained) if not f.is_indirect)
            )
            self.gained = []

    def add(self, rows: Iterable[tuple[Rule, Answer]]) -> None:
        """Remember what rules concluded, unless it is known."""
        knowledge = self.knowledge
        found: list[tuple[Rule, Answer, str]] = []
        keys_by_type: dict[str, set[str]] = defaultdict(set)
        for rule, row in rows:
            if row.subject == row.object:
                if f"symmetric {rule.conclusion.type}" not in knowledge.rules:
                    self.loops.add((rule.conclusion.type, row.subject))
                continue
            key = fact_key(row.subject, rule.conclusion.type, row.object)
            if key in row.premises:
                continue
            keys_by_type[rule.conclusion.type].add(key)
            found.append((rule, row, key))
        knowledge.look_up_facts(keys_by_type)
        knowledge.look_up_derivations(
            key for _, _, key in found if knowledge.values[key] is not None
        )
        accepted = [(rule, row, key) for rule, row, key in found if self.stands(rule, row)]
        # Before any fact is weighed: what is too much leaves no trace in others.
        self.allow(
            Counter({k: r.name for r, _, k in accepted if k not in knowledge.facts}.values())
        )
        added = []
        for rule, row, key in accepted:
            if key not in knowledge.facts:
                knowledge.new_fact(key, row.subject, rule.conclusion.type, row.object)
            derivation = Derivation(key, rule.name, tuple(row.premises))
            if knowledge.add_derivation(derivation) is derivation:
                added.append(derivation)
        self.offer(added)
        for derivation in added:
            self.touch(knowledge.facts[derivation.fact])

    def stands(self, rule: Rule, row: Answer) -> bool:
        """Say whether all premises of a row are there, and direct where they must be."""
        values = self.knowledge.values
        for premise, confidence in zip(row.premises, row.confidences, strict=True):
            values.setdefault(premise, confidence)
        if any(values[premise] is None for premise in row.premises):
            return False
        direct = self._direct_premises[rule.name]
        return not (direct and self.steps_over_indirect(row.premises, direct))

    def steps_over_indirect(self, premises: list[str], places: Iterable[int]) -> bool:
        """Say whether a fact that a closing rule steps over has become indirect meanwhile."""
        steps = (self.knowledge.facts.get(premises[place]) for place in places)
        return any(fact is not None and fact.is_indirect for fact in steps)

    def write_growth(self) -> list[Fact]:
        """Write new facts and derivations; return the new facts, and note those now direct."""
        new: list[Fact] = []
        changed: list[Fact] = []
        derivations: list[Derivation] = []
        fresh, self.fresh = self.fresh, {}
        for fact in fresh.values():
            if fact.value is None:
                continue
            several = self.knowledge.derivations[fact.key].values()
            derivations += [each for each in several if not each.exists and each.value is not None]
            self.judge_directness(fact)
            if not fact.exists:
                self.name_rule(fact)
                new.append(fact)
            elif fact.was_indirect and not fact.is_indirect:
                changed.append(fact)
        self.knowledge.store.create(new, derivations)
        self.knowledge.store.update_facts(changed)
        self.n_derivations += len(derivations)
        self.written += new
        for derivation in derivations:
            derivation.mark_written()
        for fact in [*new, *changed]:
            fact.mark_written()
        for fact in new:
            fact.exists = True
            self.outcome.ends[fact.key] = (fact.subject, fact.object)
            if fact.key in self.outcome.removed[fact.type]:
                self.outcome.removed[fact.type].discard(fact.key)
                self.outcome.changed[fact.type].add(fact.key)
            self.outcome.added[fact.type].add(fact.key)
        self.gained += changed
        return new

    def name_rule(self, fact: Fact) -> None:
        """Name the rule a fact is shown with: of the surest derivations, the first by name."""
        if fact.is_stated:
            return
        fact.rule = min(
            derivation.rule
            for derivation in self.knowledge.derivations[fact.key].values()
            if derivation.value == fact.value
        )

    def consequences(
        self, new: Mapping[str, Collection[str]], direct: Mapping[str, Collection[str]]
    ) -> Iterator[tuple[Rule, Answer]]:
        """Yield what the rules conclude from facts, by type, that are new, or newly direct."""
        for rule in self.knowledge.rules.values():
            for place, variable in enumerate(rule.premises):
                news = direct if place in self._direct_premises[rule.name] else new
                keys = list(news.get(rule.premise_types[place], ()))
                if keys:
                    query = from_premise(rule, variable)
                    for row in self.knowledge.store.answers(query, keys):
                        yield rule, row

    # The end.

    def flush(self) -> None:
        """Write what confidences, rules and best derivations have become."""
        facts: list[Fact] = []
        derivations: list[Derivation] = []
        for fact in self.touched.values():
            if fact.value is None:
                continue
            several = list(self.knowledge.derivations[fact.key].values())
            if fact.is_stated:
                for derivation in several:
                    derivation.is_best = False
            derivations += [each for each in several if each.exists and each.is_changed]
            self.name_rule(fact)
            if not fact.is_stated and fact.is_changed:
                facts.append(fact)
                if fact.had_value != fact.value:
                    self.n_changed += 1
                    self.outcome.changed[fact.type].add(fact.key)
                    self.outcome.ends[fact.key] = (fact.subject, fact.object)
        self.knowledge.store.update_facts(facts)
        self.knowledge.store.update_derivations(derivations)
        for fact in facts:
            fact.mark_written()
        for derivation in derivations:
            derivation.mark_written()
        self.touched = {}


def by_type(facts: Iterable[Fact]) -> dict[str, list[str]]:
    """Return the keys of facts by type."""
    found: dict[str, list[str]] = defaultdict(list)
    for fact in facts:
        found[fact.type].append(fact.key)
    return found
