"""What became of a document's id on a Prefect server of somebody's own, for the receipt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Cleared:
    """What that server no longer has of the id, and what it keeps."""

    server: str
    """Address of its API, without what opens it."""
    n_runs: int
    """Runs that cited the id, deleted with their logs, states and tasks."""
    n_artifacts: int
    left: tuple[str, ...]
    """What still cites the id there, and why; never the id itself."""
