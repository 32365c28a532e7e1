"""What converts a document can do nothing else, takes what it may, and never ends a night."""

import os
import socket
import time
from contextlib import suppress

import pytest

from flows.sources import FORMATS, Limits, probe
from flows.sources.sandbox import ALL_WALLS, Sandbox, pool, tried
from flows.sources.values import UnreadableError

LIMITS = Limits(memory_mb=400, cpu_s=1, wall_s=4, output_mb=1, documents=50)


@pytest.fixture(scope="module")
def sandbox():
    sandbox = Sandbox(LIMITS)
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="module")
def held() -> frozenset[str]:
    """The walls that this kernel has."""
    return frozenset(probed.wall for probed in probe() if probed.holds)


def test_limits_hold_everywhere(held):
    assert "limits" in held


@pytest.mark.parametrize(
    ("trial", "walls"),
    [
        ("open /etc/passwd", {"landlock", "seccomp"}),
        ("list /", {"landlock", "seccomp"}),
        ("write /tmp/nightloom-was-here", {"landlock", "seccomp"}),
        ("start /bin/true", {"seccomp"}),
        ("kill 1", {"seccomp"}),
        ("grow 100", {"seccomp"}),
    ],
)
def test_what_converts_can_do_nothing_else(trial, walls, sandbox, held):
    if not walls & held:
        pytest.skip("this kernel has no such wall")

    assert tried(sandbox, trial).startswith("refused: [Errno")


@pytest.mark.parametrize("wall", sorted(ALL_WALLS))
def test_each_wall_alone_keeps_connections_in(wall, held):
    if wall not in held:
        pytest.skip("this kernel has no such wall")
    sandbox = Sandbox(LIMITS, frozenset({wall}))
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            trial = f"connect 127.0.0.1:{server.getsockname()[1]}"

            assert tried(sandbox, trial).startswith("refused")
    finally:
        sandbox.close()


@pytest.mark.parametrize(
    ("trial", "said"),
    [
        ("fill 1000", "needs more than NIGHTLOOM_SANDBOX__MEMORY_MB=400 to be converted"),
        ("wait 60", "takes longer than NIGHTLOOM_SANDBOX__WALL_S=4 seconds"),
        ("compute", "takes "),
        ("crash", "made its converter end (SIGABRT): it is damaged or hostile"),
        ("recurse", "is nested too deeply"),
    ],
)
def test_what_takes_too_much_is_refused_and_the_next_document_is_converted(trial, said, sandbox):
    begun = time.monotonic()

    assert said in tried(sandbox, trial)

    assert time.monotonic() - begun < LIMITS.wall_s + 5
    assert tried(sandbox, "wait 0") == "done"


def test_what_gives_too_much_is_refused(sandbox):
    with pytest.raises(UnreadableError, match="gives more than NIGHTLOOM_SANDBOX__OUTPUT_MB=1"):
        sandbox.convert("flows.sources.sandbox.trials", b"say 3")


def test_process_is_replaced_after_a_number_of_documents():
    sandbox = Sandbox(Limits(documents=2))
    try:
        numbers = [sandbox.convert("flows.sources.sandbox.trials", b"pid").title for _ in range(4)]
    finally:
        sandbox.close()

    assert numbers[0] == numbers[1] != numbers[2] == numbers[3]


def test_kinds_that_take_turns_keep_their_processes(monkeypatch):
    """A folder in order of its names has them mixed; a process takes a second or two to start."""
    kinds = {format_.conversion for format_ in FORMATS if format_.conversion}
    conversions = sorted(kinds - {"parquet"})  # its library ends with what it cannot read
    started: list[str] = []

    class Counted(pool._Process):
        def __init__(self, conversion, *rest):
            started.append(conversion)
            super().__init__(conversion, *rest)

    monkeypatch.setattr(pool, "_Process", Counted)
    sandbox = Sandbox()
    try:
        for conversion in conversions * 2:
            with suppress(UnreadableError):
                sandbox.convert(conversion, b"nothing that it could read")
    finally:
        sandbox.close()

    assert started == conversions


def test_processes_end_with_their_sandbox():
    sandbox = Sandbox()
    pid = int(sandbox.convert("flows.sources.sandbox.trials", b"pid").title)

    sandbox.close()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
