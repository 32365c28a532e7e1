"""The recipes of the page on operations: somebody is told what is wrong, by address or by mail."""

import email
import email.policy
import json
import re
import socketserver
import subprocess
import sys
import threading
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


@pytest.fixture
def mailed() -> Iterator[tuple[int, list[str]]]:
    """The port of a mail server on this machine, and the mails it took, as a person reads them."""
    mails: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.answer(b"220 here")
            for line in self.rfile:
                if line.upper().startswith(b"DATA"):
                    self.answer(b"354 go on")
                    content = b"".join(iter(self.rfile.readline, b".\r\n"))
                    mail = email.message_from_bytes(content, policy=email.policy.default)
                    text = mail.get_body(("plain",))
                    mails.append(f"{mail['to']}\n{mail['subject']}\n{text and text.get_content()}")
                self.answer(b"250 taken")

        def answer(self, line: bytes) -> None:
            self.wfile.write(line + b"\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server.server_address[1], mails
        server.shutdown()
        thread.join()


def have_told(up, folder: Path, address: str, instead: str) -> None:
    """Run the recipe with this address, with another one instead of it."""
    scripts = re.findall(r"^```python\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    (script,) = [each for each in scripts if address in each]
    program = folder / "tell_me.py"
    program.write_text(script.replace(address, instead))
    done = subprocess.run(
        [sys.executable, "-P", program],
        cwd=folder,
        env={
            **up.environment,
            # `PREFECT_API_KEY` of another Prefect stands in it, too, and the word goes before it.
            "PREFECT_API_URL": f"{up.prefect.url}/api",
            "PREFECT_API_AUTH_STRING": up.password,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def wait_for(said: list[str], words: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline and not any(words in each for each in said):
        time.sleep(0.5)
    assert any(words in each for each in said), said


def test_an_address_is_called_when_a_night_fails_and_when_a_source_is_late(up, called, tmp_path):
    address, said = called
    have_told(up, tmp_path, "https://example.org/nights", address)

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


def test_a_mail_comes_when_a_night_fails(up, mailed, tmp_path):
    port, mails = mailed
    have_told(up, tmp_path, "localhost:25?", f"127.0.0.1:{port}?")

    failed = up.prefect.run(path="no such folder")

    wait_for(mails, failed["name"])
    (mail,) = mails
    to, subject, text = mail.split("\n", 2)
    assert to == "you@example.org"
    assert subject == f"nightloom: {failed['name']}"
    assert "prefect.flow-run.Failed" in text
    assert "there is no folder no such folder" in text
