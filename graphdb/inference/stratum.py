"""One stratum brought up to date: withdraw what lost its support, then follow what is new.

Both phases work on what is in memory and return what has to be written; it is written here, in an
order that leaves the graph consistent after each statement.
"""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass

from graphdb.inference.growth import Grown, Round, add, consequences, grown, in_parts
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.limits import LimitReachedError, Limits
from graphdb.inference.outcome import Counts, Journal, Outcome
from graphdb.inference.questions import Answer
from graphdb.inference.support import Support
from graphdb.inference.values import Derivation, Fact
from graphdb.inference.withdrawal import withdraw
from graphdb.rules import Rule

FOLLOWED_TOGETHER = 2_000
"""Answers that are followed and written while the server writes those before and answers more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """What all strata of an inference write down."""

    outcome: Outcome
    counts: Counts
    limits: Limits
    journal: Journal | None = None


class Stratum:
    """Facts of types that are completed together, and the rules that conclude them."""

    def __init__(
        self, knowledge: Knowledge, types: Set[str], records: Records, held_rows: int
    ) -> None:
        self.knowledge = knowledge
        self.types = types
        self.records = records
        self.support = Support(knowledge)
        self._held_rows = max(1, held_rows)

    def withdraw(
        self,
        derivations: Iterable[Derivation],
        premises: Iterable[str],
        dropped: Collection[Derivation] = (),
    ) -> None:
        """Follow what has become of premises, and of derivations, and delete what is lost.

        Args:
            derivations: To be weighed again, or void.
            premises: Keys of facts that have gone, come back or changed.
            dropped: Derivations that are out of memory already, and still in the graph.
        """
        withdrawn = withdraw(self.knowledge, self.support, derivations, premises)
        self._delete(withdrawn.facts, [*dropped, *withdrawn.derivations])

    def grow(self, answers: Iterable[tuple[Rule, Answer]]) -> None:
        """Follow answers of rules, and what follows from these, and write what became of it.

        Once a limit has been reached, strata only lose what is no longer supported.
        """
        limits = self.records.limits
        try:
            self._rounds(() if limits.stopped else answers)
        except LimitReachedError as limit:
            # What was accepted before the limit stays, so it is written with its support.
            limits.stopped = str(limit)
            self._create()
        # After any other error the transaction is gone: one more statement would hide the reason.
        self._write_weights()

    def _rounds(self, answers: Iterable[tuple[Rule, Answer]]) -> None:
        while made := self._round(answers):
            self.knowledge.answers_are_fresh()
            answers = consequences(self.knowledge, made)
        self.knowledge.store.settled()

    def _round(self, answers: Iterable[tuple[Rule, Answer]]) -> Round:
        """Follow answers to what they conclude; return what is new by them.

        They are followed part by part. Questions that a later part asks see what an earlier part
        has written, and find nothing less for it.
        """
        made = Round()
        self.records.limits.begin_round()
        for part in in_parts(answers, min(FOLLOWED_TOGETHER, self._held_rows)):
            add(self.knowledge, self.support, part, self.records.limits, self.records.counts)
            self.support.settle()
            made.take_in(self._create())
            # Between two parts nothing is half done: all that is remembered has been settled.
            if self.knowledge.size > self._held_rows:
                self._write_weights()
                self.knowledge.forget()
        return made

    def _delete(self, dead: list[Fact], derivations: list[Derivation]) -> None:
        """Delete what has lost its support; the questions of the next rounds must not see it."""
        knowledge, records = self.knowledge, self.records
        there = [fact for fact in dead if fact.exists]
        knowledge.store.remove(there, derivations)
        knowledge.dropped_are_deleted()
        records.counts.removed += len(there)
        records.outcome.note_removed(there)
        if records.journal:
            records.journal.removed(there)
        # Nothing more is to be written of them; their keys stay known as gone.
        for fact in dead:
            fact.exists = False
            knowledge.touched.pop(fact.key, None)
            knowledge.fresh.pop(fact.key, None)
        self.support.doubted = {}
        # A rule's question steps over direct facts as the graph marks them.
        now_indirect = [
            fact
            for fact in knowledge.touched.values()
            if fact.exists and fact.value is not None and fact.was_indirect < fact.is_indirect
        ]
        knowledge.store.update_facts(now_indirect)
        # Answers that are on their way were asked for before this was written.
        knowledge.overrule([*dead, *now_indirect])

    def _create(self) -> Grown:
        """Write new facts and derivations, and facts that are now direct; return them."""
        knowledge, records = self.knowledge, self.records
        step = grown(knowledge, knowledge.take_fresh())
        # Confidences are written with what is new; later ones follow in `_write_weights`.
        knowledge.store.create(step.new, step.derivations)
        knowledge.store.update_facts(step.now_direct)
        records.counts.derivations += len(step.derivations)
        records.counts.added += len(step.new)
        records.outcome.note_added(step.new)
        if records.journal:
            records.journal.added(step.new)
        for derivation in step.derivations:
            derivation.mark_written()
        for fact in (*step.new, *step.now_direct):
            fact.exists = True
            fact.mark_written()
        return step

    def _write_weights(self) -> None:
        """Write what confidences, rules and best derivations have become."""
        knowledge, records = self.knowledge, self.records
        facts: list[Fact] = []
        derivations: list[Derivation] = []
        for fact in knowledge.touched.values():
            if fact.value is None:
                continue
            supports = list(knowledge.derivations[fact.key].values())
            if fact.is_stated:  # it leans on its evidence, on no rule
                for derivation in supports:
                    derivation.is_best = False
            derivations += [one for one in supports if one.exists and one.is_changed]
            knowledge.name_rule(fact)
            if not fact.is_stated and fact.is_changed:
                facts.append(fact)
        changed = [fact for fact in facts if fact.had_value != fact.value]
        records.counts.changed += len(changed)
        records.outcome.note_changed(changed)
        knowledge.overrule(changed)
        knowledge.store.update_facts(facts)
        knowledge.store.update_derivations(derivations)
        for fact in facts:
            fact.mark_written()
        for derivation in derivations:
            derivation.mark_written()
        knowledge.touched = {}
