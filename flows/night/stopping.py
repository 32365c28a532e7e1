"""What to say of a run that somebody stopped: what is in the graph, and what waits."""

from collections.abc import Iterator

from flows.errors import StoppedError
from flows.night import steps
from flows.night.plan import Plan
from flows.night.progress import Progress
from flows.text import counted
from graphdb import Graph, GraphError, Version


def stopped(
    source: str, plan: Plan | None, progress: Progress, graph: Graph, read_as: tuple[str, str]
) -> StoppedError:
    """Return what to say of a stopped run.

    Args:
        source: Name of the source.
        plan: Of the run; none if it was stopped before there was one.
        progress: How far the step got.
        graph: Says what was committed.
        read_as: Fingerprints of the extractor and the ontology of the run.
    """
    if plan is None:
        return StoppedError(
            "stopped before any document was read or written: run again", n_in=0, n_waiting=0
        )
    n_all = len(plan.to_extract) + len(plan.unchanged)
    n_in = len(plan.unchanged) + _n_committed(source, plan, graph, read_as)
    n_waiting = n_all - n_in
    # What was read and is not written yet is in the extraction store: nobody reads it again.
    read = ""
    if progress.step == steps.EXTRACT.name and progress.n_done:
        read = f", {progress.n_done} of them read and kept"
    waiting = f"{n_waiting} wait for the next night{read}" if n_waiting else "the rest waits"
    return StoppedError(
        f"stopped: {counted(n_in, 'document')} of {source} are in, {waiting}; "
        "what is done stays, and running it again goes on from there",
        n_in=n_in,
        n_waiting=n_waiting,
    )


def _n_committed(source: str, plan: Plan, graph: Graph, read_as: tuple[str, str]) -> int:
    """Return how many of tonight's documents the graph has by now."""
    wanted = {*plan.to_extract.numbers}

    def committed(ledger: Iterator[tuple[str, Version]]) -> int:
        n_committed = 0
        for id_, version in ledger:
            # The id alone would count last night's version, not replaced yet.
            if (version.extractor, version.ontology) == read_as:
                found = plan.to_extract.inventory.find(id_)
                n_committed += (
                    found is not None
                    and found[0] in wanted
                    and found[1].raw_sha256 == version.raw_sha256
                )
        return n_committed

    try:
        return graph.with_ledger(source, committed)
    except GraphError:
        return 0  # stopped because the server went down, too: nobody can say
