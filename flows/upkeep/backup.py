"""Everything that nightloom keeps in one file, and the way back.

The file is a zip archive: the graph as lines of JSON (`graphdb.backup`), the extraction store, the
models that were added, and the notes of nights. It holds no passwords, no settings, and nothing of
Prefect's: those are of a machine, not of a graph. What `seen.sqlite` remembers of files is left
out, too: the night after a restore looks at each of them once.
"""

import io
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flows.errors import FlowError
from flows.night import Watch, for_owner, held_lease
from graphdb import BackupError, Graph, HalfRestoredError, Restored, check_backup

GRAPH = "graph.jsonl"

FOLDERS = ("extractions", "models")
FILES = ("rejected.json", "rebuild.json", "mounts.json")
"""What of the home folder is in a backup."""

LINKS = "extractions/bytes/"
"""Links of the store, from bytes to entries; in the archive a link is a file that says whither."""

_WHITHER = re.compile(r"\.\./[0-9a-f]{2}/[0-9a-f]+\.[0-9a-f]+\.json\.zst", re.ASCII)
_LINES_A_TELLING = 1_000


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds."""

    graph: Restored
    n_files: int
    """Files beside the graph: extractions, models, notes."""
    n_bytes: int
    """Size of the archive."""


def back_up(graph: Graph, home: Path, file: Path, watch: Watch) -> Kept:
    """Write what nightloom keeps into a new file that its owner alone may read.

    No run writes meanwhile. The file gets its name when it has been read back and found whole.

    Raises:
        BackupError: There is no graph yet.
        FlowError: There is such a file, or it cannot be written.
        LeaseHeldError: A run is at work.
    """
    if file.exists():
        raise FlowError(f"{file} is there already: name a file that is not, or delete that one")
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)  # one that is there might be open to other people
        with open(unfinished, "xb", opener=for_owner) as raw:
            with (
                held_lease(graph, watch) as lease,
                zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive,
            ):
                _write_lines(archive, graph.backup(lease), watch)
                _write_files(archive, home, watch)
            raw.flush()
            os.fsync(raw.fileno())
        kept = look_into(unfinished, graph, watch)
        unfinished.replace(file)
    except OSError as error:
        raise FlowError(f"{file} cannot be written: {error.strerror or error}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return kept


def look_into(file: Path, graph: Graph, watch: Watch) -> Kept:
    """Read a backup to its end, sums included, and say what it holds; nothing is written.

    Raises:
        BackupError: It is none, not whole, or not for this ontology.
    """
    with _opened(file) as archive:
        watch("checking the backup", 0, 0)
        names = archive.namelist()
        if strange := [name for name in names if not _is_ours(name)]:
            raise BackupError(f"{file} is no backup of nightloom's: it holds {strange[0]!r}")
        for name in names:
            with archive.open(name) as member:
                while member.read(1 << 20):  # to its end, where its sum is compared
                    pass
        found = check_backup(_lines(archive), graph.ontology)
    return Kept(found, len(names) - 1, file.stat().st_size)


def restore(graph: Graph, home: Path, file: Path, watch: Watch) -> Kept:
    """Fill an empty graph, and the home folder, from a backup.

    What stands in the home folder under the same names is replaced; other extractions stay. A
    restore that was broken off is begun anew.

    Raises:
        BackupError: It is no whole backup, or the graph is not empty; nothing was written.
        FlowError: The home folder cannot be written.
        LeaseHeldError: A run is at work.
    """
    kept = look_into(file, graph, watch)
    try:
        graph.prepare()
    except HalfRestoredError:
        with held_lease(graph, watch) as lease:
            watch("removing what a restore that was broken off has left", 0, 0)
            graph.clear(lease)
        graph.prepare()
    n_all = kept.graph.nodes + kept.graph.relationships
    with _opened(file) as archive, held_lease(graph, watch) as lease:
        tell = lambda n_done: watch("restoring the graph", n_done, n_all)  # noqa: E731
        graph.restore(_lines(archive), lease, tell)
        # Last: what is not there is read again, but notes of another graph would mislead a night.
        try:
            _restore_files(archive, home, watch)
        except OSError as error:
            raise FlowError(
                f"the graph is restored, {home} is not: {error.strerror or error}; mend that, run"
                " `nightloom clear` and restore again"
            ) from error
    return kept


def _write_lines(archive: zipfile.ZipFile, lines: Iterable[str], watch: Watch) -> None:
    with archive.open(GRAPH, "w", force_zip64=True) as member:
        for number, line in enumerate(lines):
            member.write(line.encode() + b"\n")
            if number % _LINES_A_TELLING == 0:
                watch("writing the graph", number, 0)


def _write_files(archive: zipfile.ZipFile, home: Path, watch: Watch) -> None:
    paths = [path for name in FOLDERS for path in sorted((home / name).rglob("*"))]
    paths += [home / name for name in FILES]
    for number, path in enumerate(paths):
        name = path.relative_to(home).as_posix()
        if path.is_symlink():
            if name.startswith(LINKS) and path.exists():
                archive.writestr(name, str(path.readlink()))
        elif path.is_file() and _is_ours(name):
            # Extractions are compressed already.
            how = zipfile.ZIP_STORED if name.endswith(".zst") else zipfile.ZIP_DEFLATED
            archive.write(path, name, how)
        watch("writing extractions and models", number + 1, len(paths))


def _restore_files(archive: zipfile.ZipFile, home: Path, watch: Watch) -> None:
    names = [name for name in archive.namelist() if name != GRAPH]
    for number, name in enumerate(names):
        path = home / PurePosixPath(name)
        for folder in reversed(path.relative_to(home).parents):
            (home / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.unfinished")
        unfinished.unlink(missing_ok=True)
        if name.startswith(LINKS):
            unfinished.symlink_to(_whither(archive, name))
        else:
            with (
                archive.open(name) as member,
                open(unfinished, "xb", opener=for_owner) as written,
            ):
                shutil.copyfileobj(member, written)
        unfinished.replace(path)
        watch("restoring extractions and models", number + 1, len(names))


def _whither(archive: zipfile.ZipFile, name: str) -> str:
    whither = archive.read(name).decode("ascii", "replace")
    if not _WHITHER.fullmatch(whither):
        raise BackupError(f"{name} in the backup leads out of the extraction store")
    return whither


def _is_ours(name: str) -> bool:
    """Say whether a backup may hold a file of this name; what is unfinished begins with a dot."""
    if name == GRAPH or name in FILES:
        return True
    first, *rest = name.split("/")
    return first in FOLDERS and bool(rest) and all(rest) and not any(p[0] == "." for p in rest)


def _lines(archive: zipfile.ZipFile) -> Iterator[str]:
    with (
        _damage_translated(str(archive.filename)),
        archive.open(GRAPH) as member,
        io.TextIOWrapper(member, encoding="utf-8", newline="\n") as lines,
    ):
        yield from lines


@contextmanager
def _opened(file: Path) -> Iterator[zipfile.ZipFile]:
    """Open an archive; what is wrong with it is said in one sentence."""
    with _damage_translated(str(file)), zipfile.ZipFile(file) as archive:
        if GRAPH not in archive.namelist():
            raise BackupError(f"{file} is no backup of nightloom's: it has no {GRAPH}")
        yield archive


@contextmanager
def _damage_translated(file: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise BackupError(f"there is no file {file}") from error
    except (zipfile.BadZipFile, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise BackupError(f"{file} is no backup, or is damaged: {error}") from error
