"""A page that a fact cites, as a picture."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from flows.errors import FlowError, SourceError
from flows.settings import Settings
from flows.sources import AnySource, Folder, ListedDocument, list_file
from flows.text import shown
from flows.tools import open_converter
from graphdb.asking import Proof, Witness


def write_page(
    explained: Sequence[Proof], out: Path, folder: Path | None, settings: Settings
) -> Witness:
    """Write the page that the surest citation of a fact stands on, with the sentence marked.

    Args:
        explained: The proofs of the fact.
        out: The picture to write, a PNG file.
        folder: The folder of the source; None: it is one of those that are read every night.
        settings: Which sources there are, and what drawing may take.

    Returns:
        What is marked.

    Raises:
        FlowError: Nothing that is cited has a page.
        SourceError: The document is not where it was, or cannot be drawn.
    """
    facts = [fact for proof in explained for fact in proof.facts.values()]
    witness = _on_a_page(witness for fact in facts for witness in fact.witnesses)
    source, _, path = witness.document_id.partition("/")
    origin = _folder_of(source, folder, settings)
    assert witness.page, "it was chosen for its page"
    with open_converter(settings) as converter:
        file = _file_of(origin, path)
        listing = list_file(
            origin, file, max_bytes=settings.max_document_bytes, converter=converter
        )
        listed = _listed(witness.document_id, listing.documents)
        try:
            picture = converter.picture(listed, witness.page, witness.text)
        except SourceError as error:
            raise SourceError(f"{shown(witness.document_id)} {error}") from error
    try:
        out.write_bytes(picture)
    except OSError as error:
        raise SourceError(f"{shown(out)} cannot be written: {error.strerror or error}") from error
    return witness


def _on_a_page(witnesses: Iterable[Witness]) -> Witness:
    for witness in witnesses:
        if witness.page:
            return witness
    raise FlowError("nothing that is cited for this fact stands on a page: only PDF and slides do")


def _folder_of(source: str, folder: Path | None, settings: Settings) -> AnySource:
    if folder:
        return Folder(name=source, path=folder)
    for known in settings.sources:
        if known.name == source:
            return known
    raise SourceError(
        f"{shown(source)} is not among the sources that are read every night: say with --folder "
        "where it is"
    )


def _file_of(source: AnySource, path: str) -> str:
    """Return the file that a document stands in: an attachment's is the mail."""
    names, files = path.split("/"), source.look().files
    for n_names in range(len(names), 0, -1):
        file = "/".join(names[:n_names])
        if file in files:
            return file
    where = shown(f"{source.place}/{path}")
    raise SourceError(f"{where} is not there any more: run nightloom ingest")


def _listed(id_: str, documents: Sequence[ListedDocument]) -> ListedDocument:
    for listed in documents:
        if listed.id == id_:
            return listed
    raise SourceError(f"{shown(id_)} is not there any more: run nightloom ingest")
