"""Names meet under one spelling, and features see what two names share."""

from hypothesis import given
from hypothesis import strategies as st

from extractors.network.values import N_STRING_FEATURES
from extractors.text.names import folded_name, spelling_features


def test_normalised_forgets_case_width_and_punctuation():
    assert folded_name("U.S.A.") == "u s a"
    assert folded_name("Ａｃｍｅ  Ltd") == folded_name("acme ltd.")
    assert folded_name("东京") == "东京"


def test_normalised_of_marks_alone_keeps_them():
    assert folded_name("?!") == "?!"


@given(st.text())
def test_normalised_twice_is_normalised_once(text):
    assert folded_name(folded_name(text)) == folded_name(text)


@given(st.text(max_size=20), st.text(max_size=20))
def test_spelling_features_do_not_depend_on_order(left, right):
    features = spelling_features(left, right)

    assert features == spelling_features(right, left)
    assert len(features) == N_STRING_FEATURES
    assert all(0 <= feature <= 1 for feature in features)


def test_spelling_features_see_acronyms_and_parts():
    acronym = spelling_features("ibm", "international business machines")
    surname = spelling_features("lovelace", "ada lovelace")

    assert acronym[4] == 1
    assert surname[1] == surname[2] == 1
