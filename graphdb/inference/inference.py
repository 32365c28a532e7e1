"""One inference, stratum by stratum, over whatever transactions it is given."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field

from graphdb.inference.changes import follow_changes
from graphdb.inference.complete import derive_everything
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.limits import Limits
from graphdb.inference.outcome import Counts, Journal, Outcome
from graphdb.inference.state import (
    State,
    Touched,
    begin,
    end,
    last_touched,
    read_state,
    read_touched,
    rule_changes,
)
from graphdb.inference.store import Store
from graphdb.inference.stratum import Records, Stratum
from graphdb.inference.transactions import Statement
from graphdb.inference.values import Blend
from graphdb.rules import Rule, RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceConfig:
    """How to infer, and when to stop."""

    blend: Blend = "product"
    """How premises and rule make a confidence: "product" or "minimum"."""
    max_rounds: Annotated[int, Field(ge=1)] = 1_000
    """Rounds of one stratum; a chain of facts is as many rounds long as it has steps."""
    max_facts: Annotated[int, Field(ge=1)] = 1_000_000
    """Facts that one inference may add; more is taken for a rule that ran away."""
    transaction_rows: Annotated[int, Field(ge=0)] = 20_000
    """What is smaller is written in one transaction; 0 writes everything in batches."""
    batch_rows: Annotated[int, Field(ge=1)] = 10_000
    """Rows of one statement, and of one transaction where there are several."""
    held_rows: Annotated[int, Field(ge=0)] = 40_000
    """Facts and derivations held in memory while rules derive, some 50 MB of them; what is more is
    written, forgotten, and looked up again where it is needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceReport:
    """What an inference did, counted."""

    added: int = 0
    """Derived facts that are new."""
    changed: int = 0
    """Derived facts whose confidence is another now."""
    removed: int = 0
    """Derived facts that lost their support."""
    derivations: int = 0
    """Derivations that are new."""
    rounds: int = 0
    complete: bool = False
    """Whether everything was looked at, instead of what is new."""
    cycles: tuple[tuple[str, str], ...] = ()
    """Relation types, and entities that stand in a circle of them."""
    stopped: str = ""
    """The limit that was reached, and by which rule; empty if none was."""
    seconds: float = 0.0


class Inference:
    """One inference, stratum by stratum."""

    def __init__(
        self,
        store: Store,
        rules: RuleSet,
        state: State,
        config: InferenceConfig,
        *,
        journal: Journal | None = None,
        denied: Mapping[str, str] | None = None,
        touched: Touched | None = None,
    ) -> None:
        """Look at what was touched.

        Args:
            store: Facts and derivations of the graph.
            rules: All that are in force.
            state: How the last inference ended.
            config: How to infer, and when to stop.
            journal: Is told what comes and goes.
            denied: Types of facts that no rule concludes because people called them wrong, by key;
                without it, those that none concluded the last time.
            touched: What the change log says of these rules' facts, if it has been read already.
        """
        self.store = store
        self.rules = rules
        self.config = config
        self.state = state
        self.rule_changes = rule_changes(rules.rules, self.state)
        concluded = {rule.conclusion.type for rule in rules.rules}
        self.denied = self.state.denied
        if denied is not None:
            self.denied = frozenset(key for key, type_ in denied.items() if type_ in concluded)
        # Another blend changes the confidence of every derived fact, touched or not.
        self.complete = (
            not self.state.is_settled
            or self.state.blend != config.blend
            or self._denies_otherwise()
        )
        # Where everything is looked at, nobody asks what was touched.
        self.touched = last_touched(store) if self.complete else touched or self._touched()
        self.records = Records(
            outcome=Outcome(is_followed=not self.complete),
            counts=Counts(),
            limits=Limits(config.max_facts, config.max_rounds),
            journal=journal,
        )

    def _touched(self) -> Touched:
        is_asked = any(rule.entity_conditions for rule in self.rules.rules)
        return read_touched(self.store, self._spoken(), with_entities=is_asked)

    def _spoken(self) -> set[str]:
        """Return the types that some rule speaks of, or concluded before it was deleted."""
        return spoken_of(self.rules.rules) | set(self.rule_changes.gone.values())

    def _denies_otherwise(self) -> bool:
        """Say whether some fact went or may come back because people say so now.

        What nothing concluded yet and is denied now needs no look at everything.
        """
        if self.state.denied - self.denied:
            return True
        new = sorted(self.denied - self.state.denied)
        return bool(new) and self.store.concludes_any(new)

    def looks_at_much(self) -> bool:
        """Say whether so many facts are looked at that one transaction would be tried in vain.

        A guess; whatever it says, the result is the same. A complete inference may write several
        facts for each that there is, one of what is new seldom does.
        """
        if not self.complete:
            n_touched = sum(map(len, self.touched.keys_by_type.values()))
            return n_touched > self.config.transaction_rows
        # Of all facts that rules speak of, because each may be a premise.
        n_facts = sum(map(self.store.n_facts, spoken_of(self.rules.rules)))
        return 4 * n_facts > self.config.transaction_rows

    def run(self) -> InferenceReport:
        """Bring every stratum up to date, and note that it is done."""
        if not (self.complete or self.touched or self.rule_changes):
            # A sentence derives nothing, but `explain` shows the one that the graph remembers.
            if self.rule_changes.reworded or self.denied != self.state.denied:
                self.store.finish(self._end())
            return InferenceReport()
        spoken = self._spoken()
        # Facts that one stratum looked up are facts that the next ones need, so they are passed on.
        knowledge: Knowledge | None = None
        # Types that deleted rules concluded and nothing speaks of now come first, on their own.
        elsewhere = spoken.difference(*self.rules.strata)
        for types in (frozenset(elsewhere), *self.rules.strata):
            if types & spoken:
                knowledge = self._stratum(types & spoken, knowledge)
        if self.records.limits.stopped:  # the next inference has to look at everything
            self.store.finish(begin(self.rules.rules, self.state))
        else:
            self.store.finish(self._end())
        return self._report()

    def _stratum(self, types: frozenset[str], earlier: Knowledge | None) -> Knowledge:
        """Bring one stratum up to date; return what it knows, for the next one."""
        gone = self.rule_changes.gone
        knowledge = Knowledge(
            self.store,
            {rule.name: rule for rule in self.rules.rules if rule.conclusion.type in types},
            self.config.blend,
            types_by_gone_rule={name: type_ for name, type_ in gone.items() if type_ in types},
            earlier=earlier,
            denied=self.denied,
        )
        stratum = Stratum(knowledge, types, self.records, self.config.held_rows)
        self.records.limits.begin_stratum()
        if self.complete:
            derive_everything(stratum)
        else:
            follow_changes(stratum, self.touched, self.rule_changes)
        return knowledge

    def _end(self) -> list[Statement]:
        """Return the statements that say that all is derived."""
        return end(self.rules.rules, self.state, self.touched, self.config.blend, self.denied)

    def _report(self) -> InferenceReport:
        counts, limits = self.records.counts, self.records.limits
        return InferenceReport(
            added=counts.added,
            changed=counts.changed,
            removed=counts.removed,
            derivations=counts.derivations,
            rounds=limits.rounds,
            complete=self.complete,
            cycles=tuple(sorted(counts.loops)),
            stopped=limits.stopped,
        )


def spoken_of(rules: Iterable[Rule]) -> set[str]:
    """Return all relation types that some rule speaks of."""
    return {
        type_
        for rule in rules
        for type_ in (*rule.premise_types, *rule.strict_types, rule.conclusion.type)
    }


def in_order(store: Store, rules: RuleSet) -> Iterator[tuple[RuleSet, State]]:
    """Yield the rules, and before them the rules without those that conclude another type now.

    A derivation names its rule, and the rule's type is where its conclusion is looked for: what
    the rule concluded under its old type has to go first. With either comes the state of the graph,
    which for the second is what the inference with the first has left.
    """
    state = read_state(store)
    past = state.rules
    stay = [r for r in rules.rules if r.name not in past or past[r.name].type == r.conclusion.type]
    if len(stay) < len(rules.rules):
        yield RuleSet(tuple(stay), rules.strata), state
        state = read_state(store)
    yield rules, state


def total(reports: list[InferenceReport]) -> InferenceReport:
    """Return what inferences that followed one another did, and how the last one ended."""
    # Circles, limits and whether all was looked at are those of the last: it ran with all rules.
    names = ("added", "changed", "removed", "derivations", "rounds")
    sums = {name: sum(getattr(report, name) for report in reports) for name in names}
    return replace(reports[-1], **sums)
