"""What writing did to the graph, counted."""

from dataclasses import dataclass

from graphdb.errors import FactsRejectedError
from graphdb.writing.rows import RejectedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What one or more transactions did to the graph, counted."""

    upserted: int = 0
    """Documents written, new or in a new version."""
    unchanged: int = 0
    """Documents of which every row was there already; nothing was written for them."""
    retracted: int = 0
    """Documents withdrawn."""
    entities_added: int = 0
    entities_removed: int = 0
    entities_left_out: int = 0
    """Entities of the documents that the ontology does not keep, counted once a document."""
    facts_added: int = 0
    facts_changed: int = 0
    """Stated facts that were there before and have other witnesses or another confidence now."""
    facts_removed: int = 0
    rejected: tuple[RejectedRow, ...] = ()
    """Rows the ontology does not allow, from documents that were otherwise taken."""
    set_aside: tuple[FactsRejectedError, ...] = ()
    """Documents of which nothing was taken, each with its reasons."""

    def __add__(self, other: "Change") -> "Change":
        return Change(
            **{name: getattr(self, name) + getattr(other, name) for name in self.__slots__}
        )
