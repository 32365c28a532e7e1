"""A run as a trace, in the form that OpenTelemetry speaks; a receiver never harms a night."""

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from extractors.errors import MachineError
from flows.receiver import opened_trace
from flows.settings import load_settings
from tests.receiving import receiving, said

MOST_SECONDS = 5.0
"""By which no receiver may delay a night."""


@pytest.fixture
def told(night, monkeypatch):
    """Spend nights whose trace goes to an address."""

    def run(url: str, n_nights: int = 1, **options):
        monkeypatch.setenv("NIGHTLOOM_TELEMETRY__ENDPOINT", url)
        with opened_trace(load_settings()) as trace:
            return [night(trace=trace, run="r1", **options) for _ in range(n_nights)][-1]

    return run


def write(folder: Path, n: int = 3) -> None:
    for number in range(n):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")


def test_trace_has_a_span_for_run_step_and_shard(told, folder):
    write(folder)

    with receiving() as receiver:
        told(receiver.url)

    (run,) = receiver.children(None)
    (night,) = receiver.children(run)
    steps = receiver.children(night)
    assert (run.name, night.name) == ("run", "night")
    assert said(night) == {"nightloom.run": "r1", "nightloom.source": "notes"}
    assert [step.name for step in steps] == [
        "discover", "plan", "extract", "upsert", "retract", "infer", "audit", "check",
    ]  # fmt: skip
    assert [shard.name for shard in receiver.children(receiver.one("upsert"))] == [
        "upsert shard 1 of 2",
        "upsert shard 2 of 2",
    ]
    assert len({span.trace_id for span in receiver.spans}) == 1
    assert receiver.services == {"nightloom"}
    assert all(
        run.start_time_unix_nano <= span.start_time_unix_nano
        and span.end_time_unix_nano <= run.end_time_unix_nano
        for span in receiver.spans
    )


def test_figures_are_documents_facts_and_seconds(told, folder):
    write(folder)
    (folder / "bad.txt").write_text("UNREADABLE")

    with receiving() as receiver:
        report = told(receiver.url)

    documents = {"source": "notes", "outcome": "upserted"}
    assert receiver.figure("nightloom.documents", **documents) == 3
    assert receiver.figure("nightloom.documents", **(documents | {"outcome": "set aside"})) == 1
    assert receiver.figure("nightloom.facts", source="notes", change="came") == 3
    seconds = receiver.figure("nightloom.seconds", source="notes", step="upsert")
    assert seconds == pytest.approx(report.seconds["upsert"])


def test_nights_over_several_sources_are_one_trace(told, folder):
    write(folder)

    with receiving() as receiver:
        told(receiver.url, n_nights=2)

    (run,) = receiver.children(None)
    assert [night.name for night in receiver.children(run)] == ["night", "night"]


def test_failed_night_is_sent_with_the_class_of_its_error_alone(told, folder, tools):
    write(folder)

    class Full(type(tools.extractor)):
        def extract(self, documents):
            raise MachineError("no room for 'Ada0 works for Acme.'")

    with receiving() as receiver, pytest.raises(MachineError):
        told(receiver.url, extractor=Full())

    assert receiver.one("extract").status.message == "MachineError"
    assert receiver.one("run").status.code == receiver.one("extract").status.code == 2
    assert b"Acme" not in receiver.content


def test_receiver_that_does_not_answer_delays_nothing_for_long(told, folder, caplog):
    write(folder)

    with receiving(after_s=8.0) as receiver:
        begun = time.monotonic()
        report = told(receiver.url)
        spent_s = time.monotonic() - begun

    assert report.n_upserted == 3
    assert spent_s < sum(report.seconds.values()) + MOST_SECONDS
    (warning,) = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert f"{receiver.url} did not take the trace of this run" in warning


@pytest.mark.parametrize("kind", ["refuses", "hangs up", "is nobody"])
def test_receiver_that_fails_is_one_sentence(told, folder, caplog, kind):
    write(folder)

    if kind == "refuses":
        with receiving(status=403) as receiver:
            report = told(receiver.url)
    else:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            if kind == "hangs up":
                nobody.listen(0)
            report = told(f"http://127.0.0.1:{nobody.getsockname()[1]}")

    assert report.n_upserted == 3
    assert [record.levelname for record in caplog.records if record.levelno >= 30] == ["WARNING"]


def test_own_variable_of_opentelemetry_is_read_too(night, folder, monkeypatch):
    write(folder)
    monkeypatch.setenv("OTEL_SERVICE_NAME", "nights of the library")

    with receiving() as receiver:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.url)
        with opened_trace(load_settings()) as trace:
            night(trace=trace)

    assert receiver.one("night")
    assert receiver.services == {"nights of the library"}


def test_without_an_address_nothing_of_opentelemetry_is_loaded():
    code = (
        "import sys; from flows.receiver import opened_trace; from flows.settings import Settings\n"
        "with opened_trace(Settings()): print([n for n in sys.modules if 'opentelemetry' in n])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


def test_without_the_extra_one_sentence_says_what_to_install(tmp_path):
    """A fresh Python that finds our packages, and of the others all but OpenTelemetry's."""
    libraries = Path(sys.prefix) / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    for path in (libraries / "site-packages").iterdir():
        if not path.name.startswith("opentelemetry") and path.suffix != ".pth":
            (tmp_path / path.name).symlink_to(path)
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(Path(__file__).parents[3])!r}]\n"
        "from flows.receiver import opened_trace; from flows.settings import Settings\n"
        "with opened_trace(Settings(telemetry={'endpoint': 'http://localhost:4318'})):\n"
        "    print('the night goes on')"
    )

    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=True
    )

    assert done.stdout == "the night goes on\n"
    (line,) = done.stderr.splitlines()
    assert "traces are to go to http://localhost:4318, and OpenTelemetry is not installed" in line
    assert "[otel]" in line


@pytest.mark.parametrize(
    "address",
    [
        "localhost:4318",
        "http://me:hunter2@localhost:4318",
        "http://me%3Ahunter2%2540localhost:4318",
    ],
)
def test_address_that_cannot_be_one_is_refused(monkeypatch, address):
    from flows.errors import SettingsError

    monkeypatch.setenv("NIGHTLOOM_TELEMETRY__ENDPOINT", address)

    with pytest.raises(SettingsError, match=r"NIGHTLOOM_TELEMETRY__ENDPOINT") as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)
