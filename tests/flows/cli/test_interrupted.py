"""Ctrl-C at a command says what is kept and how to go on."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from flows.cli import AFTER_CTRL_C, app
from tests.extractors.training.conftest import gold_file  # noqa: F401 - a fixture
from tests.flows.cli.test_training_commands import mine  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[3]


@pytest.fixture
def silent_server() -> Iterator[socket.socket]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(120)
        yield server


@pytest.fixture
def started(tmp_path) -> Callable[..., "subprocess.Popen[str]"]:
    """Start a command in an empty folder, with settings of its own."""

    def started(*words: str, **settings: str) -> "subprocess.Popen[str]":
        own = {name: value for name, value in os.environ.items() if "NIGHTLOOM" not in name}
        return subprocess.Popen(
            [sys.executable, "-m", "flows", *words],
            cwd=tmp_path,
            env=own | settings | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # A test run in the background ignores Ctrl-C, and its children would, too.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
        )

    return started


def interrupted(process: "subprocess.Popen[str]") -> str:
    """Press Ctrl-C; return what the command says last."""
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "Traceback" not in err
    return err.splitlines()[-1]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        (("ingest", "notes"), "what the model has read is kept: run it again"),
        (("rebuild",), "written down: run it again, and it brings them back"),
        (("forget", "notes/a.txt"), "run it again, until it prints its receipt"),
        (("audit",), "stopped; nothing was changed"),
        (("rules", "suggest"), "stopped; nothing was changed"),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_interrupted_command_says_what_is_kept(words, kept, started, silent_server, tmp_path):
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Ada works for Acme.")
    port = silent_server.getsockname()[1]
    settings = {
        "NIGHTLOOM_GRAPH__URI": f"bolt://127.0.0.1:{port}",
        "NIGHTLOOM_GRAPH__PASSWORD": "secret",
    }

    with started(*words, **settings) as process:
        connection, _ = silent_server.accept()
        with connection:
            said = interrupted(process)

    assert said.startswith("stopped; ")
    assert kept in said


def test_interrupted_training_says_what_is_kept(started, mine, tmp_path):  # noqa: F811
    endless = re.sub(r"^epochs = 1", "epochs = 100000", mine.read_text(), flags=re.MULTILINE)
    mine.write_text(endless)

    with started("train", str(mine)) as process:
        next(line for line in process.stderr if line.startswith("epoch 1:"))
        said = interrupted(process)

    assert "up to the last whole epoch is kept: run it again" in said


def test_sentences_are_of_commands_there_are():
    commands = get_command(app).commands

    assert AFTER_CTRL_C.keys() <= commands.keys()
