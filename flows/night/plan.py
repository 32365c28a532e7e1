"""What tonight's listing means for the graph: pure, so that every night can be tested.

    listing + ledger ──► new, changed, unchanged, vanished

Unchanged means: the same bytes, made into text by the same format, read by the same extractor under
the same ontology. Neither text nor model is needed to say so. What differs in nothing but the
extractor may wait its turn, within a budget a night, and counts as unchanged until then. A document
is vanished if the listing looked where it would be, neither lists nor sets it aside, and knows of
no place that hides it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flows.errors import IncompleteListingError
from flows.sources import ListedDocument, ListedDocuments, Listing
from flows.text import counted, shown
from graphdb import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a night has to do: every document of listing and ledger is in one of these parts."""

    new: ListedDocuments
    changed: ListedDocuments
    unchanged: ListedDocuments
    outdated: ListedDocuments
    """Unchanged documents that another extractor read, and that later nights read again."""

    vanished: tuple[str, ...] = ()
    """Ids of documents that the graph has and the source has no more."""

    hidden: tuple[str, ...] = ()
    """Ids of documents that were not found, but may be where nothing could be read."""

    gaps: tuple[str, ...] = ()
    """A sentence for each place that may hide some of them."""

    @property
    def to_extract(self) -> ListedDocuments:
        """The documents that must be read and upserted."""
        return self.new + self.changed


def make_plan(
    listing: Listing,
    ledger: Iterable[tuple[str, Version]],
    *,
    extractor: str,
    ontology: str,
    max_vanished: float = 0.1,
    allow_vanished: bool = False,
    read_again: bool = False,
    backfill: int = 0,
    is_kept: Callable[[Version], bool] = lambda _: False,
) -> Plan:
    """Compare what a source holds with what the graph has of it.

    Args:
        listing: The source tonight.
        ledger: The ids and versions in the graph of this source's documents; gone through once.
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
    inventory = listing.documents.inventory
    # A byte for each document of the listing, and nothing for those of the ledger: either may have
    # millions. What the ledger does not name stays new.
    states = bytearray(inventory.n_documents() + 1)
    oldest = _Oldest(backfill)
    absent: list[_Absent] = []
    n_known = 0
    set_aside = {aside.document for aside in listing.set_aside}
    for id_, version in ledger:
        is_covered = listing.covers(id_)
        n_known += is_covered
        found = inventory.find(id_)
        if found is None:
            # What is set aside is there, though nobody could read it: its old version stays.
            if is_covered and id_ not in set_aside:
                absent.append(_Absent(id_, version.raw_sha256))
            continue
        number, document = found
        if not read_again and _is_of(version, document, extractor, ontology):
            states[number] = _UNCHANGED
        # The same bytes under the same ontology, and only the extractor is another: that may wait.
        elif (
            backfill
            and not read_again
            and _is_of(version, document, version.extractor, ontology)
            and not is_kept(version)
        ):
            states[number] = _OF_ANOTHER
            oldest.add(version.ingested_at, number)
        else:
            states[number] = _CHANGED
    numbers = oldest.numbers()
    for number in numbers:
        states[number] = _TAKEN

    def of(*wanted: int) -> ListedDocuments:
        mine = listing.documents
        return mine.numbered(number for number in mine.numbers if states[number] in wanted)

    new = of(_NEW)
    vanished, hidden_by_gap = _absent(listing, absent)
    # Shares are of what was looked for: of one file, the rest of the source is no measure.
    if not allow_vanished:
        _guard(listing, tuple(_lost(vanished, new)), n_known, max_vanished)
    return Plan(
        new=new,
        # The oldest first, so that every document gets its turn, however many nights it takes.
        changed=of(_CHANGED) + of(_TAKEN),
        unchanged=of(_UNCHANGED, _OF_ANOTHER),
        outdated=of(_OF_ANOTHER),
        vanished=tuple(each.id for each in vanished),
        hidden=tuple(sorted(id_ for ids in hidden_by_gap.values() for id_ in ids)),
        gaps=tuple(f"{gap} ({_kept(len(ids))})" for gap, ids in hidden_by_gap.items()),
    )


_NEW, _UNCHANGED, _CHANGED, _OF_ANOTHER, _TAKEN = range(5)
"""What becomes of a listed document; taken is one of another extractor whose turn it is."""


@dataclass(frozen=True, slots=True)
class _Absent:
    """A document that the graph has and the listing does not."""

    id: str
    raw_sha256: str


class _Oldest:
    """The numbers of the documents that came into the graph first, of any number of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._found: list[tuple[str, int]] = []

    def add(self, ingested_at: str, number: int) -> None:
        self._found.append((ingested_at, number))
        if len(self._found) >= 2 * self._most:
            self._cut()

    def numbers(self) -> list[int]:
        self._cut()
        return [number for _, number in self._found]

    def _cut(self) -> None:
        self._found.sort()
        del self._found[self._most :]


def _is_of(version: Version, document: ListedDocument, extractor: str, ontology: str) -> bool:
    """Say whether a version in the graph is what reading a document tonight would give."""
    return (version.raw_sha256, version.format, version.extractor, version.ontology) == (
        document.raw_sha256,
        document.format,
        extractor,
        ontology,
    )


def _absent(
    listing: Listing, absent: Iterable[_Absent]
) -> tuple[list[_Absent], dict[str, list[str]]]:
    """Return those that are gone, and the ids of those that may be in each gap."""
    vanished: list[_Absent] = []
    hidden_by_gap: dict[str, list[str]] = {}
    for each in sorted(absent, key=lambda each: each.id):
        gap = listing.hiding(each.id)
        if gap:
            hidden_by_gap.setdefault(str(gap), []).append(each.id)
        else:
            vanished.append(each)
    return vanished, hidden_by_gap


def _kept(n_documents: int) -> str:
    stay = "stays" if n_documents == 1 else "stay"
    return f"{counted(n_documents, 'document')} that may be there {stay} in the graph"


def _lost(vanished: Sequence[_Absent], new: Iterable[ListedDocument]) -> Iterator[str]:
    """Yield the ids of vanished documents that were not renamed: no new one left has their bytes.

    Each new document stands for one that vanished, however many had the same bytes.
    """
    gone = {each.raw_sha256 for each in vanished}
    appeared = Counter(each.raw_sha256 for each in new if each.raw_sha256 in gone) if gone else {}
    for each in vanished:
        if appeared.get(each.raw_sha256):
            appeared[each.raw_sha256] -= 1
        else:
            yield each.id


def _guard(listing: Listing, lost: tuple[str, ...], n_known: int, max_vanished: float) -> None:
    # An empty folder is never believed unasked: it looks just like a disk that is not mounted.
    if len(lost) > max_vanished * n_known:
        excess = f"more than {max_vanished:.0%}"
    elif lost and listing.is_empty:
        excess = "all that there were"
    else:
        return
    raise IncompleteListingError(
        f"{len(lost)} of {n_known} documents of {listing.source} have vanished, {excess} "
        f"(first: {shown(lost[0])}), and nothing was retracted: is this the right folder? If they "
        "are to go, run again with --allow-vanished (in a form of Prefect: Withdraw all that has "
        "vanished)",
        source=listing.source,
        vanished=lost,
        n_known=n_known,
    )
