"""Reading one document by itself, which shows whose fault it is when reading fails.

    a document's fault    it is set aside, and the night goes on
    the model's fault     the model fails on a plain sentence, too: the night stops
    the machine's fault   no memory, no room on the disk, no more open files: the night stops

Which of the first two it is, the model itself shows: it is given a sentence that any model can
read. So a kind of fault that nobody has met before is told apart, too.
"""

import errno
import logging
import traceback
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol

from extractors.errors import DocumentRejectedError, ExtractionError, MachineError
from extractors.facts import Document, Extraction
from flows.errors import FlowError, ModelError
from flows.sources import SetAside
from flows.telemetry import working
from flows.text import shown

logger = logging.getLogger(__name__)

PROBE = Document(id="probe", text="Ada Lovelace worked in London.", source="probe")
"""A document that any model can read."""

MACHINE_ERRNOS = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOMEM}
)
"""What the system answers when it has run out of something, whatever was asked of it."""

Answer = Extraction | DocumentRejectedError | SetAside
"""What is said of a document: what stands in it, why it cannot be read, or, where whoever reads has
found out by itself whose fault it is, that it is set aside."""


class Extractor(Protocol):
    """Whatever reads documents: our model, another one, a person's spreadsheet."""

    @property
    def fingerprint(self) -> str:
        """What decides an extraction besides the document: weights, configuration, code."""

    def extract(self, documents: Iterable[Document]) -> Iterator[Answer]:
        """Answer for each document, asking for the next ones when it needs them.

        It may answer in any order. It may say that it cannot read a document, or raise that.
        """


class LoneReader:
    """Reads documents one by one, after something went wrong with several at once."""

    def __init__(self, extractor: Extractor) -> None:
        self._extractor = extractor
        self.last_read: Document | None = None
        """A document that this extractor has read before."""

    def read(self, document: Document) -> Extraction | SetAside:
        """Return what a document says, or why it is set aside.

        Raises:
            ExtractionError, FlowError: No document is at fault.
        """
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
        return answer

    def _check_model(self, error: BaseException, document: Document) -> None:
        """Do nothing if this is the document's fault: the model reads others.

        A plain sentence is one, and so is what it read before: a reader of somebody else's may
        know nothing but the documents of its own table.

        Raises:
            ModelError: It does not.
            MachineError: There is no memory, no room or no more open files.
        """
        check_machine(error, shown(document.id))
        failure = self._failure_with(PROBE)
        # Only where both fail is the model to blame.
        if failure and self.last_read:
            failure = self._failure_with(self.last_read)
        if failure:
            check_machine(failure, shown(document.id))
            if is_for_all(failure):
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


@contextmanager
def closed(answers: Iterator[Answer]) -> Iterator[Iterator[Answer]]:
    """End the work behind an iterator when nobody asks it any more, not when the process ends."""
    try:
        yield answers
    finally:
        if isinstance(answers, Generator):
            answers.close()


def check_machine(error: BaseException, what: str) -> None:
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


def is_for_all(error: BaseException) -> bool:
    """Say whether an error names the model, its device or the machine: no document is at fault."""
    named = isinstance(error, ExtractionError | FlowError)
    return named and not isinstance(error, DocumentRejectedError)


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
