"""Whether a night adds up: whatever was listed ends in exactly one place."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What a night came upon in a source, and what became of it.

    listed = upserted + unchanged + set aside + of other kinds + vanished
    """

    listed: int = 0
    """All that the source holds (documents, readable or not, and files of other kinds) and all that
    the graph had of it and the source has no more."""

    upserted: int = 0
    unchanged: int = 0
    set_aside: int = 0
    """Documents that did not get into the graph, each with its reason."""

    other_kinds: int = 0
    """Files of other kinds, which nobody reads."""

    vanished: int = 0
    """Documents that had gone from the source and were withdrawn."""

    @property
    def adds_up(self) -> bool:
        """Whether everything listed is accounted for."""
        places = self.upserted, self.unchanged, self.set_aside, self.other_kinds, self.vanished
        return self.listed == sum(places)

    @property
    def rejected_share(self) -> float:
        """The share of the documents of the source that were set aside."""
        n_documents = self.upserted + self.unchanged + self.set_aside
        return self.set_aside / n_documents if n_documents else 0.0

    @property
    def rows(self) -> dict[str, int]:
        """The numbers by the words that people read."""
        return {
            "listed": self.listed,
            "upserted": self.upserted,
            "unchanged": self.unchanged,
            "set aside": self.set_aside,
            "of other kinds": self.other_kinds,
            "vanished": self.vanished,
        }
