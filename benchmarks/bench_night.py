"""How long a whole night takes as people run it: `nightloom up`, Prefect, its worker, the page.

    python -m benchmarks.bench_night [--documents 5000] [--full] [--json]

Short documents that each say two things, read by a regular expression in the model's place, so that
what is measured is everything but the model. The first night reads them all; the second finds
nothing changed; the third finds that one of a hundred says something else; a fourth meets documents
that take long to read and is cancelled, as the button of the run's page does it. Memory is the most
that the flow's process held, by the kernel's account (VmHWM). `--full` takes 50,000 documents. The
first answer is a search on the page, from the moment at which `nightloom up` is typed, over a graph
that earlier nights have filled.
"""

import argparse
import json
import re
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import Any

import httpx

from benchmarks.figures import Figure, figure, show
from tests.flows.services.running import Prefect, Up, births_reader, started

SLOW_DOCUMENTS = 400
READER = births_reader(r"[A-Z]\w+ \d+", 'time.sleep(0.2 * ("slowly" in document.text))')
TEXT = "Ada {0} was born in {1}. Bob {0} was born in Delft.{2}\n"


def write(folder: Path, numbers: range, *, town: str = "Ghent", more: str = "") -> None:
    """Write documents, a hundred in a folder."""
    for number in numbers:
        path = folder / str(number // 100) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT.format(number, town, more), "utf-8")


def seconds_of(run: dict[str, Any]) -> float:
    """Return how long a run that has ended took, by Prefect's own account."""
    assert run["state_type"] == "COMPLETED", run["state"]["message"]
    return float(run["total_run_time"])


class Peak(Thread):
    """Looks at the processes of runs that work in a folder, and keeps the most that one held."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self.megabytes = 0.0
        self._folder = folder
        self._has_ended = Event()
        # The process of the run before may not have ended yet, though its run has.
        self._earlier = set(Path("/proc").glob("[0-9]*"))

    def run(self) -> None:
        while not self._has_ended.wait(0.2):
            for process in set(Path("/proc").glob("[0-9]*")) - self._earlier:
                self.megabytes = max(self.megabytes, self._held_by(process))

    def __enter__(self) -> "Peak":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._has_ended.set()
        self.join()
        assert self.megabytes, "no process of a flow run was seen"

    def _held_by(self, process: Path) -> float:
        try:
            words = (process / "cmdline").read_bytes().split(b"\0")
            if b"flows.services.flow_run" not in words or bytes(self._folder) not in words:
                return 0.0
            found = re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())
        except OSError:  # it has just ended, or is another user's
            return 0.0
        return int(found[1]) / 1000 if found else 0.0


def n_tasks(prefect: Prefect, run: dict[str, Any]) -> int:
    """Return how many tasks a run had."""
    wanted = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    return int(prefect.call("POST", "/task_runs/count", wanted))


def answered(up: Up) -> bool:
    """Search the page for a name, as somebody who has logged in."""
    with httpx.Client(base_url=f"http://127.0.0.1:{up.ports[3]}", timeout=30) as client:
        client.post("/login", data={"word": up.password, "to": "/"})
        found = client.get("/", params={"q": "Ada 1"}, follow_redirects=True)
    return found.status_code == 200 and "Ada 1" in found.text


def figures(n_documents: int) -> dict[str, Figure]:
    """Run `nightloom up` twice in a folder of its own and return what was measured."""
    shown: dict[str, Figure] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "births.py").write_text(READER)
        write(folder / "documents", range(n_documents))
        settings = {
            "SOURCES": json.dumps([{"path": "documents", "name": "births"}]),
            "EXTRACTOR__MODEL": "births.py:Births",
        }
        with started(folder, **settings) as up:
            prefect = replace(up.prefect, patience_s=3_600)
            with Peak(folder) as peak_of_first:
                first = prefect.run()
            with Peak(folder) as peak:
                run = prefect.run()
            shown[f"{n_documents} new documents"] = figure(seconds_of(first), "s")
            floor, aim = (60, 15) if n_documents <= 5_000 else (300, 60)
            shown[f"{n_documents} documents, nothing changed"] = figure(
                seconds_of(run), "s", floor=floor, aim=aim, direction="<="
            )
            write(folder / "documents", range(0, n_documents, 100), town="Breda")
            with Peak(folder) as peak_of_changed:
                changed = prefect.run()
            shown[f"{n_documents} documents, 1 % changed"] = figure(
                seconds_of(changed), "s", floor=300, aim=120, direction="<="
            )
            megabytes = {
                "all new": peak_of_first.megabytes,
                "nothing changed": peak.megabytes,
                "1 % changed": peak_of_changed.megabytes,
            }
            for what, n_megabytes in megabytes.items():
                shown[f"memory of the flow's process, {n_documents} documents, {what}"] = figure(
                    n_megabytes, "MB", floor=1_500, aim=1_500, direction="<="
                )
            most = max(n_tasks(prefect, each) for each in (first, run, changed))
            shown["tasks of a run, at most"] = figure(
                most, "tasks", floor=64, aim=40, direction="<="
            )
            slow = range(n_documents, n_documents + SLOW_DOCUMENTS)
            write(folder / "documents", slow, more=" It is read slowly.")
            run = prefect.begun()
            begun = time.monotonic()
            prefect.cancel(run)
            ended = prefect.ended(run)
            shown["cancel to a consistent stop"] = figure(
                time.monotonic() - begun, "s", floor=10, aim=3, direction="<="
            )
            assert ended["state_type"] == "CANCELLED", ended["state"]
        begun = time.monotonic()
        with started(folder, **settings) as up:
            assert answered(up)
            shown["first answer, from nightloom up"] = figure(
                time.monotonic() - begun, "s", floor=60, aim=20, direction="<="
            )
    return shown


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--documents", type=int, default=5_000)
    parser.add_argument("--full", action="store_true", help="50,000 documents")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show(figures(50_000 if options.full else options.documents), as_json=options.json)


if __name__ == "__main__":
    main()
