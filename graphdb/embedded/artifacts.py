"""The server's program files: 213 jars, fetched once, each one exactly what the lock says.

The lock is the list that Maven resolved; nothing is resolved again here. A jar gets its name in the
library's folder only after its sha256 was checked, so whatever lies there is whole: an interrupted
fetch goes on where it stopped, and a complete library needs no network.
"""

import hashlib
import logging
import shutil
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from graphdb.embedded import locks
from graphdb.errors import EmbeddedServerError

if TYPE_CHECKING:
    from jgo.maven import MavenContext

Progress = Callable[[str, int, int], None]
"""Told what is going on, how many bytes are done and of how many; 0 of 0 where nobody knows."""

LOCK = "neo4j-5.26.29.artifacts.txt"
BROWSER = "neo4j-browser-"
THREADS = 16  # they wait for the network: all jars in 45 s (2 cores, 2026-11)
ATTEMPTS = 3
TIMEOUT_S = 30

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """One jar: its Maven coordinate, and the only content we accept under it."""

    group: str
    name: str
    version: str
    classifier: str
    sha256: str
    n_bytes: int

    @classmethod
    def parse(cls, line: str) -> "Artifact":
        """Read a line of the lock."""
        coordinate, sha256, n_bytes = line.split()
        group, name, _packaging, *classifier, version = coordinate.split(":")
        return cls(
            group=group,
            name=name,
            version=version,
            classifier="".join(classifier),
            sha256=sha256,
            n_bytes=int(n_bytes),
        )

    @property
    def filename(self) -> str:
        """Its name as Maven would have it."""
        return "-".join(filter(None, (self.name, self.version, self.classifier))) + ".jar"

    def __str__(self) -> str:
        return ":".join(filter(None, (self.group, self.name, self.classifier, self.version)))


@dataclass(frozen=True, slots=True)
class Library:
    """The folder that the jars of one lock share, whether or not they are there yet."""

    folder: Path
    artifacts: tuple[Artifact, ...]

    @classmethod
    def locked(cls, cache: Path) -> "Library":
        """Return the library of the lock that comes with this package; each lock has its own."""
        text = resources.files("graphdb.embedded").joinpath(LOCK).read_text("utf-8")
        lines = [line for line in text.splitlines() if not line.startswith("#")]
        digest = hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
        folder = cache / f"{LOCK.removesuffix('.artifacts.txt')}-{digest}"
        return cls(folder, tuple(map(Artifact.parse, lines)))

    @property
    def n_bytes(self) -> int:
        """Size when complete."""
        return sum(artifact.n_bytes for artifact in self.artifacts)

    @property
    def browser(self) -> Path:
        """The jar of Neo4j Browser's pages."""
        (name,) = (each.filename for each in self.artifacts if each.filename.startswith(BROWSER))
        return self.folder / name

    @property
    def jars(self) -> list[Path]:
        """The jars of the server itself, in one order."""
        names = sorted(artifact.filename for artifact in self.artifacts)
        return [self.folder / name for name in names if not name.startswith(BROWSER)]

    def missing(self) -> list[Artifact]:
        """Return the jars that are not there at full size; their content was checked before."""
        return [
            artifact
            for artifact in self.artifacts
            if _size(self.folder / artifact.filename) != artifact.n_bytes
        ]

    def install(self, progress: Progress, context: "MavenContext | None" = None) -> None:
        """Fetch what is missing; several processes may ask for the same at once.

        Args:
            progress: Told the bytes present and the bytes wanted.
            context: Where Maven artifacts come from; Maven Central unless given.

        Raises:
            EmbeddedServerError: A jar could not be fetched, or is not what the lock says.
        """
        if not self.missing():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        progress("waiting for another download of Neo4j", 0, 0)
        with locks.exclusive(self.folder.with_name(self.folder.name + ".lock")):
            from jgo.maven import MavenContext  # slow to import, and needed once

            context = context or MavenContext(timeout=TIMEOUT_S)
            context.repo_cache = self.folder / "incoming"
            shutil.rmtree(context.repo_cache, ignore_errors=True)  # left by a fetch that was killed
            self._fetch_missing(context, progress)
            shutil.rmtree(context.repo_cache, ignore_errors=True)

    def _fetch_missing(self, context: "MavenContext", progress: Progress) -> None:
        missing = self.missing()
        present = self.n_bytes - sum(artifact.n_bytes for artifact in missing)
        what = f"downloading Neo4j ({len(self.artifacts)} files, once)"
        progress(what, present, self.n_bytes)
        for artifact in _fetch_all(missing, self.folder, context):
            present += artifact.n_bytes
            progress(what, present, self.n_bytes)


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else -1


def _fetch_all(
    artifacts: list[Artifact], folder: Path, context: "MavenContext"
) -> Iterator[Artifact]:
    threads = ThreadPoolExecutor(THREADS, thread_name_prefix="fetch")
    try:
        tasks = {
            threads.submit(_fetch, artifact, folder, context): artifact for artifact in artifacts
        }
        for task in as_completed(tasks):
            task.result()
            yield tasks[task]
    finally:  # on Ctrl-C too: finish what is on the wire, begin nothing more
        threads.shutdown(cancel_futures=True)


def _fetch(artifact: Artifact, folder: Path, context: "MavenContext") -> None:
    for attempt in range(1, ATTEMPTS + 1):
        try:
            path = _resolve(artifact, context)
        except (OSError, RuntimeError) as error:  # requests' errors are OSErrors, jgo's the other
            traceback.clear_frames(error.__traceback__)  # jgo's hold an answer that nobody closed
            if attempt == ATTEMPTS:
                raise EmbeddedServerError(
                    f"{artifact}, needed for the embedded Neo4j, could not be downloaded "
                    f"({_reason(error)}): run again to go on where this stopped",
                    folder,
                ) from error
            _log.warning("download of %s failed, trying again: %s", artifact, error)
        else:
            path.replace(folder / artifact.filename)
            return


def _reason(error: BaseException) -> str:
    """Return what went wrong first; what libraries wrap around it fills half a page."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _resolve(artifact: Artifact, context: "MavenContext") -> Path:
    component = context.project(artifact.group, artifact.name).at_version(artifact.version)
    jar = component.artifact(classifier=artifact.classifier, packaging="jar")
    if jar.cached_path:  # jgo would take the half a jar of a broken attempt for a whole one
        jar.cached_path.unlink(missing_ok=True)
    path = Path(jar.resolve())
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    if sha256 != artifact.sha256:
        raise RuntimeError(f"its sha256 is {sha256}, not {artifact.sha256}")
    return path
