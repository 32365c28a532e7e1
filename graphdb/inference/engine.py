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
from graphdb.inference.state import Touched, begin, read_state
from graphdb.inference.store import Store
from graphdb.inference.transactions import (
    ManyTransactions,
    OneTransaction,
    TooLargeError,
    Writer,
)
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

    engine = _Engine(connection, rules, config, lease, denied or {})
    with _rare_collections():
        try:
            report = connection.write(engine.in_one_transaction, "infer")
        except TooLargeError:
            # What was written so far was rolled back, so this begins anew.
            report = engine.in_many_transactions()
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


class _Engine:
    """One call of `infer`: tried in one transaction, then done in many if that is too few."""

    def __init__(
        self,
        connection: Connection,
        rules: RuleSet,
        config: InferenceConfig,
        lease: Lease | None,
        denied: Mapping[str, str],
    ) -> None:
        self.connection = connection
        self.rules = rules
        self.config = config
        self.lease = lease
        self.denied = denied
        self._touched: Touched | None = None
        """What the change log said when it was read last, which for a first night is much."""

    def in_one_transaction(self, tx: Transaction) -> InferenceReport:
        """Infer in this transaction.

        Raises:
            TooLargeError: It would hold too much.
        """
        self._touched = None  # a transaction that is repeated sees what came meanwhile
        store = self._store(OneTransaction(tx, self.config.transaction_rows))
        reports: list[InferenceReport] = []
        for inference in self._inferences(store):
            # Asked before the work begins: a transaction that grows too large loses all of it.
            if inference.looks_at_much():
                raise TooLargeError
            reports.append(inference.run())
        fence(tx, self.lease)
        return total(reports)

    def in_many_transactions(self) -> InferenceReport:
        """Infer in as many transactions as it takes."""
        # The first store only reads: the number of the last batch that any inference wrote. Numbers
        # go on from there; with a lower one, a batch would be taken for one that is there already.
        with ManyTransactions(self.connection, self.lease, 0) as reader:
            batch = read_state(self._store(reader)).batch
        with ManyTransactions(self.connection, self.lease, batch) as writer:
            store = self._store(writer)
            reports: list[InferenceReport] = []
            for inference in self._inferences(store):
                # The mark comes first: a run that dies between two transactions must leave it.
                store.finish(begin(self.rules.rules, inference.state))
                reports.append(inference.run())
            return total(reports)

    def _store(self, writer: Writer) -> Store:
        return Store(writer, self.config.batch_rows, self.lease)

    def _inferences(self, store: Store) -> Iterator[Inference]:
        """Yield the inferences that follow one another; each is run before the next is made."""
        for n, (rules, state) in enumerate(in_order(store, self.rules)):
            # What the log said before is for the first of them: that one clears it away.
            touched = self._touched if n == 0 else None
            inference = Inference(
                store, rules, state, self.config, denied=self.denied, touched=touched
            )
            if n == 0 and not inference.complete:
                self._touched = inference.touched
            yield inference


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
