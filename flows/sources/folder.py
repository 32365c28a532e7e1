"""A folder as a source: what is in it tonight, whatever somebody put there.

Names that begin with a dot are not looked at; symbolic links may not lead out of the folder.
Whatever cannot be read is named with its reason, and nothing is waited for: pipes and devices are
not opened.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from flows.errors import SourceError
from flows.sources.formats import format_of
from flows.sources.opening import RegularFile, folder_descriptor, open_regular
from flows.sources.patterns import is_wanted
from flows.sources.values import Holdings
from flows.text import SURROGATE, shown

Kind = Literal["folder", "link", "file"]
"""What an entry of a folder is; a pipe or a device counts as a file until it is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """A folder of documents, and the name under which they are kept."""

    name: str
    path: Path
    include: tuple[str, ...] = ()
    """Patterns of the files to read; empty: all of a known format."""

    exclude: tuple[str, ...] = ()
    """Patterns of files and folders to leave out, whatever `include` says."""

    max_bytes: Annotated[int, Field(ge=0)] = 0
    """Longest file that is read; 0: as the settings say."""

    max_age_h: Annotated[float, Field(ge=0)] = 0.0
    """How many hours old its last whole night may be before it is called late; 0: any."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return str(self.path)

    def look(self) -> Holdings:
        """Find out what is in the folder, in an order that depends on the names alone.

        Raises:
            SourceError: The folder is missing, no folder or unreadable.
        """
        check_folder(self.path)
        return _Walk(self).through().holdings()

    def look_at(self, file: str) -> Holdings:
        """Find out about one file of the folder alone.

        Raises:
            SourceError: The folder is none, or it is no file of a kind that holds documents.
        """
        check_folder(self.path)
        if format_of(file) is None:
            raise SourceError(
                f"{shown(self.path / file)} is no file of documents: `nightloom formats` lists "
                "what is read"
            )
        walk = _Walk(self)
        walk.take(file)
        return walk.holdings()

    def open(self, name: str) -> RegularFile:
        """Open a file of the folder.

        Raises:
            OSError: It cannot be read.
            ValueError: It is no regular file, or a link out of the folder.
        """
        return open_regular(self.path.resolve(), name)


def check_folder(folder: Path) -> None:
    """Refuse a path that cannot be a source, before anything is started for it.

    Raises:
        SourceError: It is missing or no folder.
    """
    if not folder.exists():
        raise SourceError(f"there is no folder {shown(folder)}: check the path")
    if not folder.is_dir():
        raise SourceError(f"{shown(folder)} is not a folder: give the folder that holds it")


@dataclass(slots=True)
class _Walk:
    """A walk through a folder, and what was seen on it."""

    folder: Folder
    root: Path = field(init=False)
    files: list[str] = field(default_factory=list)
    flaws: list[tuple[str, str]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    n_excluded: int = 0
    mounts: list[str] = field(default_factory=list)
    disks: dict[str, int] = field(default_factory=dict)
    """The device that each folder lies on."""

    def __post_init__(self) -> None:
        self.root = self.folder.path.resolve()

    def through(self) -> "_Walk":
        """Go through the whole folder."""
        # A stack and no recursion: folders may be nested deeper than Python calls.
        waiting = self.entries("")
        while waiting:
            name, kind = waiting.pop()
            if self.is_left_out(name, kind):
                self.n_excluded += 1
            elif kind == "folder":
                waiting += self.entries(name)
            elif kind == "link" and (self.root / name).is_dir():
                self.flaws.append((name, "is a link to a folder: give that folder as a source"))
            elif format_of(name) is None:
                self.ignored.append(name)
            else:
                self.take(name)
        return self

    def holdings(self) -> Holdings:
        return Holdings(
            files=tuple(self.files),
            flaws=tuple(self.flaws),
            ignored=tuple(self.ignored),
            n_excluded=self.n_excluded,
            mounts=tuple(self.mounts),
        )

    def note_disk(self, folder: str, disk: int) -> None:
        self.disks[folder] = disk
        above = self.disks[folder.rpartition("/")[0]] if folder else self.root.parent.stat().st_dev
        if disk != above:
            self.mounts.append(folder)

    def is_left_out(self, name: str, kind: Kind) -> bool:
        include = () if kind == "folder" else self.folder.include
        return not is_wanted(name, include, self.folder.exclude)

    def take(self, name: str) -> None:
        if SURROGATE.search(name):
            self.flaws.append((name, "has a name that is not UTF-8: rename it"))
        else:
            self.files.append(name)

    def entries(self, folder: str) -> list[tuple[str, Kind]]:
        """Return what a folder holds, the last name first; note it if it cannot be read."""
        parts = folder.split("/") if folder else []
        try:
            with (
                folder_descriptor(self.root, parts) as descriptor,
                os.scandir(descriptor) as inside,
            ):
                self.note_disk(folder, os.fstat(descriptor).st_dev)
                # The kind is asked for while the folder is open: some file systems have to look.
                kinds = [(entry.name, _kind(entry)) for entry in inside]
        except OSError as error:
            reason = f"cannot be read: {error.strerror or error}"
            if not folder:
                raise SourceError(f"{shown(self.folder.path)} {reason}") from error
            self.flaws.append((folder, reason))
            return []
        return [
            (f"{folder}/{name}" if folder else name, kind)
            for name, kind in sorted(kinds, reverse=True)
            if not name.startswith(".")
        ]


def _kind(entry: os.DirEntry[str]) -> Kind:
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "link" if entry.is_symlink() else "file"
