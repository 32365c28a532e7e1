"""Reading a shard: what its documents say, what is set aside, and whose fault that is.

    a document's fault    it is set aside, and the night goes on
    the model's fault     the model fails on a plain sentence, too: the night stops
    the machine's fault   no memory, no room on the disk, no more open files: the night stops

Which of the first two it is, the model itself shows: it is given a sentence that any model can
read. So a kind of fault that nobody has met before is told apart, too.
"""

import errno
import logging
import traceback
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from extractors import ExtractionStore
from extractors.errors import DocumentRejectedError, ExtractionError, MachineError
from extractors.facts import Document, Extraction
from flows.errors import FlowError, ModelError, SourceError
from flows.night.language_policy import LanguagePolicy
from flows.night.progress import Progress
from flows.sources import Converter, ListedDocument, SetAside, read_document
from flows.telemetry import working
from flows.text import shown

logger = logging.getLogger(__name__)

PROBE = Document(id="probe", text="Ada Lovelace worked in London.", source="probe")
"""A document that any model can read."""

MACHINE_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""What the system answers when it has run out of something, whatever was asked of it."""


Answer = Extraction | DocumentRejectedError
"""What is said of a document: what stands in it, or why it cannot be read."""


class Extractor(Protocol):
    """Whatever reads documents: our model, another one, a person's spreadsheet."""

    @property
    def fingerprint(self) -> str:
        """What decides an extraction besides the document: weights, configuration, code."""

    def extract(self, documents: Iterable[Document]) -> Iterator[Answer]:
        """Answer for each document, asking for the next ones when it needs them.

        It may answer in any order. It may say that it cannot read a document, or raise that.
        """


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
        self._last_read: Document | None = None
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
                with _closed(self._extractor.extract(unread)) as answers:
                    for answer in answers:
                        self._take(answer)
                break
            except Exception as error:
                # Of the model, its device or the machine: other documents would fail as well.
                if _is_for_all(error):
                    raise
                # What went wrong while a document was fetched is no fault of the extractor, and is
                # told first.
                unread.check()
                _check_machine(error, "the documents of this shard")
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
            aside = self._read_alone(document)
            if aside:
                self._set_aside.append(aside)
                self._progress.add()

    def _read_alone(self, document: Document) -> SetAside | None:
        try:
            answer = next(iter(self._extractor.extract([document])))
        except DocumentRejectedError as error:
            if error.__cause__:  # the extractor passes on what a library said
                self._check_model(error.__cause__, document)
            return SetAside(document.id, error.reason)
        except (ExtractionError, FlowError):
            raise  # the model or its device: no document is at fault
        except Exception as error:
            self._check_model(error, document)
            with working(document=document.id):
                logger.exception("document %s made the extractor fail", document.id)
            reason = f"made the extractor fail ({_named(error)}): report it as a bug"
            return SetAside(document.id, reason, traceback.format_exc())
        if isinstance(answer, DocumentRejectedError):
            return SetAside(document.id, answer.reason)
        self._keep(answer)
        return None

    def _take(self, answer: Answer) -> None:
        """Keep what is said of a document that waits, or set it aside."""
        if isinstance(answer, DocumentRejectedError):
            self._waiting.pop(answer.document_id, None)
            self._set_aside.append(SetAside(answer.document_id, answer.reason))
            self._progress.add()
        else:
            self._waiting.pop(answer.document.id, None)
            self._keep(answer)

    def _keep(self, extraction: Extraction) -> None:
        self._put(extraction)
        self._last_read = extraction.document
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

    def _check_model(self, error: BaseException, document: Document) -> None:
        """Do nothing if this is the document's fault: the model reads others.

        A plain sentence is one, and so is what it read before: a reader of somebody else's may
        know nothing but the documents of its own table.

        Raises:
            ModelError: It does not.
            MachineError: There is no memory, no room or no more open files.
        """
        _check_machine(error, shown(document.id))
        failure = self._failure_with(PROBE)
        # Only where both fail is the model to blame.
        if failure and self._last_read:
            failure = self._failure_with(self._last_read)
        if failure:
            _check_machine(failure, shown(document.id))
            if _is_for_all(failure):
                raise failure
            raise ModelError(
                f"the model {self._extractor.fingerprint} fails on a plain sentence, too "
                f"({_named(failure)}), so no document is at fault: nothing more was read, and what "
                "was read before is kept; check the device and the model (`nightloom doctor`), "
                "then run again"
            ) from error

    def _failure_with(self, document: Document) -> Exception | None:
        """Return why the model cannot even read a document that any can, or that it has read."""
        try:
            for _ in self._extractor.extract([document]):
                pass
        except Exception as failure:  # noqa: BLE001 - whatever it is, it is the answer
            return failure
        return None


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


@contextmanager
def _closed(answers: Iterator[Answer]) -> Iterator[Iterator[Answer]]:
    """End the work behind an iterator when nobody asks it any more, not when the process ends."""
    try:
        yield answers
    finally:
        if isinstance(answers, Generator):
            answers.close()


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
            _check_machine(error.__cause__, shown(listed.id))
        aside.append(SetAside(listed.id, str(error)))
        return None


def _check_machine(error: BaseException, what: str) -> None:
    """Do nothing unless the machine has run out of something.

    Raises:
        MachineError: Says of what, and what to do.
    """
    if isinstance(error, MemoryError):
        raise MachineError(
            f"this machine has no memory left to read {what}: free some, or lower "
            "NIGHTLOOM_MAX_DOCUMENT_BYTES if a document is that large, then run again; what was "
            "read before is kept"
        ) from error
    if isinstance(error, OSError) and error.errno in MACHINE_ERRNOS:
        raise MachineError(
            f"this machine cannot go on reading {what} ({error.strerror}): mend that and run "
            "again; what was read before is kept"
        ) from error


def _is_for_all(error: BaseException) -> bool:
    """Say whether an error names the model, its device or the machine: no document is at fault."""
    named = isinstance(error, ExtractionError | FlowError)
    return named and not isinstance(error, DocumentRejectedError)


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
