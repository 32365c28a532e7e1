"""Countries, and the words for their people."""

import pytest

from extractors.text import folded_name, is_demonym, is_same_country


@pytest.mark.parametrize(
    ("left", "right"),
    [("Niger", "Nigerian"), ("Slovak", "Slovene"), ("Guinea", "Equatorial Guinean"), ("a", "a")],
)
def test_names_alike_are_not_one_country(left, right):
    assert not is_same_country(folded_name(left), folded_name(right))


def test_word_that_two_countries_share_is_of_both_and_makes_them_no_one():
    congolese, dr, republic = map(folded_name, ("Congolese", "DR Congo", "Republic of the Congo"))

    assert is_same_country(congolese, dr)
    assert is_same_country(congolese, republic)
    assert not is_same_country(dr, republic)


def test_people_are_told_from_their_country():
    assert is_demonym("dutch")
    assert not is_demonym("netherlands")
    assert not is_demonym("u s")
