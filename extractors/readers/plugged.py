"""A reader of somebody else's, plugged in: it answers as our own model does, or is refused.

What it says of itself is looked at once, when it is made. What it says of documents is checked by
`extractors.readers.checking`, and given to the right document: by id, in whatever order it comes.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from extractors.errors import DocumentRejectedError, ExtractionError, ReaderError
from extractors.facts import Document, Extraction
from extractors.readers.checking import Checks
from extractors.readers.protocol import Reader, ReaderSetup
from extractors.readers.words import named, one_line, quoted

logger = logging.getLogger(__name__)

CHECKS_VERSION = 1
"""Raised when the same answers would be taken otherwise: part of every fingerprint."""

WANTED = "version, entity_types, relation_types and read(documents)"
"""What a reader consists of."""

_NO_MORE = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where a reader comes from: part of its fingerprint."""

    name: str
    """What messages call it."""
    module: str
    factory: str
    distribution: str = ""
    """Name and version of the distribution that brings it; empty: none does."""
    argument: str = ""


class PluggedReader:
    """Reads documents with a reader of somebody else's.

    Raises:
        ReaderError: The reader lacks something, or says of itself what cannot be.
    """

    symmetric_types: tuple[str, ...] = ()
    """A reader says nothing of directions."""
    metrics: Mapping[str, Any] = MappingProxyType({})
    """Nor of how well it was trained."""

    def __init__(self, reader: Reader, origin: Origin, setup: ReaderSetup) -> None:
        self.name = origin.name
        self._reader = reader
        if not callable(getattr(reader, "read", None)):
            raise ReaderError(
                f"the reader {self.name} is a {type(reader).__name__} without read(documents): "
                f"have its factory return an object with {WANTED}"
            )
        self.version = self._text("version")
        self.entity_types = self._names("entity_types")
        self.relation_types = self._names("relation_types")
        self.languages = self._names("languages") if hasattr(reader, "languages") else ()
        if not self.entity_types:
            raise self._refused("announces no entity type in entity_types: name those it may find")
        self.fingerprint = self._fingerprint(origin, setup)
        self._checks = Checks(
            reader=self.name,
            fingerprint=self.fingerprint,
            entity_types=frozenset(self.entity_types),
            relation_types=frozenset(self.relation_types),
            mention_threshold=setup.mention_threshold,
            relation_threshold=setup.relation_threshold,
        )

    def answers(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Yield for each document what it says, or why it cannot be read or its answer taken.

        They come in the order in which the reader answers.

        Raises:
            ReaderError: The reader answers for what it was not given, or twice.
            DocumentRejectedError: It raised while it had been given one document alone.
            RuntimeError: It raised while it had been given several.
        """
        given = _Given(documents)
        answers = self._answers(given)
        while (answer := self._next_answer(answers, given)) is not _NO_MORE:
            yield self._judged(answer, given)
        for document in given.unanswered():
            yield self._checks.rejected(
                document,
                "gave no answer for it: a document in which it finds nothing has an extraction "
                "without entities",
            )

    def try_extract(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Yield the answers in the order of the documents, which are given one at a time.

        Raises:
            ReaderError: As `answers`.
        """
        for document in documents:
            try:
                yield from self.answers([document])
            except DocumentRejectedError as error:
                yield error

    def extract_one(self, document: Document) -> Extraction:
        """Return what one document says.

        Raises:
            DocumentRejectedError: It cannot be read, or its answer cannot be taken.
            ReaderError: As `answers`.
        """
        (outcome,) = self.try_extract([document])
        if isinstance(outcome, DocumentRejectedError):
            raise outcome
        return outcome

    def _answers(self, given: "_Given") -> Iterator[Any]:
        answers = self._reader.read(given)
        if not isinstance(answers, Iterable):
            raise TypeError(
                f"read() returned a {type(answers).__name__} and no iterator of extractions"
            )
        yield from answers

    def _next_answer(self, answers: Iterator[Any], given: "_Given") -> Any:
        """Return the next answer of the reader, or `_NO_MORE`."""
        try:
            return next(answers, _NO_MORE)
        except ExtractionError:
            raise  # it says itself whose fault it is
        except (Exception, SystemExit) as error:
            document = given.only_one()
            if document is None:
                raise RuntimeError(f"the reader {self.name} raised {named(error)}") from error
            raise self._checks.rejected(document, f"raised {named(error)}") from error

    def _judged(self, answer: Any, given: "_Given") -> Extraction | DocumentRejectedError:
        """Return an answer checked, for the document that it is about.

        Raises:
            ReaderError: It is about none that waits for an answer.
        """
        if isinstance(answer, DocumentRejectedError):
            document = given.answered(answer.document_id, self)
            return self._checks.rejected(document, f"cannot read it: {one_line(answer.reason)}")
        if not isinstance(answer, Extraction):
            raise self._refused(
                f"gave a {type(answer).__name__} for an answer: yield an Extraction, as "
                "Draft(document).extraction() makes one"
            )
        document = given.answered(answer.document.id, self)
        try:
            return self._checks.checked(answer, document)
        except DocumentRejectedError as error:
            return error

    def _text(self, attribute: str) -> str:
        value = self._said(attribute)
        if not (isinstance(value, str) and value):
            raise self._refused(
                f'has {attribute} = {quoted(value)}: give it a text such as "1", and another one '
                "whenever it would read a document otherwise"
            )
        return value

    def _names(self, attribute: str) -> tuple[str, ...]:
        value = self._said(attribute)
        names = tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else None
        if names is None or not all(isinstance(name, str) and name for name in names):
            raise self._refused(
                f'has {attribute} = {quoted(value)}: give it a tuple of names, as ("Person",)'
            )
        return tuple(dict.fromkeys(names))

    def _said(self, attribute: str) -> Any:
        """Return what the reader says of itself."""
        try:
            return getattr(self._reader, attribute)
        except AttributeError as error:
            raise self._refused(f"has no {attribute}: a reader has {WANTED}") from error
        except Exception as error:
            raise self._refused(f"cannot say its {attribute} ({named(error)})") from error

    def _refused(self, what: str) -> ReaderError:
        return ReaderError(f"the reader {self.name} {what}")

    def _fingerprint(self, origin: Origin, setup: ReaderSetup) -> str:
        """Name all that decides what is taken of a document, as far as the reader says it."""
        deciding = (
            CHECKS_VERSION,
            *(origin.module, origin.factory, origin.distribution, origin.argument),
            self.version,
            *(sorted(self.entity_types), sorted(self.relation_types)),
            *(setup.mention_threshold, setup.relation_threshold),
        )
        return f"{self.name}@{hashlib.sha256(json.dumps(deciding).encode()).hexdigest()[:12]}"


class _Given:
    """Documents on their way to a reader, and those that wait for an answer."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._documents = iter(documents)
        self._waiting: dict[str, Document] = {}
        self._answered: set[str] = set()

    def __iter__(self) -> "_Given":
        return self

    def __next__(self) -> Document:
        document = next(self._documents)
        self._waiting[document.id] = document
        return document

    def answered(self, document_id: str, reader: PluggedReader) -> Document:
        """Return the document that is answered for, which waits no longer.

        Raises:
            ReaderError: It does not wait: which facts are whose cannot be known any more.
        """
        document = self._waiting.pop(document_id, None)
        if document is None:
            what = "twice" if document_id in self._answered else "which it was not given"
            raise ReaderError(
                f"the reader {reader.name} answered for {quoted(document_id)}, {what}, so nobody "
                "can know which facts are whose: yield one extraction for each document, made "
                "from that document; what was read before is kept"
            )
        self._answered.add(document_id)
        return document

    def only_one(self) -> Document | None:
        """Return the document that waits, if it is the only one that was ever given."""
        if len(self._waiting) == 1 and not self._answered:
            return next(iter(self._waiting.values()))
        return None

    def unanswered(self) -> list[Document]:
        """Return the documents that still wait."""
        return list(self._waiting.values())
