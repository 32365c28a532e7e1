"""The packages that a build of our image asks for: fetched before, served without a network."""

import http.server
import json
import re
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import unquote

from tests.maven import QuietHandler

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")

EXTRAS = ("flows", "documents")
"""What a night over the samples needs."""

BROUGHT = "torch"
"""5 GB that the tests do not copy: containers find it where this environment has it."""

SHARES = 4

BUILDERS = "uv\nhatchling\n"
"""What installs and builds, in the first stage of the Dockerfile."""


def fetch_wheels(folder: Path) -> None:
    """Fetch what the image needs, as the lock has it; nothing is asked for twice."""
    folder.mkdir(parents=True, exist_ok=True)
    fetched = folder / "fetched.json"
    wanted = list(_locked(_needed(folder)))
    if fetched.is_file() and json.loads(fetched.read_text()) == wanted:
        return
    with ThreadPoolExecutor(SHARES) as threads:  # each waits for the index most of the time
        shares = [wanted[number::SHARES] for number in range(SHARES)]
        list(threads.map(partial(_fetch, folder), shares))
    fetched.write_text(json.dumps(wanted))


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the folder on loopback as an index of packages, and give its address."""
    handler = partial(_Index, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/simple"
        server.shutdown()


class _Index(QuietHandler):
    """`/simple/NAME/` lists the wheels of a package; they lie beside it."""

    def do_GET(self) -> None:
        match = re.fullmatch(r"/simple/([^/]+)/", self.path)
        if match is None:
            self.path = "/" + self.path.rpartition("/")[2]
            super().do_GET()
            return
        names = [path.name for path in Path(self.directory).glob("*.whl")]
        own = [name for name in names if _normal(name.partition("-")[0]) == unquote(match[1])]
        page = "".join(f'<a href="/{name}">{name}</a>\n' for name in own).encode()
        self.send_response(200 if own else 404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)


def _fetch(folder: Path, wanted: list[str]) -> None:
    options = ("--quiet", "--no-deps", "--only-binary", ":all:", "--require-hashes")
    with tempfile.NamedTemporaryFile("w") as lock:
        lock.write("".join(wanted))
        lock.flush()
        command = (sys.executable, "-m", "pip", "download", *options, "-d", folder, "-r", lock.name)
        subprocess.run(command, check=True)


def _needed(folder: Path) -> list[str]:
    """Return the packages of extras and builders, without those that only what is brought needs."""
    excludes, builders = folder / "brought", folder / "builders.in"
    excludes.write_text(BROUGHT)
    builders.write_text(BUILDERS)
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    options = ("--quiet", "--no-header", "--no-annotate", "--excludes", excludes)
    files = ("--constraints", "requirements.lock", "pyproject.toml", builders)
    asked = (UV, "pip", "compile", *options, *extras, *files)
    said = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [line.partition("==")[0] for line in said.splitlines() if "==" in line]


def _locked(names: list[str]) -> Iterator[str]:
    """Yield for each of these packages what the lock says of it."""
    wanted = set(map(_normal, names))
    for entry in re.split(r"^(?=\S)", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE):
        if _normal(entry.partition("==")[0]) in wanted:
            yield entry


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
