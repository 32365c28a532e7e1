"""A Maven repository on loopback, for what is fetched as artifacts."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from jgo.maven import MavenContext


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Path, MavenContext]]:
    """A Maven repository: its folder, and a context that asks nobody else."""
    folder = tmp_path / "central"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield folder, MavenContext(remote_repos={"central": url})
        server.shutdown()
