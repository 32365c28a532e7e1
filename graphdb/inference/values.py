"""Facts and derivations while they are worked on."""

from dataclasses import dataclass
from typing import Literal

Blend = Literal["product", "minimum"]
"""How the confidences of premises and rule make that of the conclusion."""


# Compared by identity: `Knowledge` holds one object for each fact and each derivation, whose
# confidence changes while it is in sets and dictionaries.
@dataclass(slots=True, eq=False)
class Fact:
    """A triple, and what supports it now."""

    key: str
    subject: str
    type: str
    object: str
    value: float | None = None
    """Its confidence; none while nothing supports it."""
    is_stated: bool = False
    is_indirect: bool = False
    """Whether only closing rules conclude it."""
    rule: str | None = None
    exists: bool = False
    """Whether there is a relationship for it."""
    _written: tuple[float | None, bool, str | None] | None = None

    @property
    def is_changed(self) -> bool:
        """Say whether the relationship has to be written again."""
        return self._written != (self.value, self.is_indirect, self.rule)

    @property
    def had_value(self) -> float | None:
        """The confidence as it stands in the graph."""
        return self._written[0] if self._written else None

    @property
    def was_indirect(self) -> bool:
        """Say whether the relationship is marked as indirect in the graph."""
        return bool(self._written and self._written[1])

    def mark_written(self) -> None:
        """Note that the relationship says what this says."""
        self._written = (self.value, self.is_indirect, self.rule)


@dataclass(slots=True, eq=False)
class Derivation:
    """One use of a rule on particular premises."""

    fact: str
    rule: str
    premises: tuple[str, ...]
    value: float | None = None
    """Rule and premises together; none while a premise has none."""
    is_best: bool = False
    """Whether its fact leans on it. Following these never leads back to the fact itself."""
    is_void: bool = False
    """Whether the rule, its condition or a premise is gone for good."""
    exists: bool = False
    _written: tuple[float | None, bool] | None = None

    @property
    def is_changed(self) -> bool:
        """Say whether the node has to be written again."""
        return self._written != (self.value, self.is_best)

    def mark_written(self) -> None:
        """Note that the node says what this says."""
        self.exists = True
        self._written = (self.value, self.is_best)


Use = tuple[str, tuple[str, ...]]
"""What tells two derivations of one fact apart: the rule and the premises."""
