"""Resolution of the names of a graph: what has changed is weighed, and what follows is decided.

    marked names ─► into blocks ─► those beside them, and so on while pairs are sure
                 ─► things and namesakes ─► decisions that differ from those there are ─► documents

What comes out for a name depends on its evidence, on that of the names which hang together with
it, and on people's decisions. So weighing only what has changed ends where weighing all would, and
resolution after any history ends where it would after a fresh build.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import product

from graphdb.connection import Connection
from graphdb.deciding import Deciding
from graphdb.identity import Clusters, Decision, ends
from graphdb.leases import Lease
from graphdb.ontology import Ontology
from graphdb.resolution import (
    Cutoffs,
    Judgement,
    Known,
    NameEvidence,
    Neighbourhood,
    Question,
    Records,
    judge,
    one_question_each,
    unknown,
)
from graphdb.writing import GroupConfig, read_decisions

Seen = dict[str, NameEvidence | None]

SLICE = 5_000
"""Changed names that are weighed together; each slice is decided before the next begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What a resolution found, and what it changed."""

    n_names: int = 0
    """Names that were weighed: those whose evidence had changed, and those that hang with them."""
    made: tuple[Decision, ...] = ()
    """Decisions that are new."""
    withdrawn: tuple[Decision, ...] = ()
    """Decisions of resolution that do not hold any more."""
    review: tuple[Question, ...] = ()
    """Pairs for a person to judge, of the names that were weighed."""
    too_large: tuple[tuple[str, ...], ...] = ()
    """Names that are too many to be joined without a person."""
    n_documents: int = 0
    """Documents that were written again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What speaks for two entities being one, and what against."""

    is_one: bool
    """Whether they are one entity already."""
    decisions: tuple[Decision, ...]
    """What was decided about the two."""
    judgement: Judgement | None
    """Of their likest names; nothing if these have nothing in common."""
    band: str
    """What resolution would do: `keep` makes them one, `review` asks a person, `drop` neither."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolver:
    """Resolves the names of one graph."""

    connection: Connection
    ontology: Ontology
    config: GroupConfig
    cutoffs: Cutoffs = field(default_factory=Cutoffs)
    known: Known = unknown
    lease: Lease | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    tell: Callable[[int, int], None] | None = None
    """Is told how many names of how many are done."""

    def resolve(self, *, whole: bool = False, dry_run: bool = False) -> Resolution:
        """Weigh what has changed since the last time, and decide what follows from it.

        After an update that compares names by other rules, that is all names.

        Args:
            whole: Whether all names are weighed anew, as after other cut-offs or lists of names.
            dry_run: Whether nothing is decided, and all is left to the next resolution. The queue
                of pairs for a person is brought up to date all the same.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        deciding = Deciding(self.connection, self.ontology, self.config, self.lease)
        if not dry_run:
            deciding.settle()  # what a killed run left
        records = self._records()
        before = changed = records.changed()
        # Names that were compared by other rules are in other blocks, where no new name meets them.
        are_by_these_rules = records.are_by_these_rules()
        if whole or not are_by_these_rules:
            records.mark_all()
            changed = records.changed()
        affected = records.enter(changed)
        changed = changed | affected
        left, resolution = sorted(changed), Resolution()
        while left:
            some, left = left[:SLICE], left[SLICE:]
            if self.tell:
                self.tell(len(changed) - len(left) - len(some), len(changed))
            found = self._weigh(some, records.seen, deciding, dry_run=dry_run)
            if not dry_run:
                records.unmark(some)
            resolution = _together(resolution, found)
        if not dry_run and not are_by_these_rules:
            records.note_rules()
        if dry_run:  # nothing but what had changed waits for the next one
            records.unmark(changed - before - affected)
        return resolution

    def compare(self, one: str, other: str) -> Comparison:
        """Return what speaks for and against two entities being one.

        Args:
            one: Key of an entity.
            other: Key of another one.
        """
        records, decisions = self._records(), read_decisions(self.connection)
        names = [sorted(records.clusters.named_by(key)) for key in (one, other)]
        evidence = records.evidence({key for keys in names for key in keys})
        judged = (
            judge(evidence[a], evidence[b], self.ontology.functional_types)
            for a, b in product(*names)
            if a != b and {a, b} <= evidence.keys()
        )
        best = max((each for each in judged if each), key=_likeness, default=None)
        return Comparison(
            is_one=one == other,
            decisions=tuple(
                each
                for each in decisions
                if all(set(keys) & set(ends(each, self.ontology.entity_types)) for keys in names)
            ),
            judgement=best,
            band=best.band(self.cutoffs) if best else "drop",
        )

    def _records(self, seen: Seen | None = None) -> Records:
        clusters = Clusters.of(read_decisions(self.connection), self.ontology.entity_types)
        return Records(
            self.connection, self.ontology, clusters, self.known, self.lease, seen=seen or {}
        )

    def _weigh(
        self, keys: Sequence[str], seen: Seen, deciding: Deciding, *, dry_run: bool
    ) -> Resolution:
        records, decisions = self._records(seen), read_decisions(self.connection)
        weighing = Neighbourhood(records, decisions, self.ontology, self.cutoffs)
        weighing.add(keys)
        findings = weighing.findings()
        wanted = {each.key: each for each in weighing.decided(findings, self.clock())}
        there = {
            each.key: each
            for each in decisions
            if each.is_by_resolution and weighing.is_about(each)
        }
        made = [each for key, each in wanted.items() if not _is_as(each, there.get(key))]
        gone = [each for key, each in there.items() if key not in wanted]
        review = weighing.for_a_person(findings)
        n_documents = 0
        if not dry_run and (made or gone):
            counted: list[int] = []
            deciding.record(made, [each.key for each in gone])
            deciding.settle(counted.append)
            n_documents = sum(counted)
        # Of which entities the names are, the decisions say that were just made.
        decided = self._records()
        review = one_question_each(review, decided.clusters.key)
        decided.put_to_review(weighing.names, review)
        return Resolution(
            n_names=len(weighing.names),
            made=tuple(made),
            withdrawn=tuple(gone),
            review=tuple(map(weighing.question, review)),
            too_large=tuple(
                tuple(sorted(weighing.text(key) for key in group)) for group in findings.too_large
            ),
            n_documents=n_documents,
        )


def _likeness(judgement: Judgement) -> tuple[bool, float]:
    return not judgement.forbidden, judgement.score


def _is_as(wanted: Decision, there: Decision | None) -> bool:
    """Say whether a decision is there already, whenever it was made."""
    if there is None:
        return False
    return replace(there, at=wanted.at, one=wanted.one, other=wanted.other) == wanted


def _together(one: Resolution, other: Resolution) -> Resolution:
    return Resolution(
        **{name: getattr(one, name) + getattr(other, name) for name in Resolution.__slots__}
    )
