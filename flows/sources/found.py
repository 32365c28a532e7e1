"""What a source holds tonight, as plain data that can travel to another process."""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from flows.sources.formats import suffix_of
from flows.sources.inventory import ListedDocuments
from flows.sources.listed import ListedDocument
from flows.sources.values import Gap, Part, SetAside
from flows.text import shown

NO_SUFFIX = "no suffix"
_PART = re.compile(r"(.+), [a-z]+ (\d+),", re.DOTALL)
"""What has no id of its own is named by its file and its number in it."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What a source holds tonight."""

    source: str
    documents: ListedDocuments
    set_aside: tuple[SetAside, ...] = ()
    gaps: tuple[Gap, ...] = ()
    n_excluded: int = 0
    """Files and folders that the patterns of the source leave out."""

    mounts: tuple[str, ...] = ()
    """Ids that folders would have where another disk begins, the source itself included."""

    scope: str = ""
    """The id of the one file that was listed; empty: the whole source."""

    narrowed: bool = False
    """Whether only some documents were asked for: of all others it says nothing."""

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing that could be a document, readable or not."""
        return not (self.documents or self.set_aside)

    @property
    def ignored(self) -> Iterator[str]:
        """Ids that files of other kinds would have."""
        return iter(()) if self.narrowed else self.documents.inventory.others()

    @cached_property
    def ignored_by_suffix(self) -> dict[str, int]:
        """How many files of each other kind there are, the most frequent first."""
        counts = Counter(suffix_of(name) or NO_SUFFIX for name in self.ignored)
        return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))

    @property
    def n_listed(self) -> int:
        """All that the source holds: documents, readable or not, and files of other kinds."""
        return len(self.documents) + len(self.set_aside) + sum(self.ignored_by_suffix.values())

    def covers(self, id_: str) -> bool:
        """Say whether this listing looked where a document of this id would be."""
        return not self.narrowed and (not self.scope or _is_at_or_below(id_, self.scope))

    def of_those(self, set_aside: Collection[str]) -> "Listing":
        """Return what there is tonight where something was set aside before, and nothing else.

        What was set aside may be a document, a part of a file that had no id, or a folder.
        """
        places = {*map(place_of, set_aside)}
        numbered = zip(self.documents.numbers, self.documents, strict=True)
        return replace(
            self,
            documents=self.documents.numbered(
                number for number, each in numbered if _was_set_aside(each, places)
            ),
            set_aside=tuple(
                aside
                for aside in self.set_aside
                if not {*_at_and_above(aside.document)}.isdisjoint(set_aside)
            ),
            n_excluded=0,
            narrowed=True,
        )

    def narrowed_to(self, documents: ListedDocuments) -> "Listing":
        """Return some of its documents, and nothing else."""
        return replace(self, documents=documents, set_aside=(), n_excluded=0, narrowed=True)

    def hiding(self, id_: str) -> Gap | None:
        """Return the place where a document that was not listed may be hidden, if there is one.

        A file of any kind that stands where the folder of the document was counts: a mirror or a
        check-out that knows no folders or links leaves such files in their place.
        """
        for above in _at_and_above(id_):
            if above in self._gaps_by_id:
                return self._gaps_by_id[above]
            if above != id_ and self.documents.inventory.has_file(above):
                where = shown(above)
                return Gap(above, f"{where} is a file where a folder was: move or rename the file")
        return None

    def without(self, mounted_before: Iterable[str]) -> "Listing":
        """Return this listing with a gap for each folder that was another disk and is none now.

        A disk that is not mounted leaves an empty folder, or none, in its place.
        """
        missing = [
            Gap(id_, f"{shown(id_)} was a disk of its own and is not mounted: mount it")
            for id_ in mounted_before
            if self.covers(id_) and id_ not in self.mounts
        ]
        return replace(self, gaps=(*self.gaps, *missing))

    @cached_property
    def _gaps_by_id(self) -> dict[str, Gap]:
        return {gap.id: gap for gap in self.gaps}


def place_of(set_aside: str) -> tuple[str, int]:
    """Return the id of what was set aside, and the number of the part of it; 0: all of it.

    >>> place_of("notes/a.jsonl, line 3,"), place_of("notes/b.txt")
    (('notes/a.jsonl', 3), ('notes/b.txt', 0))
    """
    found = _PART.fullmatch(set_aside)
    return (found[1], int(found[2])) if found else (set_aside, 0)


def _was_set_aside(listed: ListedDocument, places: Collection[tuple[str, int]]) -> bool:
    """Say whether a document, the part of a file that it is, or what it lies in was set aside."""
    last = listed.path[-1] if listed.path else None
    numbers = {0, last.number} if isinstance(last, Part) else {0}
    return any((id_, number) in places for id_ in _at_and_above(listed.id) for number in numbers)


def _at_and_above(id_: str) -> Iterator[str]:
    """Yield an id and the ids of all that it lies in: `s/a/b`, `s/a`, `s`."""
    while True:
        yield id_
        if "/" not in id_:
            return
        id_ = id_.rpartition("/")[0]


def _is_at_or_below(id_: str, above: str) -> bool:
    return id_ == above or id_.startswith(f"{above}/")
