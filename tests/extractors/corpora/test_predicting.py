from itertools import islice

from extractors.corpora.labelled import mention_entity, whole
from extractors.corpora.predicting import predictions
from extractors.errors import DocumentRejectedError
from extractors.facts import Extraction, Span
from tests.extractors.corpora.strategies import labelled


class FirstWord:
    """Takes the first word of a document for an entity, two documents at a time."""

    def __init__(self):
        self.n_read = 0

    def try_extract(self, documents):
        documents = iter(documents)
        while pair := list(islice(documents, 2)):
            self.n_read += len(pair)
            for document in pair:
                word = document.text.split(" ")[0]
                if not word:
                    yield DocumentRejectedError(document.id, "it begins with a space")
                    continue
                entity = mention_entity(document.text, "Word", Span(0, len(word)))
                yield Extraction(document=document, chunks=whole(document.text), entities=(entity,))


def document(text, id):  # noqa: A002
    return labelled(text, whole(text), [], [], id=id)


def test_predictions_come_with_their_documents_in_order():
    given = [document("one two", "a"), document(" three", "b"), document("four", "c")]

    labelled, said = zip(*predictions(given, FirstWord()), strict=True)

    assert list(labelled) == given
    assert [entity.name for entity in said[0].entities] == ["one"]
    assert (said[1].document_id, said[1].reason) == ("b", "it begins with a space")
    assert said[2].document.id == "c"


def test_documents_are_read_as_they_are_needed():
    extractor = FirstWord()
    endless = (document("word", str(number)) for number in range(10**9))

    first = list(islice(predictions(endless, extractor), 3))

    assert len(first) == 3
    assert extractor.n_read == 4
