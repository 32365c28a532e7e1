"""What got worse since figures were last recorded.

A figure of one run says little on a machine that others use, too, so several runs are kept, and a
figure counts as worse only if it lies beyond the worst of them by more than a tenth. Shares and
ratios are compared wherever they were measured; times and speeds with those of the same machine.
"""

import json
import os
import platform
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.figures import Figure

RECORDED = Path(__file__).parent / "recorded.json"
RUNS_KEPT = 10
TOLERANCE = 0.1
"""Of the worst recorded value."""

_OF_ANY_MACHINE = frozenset({"", "ratio", "points", "facts", "tasks", "MB"})
"""Units of what another processor does not change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Figures that were measured one after the other, and where."""

    date: str
    commit: str
    machine: str
    values: dict[str, float] = field(default_factory=dict)
    """By the benchmark's name and the figure's."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A figure beside those of the runs before."""

    name: str
    value: float
    unit: str
    worst: float
    best: float
    worse: bool

    def __str__(self) -> str:
        word = "worse" if self.worse else "held"
        before = (
            f"{self.worst:g}" if self.worst == self.best else f"{self.worst:g} to {self.best:g}"
        )
        return f"{word:6} {self.name}: {self.value:g} {self.unit}, recorded {before}"


def this_machine() -> str:
    """Return the processor's name and how many cores there are."""
    cores = len(os.sched_getaffinity(0))
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        said = dict(
            (part.strip() for part in line.split(":", 1))
            for line in cpuinfo.read_text().splitlines()
            if ":" in line
        )
        numbers = f"family {said.get('cpu family', '?')}, model {said.get('model', '?')}"
        model = f"{said.get('model name', model)} ({numbers})"
    return f"{cores} cores, {model}"


def this_commit() -> str:
    """Return the commit that is checked out, with `+` if files differ from it; "" outside git."""
    described = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=Path(__file__).parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return described.stdout.strip()


def run_of(values: dict[str, float]) -> Run:
    """Return a run of now and here."""
    today = datetime.now(UTC).date().isoformat()
    return Run(date=today, commit=this_commit(), machine=this_machine(), values=values)


def recorded(path: Path = RECORDED) -> list[Run]:
    """Return the runs that were recorded, the oldest first; none where there is no file."""
    if not path.exists():
        return []
    return [Run(**each) for each in json.loads(path.read_text("utf-8"))]


def record(run: Run, path: Path = RECORDED) -> None:
    """Add a run to those recorded and forget the oldest beyond `RUNS_KEPT` of its machine."""
    runs = [*recorded(path), run]
    here = [each for each in runs if each.machine == run.machine]
    gone = {id(each) for each in here[:-RUNS_KEPT]}
    kept = [asdict(each) for each in runs if id(each) not in gone]
    path.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")


def verdicts(figures: dict[str, Figure], machine: str, before: Sequence[Run]) -> Iterator[Verdict]:
    """Compare figures with those of earlier runs; what none of them measured is left out.

    Args:
        figures: What was measured, by the benchmark's name and the figure's.
        machine: Where.
        before: Runs of this and of other machines.
    """
    for name, each in figures.items():
        anywhere = each["unit"] in _OF_ANY_MACHINE
        known = [
            run.values[name]
            for run in before
            if name in run.values and (anywhere or run.machine == machine)
        ]
        if not known:
            continue
        more_is_better = each["direction"] == ">="
        worst, best = (min(known), max(known)) if more_is_better else (max(known), min(known))
        margin = TOLERANCE * abs(worst)
        worse = each["value"] < worst - margin if more_is_better else each["value"] > worst + margin
        yield Verdict(name, each["value"], each["unit"], worst, best, worse)
