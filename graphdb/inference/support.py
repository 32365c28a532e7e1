"""What each fact leans on: of the derivations that conclude it, the surest.

Every fact leans on its best derivation, and every derivation on its premises. Following these never
leads in a circle: a fact changes what it leans on only for something strictly surer, and a
conclusion is never surer than its premises. Derivations are weighed in the order of their
confidence (Knuth's generalisation of Dijkstra's search to derivations with several premises).
"""

import heapq
from collections.abc import Iterable
from itertools import count

from graphdb.inference.knowledge import Knowledge
from graphdb.inference.values import Derivation, Fact


class Support:
    """Derivations that wait to be weighed, and facts that have lost what they leaned on."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.doubted: dict[str, Fact] = {}
        """Facts that have no confidence until some derivation gives them one again."""
        self._heap: list[tuple[float, int, Derivation]] = []
        self._number = count()

    def offer(self, derivations: Iterable[Derivation]) -> None:
        """Put derivations up for supporting their conclusions."""
        for derivation in derivations:
            derivation.value = self.knowledge.worth(derivation)
            if derivation.value is not None:
                # The number decides among equals: derivations themselves have no order.
                entry = (-derivation.value, next(self._number), derivation)
                heapq.heappush(self._heap, entry)

    def doubt(self, fact: Fact) -> None:
        """Take its confidence from a fact."""
        self.knowledge.set_value(fact, None)
        self.doubted[fact.key] = fact
        self.knowledge.touch(fact)

    def reconsider(self, derivation: Derivation) -> Fact | None:
        """Weigh a derivation again; return its conclusion if that has just lost its support."""
        knowledge = self.knowledge
        fact = knowledge.facts.get(derivation.fact)
        if fact is None:  # deleted with an entity; so are the derivation's premises
            derivation.is_void = True
            return None
        knowledge.touch(fact)
        derivation.value = knowledge.worth(derivation)
        # Only the derivation that a fact leans on can take its confidence away, and only by having
        # become less sure: one that is surer than before is offered like any other.
        leans = derivation.is_best and not fact.is_stated and fact.value is not None
        if leans and (derivation.value is None or derivation.value < (fact.value or 0)):
            self.doubt(fact)
            return fact
        self.offer([derivation])
        return None

    def settle(self) -> None:
        """Let every fact lean on the surest derivation it has, the surest facts first."""
        while self._heap:
            # A fact that was in the graph may be a premise there of what is not in memory yet.
            raised = [fact for fact in self._settle_remembered() if fact.exists]
            self.knowledge.look_up_uses(fact.key for fact in raised)
            uses = [use for fact in raised for use in self.knowledge.uses[fact.key]]
            self.knowledge.look_up_ends(uses)
            for use in dict.fromkeys(uses):
                self.reconsider(use)

    def _settle_remembered(self) -> list[Fact]:
        """Settle by the derivations in memory; return the facts that have become surer."""
        knowledge = self.knowledge
        raised: dict[str, Fact] = {}
        while self._heap:
            derivation = heapq.heappop(self._heap)[2]
            value = derivation.value = knowledge.worth(derivation)
            fact = knowledge.facts[derivation.fact]
            knowledge.touch(fact)
            # Never for equal confidence: that is what keeps facts from leaning on each other.
            if value is None or fact.is_stated or (fact.value is not None and value <= fact.value):
                continue
            knowledge.set_value(fact, value)
            self._lean(fact, derivation)
            raised[fact.key] = fact
            self.offer(
                use
                for use in knowledge.uses.get(fact.key, ())
                if use.fact in knowledge.facts and knowledge.knows_derivations(use.fact)
            )
        return list(raised.values())

    def _lean(self, fact: Fact, derivation: Derivation) -> None:
        """Let a fact lean on this derivation, and on no other."""
        for other in self.knowledge.derivations[fact.key].values():
            other.is_best = False
        derivation.is_best = True
