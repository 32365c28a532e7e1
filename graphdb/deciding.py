"""Decisions about who is who, in the graph: recorded, withdrawn, and followed by what was read.

Evidence keeps the key that it was read as (`read_as` on MENTIONS, and for both ends on STATES), so
a merge can be undone and gives both things back with exactly their facts. After a decision the
documents that mention either thing are written again. A decision that is new, or withdrawn, stays
marked as such until they are: whoever comes next after a crash does what is left.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import asdict, dataclass, replace
from itertools import combinations

from graphdb.connection import Connection, Transaction
from graphdb.errors import DecisionError
from graphdb.history import in_words
from graphdb.identity import BY_NAME, Clusters, Decision, contradicted, ends, identity
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rereading import reread
from graphdb.writing import Change, GroupConfig, decision_of, read_decisions, upsert

BY_NAMES = frozenset(("global", "resolved"))
"""Identities of which names decide, so that decisions about names can be made."""
AT_ONCE = 10_000
"""Decisions of one statement."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """Where decisions are recorded, and how the documents follow."""

    connection: Connection
    ontology: Ontology
    config: GroupConfig
    lease: Lease | None = None

    def decide(self, decisions: Iterable[Decision], *, settle: bool = True) -> Change:
        """Record decisions, and write again what they are about; repeating them changes nothing.

        Args:
            decisions: Who is who.
            settle: Whether documents follow at once, or with the next `settle`.

        Raises:
            DecisionError: One contradicts another, or is about what no decision can be about; none
                of them was recorded.
        """
        new = {decision.key: decision for decision in decisions}
        known = {decision.key: decision for decision in read_decisions(self.connection)}
        for decision in new.values():
            _check(decision, self.ontology)
        gone = {key for key in known.keys() - new.keys() if self._yields(known[key], new.values())}
        after = {key: each for key, each in (known | new).items() if key not in gone}
        gone |= _in_the_way(after, new, self)
        after = {key: each for key, each in after.items() if key not in gone}
        if wrong := contradicted(after.values(), self.ontology.entity_types):
            raise DecisionError(
                f"that cannot be, because {wrong}: withdraw that first (nightloom split, or"
                " nightloom merge if the two are one after all)"
            )
        self.record(new.values(), gone)
        return self.settle() if settle else Change()

    def withdraw(self, key: str, by: str = "", at: str = "") -> tuple[list[Decision], Change]:
        """Withdraw every decision by which an entity is more than one name; return them.

        Where resolution had joined names, they are called distinct in its place: it would join them
        again.

        Args:
            key: Of the entity, as it is now.
            by: Who withdraws them.
            at: When, in ISO 8601.
        """
        known = read_decisions(self.connection)
        members = Clusters.of(known, self.ontology.entity_types).members(key)
        gone = [
            decision
            for decision in known
            if decision.kind == "same"
            and members.issuperset(ends(decision, self.ontology.entity_types))
        ]
        instead: list[Decision] = []
        if any(decision.is_by_resolution for decision in gone):
            names = {self.key_of(d.type, name): name for d in gone for name in (d.one, d.other)}
            pairs = combinations(sorted(names), 2)
            instead = [
                replace(
                    gone[0], kind="distinct", one=names[a], other=names[b], by=by, at=at,
                    reason="split by a person", score=None,
                )
                for a, b in pairs
            ]  # fmt: skip
        replaced = {decision.key for decision in instead}
        self.record(instead, {decision.key for decision in gone} - replaced)
        return gone, self.settle()

    def undo_resolution(self) -> list[Decision]:
        """Withdraw and return all that resolution decided; what people decided stays."""
        gone = [each for each in read_decisions(self.connection) if each.is_by_resolution]

        def unit(tx: Transaction) -> None:
            tx.run(cypher("decisions/withdraw"), keys=[each.key for each in gone])
            self._mark(tx, gone)  # or the next resolution would not look at them
            fence(tx, self.lease)

        if gone:
            self.connection.write(unit)
        self.settle()
        return gone

    def record(self, new: Iterable[Decision], gone: Collection[str]) -> None:
        """Record decisions and withdraw others, in one transaction; documents are to follow."""
        rows = [asdict(each) | {"key": each.key, "state": "new"} for each in new]
        for row in rows:
            row["documents"] = list(row["documents"])

        def unit(tx: Transaction) -> None:
            for start in range(0, len(rows), AT_ONCE):
                tx.run(cypher("decisions/put"), rows=rows[start : start + AT_ONCE])
            if gone:
                tx.run(cypher("decisions/withdraw"), keys=sorted(gone))
            fence(tx, self.lease)

        self.connection.write(unit)

    def settle(self, tell: Callable[[int], None] | None = None) -> Change:
        """Have the documents follow all decisions that they do not follow yet.

        Args:
            tell: Is told how many documents are to be written again.
        """
        rows = self.connection.read(cypher("decisions/unsettled"))
        if not rows:
            return Change()
        keys = [row.pop("key") for row in rows]
        states = [(row.pop("is_gone"), row.pop("was")) for row in rows]
        unsettled = [decision_of(row) for row in rows]
        before = [replace(each, kind=was) for each, (_, was) in zip(unsettled, states, strict=True)]
        touched = self._touched([*unsettled, *before])
        documents = self.connection.read(cypher("decisions/documents"), keys=sorted(touched))
        if tell:
            tell(len(documents))
        extractions = reread(self.connection, self.ontology, [row["id"] for row in documents])
        change = upsert(
            self.connection,
            extractions,
            self.ontology,
            self.config,
            self.lease,
            is_evidence_new=False,
            decision=in_words(unsettled, [is_gone for is_gone, _ in states]),
        )
        # The queue of pairs for a person follows, until the names are weighed again.
        policies = self.ontology.entity_types
        clusters = Clusters.of(read_decisions(self.connection), policies)
        called = [{"key": key, "entity": clusters.key(key)} for key in sorted(touched)]
        two = [ends(each, policies) for each in unsettled if each.kind == "distinct"]
        told_apart = [{"one": one, "other": other} for one, other in two]

        def unit(tx: Transaction) -> None:
            tx.run(cypher("decisions/settle"), keys=keys)
            tx.run(cypher("decisions/delete"), keys=keys)
            # What resolution decided it has weighed already.
            self._mark(tx, [each for each in unsettled if not each.is_by_resolution])
            tx.run(cypher("names/review_follow"), rows=called)
            if told_apart:
                tx.run(cypher("names/review_decided"), rows=told_apart)
            fence(tx, self.lease)

        self.connection.write(unit)
        return change

    def key_of(self, type_: str, name: str) -> str:
        """Return the key that a name of a type is read as."""
        return identity(type_, self.ontology.entity_types.get(type_, BY_NAME), name).key

    def _yields(self, known: Decision, new: Collection[Decision]) -> bool:
        """Say whether a decision that a name is several things, or one, is overruled."""
        overruling = {"apart": "whole", "whole": "apart"}.get(known.kind)
        name = (known.type, self.key_of(known.type, known.one))
        return any(
            decision.kind == overruling
            and (decision.type, self.key_of(decision.type, decision.one)) == name
            for decision in new
        )

    def _touched(self, decisions: Collection[Decision]) -> set[str]:
        """Return the keys of all things that are others before or after these decisions."""
        policies = self.ontology.entity_types
        every = [*read_decisions(self.connection), *decisions]
        # Whatever hangs together before or after hangs together in this.
        clusters = Clusters.of(every, policies)
        keys = {key for decision in decisions for key in ends(decision, policies)}
        return keys.union(*(clusters.members(clusters.key(key)) for key in keys))

    def _mark(self, tx: Transaction, decisions: Iterable[Decision]) -> None:
        """Have resolution weigh anew the names that decisions are about."""
        types = {
            key: decision.type
            for decision in decisions
            if decision.type in self.ontology.resolved_types
            for key in ends(decision, self.ontology.entity_types)[: 1 + (decision.kind != "apart")]
        }
        rows = [{"key": key, "type": type_} for key, type_ in sorted(types.items())]
        if rows:
            tx.run(cypher("names/mark"), rows=rows)


def _check(decision: Decision, ontology: Ontology) -> None:
    policy = ontology.entity_types.get(decision.type)
    if policy is None:
        raise DecisionError(f"the ontology has no entity type {decision.type!r}, so {decision}?")
    if policy.identity not in BY_NAMES:
        raise DecisionError(
            f"{decision}: what is one {decision.type} is not decided by names, because its"
            f" identity is {policy.identity!r}"
        )
    one, other = ends(decision, ontology.entity_types)
    if one == other and decision.kind in ("same", "distinct"):
        raise DecisionError(f"{decision.one} and {decision.other} are one name ({decision.type})")
    if decision.kind == "apart" and not decision.documents:
        raise DecisionError(f"{decision}: in which documents? None is named")


def _in_the_way(
    after: dict[str, Decision], new: dict[str, Decision], deciding: Deciding
) -> set[str]:
    """Return what resolution decided and a person's new decision cannot stand beside."""
    policies = deciding.ontology.entity_types
    if all(decision.is_by_resolution for decision in new.values()):
        return set()
    wrong = contradicted(after.values(), policies)
    if wrong is None:
        return set()
    # Resolution finds itself which of its merges are to blame: the thing is weighed anew.
    clusters = Clusters.of(after.values(), policies)
    members = clusters.members(clusters.key(ends(wrong, policies)[0]))
    return {
        key
        for key, decision in after.items()
        if decision.kind == "same"
        and decision.is_by_resolution
        and key not in new
        and members.issuperset(ends(decision, policies))
    }
