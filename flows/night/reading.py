"""Reading a shard: what its documents say, and what is set aside.

Whose fault it is when documents fail together, `flows.night.alone` finds out.
"""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractors import ExtractionStore
from extractors.errors import DocumentRejectedError, MachineError
from extractors.facts import Document, Extraction
from flows.errors import SourceError
from flows.night.alone import Answer, Extractor, LoneReader, check_machine, closed, is_for_all
from flows.night.language_policy import LanguagePolicy
from flows.night.progress import Progress
from flows.sources import Converter, ListedDocument, SetAside, read_document
from flows.telemetry import working
from flows.text import shown

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What became of one shard's documents on their way into the extraction store."""

    n_read: int = 0
    """How many of them the model had to read."""

    set_aside: tuple[SetAside, ...] = ()
    """Those that have no extraction; all others have."""

    def __add__(self, other: "Extracted") -> "Extracted":
        return Extracted(
            n_read=self.n_read + other.n_read, set_aside=self.set_aside + other.set_aside
        )


class ShardReader:
    """Sees to it that the store has an extraction of each document of a shard."""

    def __init__(
        self,
        extractor: Extractor,
        store: ExtractionStore,
        progress: Progress,
        languages: LanguagePolicy,
        converter: Converter,
    ) -> None:
        self._converter = converter
        self._extractor = extractor
        self._languages = languages
        self._store = store
        self._progress = progress
        self._set_aside: list[SetAside] = []
        self._waiting: dict[str, Document] = {}
        """Documents that the extractor has been given and has not answered for, by id."""
        self._lone = LoneReader(extractor)
        self._n_read = 0

    def read(self, shard: Sequence[ListedDocument], *, read_again: bool = False) -> Extracted:
        """Read what the store does not have, or, if it is to be read again, all of it.

        Raises:
            ExtractionError: The model or its device fails for all documents alike.
            ModelError: As above, in a way that its library has no word for.
            MachineError: The machine has run out of something.
        """
        unread = _Unread(self._missing(shard, read_again=read_again))
        while not unread.is_over:
            try:
                with closed(self._extractor.extract(unread)) as answers:
                    for answer in answers:
                        self._take(answer)
                break
            except Exception as error:
                # Of the model, its device or the machine: other documents would fail as well.
                if is_for_all(error):
                    raise
                # What went wrong while a document was fetched is no fault of the extractor, and is
                # told first.
                unread.check()
                check_machine(error, "the documents of this shard")
                logger.info("a shard failed and is read document by document: %s", error)
                if not self._waiting:  # it failed before it asked for any, and would do so for ever
                    next(unread, None)
            self._read_each_alone()
        for _ in unread:
            pass  # an extractor that answers for some only is asked for each of the others
        self._read_each_alone()
        unread.check()
        return Extracted(n_read=self._n_read, set_aside=tuple(self._set_aside))

    def _missing(self, shard: Sequence[ListedDocument], *, read_again: bool) -> Iterator[Document]:
        """Yield the documents that are to be read, each when it is asked for."""
        fingerprint = self._extractor.fingerprint
        for listed in shard:
            document = self._readable(listed)
            # With tonight's fingerprint: what another model read is no answer for this one.
            looked_for = None if read_again else document
            stored = self._store.get(looked_for, fingerprint) if looked_for else None
            if stored:
                # Found under another id, it must not go when that one goes.
                self._put(stored)
            if stored or not document:
                self._progress.add()
            else:
                self._waiting[document.id] = document
                yield document

    def _readable(self, listed: ListedDocument) -> Document | None:
        """Return a document that is to be read; set it aside if it cannot or shall not be."""
        document = read_listed(listed, self._set_aside, self._converter)
        refusal = self._languages.refusal(document) if document else ""
        if refusal:
            self._set_aside.append(SetAside(listed.id, refusal))
        return None if refusal else document

    def _read_each_alone(self) -> None:
        """Read those that failed together, which shows whose fault it is."""
        while self._waiting:
            document = self._waiting.pop(next(iter(self._waiting)))
            self._take(self._lone.read(document))

    def _take(self, answer: Answer) -> None:
        """Keep what is said of a document that waits, or set it aside."""
        if isinstance(answer, Extraction):
            self._waiting.pop(answer.document.id, None)
            self._keep(answer)
            return
        if isinstance(answer, DocumentRejectedError):
            answer = SetAside(answer.document_id, answer.reason)
        self._waiting.pop(answer.document, None)
        self._set_aside.append(answer)
        self._progress.add()

    def _keep(self, extraction: Extraction) -> None:
        self._put(extraction)
        self._lone.last_read = extraction.document
        self._n_read += 1
        self._progress.add()

    def _put(self, extraction: Extraction) -> None:
        try:
            self._store.put(extraction)
        except OSError as error:
            raise MachineError(
                f"the extraction store {self._store.folder} cannot be written "
                f"({error.strerror or error}): make room or mend that disk, then run again; what "
                "was kept before stays"
            ) from error


class _Unread:
    """Documents on their way to an extractor, which may ask anew after it has failed.

    An error while a document is fetched is no error of the extractor: it waits in `check`.
    """

    def __init__(self, documents: Iterator[Document]) -> None:
        self._documents = documents
        self._error: Exception | None = None
        self.is_over = False

    def __iter__(self) -> "_Unread":
        return self

    def __next__(self) -> Document:
        try:
            return next(self._documents)
        except StopIteration:
            self.is_over = True
            raise
        except Exception as error:
            # To the extractor this looks like the end, so it answers for what it has been given.
            self.is_over, self._error = True, error
            raise StopIteration from error

    def check(self) -> None:
        """Raise what went wrong while a document was fetched."""
        if self._error:
            raise self._error


def read_listed(
    listed: ListedDocument, aside: list[SetAside], converter: Converter
) -> Document | None:
    """Return a document with its text, or nothing and a reason why it is set aside.

    Raises:
        MachineError: It cannot be read, and that is no fault of its file.
    """
    try:
        with working(document=listed.id):
            return read_document(listed, converter)
    except SourceError as error:
        if error.__cause__:
            check_machine(error.__cause__, shown(listed.id))
        aside.append(SetAside(listed.id, str(error)))
        return None
