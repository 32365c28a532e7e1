"""What a person has answered lasts, however they leave: end, Ctrl-C, Ctrl-D, a closed terminal."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from flows.cli.judging import Taking
from graphdb import Decision
from graphdb.rules import RuleSet
from tests.flows.cli.test_commands import nightloom  # noqa: F401 - a fixture
from tests.flows.cli.test_judging import documents  # noqa: F401 - a fixture

ROOT = Path(__file__).parents[3]
COLOUR = re.compile(r"\x1b\[[0-9;?]*[a-zA-Z]")
PATIENCE_S = 60
BOB = ("Bob", "WORKS_FOR", "Acme")


class Terminal:
    """A command in a terminal of its own, in which a person reads and presses keys."""

    def __init__(self, folder: Path, words: tuple[str, ...]) -> None:
        self.seen = ""
        self.screen, inside = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "-c", CONTROLLED, *words],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "COLUMNS": "200"},
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
        )
        os.close(inside)

    def until(self, words: str) -> str:
        """Read until these words stand there; return all that was shown."""
        while words not in self.seen:
            said = self._read()
            assert said, self.seen
        return self.seen

    def press(self, keys: str) -> None:
        """Press keys when the command waits for one: what is typed before that is discarded."""
        deadline = time.monotonic() + PATIENCE_S
        while termios.tcgetattr(self.screen)[3] & termios.ICANON:
            assert time.monotonic() < deadline, self.seen
            time.sleep(0.01)
        os.write(self.screen, keys.encode())

    def ended(self) -> int:
        """Read what is left to read; return the exit code."""
        while self._read():
            pass
        return self.process.wait(60)

    def close(self) -> None:
        os.close(self.screen)
        self.screen = -1

    def _read(self) -> str:
        assert select.select([self.screen], [], [], PATIENCE_S)[0], self.seen
        try:
            said = os.read(self.screen, 65536).decode(errors="replace")
        except OSError:  # Linux: nobody is inside any more
            said = ""
        self.seen += COLOUR.sub("", said)
        return said


CONTROLLED = """
import fcntl, signal, termios
signal.signal(signal.SIGHUP, signal.SIG_DFL)
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
from flows.cli import main
main()
"""
"""The command, which the terminal controls as a person's does: it is told when that closes."""


@pytest.fixture
def terminal(nightloom, tmp_path) -> Iterator[Callable[..., Terminal]]:  # noqa: F811
    """Start the command in a terminal, on the tests' server."""
    started: list[Terminal] = []

    def start(*words: str) -> Terminal:
        started.append(Terminal(tmp_path, words))
        return started[-1]

    yield start
    for each in started:
        if each.process.poll() is None:
            each.process.kill()
            each.process.wait()
        if each.screen >= 0:
            each.close()


@pytest.mark.parametrize(
    ("keys", "code", "last"),
    [("q", 0, "Bob WORKS_FOR Acme is wrong"), ("\x04", 0, "is wrong"), ("\x03", 130, "stays")],
    ids=["end", "Ctrl-D", "Ctrl-C"],
)
def test_what_was_called_wrong_is_gone_however_one_leaves(
    terminal, documents, reader, keys, code, last  # noqa: F811
):  # fmt: skip
    review = terminal("review", "facts")
    review.until("1: is this so?")
    review.press("w")
    review.until("2: is this so?")
    review.press(keys)

    assert review.ended() == code
    assert last in " ".join(review.seen.split())
    assert "Traceback" not in review.seen
    assert BOB not in reader.triples()


@pytest.mark.parametrize("how", ["closed", "killed"])
def test_answer_outlasts_its_terminal_and_its_process(
    nightloom, terminal, documents, graph, reader, how  # noqa: F811
):  # fmt: skip
    review = terminal("review", "facts")
    review.until("1: is this so?")
    review.press("w")
    review.until("2: is this so?")
    if how == "closed":
        review.close()
    else:
        review.process.send_signal(signal.SIGKILL)
    review.process.wait(60)

    assert [(each.kind, each.subject, each.object) for each in graph.verdicts()] == [
        ("wrong", "Bob", "Acme")
    ]
    with graph.lease("test", "test") as lease:  # nobody holds it any more
        graph.settle(lease)
    assert BOB not in reader.triples()


def test_answer_that_contradicts_others_is_refused_and_the_others_stay(graph, capsys):
    rules, decide = RuleSet.of((), graph.ontology), partial(graph.decide, settle=False)
    pairs = [("same", "A", "B"), ("same", "B", "C"), ("distinct", "A", "C"), ("distinct", "A", "D")]
    answers = [
        Decision(kind=kind, type="Organization", one=one, other=other, by="eve", at="2026")
        for kind, one, other in pairs
    ]

    Taking(graph, rules, 0, decide, "Decided").take(answers)

    assert {(each.kind, each.one, each.other) for each in graph.decisions()} == {
        *pairs[:2],
        pairs[3],
    }
    assert "that cannot be, because" in " ".join(capsys.readouterr().err.split())
