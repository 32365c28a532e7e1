"""What the steps of a night take and give: plain data that JSON can hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from flows.sources import AnySource, ListedDocuments, Listing, SetAside
from graphdb import Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Discover:
    """Which source to list, or which one file of it."""

    documents: AnySource
    file: str
    inventory: Path
    """The file to list the documents in; it is there afterwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePlan:
    """What to compare with the ledger."""

    place: str
    listing: Listing
    extractor: str
    ontology: str
    max_vanished: float
    allow_vanished: bool
    read_again: bool = False
    backfill: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Documents that the extraction store is to have, read by this extractor."""

    documents: ListedDocuments
    extractor: str
    read_again: bool = False
    """Whether the model reads also what the store has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upsert:
    """Documents that the graph is to have, as this extractor read them."""

    documents: ListedDocuments
    extractor: str
    ontology: str
    lease: Lease


SomeDocuments = TypeVar("SomeDocuments", Extract, Upsert)
"""What a step takes that is done shard by shard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Retract:
    """Documents that the graph is to have no more."""

    ids: tuple[str, ...]
    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Who holds the graph while names are joined."""

    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Infer:
    """Who holds the graph while rules conclude."""

    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Embed:
    """Who holds the graph while passages get their vectors."""

    lease: Lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What the ledger must say of a source after a night."""

    source: str
    documents: ListedDocuments
    vanished: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upserted:
    """What a shard did to the graph."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """What `Change` counts, by name."""
    n_entities: int = 0
    n_relations: int = 0
    rejected: tuple[str, ...] = ()
    set_aside: tuple[SetAside, ...] = ()

    def __add__(self, other: "Upserted") -> "Upserted":
        names = self.counts.keys() | other.counts.keys()
        return Upserted(
            counts={name: self.counts.get(name, 0) + other.counts.get(name, 0) for name in names},
            n_entities=self.n_entities + other.n_entities,
            n_relations=self.n_relations + other.n_relations,
            rejected=self.rejected + other.rejected,
            set_aside=self.set_aside + other.set_aside,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What names came to."""

    decisions: tuple[str, ...] = ()
    """What was decided, and what holds no more, as sentences."""
    n_questions: int = 0
    """Pairs of tonight's names for a person to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vectors:
    """What passages came to that waited for vectors."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """What `Embedded` counts, by name."""
    failure: str = ""
    """Why there is no encoder, as a sentence; empty if there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inferred:
    """What the rules did to the graph."""

    counts: Mapping[str, int]
    """What `InferenceReport` counts, by name."""
    stopped: str
    """The limit that was reached; empty if none was."""
