"""Doubtful facts, asked about one by one as `nightloom review facts` does, and what was said."""

import getpass
import threading
from dataclasses import dataclass, field
from typing import get_args
from uuid import uuid4

from flows.errors import FlowError
from flows.text import now
from graphdb import Graph, Verdict
from graphdb.asking import DoubtfulFact, stated_fact
from graphdb.identity import VerdictKind
from graphdb.rules import RuleSet

N_FACTS = 50
"""Facts that are looked for at once."""
KINDS: dict[str, VerdictKind] = {kind: kind for kind in get_args(VerdictKind)}


@dataclass(slots=True)
class Doubts:
    """The facts that were doubtful when somebody last looked, and that nobody has judged since."""

    graph: Graph
    rules: RuleSet
    facts: dict[str, DoubtfulFact] | None = None
    """By key, those to be asked about first first; None: nobody has looked yet."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> DoubtfulFact | None:
        """Return the fact to be asked about."""
        with self._lock:
            if not self.facts:
                self.facts = {fact.key: fact for fact in self.graph.doubtful_facts(N_FACTS)}
            return next(iter(self.facts.values()), None)

    def judge(self, key: str, answer: str) -> None:
        """Record what a person says of a fact, one of the verdicts or `later`.

        Raises:
            FlowError: No document states such a fact, or there is no such answer.
            LeaseHeldError: A run holds the graph.
        """
        with self._lock:
            facts = self.facts if self.facts is not None else {}
            if answer == "later":
                if key in facts:
                    facts[key] = facts.pop(key)  # behind all others
                return
            if answer not in KINDS:
                raise FlowError(f"an answer is one of {', '.join(KINDS)} or later")
            fact = stated_fact(self.graph.connection, key)
            if fact is None:
                raise FlowError("no document states that fact any more: load the page again")
            moment = now()
            verdict = fact.verdict(KINDS[answer], by=getpass.getuser(), at=moment)
            with self.graph.lease("nightloom page", str(uuid4())) as lease:
                self.graph.judge(verdict, lease)
                self.graph.infer(self.rules, lease)
            facts.pop(key, None)

    def undo(self, key: str) -> list[Verdict]:
        """Withdraw the verdict with a key.

        Raises:
            LeaseHeldError: A run holds the graph.
        """
        with self._lock, self.graph.lease("nightloom page", str(uuid4())) as lease:
            gone = self.graph.withdraw_verdicts([key], lease)
            self.graph.infer(self.rules, lease)
            self.facts = None  # what was withdrawn may be asked about again
            return gone
