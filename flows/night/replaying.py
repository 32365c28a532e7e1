"""One more try at what is set aside: which requests that takes."""

from collections import defaultdict
from collections.abc import Sequence

from flows.night.rejections import Rejected, Rejection
from flows.night.request import Request
from flows.sources import AnySource, source_at


def chosen(noted: Rejected, reason: str = "", source: str = "") -> list[Rejection]:
    """Return what is set aside for a reason with these words in it, of this source or of all."""
    return [
        rejection
        for rejection in noted.documents
        if reason.casefold() in rejection.reason.casefold() and source in ("", rejection.source)
    ]


def replay_requests(
    noted: Rejected, sources: Sequence[AnySource], reason: str = "", source: str = ""
) -> list[Request]:
    """Return the requests that read exactly that again, one a source."""
    ids_by_source: dict[str, list[str]] = defaultdict(list)
    for rejection in chosen(noted, reason, source):
        ids_by_source[rejection.source].append(rejection.document)
    return [
        Request(documents=_source(name, sources, noted), only=tuple(ids))
        for name, ids in ids_by_source.items()
    ]


def _source(name: str, sources: Sequence[AnySource], noted: Rejected) -> AnySource:
    """Return where a source lies: as the settings say now, or where it was read last."""
    for source in sources:
        if source.name == name:
            return source
    note = noted.sources[name]
    return source_at(note.path, name, include=note.include, exclude=note.exclude)
