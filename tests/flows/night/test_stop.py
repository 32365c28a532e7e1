"""A night that somebody stops: it says what is in and what waits, and the next one goes on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.errors import StoppedError
from flows.night.progress import Progress
from graphdb import Graph, GraphConfig, GroupConfig

ROOT = Path(__file__).parents[3]
SECONDS_TO_BEGIN = 300.0
SECONDS_TO_STOP = 30.0
"""Generous: the machine of a test is shared. To read what the fixtures write takes far longer."""


def stop_at(n: int) -> Progress:
    """Return a progress that is interrupted when it shows something for the n-th time."""
    n_shown = 0

    def watch(what, done, total, note=""):
        nonlocal n_shown
        n_shown += 1
        if n_shown == n:
            raise KeyboardInterrupt

    return Progress(watch)


def stopped(spend: Callable[[], object]) -> StoppedError | None:
    """Spend a night; return what it says if it is stopped."""
    try:
        spend()
    except StoppedError as error:
        return error
    return None


@settings(max_examples=20)
@given(n=st.integers(1, 22))
def test_stopped_at_any_moment_it_says_what_is_in_and_the_next_night_completes(
    night, folder, tools, empty, n
):
    """What it says is what the ledger has; what was read is not read again."""
    empty()
    for path in tools.store.folder.rglob("*.zst"):
        path.unlink()
    for number in range(7):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")
    night()
    before = list(tools.graph.dump())
    n_read = tools.extractor.n_read
    empty()
    for path in tools.store.folder.rglob("[0-7]*.zst"):
        path.unlink()  # about half of them are to be read again
    in_small_groups = GraphConfig(group=GroupConfig(documents=1))
    graph = Graph(tools.graph.connection, tools.graph.ontology, in_small_groups)

    error = stopped(lambda: night(graph=graph, watch=stop_at(n), shard_documents=3))
    n_in = len(tools.graph.ledgers())
    night()

    if error and error.n_in + error.n_waiting:  # after the plan, and before the end
        assert (error.n_in, error.n_waiting) == (n_in, 7 - n_in)
        assert str(error).startswith(f"stopped: {n_in} document")

    assert list(tools.graph.dump()) == before
    assert tools.extractor.n_read <= n_read + 7


def test_stopped_run_gives_its_lease_back(night, folder, tools):
    (folder / "a.txt").write_text("Ada works for Acme.")

    with pytest.raises(StoppedError, match="running it again goes on from there"):
        night(watch=stop_at(4))

    with tools.graph.lease(holder="the next", run="next"):
        pass


def test_failure_is_no_stop(night, folder, tools):
    """What goes wrong by itself keeps its own class and words."""
    (folder / "a.txt").write_text("Ada works for Acme.")

    def fail(title, step, order):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        night(call=fail)


@pytest.fixture
def long_documents(folder) -> Path:
    """So many documents that reading them takes a minute or more."""
    sentence = "Ada Lovelace worked for the University of London in the city of London. "
    for number in range(1500):
        (folder / f"{number}.txt").write_text(f"Number {number}. " + sentence * 10)
    return folder


@pytest.fixture
def environment(server, model, tmp_path) -> dict[str, str]:
    """What a process needs to write to the test's server, with a home of its own."""
    others = {name: value for name, value in os.environ.items() if "NIGHTLOOM_" not in name}
    return others | {
        "NIGHTLOOM_HOME": str(tmp_path / "home"),
        "NIGHTLOOM_ONTOLOGY": str(ROOT / "tests" / "ontology.toml"),
        "NIGHTLOOM_EXTRACTOR__MODEL": str(model),
        "NIGHTLOOM_EXTRACTOR__DEVICE": "cpu",
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
        "PREFECT_HOME": str(tmp_path / "prefect"),
        "PREFECT_SERVER_ALLOW_EPHEMERAL_MODE": "true",
        "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


@pytest.fixture
def stopped_while_reading(environment, tmp_path) -> Iterator[Callable[..., tuple[int, str]]]:
    """Start a program, send it a signal when it has read a document; return code and words."""
    started: list[subprocess.Popen[str]] = []

    def run(number: signal.Signals, *command: str) -> tuple[int, str]:
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        process = subprocess.Popen(
            [sys.executable, *command],
            cwd=ROOT,
            env=environment,
            # A test run in the background ignores Ctrl-C, and its children would, too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            **pipes,
        )
        started.append(process)
        deadline = time.monotonic() + SECONDS_TO_BEGIN
        # The first is counted before the second is written.
        while len(list((tmp_path / "home" / "extractions").glob("*/*.zst"))) < 2:
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        begun = time.monotonic()
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS_TO_BEGIN)
        assert time.monotonic() - begun < SECONDS_TO_STOP
        return process.returncode, out + err

    yield run
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ingest_that_is_interrupted_while_it_computes_says_what_is_kept(
    graph, long_documents, stopped_while_reading, number
):
    """Within seconds, though the model is reading; nobody has to wait for a lease afterwards."""
    code, said = stopped_while_reading(number, "-m", "flows", "ingest", str(long_documents))

    assert code == 130
    assert "stopped: 0 documents of notes are in, 1500 wait for the next night" in said
    assert "of them read and kept" in said
    assert "Traceback" not in said
    with graph.lease(holder="the next", run="next"):
        pass


CANCELLED = """
import sys
from flows.nightly import nightly
state = nightly(path=sys.argv[1], return_state=True)
print("ended:", state.type.value, state.message)
"""


@pytest.mark.slow
def test_flow_run_that_is_cancelled_says_what_is_kept(graph, long_documents, stopped_while_reading):
    """What Prefect's worker does to cancel a run: SIGTERM to its process."""
    _, said = stopped_while_reading(signal.SIGTERM, "-c", CANCELLED, str(long_documents))

    assert "ended: CANCELLED stopped: 0 documents of notes are in, 1500 wait" in said
    with graph.lease(holder="the next", run="next"):
        pass
