"""Clustering: names meet only for a reason, in one window and across windows."""

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import Calibration
from extractors.facts import Document, Span
from extractors.reading.clustering import (
    OVERWHELMING,
    Reasons,
    cluster,
    join_groups,
    name_pairs,
)
from extractors.reading.decoding import NameGroup, Reading, ScoredMention, group_by_name
from extractors.reading.merging import Types, merge
from extractors.text import folded_name, is_form_of

SURE = OVERWHELMING - 1e-3
"""As likely to be one thing as two names without a reason may be and still be two."""

PEOPLE = ("Mira Holt", "Otto Holt", "Otto Brandt", "Lu Chen", "Holt", "Mira", "Brandt", "Lu", "she")


def joined(text: str, names, score=SURE, scores=None) -> set[frozenset[str]]:
    """Return which of these names of a text become one thing, if all pairs have one score."""
    groups = groups_of(text, names)
    pairs = name_pairs(groups)
    values = [
        (scores or {}).get(frozenset((groups[i].name, groups[j].name)), score) for i, j in pairs
    ]
    clusters = cluster(len(groups), pairs, values, Reasons.of(text, groups, pairs))
    return {frozenset(groups[index].name for index in members) for members in clusters}


def groups_of(text: str, names, offset: int = 0) -> list[NameGroup]:
    mentions = [
        ScoredMention((0, 1), Span(start + offset, start + offset + len(name)), 0, 3.0)
        for name in names
        for start in [text.index(name)]
    ]
    return group_by_name(" " * offset + text, mentions, alone=False)


def sets(*names: str) -> set[frozenset[str]]:
    return {frozenset(each.split("|")) for each in names}


def test_two_people_are_two_however_alike_the_model_finds_them():
    text = "Mira Holt was born in Ghent. Otto Brandt was born in Rome."

    assert joined(text, ["Mira Holt", "Otto Brandt"]) == sets("mira holt", "otto brandt")


def test_a_surname_alone_is_no_reason():
    assert joined("Mira Holt, Otto Holt", ["Mira Holt", "Otto Holt"]) == sets(
        "mira holt", "otto holt"
    )


def test_names_without_a_reason_meet_if_it_is_all_but_certain():
    text = "Mira Holt sang. The Iron Baker sang."

    assert joined(text, ["Mira Holt", "Iron Baker"], OVERWHELMING) == sets("mira holt|iron baker")


def test_names_with_a_reason_meet_where_it_is_likelier_than_not():
    assert joined("Mira Holt left. Holt came.", ["Mira Holt", "Holt"], 0.1) == sets(
        "mira holt|holt"
    )
    assert joined("Mira Holt (Iron Baker) left.", ["Mira Holt", "Iron Baker"], 0.1) == sets(
        "mira holt|iron baker"
    )
    assert joined("Hill Brook Company grew. HBC fell.", ["Hill Brook Company", "HBC"], 0.1) == sets(
        "hill brook company|hbc"
    )


def test_a_reason_is_no_proof():
    assert joined("Mira Holt left. Holt came.", ["Mira Holt", "Holt"], -0.1) == sets(
        "mira holt", "holt"
    )


def test_a_pronoun_goes_with_one_of_two_names():
    text = "Mira Holt came. Otto Brandt came. she left."
    names = ["Mira Holt", "Otto Brandt", "she"]
    likelier = {frozenset(("otto brandt", "she")): SURE + 0.5}

    assert joined(text, names, scores=likelier) == sets("mira holt", "otto brandt|she")


def test_a_surname_goes_with_one_of_two_people():
    text = "Mira Holt came. Otto Holt came. Then Holt left."
    names = ["Mira Holt", "Otto Holt"]
    groups = [*groups_of(text, names), *groups_of(text[text.index("Then") :], ["Holt"], 32)]
    pairs = name_pairs(groups)

    clusters = cluster(3, pairs, [SURE, SURE, SURE + 0.5], Reasons.of(text, groups, pairs))

    assert clusters == [[0], [1, 2]]


def test_two_forms_of_one_full_name_do_not_contradict():
    text = "Mira Holt sang. Mira"
    groups = [*groups_of(text, ["Mira Holt"]), *groups_of("Holt", ["Holt"], 5)]
    first = ScoredMention((0, 1), Span(16, 20), 0, 3.0)
    groups.append(NameGroup(0, "mira", (first,)))
    pairs = name_pairs(groups)

    clusters = cluster(3, pairs, [4.0, 4.0, 1.0], Reasons.of(text, groups, pairs))

    assert clusters == [[0, 1, 2]]


def test_each_name_of_a_cluster_goes_with_the_rest_of_it():
    """The mean of all links alone would let two that do not go together meet through a third."""
    pairs = [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)]
    for_all, against_1 = [3.0, 2.9, 2.9, 1.0, 1.0, 3.0], [3.0, 2.9, 2.9, -3.2, -1.0, 3.0]

    assert cluster(4, pairs, for_all, Reasons.always(4)) == [[0, 1, 2, 3]]
    assert cluster(4, pairs, against_1, Reasons.always(4)) == [[0, 1], [2, 3]]


def test_cluster_joins_by_the_mean_of_all_links():
    pairs = [(0, 1), (0, 2), (1, 2)]

    assert cluster(3, pairs, [2.0, 1.0, 1.0], Reasons.always(3)) == [[0, 1, 2]]
    assert cluster(3, pairs, [2.0, 1.0, -3.0], Reasons.always(3)) == [[0, 1], [2]]


def test_cluster_never_joins_what_was_not_scored():
    assert cluster(3, [(0, 1)], [1.0], Reasons.always(3)) == [[0, 1], [2]]


@given(st.integers(1, 7), st.randoms(use_true_random=False))
def test_clusters_partition(n, random):
    pairs = [(i, j) for i in range(n) for j in range(i + 1, n)]
    found = cluster(n, pairs, [random.uniform(-2, 2) for _ in pairs], Reasons.always(n))

    assert sorted(index for members in found for index in members) == list(range(n))


def test_only_groups_of_one_type_may_be_one_entity():
    mention = ScoredMention((0, 1), Span(0, 3), 0, 1.0)
    groups = [NameGroup(type_, str(row), (mention,)) for row, type_ in enumerate((0, 1, 0, 0))]

    assert name_pairs(groups) == [(0, 2), (0, 3), (2, 3)]


def contradicts(names: frozenset[str], left: str, right: str) -> bool:
    """Say whether two names of an entity have no reason to meet, in letters or through a third."""
    return not any(is_form_of(left, name) and is_form_of(right, name) for name in names)


windows = st.lists(
    st.tuples(
        st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=6, unique=True), st.integers()
    ),
    min_size=1,
    max_size=4,
)


@given(windows)
def test_two_names_without_a_reason_are_never_one_entity(windows):
    """For any names in any windows and any scores short of certainty, also across windows."""
    text, readings = "", []
    for names, seed in windows:
        start = len(text)
        said = "; ".join(names) + ". "
        text += said
        places = []
        for name in names:
            place = 0 if not places else places[-1].end + 2
            places.append(Span(place, place + len(name)))
        mentions = [
            ScoredMention((0, 1), Span(start + p.start, start + p.end), 0, 3.0) for p in places
        ]
        groups = group_by_name(text, mentions, alone=False)
        pairs = name_pairs(groups)
        scores = np.random.default_rng(abs(seed)).uniform(-1, SURE, len(pairs)).tolist()
        clusters = cluster(len(groups), pairs, scores, Reasons.of(text, groups, pairs))
        readings.append(
            Reading(
                Span(start, len(text)),
                tuple(join_groups(groups, members) for members in clusters),
                (),
            )
        )

    extraction = merge(
        Document(id="a", text=text), readings, Types(entities=("P",), relations=()), Calibration()
    )

    for entity in extraction.entities:
        names = frozenset(folded_name(mention.text) for mention in entity.mentions) - {"she"}
        for left, right in combinations(sorted(names), 2):
            assert not contradicts(names, left, right), entity
