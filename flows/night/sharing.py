"""Which steps of a run are tasks: its sources share a number of tasks, however many they are.

Prefect keeps about 20 kB for a task and slows down after hundreds of them. A run of one source has
about 40 at most. The more sources there are, the larger are the shards of each; and where a
source's share is smaller than a night has steps, only those that take longest are tasks. The others
are done all the same, within the flow run.
"""

from dataclasses import dataclass

from flows.night import steps

MAX_TASKS = 64
"""Tasks of a run at most."""

_LONGEST_FIRST = tuple(
    step.name
    for step in (
        *(steps.EXTRACT, steps.UPSERT, steps.DISCOVER, steps.INFER, steps.RESOLVE, steps.EMBED),
        *(steps.PLAN, steps.PLAN, steps.AUDIT, steps.RETRACT, steps.CHECK),
    )
)
"""Each step as often as a night of one shard does it: with a limit it plans twice."""

_BESIDE_SHARDS = len(_LONGEST_FIRST) - 2


@dataclass(frozen=True, slots=True)
class Share:
    """What the night of one source may have of the tasks of its run."""

    max_shards: int
    """Shards of its documents at most; each is read by one task and written by one."""
    tasks: frozenset[str]
    """Names of the steps that are tasks."""


def share(n_sources: int) -> Share:
    """Return what each of so many sources may have, so that all stay within `MAX_TASKS`."""
    n_tasks = MAX_TASKS // max(n_sources, 1)
    max_shards = min(steps.MAX_SHARDS // max(n_sources, 1), (n_tasks - _BESIDE_SHARDS) // 2)
    # A step of which the share has room for a part is no task.
    too_many = set(_LONGEST_FIRST[n_tasks:])
    return Share(max(max_shards, 1), frozenset(_LONGEST_FIRST) - too_many)
