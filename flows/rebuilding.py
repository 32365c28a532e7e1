"""Build the graph again from what was extracted before, without the model.

What the ledger had is written to a file first, so that a rebuild that is killed goes on where it
stopped instead of finding an empty ledger.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from extractors.facts import Extraction
from flows.night import Request, Tools, held_lease
from graphdb import Change, Version
from graphdb.queries import cypher

Versions = dict[str, Version]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of the documents that the graph had."""

    change: Change
    missing: tuple[str, ...]
    """Documents whose extraction is not in the store; the graph keeps what it had of them."""


def rebuild(tools: Tools, home: Path) -> Rebuilt:
    """Withdraw every document whose extraction is in the store, and upsert it again.

    Raises:
        LeaseHeldError: A run is at work.
    """
    notes = home / "rebuild.json"
    graph = tools.graph
    graph.prepare()
    with held_lease(graph, Request(folder=home, source=""), tools.watch) as lease:
        versions = _read_notes(notes) or _ledgers(tools)
        stored = {
            extraction.document.id for extraction in tools.store if _is_wanted(extraction, versions)
        }
        _write_notes(notes, versions)
        tools.watch("withdrawing documents", 0, 0)
        change = graph.retract(sorted(stored), lease=lease)
        # Conclusions go before their facts come back: a derivation that outlived its relationship
        # would be taken for a sign that the relationship is there.
        graph.infer(tools.rules, lease=lease)
        change += graph.upsert(_wanted(tools, versions), lease=lease)
        tools.watch("inferring", 0, 0)
        graph.infer(tools.rules, lease=lease)
        notes.unlink()
    return Rebuilt(change=change, missing=tuple(sorted(versions.keys() - stored)))


def _ledgers(tools: Tools) -> Versions:
    graph = tools.graph
    sources = [row["source"] for row in graph.connection.read(cypher("ledger/sources"))]
    return {id_: version for source in sources for id_, version in graph.ledger(source).items()}


def _wanted(tools: Tools, versions: Versions) -> Iterator[Extraction]:
    n_done = 0
    for extraction in tools.store:
        if _is_wanted(extraction, versions):
            n_done += 1
            tools.watch("upsert", n_done, len(versions))
            yield extraction


def _is_wanted(extraction: Extraction, versions: Versions) -> bool:
    version = versions.get(extraction.document.id)
    return version is not None and (version.sha256, version.title, version.extractor) == (
        extraction.document.sha256,
        extraction.document.title,
        extraction.extractor,
    )


def _read_notes(notes: Path) -> Versions:
    if not notes.exists():
        return {}
    data = json.loads(notes.read_text("utf-8"))
    return {id_: Version(**version) for id_, version in data.items()}


def _write_notes(notes: Path, versions: Versions) -> None:
    notes.parent.mkdir(parents=True, exist_ok=True)
    unfinished = notes.with_suffix(".unfinished")
    data = {id_: asdict(version) for id_, version in versions.items()}
    unfinished.write_text(json.dumps(data), "utf-8")
    unfinished.replace(notes)
