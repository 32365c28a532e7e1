"""What tonight's listing means for the graph: pure, so that every night can be tested.

    listing + ledger ──► new, changed, unchanged, vanished

Unchanged means: the same text and title, read by the same extractor under the same ontology. A
document is vanished only if the listing is complete and neither lists it nor sets it aside.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flows.errors import IncompleteListingError
from flows.sources import ListedDocument, Listing
from flows.text import shown
from graphdb import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a night has to do; the four together are the listing and the ledger."""

    new: tuple[ListedDocument, ...] = ()
    changed: tuple[ListedDocument, ...] = ()
    unchanged: tuple[ListedDocument, ...] = ()
    vanished: tuple[str, ...] = ()

    @property
    def to_extract(self) -> tuple[ListedDocument, ...]:
        """The documents that must be read and upserted."""
        return self.new + self.changed


def make_plan(
    listing: Listing,
    ledger: Mapping[str, Version],
    *,
    extractor: str,
    ontology: str,
    max_vanished: float = 0.1,
    allow_vanished: bool = False,
) -> Plan:
    """Compare what a source holds with what the graph has of it.

    Args:
        listing: The source tonight.
        ledger: The versions in the graph of this source's documents, by id.
        extractor: Fingerprint of tonight's extractor.
        ontology: Fingerprint of tonight's ontology.
        max_vanished: Share of the ledger that may vanish in one night.
        allow_vanished: Retract what has vanished, however much it is.

    Raises:
        IncompleteListingError: More has vanished than `max_vanished`.
    """
    new, changed, unchanged = [], [], []
    for document in listing.documents:
        tonight = Version(
            sha256=document.sha256, title=document.title, extractor=extractor, ontology=ontology
        )
        if document.id not in ledger:
            new.append(document)
        elif ledger[document.id] == tonight:
            unchanged.append(document)
        else:
            changed.append(document)
    vanished = vanished_ids(listing, ledger)
    if not allow_vanished:
        _guard(listing.source, vanished, new, ledger, max_vanished)
    return Plan(
        new=tuple(new), changed=tuple(changed), unchanged=tuple(unchanged), vanished=vanished
    )


def vanished_ids(listing: Listing, ledger: Mapping[str, Version]) -> tuple[str, ...]:
    """Return the ids that the graph has and the source has no more; none if there are gaps."""
    if listing.gaps:
        return ()
    present = {document.id for document in listing.documents}
    present |= {aside.document for aside in listing.set_aside}
    return tuple(sorted(ledger.keys() - present))


def _guard(
    source: str,
    vanished: tuple[str, ...],
    new: list[ListedDocument],
    ledger: Mapping[str, Version],
    max_vanished: float,
) -> None:
    # A renamed document has not vanished: its text is there under another id.
    appeared = {document.sha256 for document in new}
    lost = tuple(id_ for id_ in vanished if ledger[id_].sha256 not in appeared)
    if len(lost) <= max_vanished * len(ledger):
        return
    raise IncompleteListingError(
        f"{len(lost)} of {len(ledger)} documents of {source} have vanished, more than "
        f"{max_vanished:.0%} (first: {shown(lost[0])}), and nothing was retracted: is this the "
        "right folder? If they are to go, run again with --allow-vanished",
        source=source,
        vanished=lost,
        n_known=len(ledger),
    )
