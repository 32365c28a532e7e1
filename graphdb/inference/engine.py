"""Derived facts brought up to date with stated facts and rules.

What is looked at is what was touched since the last time: facts and entities in the change log,
and rules whose files are no longer as they were. Only after an inference that did not come to its
end, and the first time, is everything looked at.
"""

import gc
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace

from graphdb.connection import Connection, Transaction
from graphdb.inference.inference import (
    Inference,
    InferenceConfig,
    InferenceReport,
    in_order,
    spoken_of,
    total,
)
from graphdb.inference.state import begin, read_state
from graphdb.inference.store import Store
from graphdb.inference.transactions import ManyTransactions, OneTransaction, TooLargeError
from graphdb.leases import Lease, fence
from graphdb.queries import cypher
from graphdb.rules import Rule, RuleSet
from graphdb.schema import make_missing

logger = logging.getLogger(__name__)

COLLECTED_AFTER = 200_000
"""Objects made, less those gone, before Python looks for garbage."""


def infer(
    connection: Connection,
    rules: RuleSet,
    config: InferenceConfig | None = None,
    lease: Lease | None = None,
    denied: Mapping[str, str] | None = None,
) -> InferenceReport:
    """Make derived facts follow from stated facts by the rules.

    Args:
        connection: To the graph.
        rules: All that are in force.
        config: How to infer, and when to stop.
        lease: What is written is written under it.
        denied: Types of facts that people called wrong, by key: no rule concludes these.

    Raises:
        LeaseLostError: Another run owns the graph; stop.
        GraphUnavailableError: Try again; nothing that was done is in the way.
    """
    config = config or InferenceConfig()
    started = time.monotonic()
    # In transactions of their own: Neo4j refuses an index and data in one transaction.
    make_indexes(connection, rules.rules)

    def unit(tx: Transaction) -> InferenceReport:
        store = Store(OneTransaction(tx, config.transaction_rows), config.batch_rows, lease)
        reports = []
        for ruleset in in_order(store, rules):
            inference = Inference(store, ruleset, config, denied=denied or {})
            # Asked before the work begins: a transaction that grows too large loses all of it.
            if inference.looks_at_much():
                raise TooLargeError
            reports.append(inference.run())
        fence(tx, lease)
        return total(reports)

    with _rare_collections():
        try:
            report = connection.write(unit, "infer")
        except TooLargeError:
            # What was written so far was rolled back, so this begins anew.
            report = _in_many_transactions(connection, rules, config, lease, denied or {})
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
    connection: Connection,
    rules: RuleSet,
    config: InferenceConfig,
    lease: Lease | None,
    denied: Mapping[str, str],
) -> InferenceReport:
    # The first store only reads: the number of the last batch that any inference wrote. Numbers go
    # on from there; with a lower one, a batch would be taken for one that is written already.
    with ManyTransactions(connection, lease, 0) as reader:
        state = read_state(Store(reader, config.batch_rows))
    with ManyTransactions(connection, lease, state.batch) as writer:
        store = Store(writer, config.batch_rows, lease)
        reports = []
        for ruleset in in_order(store, rules):
            inference = Inference(store, ruleset, config, denied=denied)
            # The mark comes first: a run that dies between two transactions must leave it behind.
            store.finish(begin(rules.rules, inference.state))
            reports.append(inference.run())
        return total(reports)


def make_indexes(connection: Connection, rules: Iterable[Rule]) -> None:
    """Make facts of every type that a rule speaks of findable by their key."""
    make_missing(
        connection,
        [
            cypher("infer/index_facts", index=index_name(type_), type=type_)
            for type_ in sorted(spoken_of(rules))
        ],
    )


def index_name(type_: str) -> str:
    """Return the name of the index of one type's facts."""
    return f"FactKey_{type_}"
