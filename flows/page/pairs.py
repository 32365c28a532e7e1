"""Pairs of names that may mean one thing, asked about one by one as `nightloom review` does."""

import getpass
import hashlib
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal
from uuid import uuid4

from flows.errors import FlowError
from flows.settings import Settings
from flows.text import now
from flows.tools import questions
from graphdb import Decision, Graph
from graphdb.asking import KnownFact, Passage, facts_about, passages_of
from graphdb.resolution import Question
from graphdb.rules import RuleSet

N_FACTS, N_PASSAGES = 5, 3
"""Facts and passages of each side that are in view."""

KINDS: Mapping[str, Literal["same", "distinct"]] = MappingProxyType(
    {"one": "same", "two": "distinct"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One of two names, with what is known by it."""

    name: str
    key: str
    facts: tuple[KnownFact, ...]
    passages: tuple[Passage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A question, and what both sides are known by."""

    id: str
    question: Question
    sides: tuple[Side, Side]


@dataclass(slots=True)
class Pairs:
    """The pairs that were found when somebody last looked, and that nobody has judged since."""

    settings: Settings
    graph: Graph
    rules: RuleSet
    questions: dict[str, Question] | None = None
    """By an id of each; None: nobody has looked yet."""
    _lock: threading.Lock = field(default_factory=threading.Lock)
    """One person at a time looks and decides."""

    def look(self) -> None:
        """Look for pairs, which weighs all names.

        Raises:
            LeaseHeldError: A run holds the graph.
        """
        with self._lock:
            asked = questions(self.settings, self.graph, "nightloom page")
            self.questions = {_id(question): question for question in asked}

    def next(self) -> Pair | None:
        """Return the likeliest pair that is left."""
        if not self.questions:
            return None
        id_, question = next(iter(self.questions.items()))
        names = ((question.one, question.one_key), (question.other, question.other_key))
        one, other = (self._side(name, key) for name, key in names)
        return Pair(id=id_, question=question, sides=(one, other))

    def judge(self, id_: str, answer: str) -> None:
        """Record what a person says of a pair: `one` thing, `two` things, or `later`.

        Raises:
            FlowError: There is no such pair, or no such answer.
            LeaseHeldError: A run holds the graph.
        """
        with self._lock:
            question = (self.questions or {}).get(id_)
            if self.questions is None or question is None:
                raise FlowError("that pair is not asked about any more: load the page again")
            if answer == "later":
                self.questions[id_] = self.questions.pop(id_)  # behind all others
                return
            if answer not in KINDS:
                raise FlowError("an answer is one, two or later")
            decision = Decision(
                kind=KINDS[answer],
                type=question.type,
                one=question.one,
                other=question.other,
                by=getpass.getuser(),
                at=now(),
                reason=question.reason,
            )
            with self.graph.lease("nightloom page", str(uuid4())) as lease:
                self.graph.decide(decision, lease)
                self.graph.infer(self.rules, lease)
            del self.questions[id_]

    def _side(self, name: str, key: str) -> Side:
        connection = self.graph.connection
        return Side(
            name=name,
            key=key,
            facts=tuple(facts_about(connection, [key], None, N_FACTS)),
            passages=tuple(passages_of(connection, key, N_PASSAGES)),
        )


def _id(question: Question) -> str:
    names = (question.type, question.one_key, question.one, question.other_key, question.other)
    return hashlib.sha256(repr(names).encode()).hexdigest()[:24]
