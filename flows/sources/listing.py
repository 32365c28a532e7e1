"""Lists the documents of a source, and reads one of them.

A source is listed first (ids and digests, no texts) in a file, the inventory; the text of a
document is made when its shard is extracted, and only if its bytes are not those that the graph
has. All bytes of a folder are read every night: a time stamp says too little of them. A file of a
remote source is read if its place says that it is another one, or says too little of it.

Whatever cannot be read is set aside with its reason. It is a gap, too, where it may hide documents
of other ids: those below it cannot be said to have vanished.
"""

from dataclasses import replace
from pathlib import Path

from extractors.facts import Document
from flows.errors import SourceError
from flows.sources.converting import Converter, shared_converter
from flows.sources.folder import Folder
from flows.sources.found import Listing
from flows.sources.inventory import Inventory
from flows.sources.listed import AnySource, ListedDocument
from flows.sources.looking import Lister, id_of
from flows.sources.values import Holdings
from flows.text import shown


def source_name(folder: Path, name: str | None = None) -> str:
    """Return the name under which a folder's documents are kept: the given one or the folder's.

    Raises:
        SourceError: The name cannot begin an id.
    """
    return checked_name(name if name is not None else folder.resolve().name)


def checked_name(name: str) -> str:
    """Return a name of a source.

    Raises:
        SourceError: It cannot begin an id.
    """
    if not name or "/" in name or not name.isprintable():
        raise SourceError(
            f"“{shown(name)}” cannot be the name of a source: give one without slashes "
            "and control characters with --source"
        )
    return name


def list_folder(
    folder: Path, source: str, *, max_bytes: int, converter: Converter | None = None
) -> Listing:
    """Look at every document of a folder, in an order that depends on the names alone.

    Raises:
        SourceError: The folder is missing, no folder or unreadable.
    """
    return list_source(Folder(name=source, path=folder), max_bytes=max_bytes, converter=converter)


def list_path(
    path: Path, source: str, *, max_bytes: int, converter: Converter | None = None
) -> Listing:
    """Look at every document of a folder, or at those of one file alone.

    Raises:
        SourceError: There is nothing of that name, or no file of a kind that holds documents.
    """
    if path.is_dir() or not path.exists():
        return list_folder(path, source, max_bytes=max_bytes, converter=converter)
    folder = Folder(name=source, path=path.parent)
    return list_file(folder, path.name, max_bytes=max_bytes, converter=converter)


def list_source(
    source: AnySource,
    *,
    max_bytes: int,
    converter: Converter | None = None,
    inventory: Inventory | None = None,
) -> Listing:
    """Look at every document of a source.

    Args:
        source: Where they are.
        max_bytes: Longest text that is read.
        converter: What looks into files; None: that of the process.
        inventory: Where the documents are listed; None: in one that goes with the listing.

    Raises:
        SourceError: The source cannot be reached.
    """
    listing = _listed(source, source.look(), max_bytes, converter, inventory)
    # Only after a whole listing: one that broke off would forget all that it did not reach.
    (converter or shared_converter()).seen.keep_only(source)
    return listing


def list_file(
    source: AnySource,
    file: str,
    *,
    max_bytes: int,
    converter: Converter | None = None,
    inventory: Inventory | None = None,
) -> Listing:
    """Look at the documents of one file of a source alone; of all others it says nothing.

    Raises:
        SourceError: The source cannot be read, or the file is of no kind that holds documents.
    """
    listing = _listed(source, source.look_at(file), max_bytes, converter, inventory)
    return replace(listing, scope=f"{source.name}/{file}")


def read_document(listed: ListedDocument, converter: Converter | None = None) -> Document:
    """Return a listed document with its text.

    Raises:
        SourceError: Its bytes are no text, or have changed or gone since they were listed.
    """
    return (converter or shared_converter()).document(listed)


def _listed(
    source: AnySource,
    holdings: Holdings,
    max_bytes: int,
    converter: Converter | None,
    inventory: Inventory | None,
) -> Listing:
    inventory = inventory or Inventory.create()
    lister = Lister(source, max_bytes, converter or shared_converter(), inventory)
    for name, reason in holdings.flaws:
        lister.put_file_aside(name, reason)
    for name in holdings.files:
        lister.look_into(name, holdings.fingerprints.get(name, ""))
    for name in holdings.ignored:
        lister.ignore(name)
    inventory.fill()
    return Listing(
        source=source.name,
        documents=inventory.documents(),
        set_aside=tuple(sorted(lister.set_aside, key=lambda aside: aside.document)),
        gaps=tuple(lister.gaps.values()),
        n_excluded=holdings.n_excluded,
        mounts=tuple(id_of(source, name).removesuffix("/") for name in holdings.mounts),
    )
