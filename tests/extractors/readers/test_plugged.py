"""What a reader says of itself is looked at once; what it says of documents is never believed."""

import pytest

from extractors.errors import DocumentRejectedError, ReaderError
from extractors.facts import Document
from extractors.readers import Draft, PluggedReader, ReaderSetup
from extractors.readers.plugged import Origin

ORIGIN = Origin(name="mine", module="mine", factory="Mine")
TEXT = "Ada works for Acme."


class Mine:
    version = "1"
    entity_types = ("Person", "Organization")
    relation_types = ("WORKS_FOR",)

    def read(self, documents):
        for document in documents:
            draft = Draft(document)
            ada = draft.entity("Person", (0, 3), confidence=0.6)
            acme = draft.entity("Organization", (14, 18), confidence=0.9)
            draft.relation(ada, "WORKS_FOR", acme, (0, 19), confidence=0.5)
            yield draft.extraction()


def plugged(reader=None, origin=ORIGIN, **setup) -> PluggedReader:
    return PluggedReader(reader or Mine(), origin, ReaderSetup(**setup))


def having(**attributes):
    """Return a reader with other attributes."""
    return type("Other", (Mine,), attributes)()


def raising(_):
    raise ZeroDivisionError("no version today")


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        (object(), "without read"),
        (having(read=3), "without read"),
        (having(version=1), "has version = 1"),
        (having(version=""), "has version = ''"),
        (having(version=property(raising)), "cannot say its version"),
        (having(entity_types="Person"), "has entity_types = 'Person'"),
        (having(entity_types=()), "announces no entity type"),
        (having(relation_types=(1,)), "has relation_types"),
        (having(languages="en"), "has languages = 'en'"),
    ],
)
def test_reader_that_lacks_something_is_refused_with_what_it_needs(reader, said):
    with pytest.raises(ReaderError, match=said):
        plugged(reader)


def test_reader_without_a_version_is_refused():
    class Nameless:
        entity_types = ("Person",)
        relation_types = ()

        def read(self, documents):
            yield from ()

    with pytest.raises(ReaderError, match="has no version: a reader has version, entity_types"):
        plugged(Nameless())


def test_fingerprint_changes_with_whatever_the_reader_says_of_itself_and_with_nothing_else():
    same = plugged().fingerprint
    others = [
        plugged(having(version="2")),
        plugged(having(entity_types=("Person", "Organization", "Place"))),
        plugged(having(relation_types=())),
        plugged(origin=Origin(name="mine", module="other", factory="Mine")),
        plugged(origin=Origin(name="mine", module="mine", factory="Mine", distribution="mine 2")),
        plugged(origin=Origin(name="mine", module="mine", factory="Mine", argument="b")),
        plugged(mention_threshold=0.5),
        plugged(relation_threshold=0.5),
    ]

    assert plugged(Mine()).fingerprint == same
    assert plugged(having(entity_types=["Organization", "Person"])).fingerprint == same
    assert plugged(device="cuda:1").fingerprint == same
    assert len({same, *(other.fingerprint for other in others)}) == 1 + len(others)


def test_thresholds_of_the_settings_hold_for_any_reader():
    """An entity goes with its last mention, and with it what joins it."""
    document = Document(id="a", text=TEXT)

    all_of_it = plugged().extract_one(document)
    surer_facts = plugged(relation_threshold=0.55).extract_one(document)
    surer_mentions = plugged(mention_threshold=0.7).extract_one(document)

    assert (len(all_of_it.entities), len(all_of_it.relations)) == (2, 1)
    assert (len(surer_facts.entities), len(surer_facts.relations)) == (2, 0)
    assert [entity.name for entity in surer_mentions.entities] == ["Acme"]
    assert surer_mentions.relations == surer_mentions.rejected == ()


def test_extraction_is_signed_by_the_reader_and_is_of_the_document_that_was_given():
    document = Document(id="a", text=TEXT, title="A letter", source="notes")
    reader = plugged()

    extraction = reader.extract_one(document)

    assert extraction.document == document
    assert extraction.extractor == reader.fingerprint


def test_row_of_a_type_that_was_not_announced_is_rejected_by_name():
    reader = plugged(having(entity_types=("Person",)))

    extraction = reader.extract_one(Document(id="a", text=TEXT))

    assert [entity.name for entity in extraction.entities] == ["Ada"]
    assert list(map(str, extraction.rejected)) == [
        "Acme is of the type 'Organization', which the reader did not announce",
        "Ada WORKS_FOR Acme joins an entity that was rejected",
    ]


def test_reader_may_answer_in_any_order_and_skip_none():
    class Backwards(Mine):
        def read(self, documents):
            yield from super().read(reversed([d for d in documents if d.id != "b"]))

    documents = [Document(id=name, text=TEXT) for name in "abc"]

    outcomes = list(plugged(Backwards()).answers(documents))

    assert [outcome.document.id for outcome in outcomes[:2]] == ["c", "a"]
    assert isinstance(outcomes[2], DocumentRejectedError)
    assert outcomes[2].document_id == "b"
    assert "gave no answer for it" in outcomes[2].reason
