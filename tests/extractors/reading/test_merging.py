"""Readings of overlapping windows become one document's facts."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import Calibration
from extractors.facts import Document, Mention, Span
from extractors.reading.decoding import NameGroup, Reading, ScoredMention, ScoredRelation
from extractors.reading.merging import Types, best_written_name, merge, nearest
from extractors.text import sentences
from extractors.text.names import folded_name

TEXT = "Ada Hart met Bo. Hart left. Later Ann Hart came. Hart stayed."
TYPES = Types(entities=("Person",), relations=("MET",))
CERTAIN = Calibration(relation_threshold=0.0)
LOOKED = dict.fromkeys(sentences(TEXT), 0.2)


def group(*spans: tuple[int, int], score=3.0) -> NameGroup:
    mentions = tuple(ScoredMention((0, 1), Span(*span), 0, score) for span in spans)
    return NameGroup(0, folded_name(TEXT[slice(*spans[0])]), mentions)


def read(*readings: Reading, calibration=CERTAIN, **options):
    return merge(Document(id="a", text=TEXT), readings, TYPES, calibration, **options)


def cited(relation) -> list[str]:
    return [TEXT[each.span.start : each.span.end] for each in relation.evidence]


def names(extraction) -> list[tuple[str, int]]:
    return [(entity.name, len(entity.mentions)) for entity in extraction.entities]


def test_a_short_name_follows_the_full_name_it_was_read_with_nearby():
    """Two people of one surname in a long document stay two."""
    first = Reading(Span(0, 28), (group((0, 8), (17, 21)),), ())
    second = Reading(Span(28, 61), (group((34, 42), (49, 53)),), ())

    assert names(read(first, second)) == [("Ada Hart", 2), ("Ann Hart", 2)]


def test_a_name_alone_in_its_window_joins_its_nearest_full_name():
    first = Reading(Span(0, 28), (group((0, 8), (17, 21)),), ())
    second = Reading(Span(28, 61), (group((49, 53)),), ())

    assert names(read(first, second)) == [("Ada Hart", 3)]


def test_a_pronoun_leads_to_nobody_in_another_window():
    """Nor does one alone meet another, or everybody who is only "she" would be one person."""
    text = "Bo came. She sat. Mira Holt came. She left. She slept."

    def person(*spans: tuple[int, int]) -> NameGroup:
        mentions = tuple(ScoredMention((0, 1), Span(*span), 0, 3.0) for span in spans)
        return NameGroup(0, folded_name(text[slice(*spans[0])]), mentions)

    windows = [
        Reading(Span(0, 18), (person((0, 2), (9, 12)),), ()),
        Reading(Span(18, 44), (person((18, 27)), person((34, 37))), ()),
        Reading(Span(44, 54), (person((44, 47)),), ()),
    ]

    extraction = merge(Document(id="a", text=text), windows, TYPES, CERTAIN)

    said = [[mention.span.start for mention in entity.mentions] for entity in extraction.entities]
    assert said == [[0, 9], [18], [34], [44]]


@given(st.lists(st.integers(0, 9), min_size=1, max_size=12), st.integers(0, 9))
def test_the_nearest_window_of_any(windows, window):
    """As looking through all of them finds it."""
    known = [(each, (0, str(place))) for place, each in enumerate(sorted(windows))]

    found = min(known, key=lambda row: (abs(row[0] - window), row[0] > window))

    assert nearest(known, window) == found[1]


def test_a_mention_is_reported_by_the_window_that_owns_it():
    first = Reading(Span(0, 17), (group((0, 8)), group((17, 21))), ())
    second = Reading(Span(17, 61), (group((0, 8)),), ())

    assert names(read(first, second)) == [("Ada Hart", 1)]


def test_a_mention_over_the_border_of_its_window_keeps_out_what_it_overlaps():
    """The second window owns `Hart`, but the first one read it as the end of a longer name."""
    first = Reading(Span(0, 4), (group((0, 8)),), ())
    second = Reading(Span(4, 61), (group((4, 8)), group((13, 15))), ())

    assert names(read(first, second)) == [("Ada Hart", 1), ("Bo", 1)]


def test_a_mention_that_begins_where_another_ends_is_kept():
    first = Reading(Span(0, 4), (group((0, 4)),), ())
    second = Reading(Span(4, 61), (group((4, 8)),), ())
    third = Reading(Span(8, 61), (group((8, 12)),), ())

    assert names(read(first, second, third)) == [("Ada ", 1), ("Hart", 1), (" met", 1)]


def test_mentions_of_one_window_may_overlap_one_another():
    """Nested mentions are the decoder's to allow; only another window's are kept out."""
    reading = Reading(Span(0, 61), (group((0, 8)), group((4, 8))), ())

    assert sum(n for _, n in names(read(reading))) == 2


def test_a_relation_of_two_windows_is_stated_once_as_surely_as_the_surer_has_it():
    entities = (group((0, 8)), group((13, 15)))
    first = Reading(Span(0, 28), entities, (ScoredRelation(0, 0, 1, 1.0, LOOKED),))
    second = Reading(Span(28, 61), entities, (ScoredRelation(0, 0, 1, 2.0, LOOKED),))

    (relation,) = read(first, second).relations
    (alone,) = read(replace(second, owned=Span(0, 61))).relations

    assert cited(relation) == ["Ada Hart met Bo."]
    assert relation.confidence == alone.confidence


def test_a_relation_without_a_sentence_that_names_both_ends_cites_two():
    entities = (group((49, 53)), group((13, 15)))
    reading = Reading(Span(0, 61), entities, (ScoredRelation(0, 0, 1, 1.0, LOOKED),))

    (relation,) = read(reading).relations

    assert cited(relation) == ["Ada Hart met Bo.", "Hart stayed."]
    assert {each.confidence for each in relation.evidence} == {relation.confidence}


def test_a_relation_that_no_sentences_show_is_left_out_and_named():
    """And an unsure mention that only its argument would have kept goes with it."""
    text = "She met Bo."
    she = NameGroup(0, "she", (ScoredMention((0, 1), Span(0, 3), 0, 0.0),))
    bo = NameGroup(0, "bo", (ScoredMention((2, 3), Span(8, 10), 0, 3.0),))
    said = (ScoredRelation(0, 0, 1, 1.0, {Span(0, 11): 1.0}),)
    lenient = Calibration(mention_threshold=0.6, argument_threshold=0.4, relation_threshold=0.0)

    extraction = merge(
        Document(id="a", text=text), [Reading(Span(0, 11), (she, bo), said)], TYPES, lenient
    )

    assert extraction.relations == ()
    assert [str(rejection) for rejection in extraction.rejected] == [
        "She MET Bo has no sentences that mention both by name"
    ]
    assert names(extraction) == [("Bo", 1)]


def test_two_windows_state_a_fact_without_direction_once():
    """Whichever of the two is mentioned first in a window, the document's first comes first."""
    ada, bo = group((0, 8)), group((13, 15))
    first = Reading(Span(0, 28), (ada, bo), (ScoredRelation(0, 0, 1, 1.0, LOOKED),))
    second = Reading(Span(28, 61), (ada, bo), (ScoredRelation(1, 0, 0, 2.0, LOOKED),))
    document = Document(id="a", text=TEXT)

    directed = merge(document, (first, second), TYPES, CERTAIN)
    undirected = merge(document, (first, second), replace(TYPES, symmetric=("MET",)), CERTAIN)

    assert len(directed.relations) == 2
    (relation,) = undirected.relations
    assert (relation.subject.name, relation.object.name) == ("Ada Hart", "Bo")
    assert cited(relation) == ["Ada Hart met Bo."]


def test_a_relation_below_the_threshold_is_left_out():
    entities = (group((0, 8)), group((13, 15)))
    reading = Reading(Span(0, 61), entities, (ScoredRelation(0, 0, 1, 0.0, LOOKED),))

    assert read(reading, calibration=Calibration(relation_threshold=0.5)).relations
    assert not read(reading, calibration=Calibration(relation_threshold=0.51)).relations


def test_with_a_relation_its_arguments_are_reported_however_unsure():
    entities = (group((0, 8), score=0.0), group((13, 15)), group((17, 21), score=0.0))
    reading = Reading(Span(0, 61), entities, (ScoredRelation(0, 0, 1, 0.0, LOOKED),))
    lenient = Calibration(mention_threshold=0.6, argument_threshold=0.4, relation_threshold=0.5)

    extraction = read(reading, calibration=lenient)
    by_mentions_alone = read(reading, calibration=replace(lenient, relation_threshold=0.6))
    strict = read(reading, calibration=replace(lenient, argument_threshold=1.0))

    assert names(extraction) == [("Ada Hart", 1), ("Bo", 1)]
    assert extraction.relations[0].subject.mentions[0].confidence == 0.5
    assert names(by_mentions_alone) == names(strict) == [("Bo", 1)]
    assert not strict.relations


def test_an_entity_with_sure_mentions_has_only_these():
    mentions = (*group((0, 8)).mentions, *group((17, 21), score=0.0).mentions)
    entities = (NameGroup(0, "ada hart", mentions), group((13, 15)))
    reading = Reading(Span(0, 61), entities, (ScoredRelation(0, 0, 1, 0.0, LOOKED),))
    lenient = Calibration(mention_threshold=0.6, argument_threshold=0.4)

    assert names(read(reading, calibration=lenient)) == [("Ada Hart", 1), ("Bo", 1)]


def test_alone_keeps_each_mention_an_entity():
    reading = Reading(Span(0, 61), (group((17, 21)), group((49, 53))), ())

    assert names(read(reading, alone=True)) == [("Hart", 1), ("Hart", 1)]


def test_best_written_name_is_sure_then_long_then_frequent():
    said = [
        Mention(Span(0, 4), "Hart", 0.9),
        Mention(Span(5, 13), "Ada Hart", 0.9),
        Mention(Span(20, 36), "Ada Hart and her", 0.3),
    ]

    assert best_written_name(said) == "Ada Hart"


def test_a_name_read_with_even_chances_counts_as_sure():
    said = [Mention(Span(0, 4), "Hart", 0.9), Mention(Span(5, 13), "Ada Hart", 0.5)]

    assert best_written_name(said) == "Ada Hart"
