"""Let a model label the documents of a corpus, so that its predictions can be written back."""

from collections import deque
from collections.abc import Iterable, Iterator
from typing import Protocol

from extractors.corpora.labelled import LabelledDocument
from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction


class Extractor(Protocol):
    """Anything that reads documents in order and says which ones it cannot read."""

    def try_extract(
        self, documents: Iterable[Document]
    ) -> Iterator[Extraction | DocumentRejectedError]:
        """Yield one result for each document, in order."""
        ...


def predictions(
    documents: Iterable[LabelledDocument], extractor: Extractor
) -> Iterator[LabelledDocument | DocumentRejectedError]:
    """Yield each document with what the extractor says instead of its labels, in order.

    The extractor may read ahead, to fill its batches: no more documents are held than it has read.
    A document it cannot read is yielded as the error that says why.
    """
    waiting: deque[LabelledDocument] = deque()

    def texts() -> Iterator[Document]:
        for document in documents:
            waiting.append(document)
            yield document.extraction.document

    for result in extractor.try_extract(texts()):
        document = waiting.popleft()
        if isinstance(result, DocumentRejectedError):
            yield result
        else:
            yield document.saying(result)
