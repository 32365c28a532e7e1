"""What tonight's listing means for the graph: pure, so that every night can be tested.

    listing + ledger ──► new, changed, unchanged, vanished

Unchanged means: the same bytes, made into text by the same format, read by the same extractor under
the same ontology. Neither text nor model is needed to say so. What differs in nothing but the
extractor may wait its turn, within a budget a night, and counts as unchanged until then. A document
is vanished if the listing looked where it would be, neither lists nor sets it aside, and knows of
no place that hides it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from flows.errors import IncompleteListingError
from flows.sources import ListedDocument, ListedDocuments, Listing
from flows.text import counted, shown
from graphdb import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a night has to do: every document of listing and ledger is in one of these parts."""

    new: ListedDocuments = ()
    changed: ListedDocuments = ()
    unchanged: ListedDocuments = ()
    outdated: tuple[str, ...] = ()
    """Ids of unchanged documents that another extractor read, and that later nights read again."""

    vanished: tuple[str, ...] = ()
    """Ids of documents that the graph has and the source has no more."""

    hidden: tuple[str, ...] = ()
    """Ids of documents that were not found, but may be where nothing could be read."""

    gaps: tuple[str, ...] = ()
    """A sentence for each place that may hide some of them."""

    def over(self, listing: Listing) -> "Plan":
        """Return this plan with the listing's own documents, so that no copies of them are kept."""
        known = {document.id: document for document in listing.documents}

        def own(documents: ListedDocuments) -> ListedDocuments:
            return tuple(known[document.id] for document in documents)

        return replace(
            self, new=own(self.new), changed=own(self.changed), unchanged=own(self.unchanged)
        )

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
    read_again: bool = False,
    backfill: int = 0,
    is_kept: Callable[[str], bool] = lambda _: False,
) -> Plan:
    """Compare what a source holds with what the graph has of it.

    Args:
        listing: The source tonight.
        ledger: The versions in the graph of this source's documents, by id.
        extractor: Fingerprint of tonight's extractor.
        ontology: Fingerprint of tonight's ontology.
        max_vanished: Share of the ledger that may vanish in one night.
        allow_vanished: Retract what has vanished, however much it is.
        read_again: Take every document for changed, also one that the graph has as it is.
        backfill: How many documents are taken for changed only because another extractor read them,
            those first that have been in the graph for longest; 0: all of them.
        is_kept: Says of such a document whether the extraction store has it by tonight's extractor:
            then nothing has to be read, and it is taken at once.

    Raises:
        IncompleteListingError: More has vanished than `max_vanished`, or all that there was.
    """
    new, changed, unchanged, of_another = [], [], [], []
    for document in listing.documents:
        version = ledger.get(document.id)
        if version is None:
            new.append(document)
        elif not read_again and _is_of(version, document, extractor, ontology):
            unchanged.append(document)
        # The same bytes under the same ontology, and only the extractor is another: that may wait.
        elif (
            backfill
            and not read_again
            and _is_of(version, document, version.extractor, ontology)
            and not is_kept(document.id)
        ):
            of_another.append(document)
        else:
            changed.append(document)
    # The oldest first, so that every document gets its turn, however many nights it takes.
    of_another.sort(key=lambda document: ledger[document.id].ingested_at)
    changed += of_another[:backfill]
    unchanged += (waiting := of_another[backfill:])
    vanished, hidden_by_gap = _absent(listing, ledger)
    # Shares are of what was looked for: of one file, the rest of the source is no measure.
    if not allow_vanished:
        looked_for = {id_: version for id_, version in ledger.items() if listing.covers(id_)}
        _guard(listing, tuple(_lost(vanished, new, ledger)), looked_for, max_vanished)
    return Plan(
        new=tuple(new),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        outdated=tuple(document.id for document in waiting),
        vanished=tuple(vanished),
        hidden=tuple(sorted(id_ for ids in hidden_by_gap.values() for id_ in ids)),
        gaps=tuple(f"{gap} ({_kept(len(ids))})" for gap, ids in hidden_by_gap.items()),
    )


def _is_of(version: Version, document: ListedDocument, extractor: str, ontology: str) -> bool:
    """Say whether a version in the graph is what reading a document tonight would give."""
    return (version.raw_sha256, version.format, version.extractor, version.ontology) == (
        document.raw_sha256,
        document.format,
        extractor,
        ontology,
    )


def _absent(
    listing: Listing, ledger: Mapping[str, Version]
) -> tuple[list[str], dict[str, list[str]]]:
    """Return the ids that the listing does not have: those that are gone, and those in each gap."""
    # What is set aside is there, though nobody could read it: its old version stays in the graph.
    present = {document.id for document in listing.documents}
    present |= {aside.document for aside in listing.set_aside}
    vanished: list[str] = []
    hidden_by_gap: dict[str, list[str]] = {}
    for id_ in sorted(filter(listing.covers, ledger.keys() - present)):
        gap = listing.hiding(id_)
        if gap:
            hidden_by_gap.setdefault(str(gap), []).append(id_)
        else:
            vanished.append(id_)
    return vanished, hidden_by_gap


def _kept(n_documents: int) -> str:
    stay = "stays" if n_documents == 1 else "stay"
    return f"{counted(n_documents, 'document')} that may be there {stay} in the graph"


def _lost(
    vanished: Iterable[str], new: Iterable[ListedDocument], ledger: Mapping[str, Version]
) -> Iterator[str]:
    """Yield the vanished documents that were not renamed: no new one is left that has their bytes.

    Each new document stands for one that vanished, however many had the same bytes.
    """
    appeared = Counter(document.raw_sha256 for document in new)
    for id_ in vanished:
        raw_sha256 = ledger[id_].raw_sha256
        if appeared[raw_sha256]:
            appeared[raw_sha256] -= 1
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
