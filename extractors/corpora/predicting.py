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
) -> Iterator[tuple[LabelledDocument, Extraction | DocumentRejectedError]]:
    """Yield each document and what the extractor says of it, in order.

    The extractor may read ahead, to fill its batches: no more documents are held than it has read.
    Of a document it cannot read it says why; `document.saying(extraction)` is what to write.
    """
    waiting: deque[LabelledDocument] = deque()

    def texts() -> Iterator[Document]:
        for document in documents:
            waiting.append(document)
            yield document.extraction.document

    for said in extractor.try_extract(texts()):
        yield waiting.popleft(), said
