"""Build the graph again from what was extracted before, without the model, or bring it over.

What the ledger had is written to a file first, so that a rebuild that is killed goes on where it
stopped instead of finding an empty ledger.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from extractors.facts import Extraction
from flows.night import Tools, Versions, held_lease, refused
from flows.sources import SetAside
from graphdb import Change, Migration
from graphdb.rules import explain_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What became of the documents that the graph had."""

    change: Change
    missing: tuple[str, ...]
    """Documents whose extraction is not in the store; the graph keeps what it had of them."""
    set_aside: tuple[SetAside, ...]
    """Documents that the graph refused, though it once had them."""


def rebuild(tools: Tools) -> Rebuilt:
    """Withdraw every document whose extraction is in the store, and upsert it again.

    What the graph refuses stays owed to it: the next rebuild tries again.

    Raises:
        LeaseHeldError: A run is at work.
        RuleError: The server cannot read a rule; nothing was done.
    """
    graph = tools.graph
    graph.prepare()
    explain_rules(graph.connection, tools.rules.rules)  # before anything is withdrawn
    with held_lease(graph, tools.watch) as lease:
        versions = known_versions(tools)
        stored = {
            extraction.document.id for extraction in tools.store if _is_wanted(extraction, versions)
        }
        tools.notes.write(versions)
        tools.watch("withdrawing documents", 0, 0)
        change = graph.retract(sorted(stored), lease=lease)
        # Conclusions go before their facts come back: a derivation that outlived its relationship
        # would be taken for a sign that the relationship is there.
        graph.infer(tools.rules, lease=lease)
        change += graph.upsert(_wanted(tools, versions), lease=lease)
        tools.watch("inferring", 0, 0)
        graph.infer(tools.rules, lease=lease)
        owed = [error.document_id for error in change.set_aside]
        tools.notes.write({id_: versions[id_] for id_ in owed})
    return Rebuilt(
        change=change,
        missing=tuple(sorted(versions.keys() - stored)),
        set_aside=tuple(map(refused, change.set_aside)),
    )


def migrate(tools: Tools) -> Migration:
    """Write every document again under this version's keys, and derive what follows.

    Raises:
        LeaseHeldError: A run is at work.
        RuleError: The server cannot read a rule; nothing was done.
        SchemaVersionError: The graph is of a newer version.
    """
    graph = tools.graph
    explain_rules(graph.connection, tools.rules.rules)  # before anything is written
    with held_lease(graph, tools.watch) as lease:
        tools.watch("writing documents under new keys", 0, 0)
        migration = graph.migrate(tools.store, lease)
        tools.watch("inferring", 0, 0)
        graph.infer(tools.rules, lease=lease)
    return migration


def known_versions(tools: Tools) -> Versions:
    """Return the versions that the graph has, and those that a killed rebuild owes it."""
    return tools.notes.read() | tools.graph.ledgers()


def _wanted(tools: Tools, versions: Versions) -> Iterator[Extraction]:
    n_done = 0
    for extraction in tools.store:
        if _is_wanted(extraction, versions):
            n_done += 1
            tools.watch("upsert", n_done, len(versions))
            yield extraction


def _is_wanted(extraction: Extraction, versions: Versions) -> bool:
    version = versions.get(extraction.document.id)
    return version is not None and version.was_read_as(extraction)
