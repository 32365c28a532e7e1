"""An embedded Neo4j with APOC, which most of the other writers need, in a home of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from graphdb.embedded import EmbeddedConfig, EmbeddedServer, Endpoint
from graphdb.embedded.artifacts import Artifact, Library
from graphdb.embedded.home import Home

# The newest APOC of the 5.26 line that Maven Central has; what it writes with is the server's.
APOC = (
    Artifact(
        group="org.neo4j.procedure",
        name="apoc-core",
        version="5.26.19",
        classifier="",
        sha256="63b942deda37996932bbada7a4ed1c163c9f82bca35696c569ef33d3eaa3bde4",
        n_bytes=632_958,
    ),
    Artifact(
        group="org.neo4j.procedure",
        name="apoc-common",
        version="5.26.19",
        classifier="",
        sha256="b1ea58a4cf9509181fdb0130151f9b84be4169250b6fd91b998f9d0534e64096",
        n_bytes=388_557,
    ),
)

# What the guides of all who need APOC say to set.
UNRESTRICTED = "dbms.security.procedures.unrestricted=apoc.*\n"


@dataclass(frozen=True, slots=True)
class ApocHome(Home):
    """A home whose server has APOC."""

    def prepare(self, config: EmbeddedConfig) -> None:
        """Create what every home has, then copy APOC and allow it."""
        Home.prepare(self, config)
        library = Library(config.cache / "apoc-5.26.19", APOC)
        library.install(lambda *_: None)
        for artifact in APOC:
            shutil.copy(library.folder / artifact.filename, self.folder / "plugins")
        with (self.folder / "conf" / "neo4j.conf").open("a", encoding="utf-8") as conf:
            conf.write(UNRESTRICTED)


@contextmanager
def neo4j_with_apoc(bolt_port: int, http_port: int) -> Iterator[Endpoint]:
    """Run a server for the length of a `with`; its graph goes with it."""
    with tempfile.TemporaryDirectory() as folder:
        config = EmbeddedConfig(
            home=Path(folder) / "home", bolt_port=bolt_port, http_port=http_port
        )
        server = EmbeddedServer(config)
        server.home = ApocHome(server.home.folder)
        with server.running() as endpoint:
            yield endpoint
