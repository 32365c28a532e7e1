"""A rule tried on the graph as it is: what it would add and take away, without writing.

The trial is an inference like any other, in a transaction that is rolled back. Before it the graph
is brought up to date with the rules in force, so that what the last night left undone is not put
down to the rule. Where a rule was edited in its file, its previous version was overwritten and
cannot be run; the trial then says that both are in its figures.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from graphdb.connection import Connection, Transaction
from graphdb.errors import GraphError
from graphdb.inference.engine import make_indexes
from graphdb.inference.inference import Inference, InferenceConfig, in_order, total
from graphdb.inference.state import State, last_touched, read_state
from graphdb.inference.store import Store
from graphdb.inference.transactions import OneTransaction, TooLargeError
from graphdb.inference.values import Fact
from graphdb.leases import check_free
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rules import Rule, RuleSet, explain_rules

MAX_FACTS = 20_000
"""Facts that a trial may add before it is stopped."""
MAX_ROWS = 100_000
"""Rows that are written before they are rolled back; the server holds them in memory."""

Names = tuple[str, str, str]
"""Names of subject and object, round the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTrial:
    """What would be in the graph with a rule, and is not, and the reverse."""

    derivations: int
    """Uses of rules that would be new, those for facts that are there already among them."""
    new: int
    """Facts that would be new."""
    new_by_rule: dict[str, int]
    """The same by the rule they would be shown with: the rule tried, and those that build on it."""
    changed: int
    """Facts that would have another confidence."""
    withdrawn: int
    """Facts that would go: what its last version concluded, or another rule wanted absent."""
    examples: tuple[Names, ...]
    """The first few new ones."""
    withdrawn_examples: tuple[Names, ...]
    rounds: int
    is_mixed: bool
    """Whether what the last night left undone is among all this."""
    stopped: str
    """The limit that was reached, so that the figures are too low; empty if none was."""


class _Difference:
    """What inferences in the open transaction have made of the graph."""

    def __init__(self) -> None:
        self.new: dict[str, Fact] = {}
        """By key, as are those that are gone."""
        self.gone: dict[str, Fact] = {}

    def added(self, facts: Iterable[Fact]) -> None:
        """Take in facts that were not in the graph, or were withdrawn before."""
        for fact in facts:
            # A fact that goes and comes back, in one inference or two, is no difference.
            if self.gone.pop(fact.key, None) is None:
                self.new[fact.key] = fact

    def removed(self, facts: Iterable[Fact]) -> None:
        """Take in facts that were in the graph and lost their support."""
        for fact in facts:
            if self.new.pop(fact.key, None) is None:
                self.gone[fact.key] = fact


def try_rule(
    connection: Connection,
    ontology: Ontology,
    rules: RuleSet,
    rule: Rule,
    config: InferenceConfig,
    limit: int = 20,
) -> RuleTrial:
    """Return what a rule would change, other rules and all rounds included.

    Nothing is written but an index for a relation type that has none yet.

    Args:
        connection: To the graph.
        ontology: Of the graph.
        rules: Those in force; one of the same name is the rule's last version.
        rule: The one to try.
        config: How nights infer.
        limit: How many examples are named.

    Raises:
        RuleError: The rule, or the rule beside the others, cannot be used.
        LeaseHeldError: A night is at work; try again after it.
        GraphError: So much would be written that one transaction cannot hold it, or the rules in
            force reach a limit without the rule.
    """
    written = [in_force for in_force in rules.rules if not in_force.built_in]
    others = [in_force for in_force in written if in_force.name != rule.name]
    with_it = RuleSet.of([*others, rule], ontology)
    explain_rules(connection, [rule])
    # A night writes meanwhile: the trial would wait for its locks, and the night for the trial's.
    check_free(connection)
    make_indexes(connection, (*rules.rules, *with_it.rules))

    def unit(tx: Transaction) -> RuleTrial:
        store = Store(OneTransaction(tx, MAX_ROWS), config.batch_rows)
        state = read_state(store)
        last = _last_version(rule, written, state)
        # Where the last version is lost, what the last night left undone cannot be done first.
        is_mixed = False
        if last is None:
            is_mixed = not state.is_settled or bool(last_touched(store))
        else:
            _bring_up_to_date(store, RuleSet.of([*others, *last], ontology), config)
        # Nothing is forgotten meanwhile: the rule that a fact is shown with may still change.
        limited = replace(config, max_facts=min(MAX_FACTS, config.max_facts), held_rows=sys.maxsize)
        difference = _Difference()
        reports = [
            Inference(store, ruleset, state_then, limited, journal=difference).run()
            for ruleset, state_then in in_order(store, with_it)
        ]
        whole = total(reports)
        new, gone = _sorted(difference.new.values()), _sorted(difference.gone.values())
        by_rule = Counter(fact.rule or "" for fact in new)
        return RuleTrial(
            derivations=whole.derivations,
            new=len(new),
            new_by_rule=dict(sorted(by_rule.items())),
            changed=whole.changed,
            withdrawn=len(gone),
            examples=_named(store, new[:limit]),
            withdrawn_examples=_named(store, gone[:limit]),
            rounds=whole.rounds,
            is_mixed=is_mixed,
            stopped=next((report.stopped for report in reports if report.stopped), ""),
        )

    try:
        return connection.rehearse(unit)
    except TooLargeError as error:
        raise GraphError(
            f"trying {rule.name} would write more than {MAX_ROWS:,} rows in one transaction: let a"
            " night bring the graph up to date first, or try the rule on a graph of fewer documents"
        ) from error


def _last_version(rule: Rule, written: Sequence[Rule], state: State) -> list[Rule] | None:
    """Return the rule as the graph was last derived with it, if at all; none if that is lost."""
    past = state.rules.get(rule.name)
    if past is None:
        return []
    last = [
        in_force
        for in_force in written
        if in_force.name == rule.name
        and (in_force.body_fingerprint, in_force.confidence) == (past.body, past.confidence)
    ]
    return last or None


def _bring_up_to_date(store: Store, rules: RuleSet, config: InferenceConfig) -> None:
    for ruleset, state in in_order(store, rules):
        report = Inference(store, ruleset, state, config).run()
        if report.stopped:
            raise GraphError(f"the rules in force reach a limit without this one: {report.stopped}")


def _sorted(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (fact.subject, fact.type, fact.object))


def _named(store: Store, facts: Sequence[Fact]) -> tuple[Names, ...]:
    keys = sorted({key for fact in facts for key in (fact.subject, fact.object)})
    # Within the transaction of the trial, which alone sees entities as they would be.
    names = {row["key"]: row["name"] for row in store.read(cypher("proof/names"), keys=keys)}
    return tuple((names[fact.subject], fact.type, names[fact.object]) for fact in facts)
