"""A draft takes any places and any confidences, and what it makes is always an extraction."""

from hypothesis import given
from hypothesis import strategies as st

from extractors.facts import Document, Span, extraction_from_dict
from extractors.readers import Draft
from tests.strategies import any_text

TEXT = "Ada Lovelace wrote. She was born in London, a town. London lies in England."

places = st.one_of(
    st.tuples(st.integers(-3, 90), st.integers(-3, 90)),
    st.sampled_from([(), "ab", None, (1.5, 3), (True, 2), (0, 10**30)]),
)
confidences = st.one_of(
    st.floats(0, 1),
    st.sampled_from([float("nan"), float("inf"), -0.1, 1.01, None, "sure", 10**400]),
)
calls = st.lists(
    st.tuples(
        st.sampled_from(["Person", "Location"]), st.lists(places, max_size=3), confidences, places
    ),
    max_size=6,
)


@given(text=any_text, calls=calls)
def test_draft_makes_an_extraction_of_anything_and_names_what_it_leaves_out(text, calls):
    """One sentence for each place or confidence that cannot be; all else can be stored."""
    draft = Draft(Document(id="a", text=text))
    entities = [
        draft.entity(type_, *where, confidence=confidence) for type_, where, confidence, _ in calls
    ]
    for (_, _, confidence, place), subject, object_ in zip(
        calls, entities, entities[1:], strict=False
    ):
        draft.relation(subject, "KNOWS", object_, place, confidence=confidence)

    extraction = draft.extraction()

    assert extraction_from_dict(extraction.to_dict()) == extraction
    for mention in (mention for entity in extraction.entities for mention in entity.mentions):
        assert text[mention.span.start : mention.span.end] == mention.text
    n_given = sum(len(where) for _, where, _, _ in calls)
    n_taken = sum(len(entity.mentions) for entity in extraction.entities)
    assert n_taken <= n_given
    if n_taken < n_given:
        n_places = {
            (type_, place)
            for type_, where, _, _ in calls
            for place in where
            if isinstance(place, tuple)
        }
        assert extraction.rejected or len(n_places) < n_given


def test_relation_cites_the_whole_sentences_around_the_places_that_state_it():
    draft = Draft(Document(id="a", text=TEXT))
    ada = draft.entity("Person", (0, 12), (20, 23))
    london = draft.entity("Location", (36, 42))
    draft.relation(ada, "PLACE_OF_BIRTH", london, (24, 42), confidence=0.8)

    (relation,) = draft.extraction().relations

    (evidence,) = relation.evidence
    assert TEXT[evidence.span.start : evidence.span.end] == ("She was born in London, a town.")
    assert relation.confidence == 0.8


def test_mentions_of_one_name_are_one_entity_however_it_is_spelled():
    text = "ADA met Bob. Ada left."
    draft = Draft(Document(id="a", text=text))

    first, second = draft.entity("Person", (0, 3)), draft.entity("Person", (13, 16))

    assert first is second
    (ada,) = draft.extraction().entities
    assert (ada.name, [mention.text for mention in ada.mentions]) == ("ADA", ["ADA", "Ada"])


def test_signs_tell_names_apart():
    draft = Draft(Document(id="a", text="C and C# are languages."))

    assert draft.entity("Work", (0, 1)) is not draft.entity("Work", (6, 8))
    assert draft.places("C#") == [(6, 8)]


def test_name_is_found_in_a_script_without_spaces():
    draft = Draft(Document(id="a", text="他在东京工作。Tokyo东京。"))

    assert draft.places("东京") == [(2, 4), (12, 14)]
    assert draft.places("") == draft.places("东北") == []


def test_numbers_of_other_libraries_are_numbers():
    import numpy as np

    draft = Draft(Document(id="a", text=TEXT))
    draft.entity("Person", (np.int64(0), np.int64(12)), confidence=np.float32(0.5))

    extraction = draft.extraction()

    assert extraction.entities[0].mentions[0].span == Span(0, 12)
    assert extraction_from_dict(extraction.to_dict()) == extraction


def test_relation_without_a_place_cites_each_sentence_that_mentions_both():
    text = "Ada met Bob. Cy left. Bob wrote to Ada! Adam met Bob."
    draft = Draft(Document(id="a", text=text))
    ada = draft.entity("Person", *draft.places("Ada"))
    bob = draft.entity("Person", *draft.places("Bob"))
    cy = draft.entity("Person", *draft.places("Cy"))
    draft.relation(ada, "KNOWS", bob)
    draft.relation(ada, "KNOWS", cy)

    extraction = draft.extraction()

    (knows,) = extraction.relations
    cited = [text[each.span.start : each.span.end] for each in knows.evidence]
    assert cited == ["Ada met Bob.", "Bob wrote to Ada!"]
    assert "Ada KNOWS Cy is stated nowhere" in str(extraction.rejected[0])
