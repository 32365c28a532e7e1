"""A reader of a file for tests: four words of a document make it fail, each in another way."""

import os
import signal

from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction
from tests.flows.rule_of_thumb import VERBS, RuleOfThumbExtractor


class Fragile:
    """Reads a handful of verbs."""

    version = "1"
    entity_types = sorted(
        {kind for subject, _, object_ in VERBS.values() for kind in (subject, object_)}
    )
    relation_types = sorted({type_ for _, type_, _ in VERBS.values()})

    def read(self, documents):
        for document in documents:
            yield self._answer(document)

    def _answer(self, document: Document) -> Extraction | DocumentRejectedError:
        if "KILL" in document.text:
            os.kill(os.getpid(), signal.SIGKILL)
        if "BUG" in document.text:
            raise ZeroDivisionError("a bug in the model")
        if "MEMORY" in document.text:
            raise MemoryError
        if "UNREADABLE" in document.text:
            return DocumentRejectedError(document.id, "holds a word that is not to be read")
        return next(RuleOfThumbExtractor().extract([document]))


class Dying(Fragile):
    """Ends whatever it is given."""

    def _answer(self, document):
        os.kill(os.getpid(), signal.SIGKILL)
