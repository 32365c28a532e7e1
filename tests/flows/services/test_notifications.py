"""The recipe of the page on operations: an address is called when something is wrong."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from tests.flows.services.running import ROOT
from tests.serving import served

PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
PATIENCE_S = 120


@pytest.fixture
def called() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and what it was told."""
    said: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with served(Handler) as port:
        yield f"http://127.0.0.1:{port}/nights", said


def wait_for(said: list[str], words: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not any(words in each for each in said):
        time.sleep(0.5)
    assert any(words in each for each in said), said


def test_an_address_is_called_when_a_night_fails_and_when_a_source_is_late(up, called, tmp_path):
    address, said = called
    (script,) = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    assert "https://example.org/nights" in script
    program = tmp_path / "tell_me.py"
    program.write_text(script.replace("https://example.org/nights", address))
    done = subprocess.run(
        [sys.executable, "-P", program],
        cwd=tmp_path,
        env={
            **up.environment,
            "PREFECT_API_KEY": "",
            "PREFECT_API_URL": f"{up.prefect.url}/api",
            "PREFECT_API_AUTH_STRING": up.password,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr

    failed = up.prefect.run(path="no such folder")
    wait_for(said, failed["name"])

    notes = up.folder / ".nightloom" / "rejected.json"
    (up.folder / "others").mkdir()
    (up.folder / "others" / "a.txt").write_text("Ada works for Acme.")
    up.prefect.run(path="documents", source="people")
    noted = json.loads(notes.read_text())
    noted["sources"]["people"]["at"] = "2000-01-01T00:00:00Z"
    notes.write_text(json.dumps(noted))
    run = up.prefect.run(path="others")

    assert run["state"]["name"] == "CompletedWithWarning"
    assert "people is late" in run["state"]["message"]
    assert "people is late" in up.prefect.page("nightly-summary")
    wait_for(said, "people is late")
    Path(notes).unlink()
