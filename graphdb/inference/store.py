"""Facts and derivations in the graph: looked up in batches, written in batches.

A small inference is one transaction: whoever reads sees all of it or nothing, and a crash leaves
nothing behind. One that grows larger is written in several, under a mark that says so; should it
not come to its end, the next one sees the mark and checks everything instead of what is new.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, LiteralString, Protocol, TypeVar

from graphdb.connection import Connection, Transaction
from graphdb.errors import StatementRefusedError
from graphdb.inference.questions import Answer, everything
from graphdb.inference.values import Derivation, Fact
from graphdb.leases import Lease, fence
from graphdb.queries import cypher
from graphdb.rules import Rule

ANSWERED_TOGETHER = 100
"""Things whose answers come in one row."""

Row = dict[str, Any]
T = TypeVar("T")
Statement = tuple[LiteralString, dict[str, Any]]


class TooLargeError(Exception):
    """The work does not fit into one transaction."""


class Writer(Protocol):
    """Where statements go."""

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements that belong together."""


class OneTransaction:
    """Everything in one transaction, up to so many rows."""

    def __init__(self, tx: Transaction, max_rows: int) -> None:
        self.tx = tx
        self.rows_left = max_rows

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement, which sees what was written.

        Raises:
            StatementRefusedError: It is no reading statement; all that was written is rolled back.
        """
        rows = self.tx.run(query, **parameters)
        if not self.tx.only_reads:  # the author of a rule has found a way round its grammar
            raise StatementRefusedError(
                f"a rule may only read, and this one would write: {query}", "client"
            )
        return rows

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:
        """Run writing statements.

        Raises:
            TooLargeError: There would be more rows than allowed.
        """
        self.rows_left -= n_rows
        if self.rows_left < 0:
            raise TooLargeError
        for query, parameters in statements:
            self.tx.run(query, **parameters)


class ManyTransactions:
    """A transaction for each batch, each counted so that none happens twice."""

    def __init__(self, connection: Connection, lease: Lease | None, batch: int) -> None:
        self.connection = connection
        self.lease = lease
        self.batch = batch

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""
        return self.connection.read(query, **parameters)

    def write(self, statements: Sequence[Statement], n_rows: int) -> None:  # noqa: ARG002
        """Run writing statements in one transaction.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        self.batch += 1

        def unit(tx: Transaction) -> None:
            # The answer to a COMMIT may be lost; done again, this unit must find that it is done.
            if tx.run(cypher("infer/count_batch"), batch=self.batch)[0]["is_new"]:
                for query, parameters in statements:
                    tx.run(query, **parameters)
            fence(tx, self.lease)

        self.connection.write(unit, "infer")


class Store:
    """The facts and derivations of a graph."""

    def __init__(self, writer: Writer, batch_rows: int) -> None:
        self._writer = writer
        self._batch_rows = batch_rows

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""
        return self._writer.read(query, **parameters)

    def everything(self, rule: Rule) -> Iterator[Answer]:
        """Yield all ways in which a rule's premises are there."""
        for row in self.read(everything(rule)):
            yield Answer(**row)

    def answers(self, query: str, things: Sequence[Any]) -> Iterator[Answer]:
        """Yield the answers to a question about many things, asked in batches."""
        return (Answer(*each) for each in self._found(query, things))

    def _found(self, query: str, things: Sequence[Any]) -> Iterator[list[Any]]:
        """Yield what was found for many things, a hundred in a row of the server's."""
        for batch in self._batches(things):
            starts = range(0, len(batch), ANSWERED_TOGETHER)
            groups = [batch[start : start + ANSWERED_TOGETHER] for start in starts]
            for row in self.read(query, groups=groups):
                yield from row["found"]

    def n_facts(self, type_: str) -> int:
        """Return how many facts of a type there are; the server keeps this number."""
        n: int = self.read(cypher("infer/count_facts", type=type_))[0]["n_facts"]
        return n

    def facts_of_type(self, type_: str) -> Iterator[Fact]:
        """Yield all facts of a type."""
        for row in self.read(cypher("infer/facts_of_type", type=type_)):
            yield _fact(type_, *row["found"])

    def facts(self, type_: str, keys: Sequence[str]) -> Iterator[Fact]:
        """Yield those facts of a type that there are."""
        query = cypher("infer/facts_by_key", type=type_)
        return (_fact(type_, *each) for each in self._found(query, keys))

    def derivations_of(self, facts: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations of some facts."""
        found = self._found(cypher("infer/derivations_of_facts"), facts)
        return (_derivation(*each) for each in found)

    def derivations_from(self, facts: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations with one of some facts as a premise, possibly more than once."""
        found = self._found(cypher("infer/derivations_from_facts"), facts)
        return (_derivation(*each) for each in found)

    def derivations_by(self, rules: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations by some rules."""
        rows = self.read(cypher("infer/derivations_of_rules"), rules=list(rules))
        return (_derivation(*row["found"]) for row in rows)

    def create(self, facts: Sequence[Fact], derivations: Sequence[Derivation]) -> None:
        """Create facts with their derivations; those of facts that exist may be among them."""
        by_fact: dict[str, list[Derivation]] = defaultdict(list)
        for derivation in derivations:
            by_fact[derivation.fact].append(derivation)
        pairs: list[tuple[Fact | None, list[Derivation]]] = []
        # None of a fact that went with an entity and comes back: its derivations had stayed.
        pairs += [(fact, by_fact.pop(fact.key, [])) for fact in facts]
        pairs += [(None, several) for several in by_fact.values()]
        for batch in self._batches(pairs, lambda pair: len(pair[1]) + 1):
            fact_rows = [_fact_row(fact) for fact, _ in batch if fact]
            derivation_rows = [_derivation_row(each) for _, several in batch for each in several]
            statements: list[Statement] = []
            if fact_rows:
                statements.append((cypher("infer/create_facts"), {"rows": fact_rows}))
            if derivation_rows:
                statements.append((cypher("infer/create_derivations"), {"rows": derivation_rows}))
            self._writer.write(statements, len(fact_rows) + len(derivation_rows))

    def update_facts(self, facts: Iterable[Fact]) -> None:
        """Write confidence, rule and directness of derived facts."""
        for type_, several in _by_type(facts):
            query = cypher("infer/update_facts", type=type_)
            self._in_batches(query, "rows", [_fact_row(fact) for fact in several])

    def remove(self, facts: Iterable[Fact], derivations: Sequence[Derivation]) -> None:
        """Delete facts and derivations, those of a fact in the transaction of the fact."""
        by_fact: dict[str, list[Derivation]] = defaultdict(list)
        for derivation in derivations:
            by_fact[derivation.fact].append(derivation)
        pairs: list[tuple[Fact | None, list[Derivation]]] = []
        pairs += [(fact, by_fact.pop(fact.key, [])) for fact in facts]
        pairs += [(None, several) for several in by_fact.values()]
        for batch in self._batches(pairs, lambda pair: len(pair[1]) + 1):
            statements: list[Statement] = [
                (cypher("infer/delete_facts", type=type_), {"keys": [fact.key for fact in several]})
                for type_, several in _by_type(fact for fact, _ in batch if fact)
            ]
            rows = [_derivation_row(each) for _, several in batch for each in several]
            if rows:
                statements.append((cypher("infer/delete_derivations"), {"rows": rows}))
            self._writer.write(statements, len(batch) + len(rows))

    def update_derivations(self, derivations: Iterable[Derivation]) -> None:
        """Write confidence and bestness of derivations."""
        rows = [_derivation_row(derivation) for derivation in derivations]
        self._in_batches(cypher("infer/update_derivations"), "rows", rows)

    def finish(self, statements: Sequence[Statement]) -> None:
        """Write the last statements of an inference."""
        self._writer.write(statements, 0)

    def _batches(
        self, items: Sequence[T], size: Callable[[T], int] = lambda _: 1
    ) -> Iterator[list[T]]:
        batch: list[T] = []
        n_rows = 0
        for item in items:
            batch.append(item)
            n_rows += size(item)
            if n_rows >= self._batch_rows:
                yield batch
                batch, n_rows = [], 0
        if batch:
            yield batch

    def _in_batches(self, query: LiteralString, name: str, rows: Sequence[Any]) -> None:
        for batch in self._batches(rows):
            self._writer.write([(query, {name: batch})], len(batch))


def _fact(
    type_: str,
    key: str,
    subject: str,
    object_: str,
    confidence: float,
    derived: bool,
    rule: str,
    indirect: bool,
) -> Fact:
    fact = Fact(key, subject, type_, object_)
    fact.is_stated, fact.exists = not derived, True
    fact.value = confidence
    fact.rule, fact.is_indirect = rule, indirect
    fact.mark_written()
    return fact


def _derivation(
    fact: str, rule: str, premises: list[str], confidence: float, best: bool
) -> Derivation:
    derivation = Derivation(fact, rule, tuple(premises))
    derivation.value, derivation.is_best = confidence, best
    derivation.mark_written()
    return derivation


def _fact_row(fact: Fact) -> Row:
    return {
        "key": fact.key,
        "subject": fact.subject,
        "type": fact.type,
        "object": fact.object,
        "confidence": fact.value,
        "derived": not fact.is_stated,
        "rule": fact.rule,
        "indirect": fact.is_indirect or None,
    }


def _derivation_row(derivation: Derivation) -> Row:
    return {
        "fact": derivation.fact,
        "rule": derivation.rule,
        "premises": list(derivation.premises),
        "confidence": derivation.value,
        "best": derivation.is_best or None,
    }


def _by_type(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        found[fact.type].append(fact)
    return sorted(found.items())
