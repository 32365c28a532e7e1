"""Erase one document from everything nightloom keeps, and look everywhere to prove it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.errors import SourceError
from flows.night import Request, Tools, held_lease
from flows.text import shown
from graphdb.forget import Receipt

BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """What was erased, and every place that still cites the document: hopefully none."""

    graph: Receipt
    n_extractions: int
    citing_extractions: tuple[str, ...]
    citing_files: tuple[str, ...]

    @property
    def is_complete(self) -> bool:
        """Whether nothing cites the document any more."""
        return self.graph.is_forgotten and not (self.citing_extractions or self.citing_files)


def forget(document_id: str, tools: Tools, home: Path) -> Erasure:
    """Erase a document and all that followed from it alone.

    Raises:
        SourceError: Nothing here knows such a document.
        LeaseHeldError: A run is at work.
    """
    request = Request(folder=home, source="")
    with held_lease(tools.graph, request, tools.watch) as lease:
        receipt = tools.graph.forget(document_id, lease=lease)
        n_extractions = tools.store.discard(document_id)
        if not (receipt.change.retracted or n_extractions):
            raise SourceError(
                f"there is no document {shown(document_id)}: an id is the source's name, a slash "
                "and the path in its folder, as `explain` prints it"
            )
        tools.graph.infer(tools.rules, lease=lease)
    return Erasure(
        graph=receipt,
        n_extractions=n_extractions,
        citing_extractions=tuple(
            "an entry of the extraction store"
            for extraction in tools.store
            if extraction.document.id == document_id
        ),
        citing_files=tuple(str(path) for path in files_citing(document_id, home)),
    )


def files_citing(document_id: str, home: Path) -> Iterator[Path]:
    """Yield the files below `home` in which the id stands: logs, Prefect's database.

    The database files of Neo4j are left out: the graph was asked itself, and they keep deleted
    bytes until the server reuses or rotates them.
    """
    written = {document_id, shown(document_id), json.dumps(document_id)[1:-1]}
    needles = [each.encode("utf-8", "surrogatepass") for each in written]
    for path in sorted(home.rglob("*")):
        is_database = path.is_relative_to(home / "neo4j" / "data")
        if path.is_file() and not is_database and _holds(path, needles):
            yield path


def _holds(path: Path, needles: list[bytes]) -> bool:
    overlap = max(map(len, needles)) - 1
    tail = b""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            seen = tail + block
            if any(needle in seen for needle in needles):
                return True
            tail = seen[-overlap:] if overlap else b""
    return False
