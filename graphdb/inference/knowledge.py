"""What an inference has looked up so far, and what it has found out since.

Only what a change can reach is ever looked up, and always in batches: facts by their key,
derivations by the fact they conclude and by each premise.

All of it can be forgotten once it has been written: whatever is needed again is looked up again.
So memory holds the work of the moment, however much an inference derives.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Set

from graphdb.inference.sieve import Sieve
from graphdb.inference.store import Store
from graphdb.inference.values import Blend, Derivation, Fact, Use
from graphdb.rules import Rule


class Knowledge:
    """Facts and derivations in memory, over those in the graph."""

    def __init__(
        self,
        store: Store,
        rules: Mapping[str, Rule],
        blend: Blend,
        *,
        types_by_gone_rule: Mapping[str, str],
        earlier: "Knowledge | None" = None,
        denied: Set[str] = frozenset(),
    ) -> None:
        self.store = store
        self.rules = rules
        """Those that conclude the types at hand."""
        self.types_by_gone_rule = types_by_gone_rule
        """What rules concluded that are no longer there."""
        self.blend = blend
        self.denied = denied
        """Facts that no rule concludes, because people called them wrong."""
        self.facts: dict[str, Fact] = earlier.facts if earlier else {}
        self._looked_up: set[str] = earlier._looked_up if earlier else set()
        """Facts of which it is known whether they are there."""
        self._complete_types: set[str] = earlier._complete_types if earlier else set()
        """Types of which all facts are known."""
        self._sieved: dict[str, Sieve] = earlier._sieved if earlier else {}
        """By type, the keys of all facts, where all were known once: a fact that is in no sieve is
        new, and need not be looked up, also after everything was forgotten."""
        self.values: dict[str, float | None] = earlier.values if earlier else {}
        """Confidence of every fact asked about; none for those that are not there."""
        self.derivations: dict[str, dict[Use, Derivation]] = defaultdict(dict)
        """By conclusion."""
        self.uses: dict[str, list[Derivation]] = defaultdict(list)
        """By premise. Derivations that were dropped stay in it, void: a hub has too many uses to
        search them for one."""
        self.touched: dict[str, Fact] = {}
        """Facts of which something may have to be written."""
        self.fresh: dict[str, Fact] = {}
        """Those among them that were touched since the last step of growth."""
        self.direct_premises = {rule.name: rule.direct_premises for rule in rules.values()}
        self._complete: set[str] = set()
        """Facts of which all derivations are known."""
        self._uses_complete: set[str] = set()
        self._dropped: set[tuple[str, Use]] = set()
        """Conclusions and uses of derivations that are void and not deleted yet."""
        self._overruled: set[str] = set()
        """Facts that answers which were asked for a while ago may describe as they were."""
        self._indirect: set[str] = set()
        """Those among them that are indirect now."""

    @property
    def size(self) -> int:
        """How many facts and uses of rules are in memory."""
        return len(self.values) + len(self.derivations) + len(self.uses)

    def touch(self, fact: Fact) -> None:
        """Note that something about a fact may have to be written."""
        self.touched[fact.key] = self.fresh[fact.key] = fact

    def take_fresh(self) -> list[Fact]:
        """Return the facts that were touched since this was last called."""
        fresh, self.fresh = self.fresh, {}
        return list(fresh.values())

    def is_indirect(self, key: str) -> bool:
        """Say whether a fact is known to have become indirect."""
        fact = self.facts.get(key)
        # A fact that was forgotten since may be remembered by this alone; see `forget`.
        return fact.is_indirect if fact else key in self._indirect

    def overrule(self, facts: Iterable[Fact]) -> None:
        """Note that these facts are written anew: answers asked for before say how they were."""
        self._overruled.update(fact.key for fact in facts)

    def answers_are_fresh(self) -> None:
        """Note that all answers that are still to come are asked for after all was written."""
        self._overruled.clear()

    def forget(self) -> None:
        """Forget everything; all of it must have been written.

        What remains is what an answer on its way may contradict, which says what the graph said
        when the question was asked.
        """
        self._indirect = {key for key in self._overruled if self.is_indirect(key)}
        self.values = {key: self.values.get(key) for key in self._overruled}
        self.facts, self._looked_up, self._complete_types = {}, set(), set()
        self.derivations, self.uses = defaultdict(dict), defaultdict(list)
        self._complete, self._uses_complete = set(), set()

    def add_fact(self, fact: Fact) -> Fact:
        """Remember a fact."""
        self._looked_up.add(fact.key)
        self.facts[fact.key] = fact
        self.values[fact.key] = fact.value
        return fact

    def new_fact(self, key: str, subject: str, type_: str, object_: str) -> Fact:
        """Remember a fact that is not in the graph."""
        # What is not in the graph has no derivation there, and is the premise of none.
        self._complete.add(key)
        self._uses_complete.add(key)
        if sieve := self._sieved.get(type_):
            sieve.add(key)
        return self.add_fact(Fact(key, subject, type_, object_))

    def set_value(self, fact: Fact, value: float | None) -> None:
        """Give a fact another confidence."""
        fact.value = value
        self.values[fact.key] = value

    def add_derivation(self, derivation: Derivation) -> Derivation:
        """Remember a derivation, or return the one that is remembered already."""
        use = (derivation.rule, derivation.premises)
        # Two objects for one derivation would be weighed apart, and one of them written over.
        remembered = self.derivations[derivation.fact].setdefault(use, derivation)
        if remembered is derivation:
            # A rule that is gone concludes nothing, whatever its premises are.
            derivation.is_void = derivation.rule not in self.rules
            for premise in set(derivation.premises):
                self.uses[premise].append(derivation)
        return remembered

    def drop(self, derivations: Iterable[Derivation]) -> list[Derivation]:
        """Void derivations for good; return those that are in the graph still."""
        there = []
        for derivation in list(derivations):
            derivation.is_void, derivation.value = True, None
            supports = self.derivations[derivation.fact]
            if supports.pop((derivation.rule, derivation.premises), None) is None:
                continue
            # It stays among the uses of its premises, void; see `uses`.
            derivation.is_best = False
            if derivation.exists:
                there.append(derivation)
                # Looked up by another of its premises, it would be taken for one that stands.
                self._dropped.add((derivation.fact, (derivation.rule, derivation.premises)))
            fact = self.facts.get(derivation.fact)
            if fact is not None:
                self.touch(fact)
        return there

    def dropped_are_deleted(self) -> None:
        """Note that what was dropped is no longer in the graph, and may come again."""
        self._dropped.clear()

    def judge_directness(self, fact: Fact) -> None:
        """Find out whether a fact has more than closing rules behind it."""
        derivations = self.derivations[fact.key].values()
        # A fact without derivations loses its support now; it is deleted, and not marked anew.
        fact.is_indirect = (
            not fact.is_stated
            and bool(derivations)
            and all(self.rules[derivation.rule].closing for derivation in derivations)
        )

    def name_rule(self, fact: Fact) -> None:
        """Name the rule a fact is shown with: of the surest derivations, the first by name."""
        if fact.is_stated:
            return
        fact.rule = min(
            derivation.rule
            for derivation in self.derivations[fact.key].values()
            if derivation.value == fact.value
        )

    def worth(self, derivation: Derivation) -> float | None:
        """Return the confidence that a derivation gives its conclusion now."""
        if derivation.is_void:
            return None
        values = [self.values.get(premise) for premise in derivation.premises]
        confidence = self.rules[derivation.rule].confidence
        return blended(confidence, values, self.blend)

    def knows_derivations(self, fact: str) -> bool:
        """Say whether all derivations of a fact are known."""
        return fact in self._complete

    def forget_uses(self, fact: str) -> None:
        """Look the uses of a fact up again when they are asked for."""
        self._uses_complete.discard(fact)

    # Looking up, in batches.

    def look_up_types(self, types: Iterable[str]) -> None:
        """Know all facts of some types, all derivations of these, and from these."""
        for type_ in types:
            sieve = self._sieved[type_] = Sieve()
            for fact in self.store.facts_of_type(type_):
                self.add_fact(fact)
                self._complete.add(fact.key)
                sieve.add(fact.key)
            self._complete_types.add(type_)
        # By rule and not by fact: the conclusion of a derivation may be gone, and it must be found.
        for derivation in self.store.derivations_by([*self.rules, *self.types_by_gone_rule]):
            self.add_derivation(derivation)
            self._uses_complete.update(derivation.premises)

    def look_up_facts(self, keys_by_type: Mapping[str, Collection[str]]) -> None:
        """Know the facts of these keys, or that they are not there."""
        for type_, keys in keys_by_type.items():
            # Its confidence may be known from an answer of a rule, and the fact itself not yet.
            wanted = [key for key in keys if key not in self._looked_up]
            self._looked_up.update(wanted)
            for key in wanted:
                self.values[key] = None
            if type_ in self._complete_types:
                continue
            if sieve := self._sieved.get(type_):
                wanted = [key for key in wanted if key in sieve]
            for fact in self.store.facts(type_, wanted) if wanted else ():
                self.add_fact(fact)

    def look_up_derivations(self, facts: Iterable[str]) -> None:
        """Know all derivations of these facts."""
        wanted = [key for key in dict.fromkeys(facts) if key not in self._complete]
        self._complete.update(wanted)
        for derivation in self.store.derivations_of(wanted) if wanted else ():
            self._add_looked_up(derivation)

    def look_up_uses(self, premises: Iterable[str]) -> None:
        """Know all derivations that have one of these facts as a premise."""
        wanted = [key for key in dict.fromkeys(premises) if key not in self._uses_complete]
        self._uses_complete.update(wanted)
        # The conclusions need not be in memory: a caller that weighs these looks them up.
        for derivation in self.store.derivations_from(wanted) if wanted else ():
            # The other rules conclude types of later strata, which will look for themselves.
            if derivation.rule in self.rules or derivation.rule in self.types_by_gone_rule:
                self._add_looked_up(derivation)

    def _add_looked_up(self, derivation: Derivation) -> None:
        if (derivation.fact, (derivation.rule, derivation.premises)) not in self._dropped:
            self.add_derivation(derivation)

    def look_up_ends(self, derivations: Iterable[Derivation]) -> None:
        """Know the conclusions of derivations, what else supports these, and their premises.

        Premises of void derivations are left alone: their rule may have been rewritten, and speak
        of other types now.
        """
        keys_by_type: dict[str, set[str]] = defaultdict(set)
        looked_at = list(derivations)
        for derivation in looked_at:
            rule = self.rules.get(derivation.rule)
            if rule is None:  # a rule that is gone; only the type that it concluded is known
                keys_by_type[self.types_by_gone_rule[derivation.rule]].add(derivation.fact)
                continue
            keys_by_type[rule.conclusion.type].add(derivation.fact)
            if derivation.is_void:
                continue
            for type_, premise in zip(rule.premise_types, derivation.premises, strict=True):
                keys_by_type[type_].add(premise)
        self.look_up_facts(keys_by_type)
        self.look_up_derivations(derivation.fact for derivation in looked_at)


def blended(confidence: float, values: list[float | None], blend: Blend) -> float | None:
    """Return what a rule of this confidence makes of premises with these; none if one has none.

    The result is never above any of them: that is what lets a best-first search settle recursion.
    """
    for value in values:
        if value is None:
            return None
        confidence = confidence * value if blend == "product" else min(confidence, value)
    return confidence
