"""What stands in for Google's and Azure's stores: emulators of their interfaces, on loopback.

Google's is a Python package. Azure's is Azurite, the one that Microsoft gives out; it runs on Node,
and whoever has it has these tests run: `npm install --prefix .venv/azurite azurite`.
"""

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from gcp_storage_emulator.server import create_server

from tests.conftest import free_ports
from tests.serving import served

ROOT = Path(__file__).parents[4]
AZURITE = shutil.which("azurite-blob") or shutil.which(
    ROOT / ".venv" / "azurite" / "node_modules" / ".bin" / "azurite-blob"
)

NO_AZURITE = "no Azurite here: npm install --prefix .venv/azurite azurite"

ACCOUNT = "devstoreaccount1"
ACCOUNT_KEY = (  # the one account that Azurite has, published with it
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)


@dataclass
class Google:
    """A store of Google's kind, and where one gets a token for it."""

    address: str
    service_account: dict[str, Any]
    """What the JSON file of a service account has; its tokens come from loopback, too."""

    asked: list[dict[str, list[str]]] = field(default_factory=list)
    """What was sent for a token, each time."""

    def put(self, bucket: str, name: str, body: bytes) -> None:
        where = f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quote(name, safe='')}"
        self._call("POST", where, body)

    def remove(self, bucket: str, name: str) -> None:
        self._call("DELETE", f"/storage/v1/b/{bucket}/o/{quote(name, safe='')}")

    def create(self, bucket: str) -> None:
        self._call("POST", "/storage/v1/b?project=p", json.dumps({"name": bucket}).encode())

    def _call(self, method: str, where: str, body: bytes | None = None) -> None:
        headers = {"Content-Type": "application/json" if "project" in where else "text/plain"}
        request = urllib.request.Request(
            self.address + where, data=body, method=method, headers=headers
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()


@contextmanager
def google() -> Iterator[Google]:
    """Run a store of Google's kind."""
    (port,) = free_ports(1)
    emulator = create_server("127.0.0.1", port, in_memory=True)
    emulator.start()
    asked: list[dict[str, list[str]]] = []
    try:
        with _tokens(asked) as token_address:
            store = Google(f"http://127.0.0.1:{port}", _service_account(token_address), asked)
            yield store
    finally:
        emulator.stop()


@contextmanager
def _tokens(asked: list[dict[str, list[str]]]) -> Iterator[str]:
    """Hand out tokens to whoever signs for them, as Google's server does; yield its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            asked.append(parse_qs(sent))
            said = {"access_token": "token", "expires_in": 3600, "token_type": "Bearer"}
            content = json.dumps(said).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            pass

    with served(Handler) as port:
        yield f"http://127.0.0.1:{port}/token"


def _service_account(token_address: str) -> dict[str, Any]:
    key = rsa.generate_private_key(65537, 2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "p",
        "private_key_id": "1",
        "private_key": key.decode(),
        "client_email": "nightloom@p.iam.gserviceaccount.com",
        "client_id": "1",
        "token_uri": token_address,
    }


@contextmanager
def azure(folder: Path) -> Iterator[str]:
    """Run a store of Azure's kind; yield what its clients connect with."""
    (port,) = free_ports(1)
    command = (AZURITE, "--blobPort", str(port), "--inMemoryPersistence", "--silent")
    more = ("--disableTelemetry", "--skipApiVersionCheck")
    endpoint = f"http://127.0.0.1:{port}/{ACCOUNT}"
    process = subprocess.Popen((*command, *more), cwd=folder, stdout=subprocess.DEVNULL)
    try:
        _wait_for(endpoint, process)
        yield (
            f"DefaultEndpointsProtocol=http;AccountName={ACCOUNT};AccountKey={ACCOUNT_KEY};"
            f"BlobEndpoint={endpoint};"
        )
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except urllib.error.HTTPError as error:  # it answers, if only that one has to log in
            error.close()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError(address)
