"""A Maven repository on loopback, for what is fetched as artifacts."""

import functools
import http.server
from collections.abc import Iterator
from pathlib import Path

import pytest
from jgo.maven import MavenContext

from tests.serving import served


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args: object) -> None:
        """Keep the tests' output clean."""


@pytest.fixture
def central(tmp_path: Path) -> Iterator[tuple[Path, MavenContext]]:
    """A Maven repository: its folder, and a context that asks nobody else."""
    folder = tmp_path / "central"
    folder.mkdir()
    handler = functools.partial(QuietHandler, directory=folder)
    with served(handler) as port:
        yield folder, MavenContext(remote_repos={"central": f"http://127.0.0.1:{port}"})
