"""Evidence: the sentences that are cited for a fact mention both its ends."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractors.facts import Document, Mention, Span, extraction_from_dict
from extractors.reading.evidence import MOST_SENTENCES, Places, Sentences, choose
from extractors.text import naming_texts, sentences
from tests.extractors.texts import any_text

SAID = ("Ada met Bo in York. ", "Cy saw York.\n\n", "Di slept. ", "- Bo knows Cy and Di\n", "She ")

prose = st.lists(st.sampled_from(SAID), max_size=60).map("".join)


def mentions_of(text: str, *names: str) -> list[Mention]:
    """Every place where one of these stands in a text."""
    return [
        Mention(Span(start, start + len(name)), name)
        for name in names
        for start in range(len(text))
        if text.startswith(name, start)
    ]


def cited(text: str, subject: tuple[str, ...], object_: tuple[str, ...], **attention) -> list[str]:
    """The sentences that are cited for a fact; attention is given by a word of a sentence."""
    document = Sentences(text, sentences(text))
    looked = {
        span: max(
            (share for word, share in attention.items() if word in text[span.start : span.end]),
            default=0.0,
        )
        for span in sentences(text)
    }
    ends = [document.places(mentions_of(text, *names)) for names in (subject, object_)]
    return [text[span.start : span.end] for span in document.showing(*ends, looked)]


def test_a_sentence_that_names_both_ends_is_cited_alone():
    text = "Mira Holt came. Mira Holt runs Tessel. Tessel grew."

    assert cited(text, ("Mira Holt",), ("Tessel",)) == ["Mira Holt runs Tessel."]


def test_of_two_that_name_both_ends_the_one_that_the_model_looked_at_is_cited():
    text = "Mira Holt left Tessel in May. Mira Holt had founded Tessel."
    ends = ("Mira Holt",), ("Tessel",)

    assert cited(text, *ends, founded=0.9) == ["Mira Holt had founded Tessel."]
    assert cited(text, *ends, left=0.9) == ["Mira Holt left Tessel in May."]


def test_a_pronoun_is_cited_with_the_sentence_that_names_whom_it_stands_for():
    text = "Mira Holt was born in 1961. She lived in Ghent. Mira Holt died later."

    assert cited(text, ("Mira Holt", "She"), ("Ghent",)) == [
        "Mira Holt was born in 1961.",
        "She lived in Ghent.",
    ]


def test_where_pronouns_are_no_mentions_the_nearest_name_is_cited():
    text = "It rained. Mira Holt was born in 1961. She lived in Ghent. It rained."

    assert cited(text, ("Mira Holt",), ("Ghent",)) == [
        "Mira Holt was born in 1961.",
        "She lived in Ghent.",
    ]


def test_two_pronouns_are_cited_with_two_names():
    text = "Mira Holt came. Tessel was new. She ran it."

    assert cited(text, ("Mira Holt", "She"), ("Tessel", "it")) == [
        "Mira Holt came.",
        "Tessel was new.",
        "She ran it.",
    ]


def test_a_name_before_a_pronoun_is_preferred_to_a_nearer_one_after_it():
    text = "Mira Holt came. It rained. She ran Tessel. Mira Holt left."

    assert cited(text, ("Mira Holt", "She"), ("Tessel",)) == ["Mira Holt came.", "She ran Tessel."]


def test_names_far_apart_are_cited_where_each_stands():
    text = "Mira Holt came. " + "It rained. " * 30 + "Tessel was founded by her."

    assert cited(text, ("Mira Holt",), ("Tessel",)) == [
        "Mira Holt came.",
        "Tessel was founded by her.",
    ]


def test_nothing_is_cited_for_whom_the_text_never_names():
    assert cited("She lived in Ghent.", ("She",), ("Ghent",)) == []


def test_sentences_that_the_model_did_not_read_are_cited_only_if_those_it_read_do_not_suffice():
    text = "Mira Holt came. Tessel grew. Mira Holt runs Tessel."
    first, second, third = sentences(text)
    document = Sentences(text, sentences(text))
    ends = [document.places(mentions_of(text, name)) for name in ("Mira Holt", "Tessel")]

    near = document.showing(*ends, {first: 0.5, second: 0.5})
    far = document.showing(*ends, {second: 1.0})

    assert [span.start for span in near] == [first.start, second.start]
    assert [span.start for span in far] == [third.start]


numbers = st.sets(st.integers(0, 12)).map(lambda each: tuple(sorted(each)))
places = st.tuples(numbers, numbers).map(
    lambda row: Places(tuple(sorted({*row[0], *row[1]})), row[1])
)


@given(places, places, st.dictionaries(st.integers(0, 12), st.floats(0, 1)))
def test_what_is_chosen_names_both_ends_in_few_sentences_in_order(subject, object_, attention):
    """For any places; and a fact whose ends are both named somewhere is never without."""
    chosen = choose(subject, object_, attention)

    assert bool(chosen) == bool(subject.named and object_.named)
    assert len(chosen) <= MOST_SENTENCES
    assert list(chosen) == sorted(set(chosen))
    if chosen:
        assert set(chosen) & set(subject.named)
        assert set(chosen) & set(object_.named)
    if set(subject.named) & set(object_.named):
        assert len(chosen) == 1


@given(text=st.one_of(prose, any_text))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_cited_states_it(tiny_extractor, text):
    """In any text, of one window or of many, the cited sentences mention both ends by name.

    And what is kept of it is read back as it was.
    """
    found = tiny_extractor.extract_one(Document(id="a", text=text))

    assert extraction_from_dict(json.loads(json.dumps(found.to_dict()))) == found
    for relation in found.relations:
        spans = [evidence.span for evidence in relation.evidence]
        assert spans == sorted(set(spans))
        assert len(spans) <= MOST_SENTENCES
        for end in (relation.subject, relation.object):
            names = naming_texts(mention.text for mention in end.mentions)
            assert any(
                span.start <= mention.span.start and mention.span.end <= span.end
                for span in spans
                for mention in end.mentions
                if mention.text in names
            )


def test_facts_are_found_in_what_the_property_is_shown(tiny_extractor):
    found = tiny_extractor.extract_one(Document(id="a", text="".join(SAID) * 20))

    assert len(found.relations) > 5


@pytest.mark.parametrize(
    ("texts", "names"),
    [
        ({"She", "Mira Holt", "her mother", "The engineer"}, {"Mira Holt"}),
        ({"US", "us", "Us"}, {"US"}),
        ({"the Hague", "the city"}, {"the Hague"}),
        ({"heart failure", "it"}, {"heart failure"}),  # a field that writes its names small
        ({"1961", "then"}, {"1961"}),
        ({"她", "李梅"}, {"李梅"}),
        ({"it"}, set()),
    ],
)
def test_names_are_told_from_what_refers_to_them(texts, names):
    assert naming_texts(texts) == names
