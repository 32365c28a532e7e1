"""A night on Ray makes the graph that one without it makes, whatever becomes of Ray meanwhile."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from flows.night import Progress, Request, run_night
from flows.settings import Settings
from flows.sources import Folder
from flows.tools import open_tools
from tests.flows.scale.clusters import LOOPBACK, drivers_of, listening, needs_ray, of_session
from tests.flows.scale.conftest import FRAGILE

pytestmark = needs_ray

ROOT = Path(__file__).parents[3]
SENTENCES = (
    "Ada works for Acme in Ghent.",
    "Bob was born in Rome.",
    "Cid works for Bolt, and Eve for Acme.",
    "Acme is based in Ghent.",
)
SECONDS_TO_STOP = 10.0
SECONDS_TO_BEGIN = 400.0


def write(folder: Path, n_documents: int, times: int = 1) -> Request:
    for number in range(n_documents):
        text = f"Number {number}. " + f"{SENTENCES[number % 4]} " * times
        (folder / f"{number}.txt").write_text(text)
    return Request(documents=Folder(name="notes", path=folder))


def spend(request: Request, settings: Settings, watch=lambda *_: None):
    with open_tools(settings, watch) as tools:
        report = run_night(request, replace(tools, watch=Progress(watch)))
        return report, list(tools.graph.dump()), drivers_of(os.getpid())


def test_night_on_ray_makes_the_same_graph(graph, empty, on_ray, model, folder):
    """Also where a worker is killed on the way, and Ray as a whole."""
    request = write(folder, 40, times=40)
    here, wanted, _ = spend(request, on_ray(model, "here").model_copy(update={"scale": ""}))
    empty()
    killed: list[str] = []

    def kill(what, done, total, note=""):
        """Kill a worker after the first documents, and the driver after some more."""
        if what != "extract" or not note:
            return
        n_done = int(note.split()[0])
        (driver,) = drivers_of(os.getpid()) or (0,)
        if driver and n_done >= 4 and not killed:
            os.kill(of_session(driver, "ray::MapWorker")[0], signal.SIGKILL)
            killed.append("worker")
        elif driver and n_done >= 20 and killed == ["worker"]:
            os.kill(driver, signal.SIGKILL)
            killed.append("driver")

    there, dump, drivers = spend(request, on_ray(model), kill)

    assert killed == ["worker", "driver"]
    assert dump == wanted
    assert (there.n_extracted, there.set_aside, there.change) == (40, (), here.change)
    assert len(drivers) == 1
    assert drivers_of(os.getpid()) == []
    assert of_session(drivers[0]) == []


def test_document_that_kills_is_set_aside_and_the_others_are_in(graph, on_ray, folder):
    request = write(folder, 8)
    (folder / "bad.txt").write_text("KILL")
    (folder / "bug.txt").write_text("BUG")

    report, dump, _ = spend(request, on_ray(f"{FRAGILE}:Fragile"))

    assert {aside.document for aside in report.set_aside} == {"notes/bad.txt", "notes/bug.txt"}
    assert report.n_extracted == 8
    assert len(dump) > 8


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_night_that_is_stopped_leaves_no_process_and_showed_nothing(
    graph, server, model, folder, tmp_path, number
):
    """While it reads, Ray listens on loopback alone; processes and logs have no secret."""
    write(folder, 400, times=60)
    environment = {name: each for name, each in os.environ.items() if "NIGHTLOOM_" not in name} | {
        "NIGHTLOOM_SCALE": "ray",
        "NIGHTLOOM_RAY__WORKERS": "2",
        "NIGHTLOOM_HOME": str(tmp_path / "home"),
        "NIGHTLOOM_ONTOLOGY": str(ROOT / "tests" / "ontology.toml"),
        "NIGHTLOOM_EXTRACTOR__MODEL": str(model),
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
    }
    night = subprocess.Popen(
        [sys.executable, "-m", "flows", "ingest", str(folder)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + SECONDS_TO_BEGIN
        while not list((tmp_path / "home" / "extractions").glob("*/*.zst")):
            assert night.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
        (driver,) = drivers_of(night.pid)
        started = of_session(driver)
        shown = "".join(
            Path(f"/proc/{pid}/{file}").read_text(errors="replace")
            for pid in started
            for file in ("cmdline", "environ")
        )
        (session,) = Path(tempfile.gettempdir()).glob(f"nightloom-ray-*/session_*_{driver}")
        logs = [path for path in session.glob("logs/**/*") if path.is_file()]
        logged = "".join(path.read_text(errors="replace") for path in logs)
        addresses = listening(started)
        begun = time.monotonic()
        night.send_signal(number)
        night.wait(SECONDS_TO_STOP)
        while of_session(driver):
            assert time.monotonic() - begun < SECONDS_TO_STOP
            time.sleep(0.1)
    finally:
        night.kill()
        night.wait()

    assert len(started) > 5
    assert logs
    assert server.password not in shown + logged
    assert SENTENCES[1] not in logged
    assert addresses
    assert addresses <= LOOPBACK
