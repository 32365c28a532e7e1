"""What tonight's listing means for the graph: pure, so that every night can be tested.

    listing + ledger ──► new, changed, unchanged, vanished

Unchanged means: the same text and title, read by the same extractor under the same ontology. A
document is vanished only if the listing is complete and neither lists it nor sets it aside.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
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
        IncompleteListingError: More has vanished than `max_vanished`, or all that there was.
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
        _guard(listing, tuple(_lost(vanished, new, ledger)), ledger, max_vanished)
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


def _lost(
    vanished: Iterable[str], new: Iterable[ListedDocument], ledger: Mapping[str, Version]
) -> Iterator[str]:
    """Yield the vanished documents that were not renamed: no new one is left that has their text.

    Each new document stands for one that vanished, however many had the same text.
    """
    appeared = Counter(document.sha256 for document in new)
    for id_ in vanished:
        sha256 = ledger[id_].sha256
        if appeared[sha256]:
            appeared[sha256] -= 1
        else:
            yield id_


def _guard(
    listing: Listing, lost: tuple[str, ...], ledger: Mapping[str, Version], max_vanished: float
) -> None:
    # An empty folder is never believed unasked: it looks just like a disk that is not mounted.
    if len(lost) > max_vanished * len(ledger):
        excess = f"more than {max_vanished:.0%}"
    elif lost and listing.is_empty:
        excess = "all that there were"
    else:
        return
    raise IncompleteListingError(
        f"{len(lost)} of {len(ledger)} documents of {listing.source} have vanished, {excess} "
        f"(first: {shown(lost[0])}), and nothing was retracted: is this the right folder? If they "
        "are to go, run again with --allow-vanished",
        source=listing.source,
        vanished=lost,
        n_known=len(ledger),
    )
