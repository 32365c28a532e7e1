"""Which source somebody means who names a folder or a file."""

from collections.abc import Sequence
from pathlib import Path

from flows.errors import SourceError
from flows.sources.folder import Folder, check_folder
from flows.sources.listing import source_name
from flows.text import shown


def asked_source(path: Path, name: str | None, sources: Sequence[Folder]) -> tuple[Folder, str]:
    """Return the source that a path means, and the one file of it to read; empty: all of it.

    A folder that is read every night keeps its name and patterns. A file belongs to the source that
    it lies in, else to the folder it lies in, so its id is the one that a night gives it.

    Args:
        path: A folder or a file.
        name: The name that was asked for; None: the source's or, if it is none yet, the folder's.
        sources: The folders that are read every night.

    Raises:
        SourceError: There is nothing at the path, or the name cannot begin an id.
    """
    candidates = [source for source in sources if name in (None, source.name)]
    if not path.is_file():
        check_folder(path)
        same = [source for source in candidates if source.path.resolve() == path.resolve()]
        return (same[0] if same else Folder(name=source_name(path, name), path=path)), ""
    # The file itself is not resolved: a link in the folder is a document of the folder.
    place = path.parent.resolve() / path.name
    around = [source for source in candidates if source.path.resolve() in place.parents]
    if around:
        source = max(around, key=lambda source: len(source.path.resolve().parts))
    else:
        source = Folder(name=source_name(path.parent, name), path=path.parent)
    return source, place.relative_to(source.path.resolve()).as_posix()


def asked_sources(path: str, name: str, sources: Sequence[Folder]) -> list[tuple[Folder, str]]:
    """Return the sources that a form means, each with the one file to read; empty: all of it.

    Args:
        path: A folder or a file; empty: the folders that are read every night.
        name: The name that was asked for; empty: none. Without a path: the one source to read.
        sources: The folders that are read every night.

    Raises:
        SourceError: There is nothing at the path, or no such source.
    """
    if path:
        return [asked_source(Path(path), name or None, sources)]
    check_any(sources)
    wanted = [(source, "") for source in sources if name in ("", source.name)]
    if not wanted:
        names = ", ".join(shown(source.name) for source in sources)
        raise SourceError(f"no source is called {shown(name)}: there are {names}")
    return wanted


def check_any(sources: Sequence[Folder]) -> None:
    """Refuse to go on where no folder is read every night.

    Raises:
        SourceError: Says how to have one read.
    """
    if not sources:
        raise SourceError(
            "no folder is read every night yet: run `nightloom ingest FOLDER --every-night`, or "
            "name it in nightloom.toml as a table [[sources]] with a path"
        )


def every_night_too(folder: Folder, sources: Sequence[Folder]) -> bool:
    """Say whether a folder has to be added to those that are read every night, and may be.

    Raises:
        SourceError: Its name is taken, or its documents would be read twice, under two names.
    """
    here, asked = folder.path.resolve(), shown(folder.path)
    for source in sources:
        there = source.path.resolve()
        if there == here and source.name == folder.name:
            return False
        if source.name == folder.name:
            raise SourceError(
                f"a source called {shown(source.name)} is read every night already, from "
                f"{shown(source.path)}: give {asked} another name with --source"
            )
        if there == here or there in here.parents or here in there.parents:
            raise SourceError(
                f"{asked} is read every night already, wholly or in part, as the source "
                f"{shown(source.name)} ({shown(source.path)}): its documents would be there twice"
            )
    return True
