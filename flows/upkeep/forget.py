"""Erase one document from everything nightloom keeps, and look everywhere to prove it."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from extractors import ExtractionStore, StoreEntry
from flows.errors import SourceError
from flows.night import Tools, held_lease
from flows.text import shown
from flows.upkeep.citing import files_citing
from flows.upkeep.cleared import Cleared
from flows.upkeep.elsewhere import OtherPrefect
from flows.upkeep.rebuild import known_versions
from flows.upkeep.scrubbing import scrub
from graphdb import Version
from graphdb.writing import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased, and every place that still cites the document: hopefully none."""

    graph: Receipt
    n_extractions: int
    citing_extractions: tuple[str, ...]
    citing_files: tuple[str, ...]
    elsewhere: Cleared | None
    """What became of its id on a Prefect server of somebody's own; None: there is none."""

    @property
    def is_complete(self) -> bool:
        """Whether nothing cites the document any more."""
        return self.is_complete_here and not (self.elsewhere and self.elsewhere.left)

    @property
    def is_complete_here(self) -> bool:
        """Whether nothing that is nightloom's own cites the document any more."""
        return self.graph.is_forgotten and not (self.citing_extractions or self.citing_files)

    @property
    def gone(self) -> dict[str, int]:
        """How much was erased, by what it is."""
        gone = {
            "chunks": self.graph.chunks,
            "stated facts": self.graph.change.facts_removed,
            "entities": self.graph.change.entities_removed,
            "stored extractions": self.n_extractions,
            "recorded changes": self.graph.n_records,
        }
        if self.elsewhere:
            gone["runs of Prefect"] = self.elsewhere.n_runs
            gone["artifacts of Prefect"] = self.elsewhere.n_artifacts
        return gone

    @property
    def left(self) -> dict[str, Sequence[str]]:
        """What still cites the document, by what it is."""
        left: dict[str, Sequence[str]] = {
            "nodes": self.graph.citing_nodes,
            "relationships": self.graph.citing_relationships,
            "stored extractions": self.citing_extractions,
            "files": self.citing_files,
        }
        if self.elsewhere:
            left[f"records of {self.elsewhere.server}"] = self.elsewhere.left
        return left


def forget(
    document_id: str,
    tools: Tools,
    home: Path,
    *,
    wait_s: float = 0.0,
    other: OtherPrefect | None = None,
) -> Erasure:
    """Erase a document and all that followed from it alone.

    Its text goes from the extraction store under every name that nothing in the graph holds it by:
    a document that was renamed left it there under the old one. Its id goes from the history of
    Prefect and from logs. What was interrupted is done when the same document is forgotten again.

    Args:
        document_id: Whose it is.
        tools: What there is of it.
        home: Folder of everything that is kept.
        wait_s: How long to wait for a run that holds the graph.
        other: A Prefect server of somebody's own, which is cleared of it, too.

    Raises:
        SourceError: Nothing here knows such a document.
        LeaseHeldError: A run is at work.
        ServiceError: Prefect's database, or that server, cannot be cleared of it now; where the
            server does not answer to begin with, nothing was erased.
    """
    if other:
        other.check()  # before anything is erased
    pending = _pending(document_id, home)
    is_again = pending.exists()
    with held_lease(tools.graph, tools.watch, wait_s=wait_s) as lease:
        others = known_versions(tools)
        version = others.pop(document_id, None)
        copies = _Copies.of(document_id, version, others, tools.store)
        pending.parent.mkdir(exist_ok=True)
        pending.touch()
        receipt = tools.graph.forget(document_id, lease, tools.rules)
        tools.notes.drop(lambda id_: id_ == document_id)
        tools.converter.seen.forget(document_id.partition("/")[0])
        was_set_aside = tools.rejections is not None and tools.rejections.drop(document_id)
        n_extractions = copies.discard(tools.store)
        if not (version or n_extractions or was_set_aside or receipt.n_records or is_again):
            pending.unlink()
            raise SourceError(
                f"there is no document {shown(document_id)}: an id is the source's name, a slash "
                "and the path in its folder, as `explain` prints it"
            )
    scrub(document_id, home)
    erasure = Erasure(
        graph=receipt,
        n_extractions=n_extractions,
        citing_extractions=tuple(copies.left_in(tools.store)),
        citing_files=tuple(str(path) for path in files_citing(document_id, home)),
        elsewhere=other.clear(document_id) if other else None,
    )
    pending.unlink()
    return erasure


def _pending(document_id: str, home: Path) -> Path:
    """Return the file that says that a document is being forgotten, without naming it."""
    digest = hashlib.blake2b(document_id.encode("utf-8", "surrogatepass"), digest_size=16)
    return home / "forgetting" / digest.hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Copies:
    """The entries of the extraction store that go with a document."""

    names: frozenset[str]
    """Its id, and the ids without a document under which one of its texts was kept."""

    texts: frozenset[str]
    """Digests of all that it said under these names."""

    others: Mapping[str, Version]
    """The other documents: a text that one of them has now is its own."""

    stored: frozenset[StoreEntry]
    """All entries there were: to read them takes longer than all the rest."""

    @classmethod
    def of(
        cls,
        document_id: str,
        version: Version | None,
        others: Mapping[str, Version],
        store: ExtractionStore,
    ) -> Self:
        """Follow a document back through its names and texts, as far as the store knows them."""
        stored = frozenset(store.entries())
        names, texts = {document_id}, {version.sha256} if version else set()
        n_names = 0
        while n_names < len(names):
            n_names = len(names)
            texts |= {entry.sha256 for entry in stored if entry.document_id in names}
            names |= {
                entry.document_id
                for entry in stored
                if entry.sha256 in texts and entry.document_id not in others
            }
        return cls(names=frozenset(names), texts=frozenset(texts), others=others, stored=stored)

    def discard(self, store: ExtractionStore) -> int:
        """Remove these entries; return how many they were."""
        n_entries = sum(map(store.discard, self.names))
        of_others = [entry for entry in self.stored if entry in self and self.is_of_another(entry)]
        for entry in of_others:
            store.drop(entry)
        return n_entries + len(of_others)

    def left_in(self, store: ExtractionStore) -> Iterator[str]:
        """Yield what of them is still there, whatever the files are called.

        The store is read again: what was there before proves nothing.
        """
        yield from (str(path) for name in sorted(self.names) for path in store.traces(name))
        yield from (
            "an entry of the extraction store" for entry in store.entries() if entry in self
        )

    def is_of_another(self, entry: StoreEntry) -> bool:
        """Say whether an entry stands under the id of another document."""
        return entry.document_id in self.others

    def __contains__(self, entry: StoreEntry) -> bool:
        if not self.is_of_another(entry):
            return entry.document_id in self.names
        now = self.others[entry.document_id]
        return entry.sha256 in self.texts and entry.sha256 != now.sha256
