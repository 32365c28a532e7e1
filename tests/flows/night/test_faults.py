"""Whose fault is it: only a document's own fault sets it aside, all others stop the night."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.errors import DeviceUnavailableError, DocumentRejectedError, MachineError
from flows.errors import ModelError
from flows.night.alone import MACHINE_ERRNOS, PROBE
from tests.flows.rule_of_thumb import RuleOfThumbExtractor

ROOT = Path(__file__).parents[3]

FAULTS = {
    "library": lambda: ValueError("a tensor of another shape"),
    "runtime": lambda: RuntimeError("CUBLAS_STATUS_NOT_INITIALIZED of a kind nobody knows"),
    "key": lambda: KeyError("lost"),
    "rejected": lambda: rejected(RuntimeError("a library's word")),
}
"""What an extractor that is broken may raise for each document."""


def rejected(cause: Exception) -> DocumentRejectedError:
    """Return how an extractor blames a document for what a library said."""
    error = DocumentRejectedError("notes/0.txt", str(cause))
    error.__cause__ = cause
    return error


class BreakingExtractor(RuleOfThumbExtractor):
    """Reads so many documents, and after that fails at each, whatever it says."""

    def __init__(self, n_good: int, fault) -> None:
        super().__init__()
        self._n_good = n_good
        self._fault = fault

    def extract(self, documents):
        for document in documents:
            if self.n_read >= self._n_good:
                raise self._fault()
            yield from super().extract([document])


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("n_good", [0, 3])
def test_model_that_breaks_stops_the_night_and_keeps_what_was_read(
    night, folder, tools, fault, n_good
):
    """Whatever it raises: it is given a plain sentence, and fails at that, too."""
    for number in range(6):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")

    with pytest.raises(ModelError, match="fails on a plain sentence, too"):
        night(extractor=BreakingExtractor(n_good, FAULTS[fault]), shard_documents=10)

    assert len(tools.store) == n_good
    assert tools.graph.ledgers() == {}
    report = night()
    assert (report.n_upserted, report.n_extracted, report.set_aside) == (6, 6 - n_good, ())


@pytest.mark.parametrize(
    "fault",
    [
        MemoryError,
        *(lambda number=number: OSError(number, os.strerror(number)) for number in MACHINE_ERRNOS),
    ],
)
def test_machine_that_has_run_out_of_something_stops_the_night(night, folder, tools, fault):
    """Also where a plain sentence could still be read: less is needed for that."""

    class Short(BreakingExtractor):
        def extract(self, documents):
            for document in documents:
                yield from super().extract([document]) if document != PROBE else ()

    (folder / "a.txt").write_text("Ada works for Acme.")

    with pytest.raises(MachineError, match="what was read before is kept"):
        night(extractor=Short(0, fault))


def test_device_that_is_gone_keeps_its_own_words(night, folder):
    (folder / "a.txt").write_text("Ada works for Acme.")

    with pytest.raises(DeviceUnavailableError, match="cuda:0 stopped working"):
        night(
            extractor=BreakingExtractor(0, lambda: DeviceUnavailableError("cuda:0 stopped working"))
        )


@settings(max_examples=15)
@given(st.lists(st.sampled_from(["good", "BUG", "UNREADABLE"]), max_size=9), st.integers(1, 10))
def test_documents_own_faults_set_aside_those_alone(
    night, folder, tools, empty, kinds, shard_documents
):
    """Wherever they stand among others: each other one is read, once, and none is lost."""
    empty()
    for path in (*tools.store.folder.rglob("*.zst"), *folder.glob("*.txt")):
        path.unlink()
    for number, kind in enumerate(kinds):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme. {kind}")
    tools.extractor.n_read = 0

    report = night(allow_vanished=True, shard_documents=shard_documents)

    bad = {f"notes/{number}.txt" for number, kind in enumerate(kinds) if kind != "good"}
    assert {aside.document for aside in report.set_aside} == bad
    assert report.n_upserted == report.n_extracted == len(kinds) - len(bad)
    assert report.violations == ()


LIMITED = """
import resource, sys
kind, limit = sys.argv[1:3]
resource.setrlimit(getattr(resource, kind), (int(limit), int(limit)))
sys.argv = ["nightloom", *sys.argv[3:]]
import signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
from flows.cli import main
main()
"""


@pytest.fixture
def limited(server, model, folder, tmp_path):
    """Run `nightloom ingest` under a limit of the system; return code and words."""
    others = {name: value for name, value in os.environ.items() if "NIGHTLOOM_" not in name}
    environment = others | {
        "NIGHTLOOM_HOME": str(tmp_path / "home"),
        "NIGHTLOOM_ONTOLOGY": str(ROOT / "tests" / "ontology.toml"),
        "NIGHTLOOM_EXTRACTOR__MODEL": str(model),
        "NIGHTLOOM_EXTRACTOR__DEVICE": "cpu",
        "NIGHTLOOM_EXTRACTOR__ENGINE": "torch",
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
        "OMP_NUM_THREADS": "1",
    }

    def run(kind: str, limit: int) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", LIMITED, kind, str(limit), "ingest", str(folder), "--json"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


def test_too_little_memory_for_torch_is_no_documents_fault(graph, folder, limited):
    """Address space for Python and the driver, and not for torch: importing it fails."""
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")

    code, _, said = limited("RLIMIT_AS", 700_000_000)

    assert code == 1, said
    assert "report it as a bug" not in said
    assert "memory" in said
    assert "Traceback" not in said
    assert graph.ledgers() == {}


def test_store_that_cannot_be_written_is_no_documents_fault(night, folder, tools):
    """Something stands where its folder should be: every entry would fail."""
    (folder / "0.txt").write_text("Ada works for Acme.")
    tools.store.folder.write_text("in the way")

    with pytest.raises(MachineError, match="extractions cannot be written"):
        night()

    assert tools.graph.ledgers() == {}


def test_same_run_is_done_where_the_limit_is_wide(graph, folder, limited):
    """The limits above are what makes the difference: without them the night is done."""
    (folder / "0.txt").write_text("Ada works for Acme.")

    code, said, error = limited("RLIMIT_NOFILE", 1024)

    assert code == 0, error
    assert json.loads(said)["documents"]["upserted"] == 1
