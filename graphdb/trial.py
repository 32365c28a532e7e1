"""A rule tried on the graph as it is: what it would add and take away, without writing.

The trial is an inference like any other, in a transaction that is rolled back. First the graph is
brought up to date without the rule, so that what the last night left undone is not put down to it;
then once more with the rule.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphdb.connection import Connection, Transaction
from graphdb.errors import GraphError
from graphdb.inference.engine import Inference, InferenceConfig, in_order, make_indexes
from graphdb.inference.state import read_state
from graphdb.inference.store import OneTransaction, Store, TooLargeError
from graphdb.inference.values import Fact
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rules import Rule, RuleSet
from graphdb.rules.server_check import explain_rules

MAX_FACTS = 100_000
"""Facts that a trial may add before it is stopped."""
MAX_ROWS = 500_000
"""Rows that are written before they are rolled back; the server holds them in memory."""

Triple = tuple[str, str, str]
"""Subject and object, round the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What would be in the graph with a rule, and is not, and the reverse."""

    derivations: int
    """Uses of rules that would be new, those for facts that are there already among them."""
    new: int
    """Facts that would be new."""
    new_by_rule: dict[str, int]
    """The same by the rule they would be shown with: the rule tried, and those that build on it."""
    withdrawn: int
    """Facts that would go: what its last version concluded, or another rule wanted absent."""
    examples: tuple[Triple, ...]
    """The first few new ones, in names."""
    withdrawn_examples: tuple[Triple, ...]
    rounds: int
    stopped: str
    """The limit that was reached; empty if none was, and if not, there is more."""


class _Difference:
    """What inferences in the open transaction have made of the graph."""

    def __init__(self) -> None:
        self.new: dict[Triple, Fact] = {}
        self.gone: set[Triple] = set()

    def follow(self, inference: Inference) -> None:
        """Take in what an inference did after those before."""
        for stratum in inference.strata:
            for fact in stratum.withdrawn:
                if self.new.pop(_triple(fact), None) is None:
                    self.gone.add(_triple(fact))
            for fact in stratum.written:
                if _triple(fact) in self.gone:
                    self.gone.remove(_triple(fact))
                else:
                    self.new[_triple(fact)] = fact


def try_rule(
    connection: Connection,
    ontology: Ontology,
    rules: RuleSet,
    rule: Rule,
    config: InferenceConfig,
    limit: int = 20,
) -> Trial:
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
        GraphError: So much would be written that one transaction cannot hold it.
    """
    others = [each for each in rules.rules if not each.built_in and each.name != rule.name]
    without, with_it = RuleSet.of(others, ontology), RuleSet.of([*others, rule], ontology)
    explain_rules(connection, [rule])
    make_indexes(connection, with_it.rules)
    config = replace(config, max_facts=min(MAX_FACTS, config.max_facts))

    def unit(tx: Transaction) -> Trial:
        store = Store(OneTransaction(tx, MAX_ROWS), config.batch_rows)
        difference = _Difference()
        is_new = rule.name not in read_state(store).rules
        for each in in_order(store, without):
            inference = Inference(store, each, replace(config, max_facts=MAX_ROWS))
            inference.run()
            difference.follow(inference)
        if is_new:
            difference = _Difference()
        inference = Inference(store, with_it, config)
        report = inference.run()
        difference.follow(inference)
        new, gone = sorted(difference.new), sorted(difference.gone)
        by_rule = Counter(fact.rule or "" for fact in difference.new.values())
        return Trial(
            derivations=report.derivations,
            new=len(new),
            new_by_rule=dict(sorted(by_rule.items())),
            withdrawn=len(gone),
            examples=_named(store, new[:limit]),
            withdrawn_examples=_named(store, gone[:limit]),
            rounds=report.rounds,
            stopped=report.stopped,
        )

    try:
        return connection.rehearse(unit)
    except TooLargeError as error:
        raise GraphError(
            f"trying {rule.name} would write more than {MAX_ROWS:,} rows in one transaction: let a"
            " night bring the graph up to date first, or try the rule on a graph of fewer documents"
        ) from error


def _triple(fact: Fact) -> Triple:
    return fact.subject, fact.type, fact.object


def _named(store: Store, triples: Sequence[Triple]) -> tuple[Triple, ...]:
    keys = sorted({key for subject, _, object_ in triples for key in (subject, object_)})
    names = {row["key"]: row["name"] for row in store.read(cypher("proof/names"), keys=keys)}
    return tuple((names[subject], type_, names[object_]) for subject, type_, object_ in triples)
