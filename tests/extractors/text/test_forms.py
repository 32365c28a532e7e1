"""Forms: which names look like one another's, and which a text puts down as one thing's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.text import equates, folded_name, is_form_of


def forms(short: str, long: str) -> bool:
    return is_form_of(folded_name(short), folded_name(long))


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Holt", "Mira Holt"),
        ("M. Holt", "Mira Holt"),
        ("Mira Holt", "Mira J. Holt"),
        ("John Holt", "J. R. Holt"),
        ("Dr Holt", "Mira Holt"),
        ("the Tessel Bank", "Tessel Bank of Ghent"),
        ("Tessel Corp.", "Tessel Corporation"),
        ("HBC", "Hill and Brook Company"),
        ("H.B.C.", "Hill Brook Company"),
        ("March 1961", "4 March 1961"),
        ("Data Base", "database"),
        ("Portugal", "Portuguese"),
        ("Gašper Vrhunc", "Gasper Vrhunc"),
        ("W. T. Chu", "Chu W. T."),
        ("居里", "玛丽·居里"),
        ("北大", "北京大学"),
    ],
)
def test_a_shorter_form_is_known_by_its_letters(short, long):
    assert forms(short, long)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Mira Holt", "Otto Brandt"),
        ("Mira Holt", "Otto Holt"),
        ("Mira Holt", "Mira Brandt"),
        ("Paul Holt", "Paula Holt"),
        ("Spain", "Sparta"),
        ("M. Holt", "Otto Holt"),
        ("4 March 1961", "4 March 1962"),
        ("1961", "1962"),
        ("Tessel Bank", "Brook Bank"),
        ("HBC", "Hill and Valley Company"),
        ("王伟", "王大伟"),
        ("李梅", "王伟"),
        ("J", "Joan"),
    ],
)
def test_different_names_are_no_forms_of_one_another(left, right):
    assert not forms(left, right)
    assert not forms(right, left)


names = st.lists(
    st.sampled_from(("ada", "bo", "c", "holt", "of", "大", "居里")), min_size=1, max_size=5
)


@given(names.map(" ".join), st.data())
def test_any_name_is_a_form_of_itself_and_of_what_it_is_part_of(name, data):
    longer = " ".join([*data.draw(names), name, *data.draw(names)])

    assert is_form_of(name, name)
    has_word = any(len(word) > 1 for word in name.split() if word != "of")
    assert is_form_of(name, longer) or not has_word


@pytest.mark.parametrize(
    "text",
    [
        "<Tessel Holding> (<Quarry>)",
        "<Tessel Holding> (formerly <Quarry>)",
        "<Tessel Holding> (formerly known as “<Quarry>”) grew.",
        "<Tessel Holding>, also known as the <Quarry>, grew.",
        "<Tessel Holding>, or <Quarry>, grew.",
        "<Tessel Holding> (hereinafter “<Quarry>”)",
        "<Tessel Holding>, abbreviated <Quarry>,",
        "<Tessel Holding>, short <Quarry>",
        "<Tessel Holding> was later renamed <Quarry>.",
        "<Tessel Holding> changed its name to <Quarry>.",
        "<Quarry> is short for <Tessel Holding>.",
        "<Mira Holt>, née <Brandt>,",
        "<Mira Holt> (born <Brandt>; 1961)",
        "<Mira Holt>, better known by <Brandt>",
        "<Mira Holt>, a.k.a. <Brandt>",
        "<Mira Holt>, whose maiden name was <Brandt>, sang.",
        "<Quarry>, whose full name is <Tessel Holding>",
        "<特塞尔公司>（下称“<采石>”）",
        "<特塞尔公司>（以下简称<采石>）",
        "<特塞尔公司>，又名<采石>，",
        "<特塞尔公司>，原名：<采石>",
        "<特塞尔公司>（<采石>）",
    ],
)
def test_a_text_that_gives_two_names_for_one_thing_is_understood(text):
    assert equated(text)


@pytest.mark.parametrize(
    "text",
    [
        "<Mira Holt> and <Otto Brandt>",
        "<Mira Holt>, <Otto Brandt>",
        "<Mira Holt> or <Otto Brandt>",
        "<Mira Holt>. <Otto Brandt>",
        "<Mira Holt>\n<Otto Brandt>",
        "<Mira Holt>, not <Otto Brandt>",
        "<Mira Holt> (with <Otto Brandt>)",
        "<Mira Holt> (<Otto Brandt>'s aunt)",
        "<Mira Holt> was born in Ghent. <Otto Brandt>",
        "<Mira Holt> met <Otto Brandt>",
        "<Mira Holt> (" + "formerly " * 20 + "<Otto Brandt>)",
        "<李梅>和<王伟>",
        "<李梅>称<王伟>",
    ],
)
def test_two_names_side_by_side_are_two_things(text):
    assert not equated(text)


def equated(marked: str) -> bool:
    """Ask about the two names that are marked in a text."""
    before, left, between, right, after = marked.replace(">", "<").split("<")
    start = len(before) + len(left) + len(between)
    return equates(
        before + left + between + right + after, len(before) + len(left), start, start + len(right)
    )


@given(st.text(max_size=80), st.integers(0, 80), st.integers(0, 80), st.integers(0, 80))
def test_any_text_can_be_asked_about(text, left_end, right_start, right_end):
    """Whatever stands between, and wherever the names lie, there is an answer."""
    assert equates(text, left_end, right_start, right_end) in (True, False)


@pytest.mark.parametrize(
    ("country", "word"),
    [
        ("Netherlands", "Dutch"),
        ("the Netherlands", "Dutch"),
        ("Holland", "the Netherlands"),
        ("United States", "U.S."),
        ("the US", "American"),
        ("USA", "the United States of America"),
        ("UK", "British"),
        ("Côte d'Ivoire", "Ivorian"),
        ("Türkiye", "Turkish"),
        ("Switzerland", "Swiss"),
        ("Greece", "Hellenic"),
        ("DR Congo", "Congolese"),
        ("Soviet Union", "USSR"),
        ("Burma", "Myanmar"),
        ("中国", "中"),
        ("美國", "美"),
    ],
)
def test_country_and_the_words_for_it_and_its_people_are_forms_of_one_another(country, word):
    assert is_form_of(folded_name(country), folded_name(word))
    assert is_form_of(folded_name(word), folded_name(country))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Dutch", "German"),
        ("Netherlands", "Germany"),
        ("England", "Scotland"),
        ("North Korea", "South Korean"),
        ("China", "Taiwanese"),
    ],
)
def test_other_countries_are_no_forms_of_one_another(left, right):
    assert not is_form_of(folded_name(left), folded_name(right))
    assert not is_form_of(folded_name(right), folded_name(left))
