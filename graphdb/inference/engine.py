"""Derived facts brought up to date with stated facts and rules.

What is looked at is what was touched since the last time: facts and entities in the change log,
and rules whose files are no longer as they were. Only after an inference that did not come to its
end, and the first time, is everything looked at.
"""

import gc
import logging
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from graphdb.connection import Connection, Transaction
from graphdb.identity import fact_key
from graphdb.inference import questions
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.questions import Answer
from graphdb.inference.state import State, Touched, begin, end, read_state, read_touched
from graphdb.inference.store import (
    ManyTransactions,
    OneTransaction,
    Statement,
    Store,
    TooLargeError,
)
from graphdb.inference.stratum import Outcome, Stratum
from graphdb.inference.values import Blend, Derivation
from graphdb.leases import Lease, fence
from graphdb.queries import cypher
from graphdb.rules import Rule, RuleSet

logger = logging.getLogger(__name__)

COLLECTED_AFTER = 200_000
"""Objects made, less those gone, before Python looks for garbage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InferenceConfig:
    """How to infer, and when to stop."""

    blend: Blend = "product"
    """How premises and rule make a confidence: "product" or "minimum"."""
    max_rounds: int = 1_000
    """Rounds of one stratum; a chain of facts is as many rounds long as it has steps."""
    max_facts: int = 1_000_000
    """Facts that one inference may add; more is taken for a rule that ran away."""
    transaction_rows: int = 20_000
    """What is smaller is written in one transaction; 0 writes everything in batches."""
    batch_rows: int = 10_000
    """Rows of one statement, and of one transaction where there are several."""


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


class LimitReachedError(Exception):
    """An inference has become larger than allowed."""


def infer(
    connection: Connection,
    rules: RuleSet,
    config: InferenceConfig = InferenceConfig(),
    lease: Lease | None = None,
) -> InferenceReport:
    """Make derived facts follow from stated facts by the rules.

    Raises:
        LeaseLostError: Another run owns the graph; stop.
        GraphUnavailableError: Try again; nothing that was done is in the way.
    """
    started = time.monotonic()
    make_indexes(connection, rules.rules)

    def unit(tx: Transaction) -> InferenceReport:
        store = Store(OneTransaction(tx, config.transaction_rows), config.batch_rows)
        reports = []
        for each in in_order(store, rules):
            inference = Inference(store, each, config)
            if inference.looks_at_much():
                raise TooLargeError
            reports.append(inference.run())
        fence(tx, lease)
        return total(reports)

    with _rare_collections():
        try:
            report = connection.write(unit, "infer")
        except TooLargeError:
            report = _in_many_transactions(connection, rules, config, lease)
    seconds = time.monotonic() - started
    report = replace(report, seconds=seconds)
    logger.info("inferred: %s", report)
    return report


@contextmanager
def _rare_collections() -> Iterator[None]:
    """Let Python look for cycles of garbage rarely meanwhile; it holds for the whole process.

    Facts and derivations are many, live long and make no cycles: to walk through all of them again
    and again was a seventh of a large inference.
    """
    before = gc.get_threshold()
    gc.set_threshold(COLLECTED_AFTER, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _in_many_transactions(
    connection: Connection, rules: RuleSet, config: InferenceConfig, lease: Lease | None
) -> InferenceReport:
    state = read_state(Store(ManyTransactions(connection, lease, 0), config.batch_rows))
    store = Store(ManyTransactions(connection, lease, state.batch), config.batch_rows)
    reports = []
    for each in in_order(store, rules):
        inference = Inference(store, each, config)
        store.finish(begin(rules.rules, inference.state))
        reports.append(inference.run())
    return total(reports)


def in_order(store: Store, rules: RuleSet) -> list[RuleSet]:
    """Return the rules, and before them the rules without those that conclude another type now.

    A derivation names its rule, and the rule's type is where its conclusion is looked for: what
    the rule concluded under its old type has to go first.
    """
    past = read_state(store).rules
    stay = [r for r in rules.rules if r.name not in past or past[r.name].type == r.conclusion.type]
    if len(stay) == len(rules.rules):
        return [rules]
    return [RuleSet(tuple(stay), rules.strata), rules]


def total(reports: list[InferenceReport]) -> InferenceReport:
    """Return what inferences that followed one another did, and how the last one ended."""
    last = reports[-1]
    names = ("added", "changed", "removed", "derivations", "rounds")
    return replace(last, **{n: sum(getattr(each, n) for each in reports) for n in names})


def make_indexes(connection: Connection, rules: Iterable[Rule]) -> None:
    """Make facts of every type that a rule speaks of findable by their key."""
    found = {row["name"] for row in connection.read(cypher("schema_names"))}
    missing = sorted(type_ for type_ in spoken_of(rules) if index_name(type_) not in found)
    for type_ in missing:
        query = cypher("infer/index_facts", index=index_name(type_), type=type_)
        connection.write(lambda tx, query=query: tx.run(query))  # type: ignore[misc]
    if missing:
        connection.read(cypher("schema_await"))


def index_name(type_: str) -> str:
    """Return the name of the index of one type's facts."""
    return f"FactKey_{type_}"


def spoken_of(rules: Iterable[Rule]) -> set[str]:
    """Return all relation types that some rule speaks of."""
    return {
        type_
        for rule in rules
        for type_ in (*rule.premise_types, *rule.strict_types, rule.conclusion.type)
    }


class Inference:
    """One inference, stratum by stratum."""

    def __init__(self, store: Store, rules: RuleSet, config: InferenceConfig) -> None:
        self.store = store
        self.rules = rules
        self.config = config
        self.state: State = read_state(store)
        self.touched: Touched = read_touched(store)
        self.outcome = Outcome()
        self.strata: list[Stratum] = []
        self.rounds = 0
        self.rounds_of_stratum = 0
        self.n_added: Counter[str] = Counter()
        self.stopped = ""
        """The limit that was reached; from then on nothing is derived, only withdrawn."""
        self.complete = not self.state.is_settled or self.state.blend != config.blend
        by_name = {rule.name: rule for rule in rules.rules}
        self.gone = {
            name: past.type for name, past in self.state.rules.items() if name not in by_name
        }
        self.rewritten: set[str] = set()
        self.reweighted: set[str] = set()
        self.reworded = False
        """Whether a rule's sentence is another, which derives nothing but is shown."""
        for name, rule in by_name.items():
            past = self.state.rules.get(name)
            if past is None or past.body != rule.body_fingerprint:
                self.rewritten.add(name)
            elif past.confidence != rule.confidence:
                self.reweighted.add(name)
            elif past.sentence != rule.sentence:
                self.reworded = True

    def looks_at_much(self) -> bool:
        """Say whether so many facts are looked at that one transaction would be tried in vain.

        A guess; whatever it says, the result is the same. A complete inference may write several
        facts for each that there is, one of what is new seldom does.
        """
        if not self.complete:
            n_touched = sum(map(len, self.touched.keys_by_type.values()))
            return n_touched > self.config.transaction_rows
        n_facts = sum(map(self.store.n_facts, spoken_of(self.rules.rules)))
        return 4 * n_facts > self.config.transaction_rows

    def run(self) -> InferenceReport:
        """Bring every stratum up to date, and note that it is done."""
        is_idle = not (self.complete or self.touched or self.gone)
        if is_idle and not self.rewritten and not self.reweighted:
            if self.reworded:
                self.store.finish(self.end())
            return InferenceReport()
        spoken = spoken_of(self.rules.rules) | set(self.gone.values())
        knowledge: Knowledge | None = None
        elsewhere = spoken.difference(*self.rules.strata)
        for types in (frozenset(elsewhere), *self.rules.strata):
            if types & spoken:
                knowledge = self.stratum(types & spoken, knowledge)
        if self.stopped:  # the next inference has to look at everything
            self.store.finish(begin(self.rules.rules, self.state))
        else:
            self.store.finish(self.end())
        return self.report()

    def end(self) -> list[Statement]:
        """Return the statements that say that all is derived."""
        return end(self.rules.rules, self.state, self.touched, self.config.blend)

    def report(self) -> InferenceReport:
        """Return what has been done so far."""
        return InferenceReport(
            added=sum(len(each.written) for each in self.strata),
            changed=sum(each.n_changed for each in self.strata),
            removed=sum(len(each.withdrawn) for each in self.strata),
            derivations=sum(each.n_derivations for each in self.strata),
            rounds=self.rounds,
            complete=self.complete,
            cycles=tuple(sorted({loop for each in self.strata for loop in each.loops})),
            stopped=self.stopped,
        )

    def stratum(self, types: frozenset[str], earlier: Knowledge | None) -> Knowledge:
        """Bring one stratum up to date."""
        rules = {rule.name: rule for rule in self.rules.rules if rule.conclusion.type in types}
        knowledge = Knowledge(
            self.store,
            rules,
            self.config.blend,
            types_by_gone_rule={n: type_ for n, type_ in self.gone.items() if type_ in types},
            earlier=earlier,
        )
        work = Stratum(knowledge, types, self.outcome, self.allow)
        self.strata.append(work)
        self.rounds_of_stratum = 0
        if self.complete:
            self.from_everything(work)
        else:
            self.from_touched(work)
        return knowledge

    def allow(self, new: Counter[str]) -> None:
        """Count a round and the facts that it adds, by rule.

        Raises:
            LimitReachedError: It is enough.
        """
        self.n_added += new
        self.rounds += 1
        self.rounds_of_stratum += 1
        if not new:
            return
        name, n = self.n_added.most_common(1)[0]
        so_far = f"{self.n_added.total()} new facts, {n} of them by the rule {name!r}"
        if self.n_added.total() > self.config.max_facts:
            raise LimitReachedError(f"max_facts = {self.config.max_facts} reached: {so_far}")
        if self.rounds_of_stratum > self.config.max_rounds:
            raise LimitReachedError(f"max_rounds = {self.config.max_rounds} reached: {so_far}")

    # From what was touched.

    def from_touched(self, work: Stratum) -> None:
        """Follow what was touched since the last inference."""
        own = self.own(work)
        void, rows = self.asked_again(work)
        void += self.by_changed_rules(work, rows)
        inputs = {type_ for rule in work.knowledge.rules.values() for type_ in rule.premise_types}
        premises = list(own)
        for type_ in sorted(inputs - work.types):
            returned = self.outcome.added[type_] & self.touched.gone
            changed = self.outcome.changed[type_] | self.outcome.removed[type_]
            premises += sorted(returned | changed)
            for key in self.outcome.removed[type_]:
                work.knowledge.values[key] = None
        if not (own or void or rows or premises or any(self.outcome.added[t] for t in inputs)):
            return
        work.withdraw(void, premises)
        direct = {
            type_: sorted(self.outcome.added[type_] | self.outcome.changed[type_])
            for type_ in work.types
        }
        news = {type_: sorted(self.outcome.added[type_]) for type_ in inputs}
        self.grow(work, [*rows, *work.consequences(news, direct)])

    def grow(self, work: Stratum, rows: list[tuple[Rule, Answer]]) -> None:
        """Let a stratum grow from these rows, and write what became of it.

        Once a limit has been reached, strata only lose what is no longer supported.
        """
        try:
            work.grow(() if self.stopped else rows)
        except LimitReachedError as limit:
            self.stopped = str(limit)
            work.write_growth()
        # After any other error the transaction is gone: one more statement would hide the reason.
        work.flush()

    def own(self, work: Stratum) -> list[str]:
        """See what has become of touched facts of the stratum's own types; return their keys."""
        knowledge, outcome = work.knowledge, self.outcome
        keys_by_type = {t: k for t, k in self.touched.keys_by_type.items() if t in work.types}
        knowledge.look_up_facts(keys_by_type)
        own = [(type_, key) for type_, keys in keys_by_type.items() for key in keys]
        concluded = {rule.conclusion.type for rule in knowledge.rules.values()}
        concluded |= set(knowledge.types_by_gone_rule.values())
        derivable = [key for type_, key in own if type_ in concluded]
        knowledge.look_up_derivations(derivable)
        for type_, key in own:
            outcome.ends[key] = self.touched.ends[key]
            fact = knowledge.facts.get(key)
            if fact is None and knowledge.derivations[key]:
                # Deleted with an entity that has come back, maybe with all that it followed from.
                subject, object_ = self.touched.ends[key]
                fact = knowledge.new_fact(key, subject, type_, object_)
                knowledge.forget_uses(key)
                outcome.removed[type_].add(key)  # unless it comes back by what it follows from
            if fact is None:
                outcome.removed[type_].add(key)
            elif fact.is_stated:
                (outcome.added if key in self.touched.new else outcome.changed)[type_].add(key)
                work.touch(fact)
            else:
                work.doubt_fact(fact)
        return [key for _, key in own]

    def asked_again(self, work: Stratum) -> tuple[list[Derivation], list[tuple[Rule, Answer]]]:
        """Ask conditions again where what they read was touched.

        Returns:
            Derivations whose condition no longer holds, and rows for which it does.
        """
        void: list[Derivation] = []
        rows: list[tuple[Rule, Answer]] = []
        for rule in work.knowledge.rules.values():
            answers = list(self.answers(rule))
            keys = [fact_key(row.subject, rule.conclusion.type, row.object) for row in answers]
            no = [key for key, row in zip(keys, answers, strict=True) if not row.holds]
            work.knowledge.look_up_derivations(no)
            for key, row in zip(keys, answers, strict=True):
                if row.holds:
                    rows.append((rule, row))
                    continue
                use = (rule.name, tuple(row.premises))
                derivation = work.knowledge.derivations[key].get(use)
                if derivation is not None:
                    derivation.is_void = True
                    void.append(derivation)
        return void, rows

    def answers(self, rule: Rule) -> Iterator[Answer]:
        """Yield the rows of a rule around what was touched and its conditions read."""
        for absence in rule.absences:
            for atom in absence.atoms:
                ends = [
                    {"subject": self.outcome.ends[key][0], "object": self.outcome.ends[key][1]}
                    for key in sorted(self.outcome.touched(atom.type))
                ]
                if ends:
                    query = questions.again_from_absent(rule, atom)
                    yield from self.store.answers(query, ends)
        for variable in sorted(rule.fact_conditions & rule.atom_by_variable.keys()):
            type_ = rule.atom_by_variable[variable].type
            keys = sorted(self.outcome.added[type_] | self.outcome.changed[type_])
            if keys:
                query = questions.again_from_premise(rule, variable)
                yield from self.store.answers(query, keys)
        for variable in sorted(rule.entity_conditions):
            if self.touched.entities:
                query = questions.again_from_entity(rule, variable)
                yield from self.store.answers(query, sorted(self.touched.entities))

    def by_changed_rules(self, work: Stratum, rows: list[tuple[Rule, Answer]]) -> list[Derivation]:
        """Return derivations by rules that were changed or deleted; add what changed ones say."""
        knowledge = work.knowledge
        rewritten = sorted(self.rewritten & knowledge.rules.keys())
        reweighted = sorted(self.reweighted & knowledge.rules.keys())
        stands: set[tuple[str, str, tuple[str, ...]]] = set()
        for name in rewritten:
            rule = knowledge.rules[name]
            for row in self.store.everything(rule):
                rows.append((rule, row))
                key = fact_key(row.subject, rule.conclusion.type, row.object)
                stands.add((name, key, tuple(row.premises)))
        names = [*rewritten, *reweighted, *knowledge.types_by_gone_rule]
        found = list(self.store.derivations_by(names)) if names else []
        known = [knowledge.add_derivation(derivation) for derivation in found]
        for each in known:
            if each.rule in rewritten and (each.rule, each.fact, each.premises) not in stands:
                each.is_void = True
        return known

    # From everything.

    def from_everything(self, work: Stratum) -> None:
        """Look at all facts, derivations and rules; write what is not as it should be."""
        knowledge = work.knowledge
        if not knowledge.rules and not knowledge.types_by_gone_rule:
            return
        knowledge.look_up_types(sorted(work.types))
        rows: list[tuple[Rule, Answer]] = []
        stands: set[tuple[str, str, tuple[str, ...]]] = set()
        for rule in knowledge.rules.values():
            for row in self.store.everything(rule):
                rows.append((rule, row))
                key = fact_key(row.subject, rule.conclusion.type, row.object)
                stands.add((rule.name, key, tuple(row.premises)))
                if key not in knowledge.facts and knowledge.derivations.get(key):
                    fact = knowledge.new_fact(key, row.subject, rule.conclusion.type, row.object)
                    work.touch(fact)
                for premise, value in zip(row.premises, row.confidences, strict=True):
                    knowledge.values.setdefault(premise, value)
        known = [each for several in knowledge.derivations.values() for each in several.values()]
        for each in known:
            each.is_void = each.is_void or (each.rule, each.fact, each.premises) not in stands
        for fact in list(knowledge.facts.values()):
            if fact.type in work.types and not fact.is_stated:
                work.doubt_fact(fact)
            elif fact.type in work.types:
                work.touch(fact)
        # A fact that went with its entity left its derivations behind; no premise leads to them.
        work.drop([each for each in known if each.fact not in knowledge.facts])
        work.withdraw(known, ())
        self.grow(work, rows)
