"""Which source somebody means who names a folder or a file."""

from collections.abc import Sequence
from pathlib import Path

from flows.errors import SourceError
from flows.sources.folder import Folder, check_folder
from flows.sources.formats import format_of
from flows.sources.listed import AnySource
from flows.sources.listing import checked_name, source_name
from flows.sources.remote import Remote, checked_address, is_address, name_for
from flows.text import shown

EVERY_SOURCE = "all of them"
"""What a form offers beside the names of the sources."""


def source_at(
    place: str, name: str, *, include: tuple[str, ...] = (), exclude: tuple[str, ...] = ()
) -> AnySource:
    """Return the source at a folder or address.

    Raises:
        SourceError: It is an address of no known kind, or one with a secret in it.
    """
    if is_address(place):
        return Remote(name=name, url=checked_address(place), include=include, exclude=exclude)
    return Folder(name=name, path=Path(place), include=include, exclude=exclude)


def asked_source(
    place: Path | str, name: str | None, sources: Sequence[AnySource]
) -> tuple[AnySource, str]:
    """Return the source that is meant, and the one file of it to read; empty: all of it.

    What is read every night keeps its name and patterns. A file belongs to the source that it lies
    in, else to the folder it lies in, so its id is the one that a night gives it.

    Args:
        place: A folder, a file, the address of one, or the name of what is read every night, where
            nothing else is called so.
        name: The name that was asked for; None: the source's or, if it is none yet, the folder's.
        sources: What is read every night.

    Raises:
        SourceError: There is nothing at the place, or the name cannot begin an id.
    """
    if isinstance(place, str) and is_address(place):
        remotes = [source for source in sources if isinstance(source, Remote)]
        return _asked_remote(checked_address(place), name, remotes)
    named = [source for source in sources if source.name == str(place) and name is None]
    if named and not Path(place).exists():
        return named[0], ""
    folders = [source for source in sources if isinstance(source, Folder)]
    return _asked_folder(Path(place), name, folders)


def _asked_remote(url: str, name: str | None, sources: Sequence[Remote]) -> tuple[Remote, str]:
    candidates = [source for source in sources if name in (None, source.name)]
    for source in candidates:
        if source.url == url:
            return source, ""
        if url.startswith(f"{source.url}/") and format_of(url):
            return source, url.removeprefix(f"{source.url}/")
    above, _, last = url.rpartition("/")
    is_file = format_of(last) and not url.startswith(("http://", "https://"))
    if is_file and not above.endswith("/"):
        return Remote(name=checked_name(name or name_for(above)), url=above), last
    return Remote(name=checked_name(name or name_for(url)), url=url), ""


def _asked_folder(path: Path, name: str | None, sources: Sequence[Folder]) -> tuple[Folder, str]:
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


def asked_sources(
    path: str, name: str, sources: Sequence[AnySource]
) -> list[tuple[AnySource, str]]:
    """Return the sources that a form means, each with the one file to read; empty: all of it.

    Args:
        path: A folder, a file or an address; empty: all that is read every night.
        name: The name that was asked for; empty: none. Without a path: the one source to read.
        sources: What is read every night.

    Raises:
        SourceError: There is nothing at the path, or no such source.
    """
    if path:
        return [asked_source(path, name or None, sources)]
    check_any(sources)
    wanted = [(source, "") for source in sources if name in ("", source.name)]
    if not wanted:
        names = ", ".join(shown(source.name) for source in sources)
        raise SourceError(f"no source is called {shown(name)}: there are {names}")
    return wanted


def asked_in_form(
    source: str, path: str, name: str, sources: Sequence[AnySource]
) -> list[tuple[AnySource, str]]:
    """Return what the fields of a form mean, each with the one file to read; empty: all of it.

    Args:
        source: The choice among what is read every night; empty or `EVERY_SOURCE`: none in
            particular.
        path: A folder, a file or an address of one's own choice; empty: none.
        name: The name under which the path is kept; empty: that of the source, else the folder's.
        sources: What is read every night.

    Raises:
        SourceError: There is nothing at the path, no such source, or the fields contradict.
    """
    chosen = "" if source == EVERY_SOURCE else source
    if name and not path:
        raise SourceError(
            f"{shown(name)} is the name for a folder or file, and none is given: give one, or "
            "leave the name empty"
        )
    if name and chosen not in ("", name):
        raise SourceError(
            f"the documents cannot be kept as {shown(name)} and as {shown(chosen)}: leave the name "
            f"empty, or choose {EVERY_SOURCE!r} as the source"
        )
    return asked_sources(path, name or chosen, sources)


def check_any(sources: Sequence[AnySource]) -> None:
    """Refuse to go on where no folder is read every night.

    Raises:
        SourceError: Says how to have one read.
    """
    if not sources:
        raise SourceError(
            "no folder is read every night yet: run `nightloom ingest FOLDER --every-night`, or "
            "name it in nightloom.toml as a table [[sources]] with a path"
        )


def every_night_too(asked: AnySource, sources: Sequence[AnySource]) -> bool:
    """Say whether a source has to be added to those that are read every night, and may be.

    Raises:
        SourceError: Its name is taken, or its documents would be read twice, under two names.
    """
    here, place = _steps_to(asked), shown(asked.place)
    for source in sources:
        there = _steps_to(source)
        if there == here and source.name == asked.name:
            return False
        if source.name == asked.name:
            raise SourceError(
                f"a source called {shown(source.name)} is read every night already, from "
                f"{shown(source.place)}: give {place} another name with --source"
            )
        n_common = min(len(here), len(there))
        if here[:n_common] == there[:n_common]:
            raise SourceError(
                f"{place} is read every night already, wholly or in part, as the source "
                f"{shown(source.name)} ({shown(source.place)}): its documents would be there twice"
            )
    return True


def _steps_to(source: AnySource) -> tuple[str, ...]:
    """Return the way to a source, from what nothing lies above: the server, or the root."""
    if isinstance(source, Folder):
        return source.path.resolve().parts
    scheme, _, rest = source.url.partition("://")
    return (f"{scheme}:", *rest.split("/"))
