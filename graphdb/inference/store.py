"""Facts and derivations in the graph: looked up in batches, written in batches.

Keys arrive from the server once for each place they stand in, and stand in many. `intern` keeps
one string of each in memory, for as long as anything refers to it.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from sys import intern
from typing import Any, LiteralString, TypeVar

from graphdb.connection import Row
from graphdb.history import Concluded, recording_conclusions
from graphdb.inference.questions import Answer, from_premise
from graphdb.inference.transactions import Question, Statement, Writer
from graphdb.inference.values import Derivation, Fact
from graphdb.leases import Lease
from graphdb.queries import cypher
from graphdb.rules import Rule

ANSWERED_TOGETHER = 100
"""Things whose answers come in one row."""

ASKED_TOGETHER = 1_000
"""Things that one question is asked about. While one is answered, the last one's answers are
followed: fewer things are more statements, and with more there is less to do meanwhile."""

T = TypeVar("T")

Asked = tuple[T, str, Sequence[Any], Future[None] | None]
"""What a question is for, the question, the things it is about, and what must be written before."""


class Store:
    """The facts and derivations of a graph."""

    def __init__(self, writer: Writer, batch_rows: int, lease: Lease | None = None) -> None:
        self._writer = writer
        self._batch_rows = batch_rows
        self._lease = lease

    def read(self, query: LiteralString, **parameters: Any) -> list[Row]:
        """Return the rows of a reading statement."""
        return self._writer.read(query, **parameters)

    def everything(self, rule: Rule) -> Iterator[Answer]:
        """Yield all ways in which a rule's premises are there.

        The facts of its first premise are gone through page by page, so that no more than what
        follows from one page is in memory. What is written meanwhile may be answered, too.
        """
        question = from_premise(rule, rule.premises[0])
        for keys in self._keys_of_type(rule.premise_types[0]):
            yield from self.answers(question, keys)

    def _keys_of_type(self, type_: str) -> Iterator[list[str]]:
        """Yield the keys of all facts of a type, a batch at a time."""
        query = cypher("infer/keys_of_type", type=type_)
        # By key and not by SKIP: facts that are written meanwhile would shift the pages.
        after = ""
        while True:
            pages = self._writer.ask([Question(query, {"after": after, "n": self._batch_rows})])
            keys: list[str] = next(pages)[0]["keys"]
            if not keys:
                break
            yield keys
            after = keys[-1]

    def answers(self, query: str, things: Sequence[Any]) -> Iterator[Answer]:
        """Yield the answers to a question about many things, asked in batches.

        New facts that are being written may be in them or not.
        """
        return (answer for _, answer in self.all_answers([(None, query, things, None)]))

    def all_answers(self, questions: Iterable[Asked[T]]) -> Iterator[tuple[T, Answer]]:
        """Yield the answers to questions about many things, asked in batches, one after the other.

        With each answer comes what its question is for. New facts that are being written may be in
        them or not, but for what a question comes after.
        """
        size = min(ASKED_TOGETHER, self._batch_rows)
        asked: deque[T] = deque()  # what the questions are for that were not answered yet

        def batches() -> Iterator[Question]:
            for what_for, query, things, after in questions:
                for start in range(0, len(things), size):
                    asked.append(what_for)
                    groups = _groups(things[start : start + size])
                    yield Question(query, {"groups": groups}, after)

        for rows in self._writer.ask(batches()):
            what_for = asked.popleft()
            for row in rows:
                yield from ((what_for, _answer(*columns)) for columns in row["found"])

    def handed_over(self) -> Future[None] | None:
        """Return what was handed over last, if it may not be written yet; all else is written."""
        return self._writer.handed_over()

    def settled(self) -> None:
        """Return when all is written, so that whatever is asked next is answered with all of it."""
        self._writer.wait()

    def _answered(self, query: str, things: Sequence[Any]) -> Iterator[list[Any]]:
        """Yield the answers about many things; the server sends those of a hundred in a row."""
        for batch in self._batches(things):
            for row in self.read(query, groups=_groups(batch)):
                yield from row["found"]

    def n_facts(self, type_: str) -> int:
        """Return how many facts of a type there are; the server keeps this number."""
        n: int = self.read(cypher("infer/count_facts", type=type_))[0]["n_facts"]
        return n

    def facts_of_type(self, type_: str) -> Iterator[Fact]:
        """Yield all facts of a type."""
        query = cypher("infer/facts_of_type", type=type_)
        after = ""
        while found := self.read(query, after=after, n=self._batch_rows)[0]["found"]:
            after = found[-1][0]
            yield from (_fact(type_, *columns) for columns in found)

    def facts(self, type_: str, keys: Sequence[str]) -> Iterator[Fact]:
        """Yield those facts of a type that there are."""
        query = cypher("infer/facts_by_key", type=type_)
        return (_fact(type_, *columns) for columns in self._answered(query, keys))

    def derivations_of(self, facts: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations of some facts."""
        rows = self._answered(cypher("infer/derivations_of_facts"), facts)
        return (_derivation(*columns) for columns in rows)

    def derivations_from(self, facts: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations with one of some facts as a premise, possibly more than once."""
        rows = self._answered(cypher("infer/derivations_from_facts"), facts)
        return (_derivation(*columns) for columns in rows)

    def derivations_by(self, rules: Sequence[str]) -> Iterator[Derivation]:
        """Yield all derivations by some rules."""
        rows = self.read(cypher("infer/derivations_of_rules"), rules=list(rules))
        return (_derivation(*row["found"]) for row in rows)

    def concludes_any(self, facts: Sequence[str]) -> bool:
        """Say whether a rule concludes any of some facts."""
        # Batch by batch, and no further than the first that answers.
        rows = self._answered(cypher("infer/derivations_of_facts"), facts)
        return next(rows, None) is not None

    def create(self, facts: Sequence[Fact], derivations: Sequence[Derivation]) -> None:
        """Create facts with their derivations; those of facts that exist may be among them.

        They may be written a little later, but before anything else is written or looked up.
        """
        pairs = _paired(facts, derivations)
        for batch in self._batches(pairs, lambda pair: len(pair[1]) + 1):
            new = [fact for fact, _ in batch if fact]
            rows = [_row_to_create(one) for _, supports in batch for one in supports]
            statements: list[Statement] = []
            if new:
                statements.append((cypher("infer/create_facts"), _created(new)))
            if rows:
                statements.append((cypher("infer/create_derivations"), {"rows": rows}))
            statements += self._recorded(
                _concluded(fact, None, fact.value, of) for fact, of in batch if fact
            )
            self._writer.hand_over(statements, len(new) + len(rows))

    def update_facts(self, facts: Iterable[Fact]) -> None:
        """Write confidence, rule and directness of derived facts."""
        for type_, facts_of_type in _by_type(facts):
            for batch in self._batches(facts_of_type):
                rows = [_fact_row(fact) for fact in batch]
                statements: list[Statement] = [
                    (cypher("infer/update_facts", type=type_), {"rows": rows})
                ]
                # Another rule for the same confidence is written, and is no change to tell of.
                reweighed = [fact for fact in batch if fact.had_value != fact.value]
                statements += self._recorded(
                    _concluded(fact, fact.had_value, fact.value) for fact in reweighed
                )
                self._writer.write(statements, len(rows))

    def remove(self, facts: Iterable[Fact], derivations: Sequence[Derivation]) -> None:
        """Delete facts and derivations, those of a fact in the transaction of the fact."""
        pairs = _paired(facts, derivations)
        for batch in self._batches(pairs, lambda pair: len(pair[1]) + 1):
            statements: list[Statement] = [
                (cypher("infer/delete_facts", type=type_), {"keys": [fact.key for fact in dead]})
                for type_, dead in _by_type(fact for fact, _ in batch if fact)
            ]
            rows = [_derivation_row(one) for _, supports in batch for one in supports]
            if rows:
                statements.append((cypher("infer/delete_derivations"), {"rows": rows}))
            gone = [(fact, of) for fact, of in batch if fact]
            statements += self._recorded(
                _concluded(fact, fact.had_value, None, of) for fact, of in gone
            )
            self._writer.write(statements, len(batch) + len(rows))

    def update_derivations(self, derivations: Iterable[Derivation]) -> None:
        """Write confidence and bestness of derivations."""
        rows = [_derivation_row(derivation) for derivation in derivations]
        self._in_batches(cypher("infer/update_derivations"), rows)

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
            # An item is never cut, so a batch may be larger by the rows of its last item.
            if n_rows >= self._batch_rows:
                yield batch
                batch, n_rows = [], 0
        if batch:
            yield batch

    def _recorded(self, conclusions: Iterable[Concluded]) -> list[Statement]:
        """Return what records these changes, to be written together with them."""
        return list(recording_conclusions(conclusions, self._lease))

    def _in_batches(self, query: LiteralString, rows: Sequence[Any]) -> None:
        for batch in self._batches(rows):
            self._writer.write([(query, {"rows": batch})], len(batch))


def _groups(things: Sequence[Any]) -> list[Sequence[Any]]:
    starts = range(0, len(things), ANSWERED_TOGETHER)
    return [things[start : start + ANSWERED_TOGETHER] for start in starts]


Pair = tuple[Fact | None, list[Derivation]]
"""A fact and those of its derivations that are written with it; none if it stays as it is."""


def _paired(facts: Iterable[Fact], derivations: Iterable[Derivation]) -> list[Pair]:
    """Return facts with their derivations, so that a fact and its support share a transaction.

    A fact may come without any: one that went with its entity and comes back has its derivations
    in the graph still. Derivations of facts that are not among these come at the end.
    """
    by_fact: dict[str, list[Derivation]] = defaultdict(list)
    for derivation in derivations:
        by_fact[derivation.fact].append(derivation)
    pairs: list[Pair] = [(fact, by_fact.pop(fact.key, [])) for fact in facts]
    pairs += [(None, supports) for supports in by_fact.values()]
    return pairs


def _answer(
    subject: str,
    object: str,  # noqa: A002 - the name of the column
    premises: list[str],
    confidences: list[float],
    holds: bool = True,
) -> Answer:
    return Answer(
        intern(subject), intern(object), tuple(map(intern, premises)), tuple(confidences), holds
    )


def _fact(
    type_: str,
    key: str,
    subject: str,
    object_: str,
    confidence: float,
    derived: bool,
    rule: str | None,
    indirect: bool,
) -> Fact:
    fact = Fact(intern(key), intern(subject), type_, intern(object_))
    fact.is_stated, fact.exists = not derived, True
    fact.value = confidence
    fact.rule, fact.is_indirect = rule and intern(rule), indirect
    # What was read is what is written: until something changes, nothing is to be updated.
    fact.mark_written()
    return fact


def _derivation(
    fact: str, rule: str, premises: list[str], confidence: float, best: bool
) -> Derivation:
    derivation = Derivation(intern(fact), intern(rule), tuple(map(intern, premises)))
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
        # None is no property: few facts are indirect, and the others need not store that.
        "indirect": fact.is_indirect or None,
    }


def _concluded(
    fact: Fact, before: float | None, after: float | None, derivations: Sequence[Derivation] = ()
) -> Concluded:
    """Return what is recorded of a fact, with the derivation that it leans or leaned on."""
    # A fact that went leans on none any more: any derivation that went with it says why it was.
    best = next((each for each in derivations if each.is_best), next(iter(derivations), None))
    premises = best.premises if best else ()
    return Concluded(
        fact.key, fact.type, fact.subject, fact.object, fact.rule, premises, before, after
    )


def _created(facts: Sequence[Fact]) -> dict[str, Any]:
    """Return the parameters that create relationships for facts."""
    ends = dict.fromkeys(end for fact in facts for end in (fact.subject, fact.object))
    places = {key: place for place, key in enumerate(ends)}
    rows = [
        (
            *(fact.key, places[fact.subject], fact.type, places[fact.object]),
            # None is no property: few facts are indirect, and the others need not store that.
            *(fact.value, fact.rule, fact.is_indirect or None),
        )
        for fact in facts
    ]
    return {"keys": list(places), "rows": rows}


def _row_to_create(one: Derivation) -> tuple[Any, ...]:
    return (one.fact, one.rule, one.premises, one.value, one.is_best or None)


def _derivation_row(derivation: Derivation) -> Row:
    return {
        "fact": derivation.fact,
        "rule": derivation.rule,
        "premises": list(derivation.premises),
        "confidence": derivation.value,
        "best": derivation.is_best or None,
    }


def _by_type(facts: Iterable[Fact]) -> list[tuple[str, list[Fact]]]:
    by_type: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_type[fact.type].append(fact)
    return sorted(by_type.items())
