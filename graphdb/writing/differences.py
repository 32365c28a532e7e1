"""What becomes of facts when evidence is exchanged: they come, are restated, go or are left."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from graphdb.connection import Row
from graphdb.history import FactState
from graphdb.writing.rows import Triple


@dataclass(slots=True)
class Differences:
    """Facts whose support is another one after an exchange, as the rows of statements."""

    new: list[Row] = field(default_factory=list)
    restated: list[Row] = field(default_factory=list)
    """They have another confidence or other witnesses, or only a rule had them until now."""
    gone: list[Row] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    """No document states them any more, and a rule does."""
    triples: dict[str, Triple] = field(default_factory=dict)
    before: dict[str, FactState] = field(default_factory=dict)
    """How each stood, be it that documents or that only rules supported it."""
    after: dict[str, FactState] = field(default_factory=dict)

    @classmethod
    def between(
        cls,
        triples: Mapping[str, Triple],
        before: dict[str, FactState],
        after: dict[str, FactState],
        derived: Mapping[str, float],
    ) -> "Differences":
        """Compare the support of facts before and after.

        Args:
            triples: All facts that may differ, by key.
            before: What documents said of them; none for a fact that no document stated.
            after: What documents say of them now.
            derived: Confidences of those that are in the graph and that a rule concludes, too.
        """
        differences = cls(before=dict(before), after=dict(after))
        for key in sorted(triples):
            if before.get(key) != after.get(key):
                differences._add(key, triples[key], derived.get(key))
        return differences

    def _add(self, key: str, triple: Triple, derived: float | None) -> None:
        before, after = self.before.get(key), self.after.get(key)
        row = fact_row(key, triple, after)
        self.triples[key] = triple
        if before is None and derived is not None:
            self.before[key] = FactState(derived, 0)
        if after is None:
            # No document says it any more. If a rule does, it stays, as a derived one.
            (self.gone if derived is None else self.left).append(row)
        else:
            # A relationship that a rule made is restated: a second one would be a duplicate.
            is_there = before is not None or derived is not None
            (self.restated if is_there else self.new).append(row)
        if after is None and before is not None and derived is not None:
            # It leans on the rule now, as sure as it was until the rules are asked.
            self.after[key] = FactState(before.confidence, 0)


def fact_row(key: str, triple: Triple, support: FactState | None = None) -> Row:
    """Return a fact as a row, with its support if it has any."""
    row = {"key": key, "subject": triple.subject, "type": triple.type, "object": triple.object}
    if support is None:
        return row
    return row | {"confidence": support.confidence, "witnesses": support.witnesses}
