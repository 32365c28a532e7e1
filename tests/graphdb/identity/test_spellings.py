"""Names that a reader takes for the same are the same, and no others: see `docs/spellings.tsv`.

The table is the specification. Property tests say of all names what it says of some.
"""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from graphdb.identity import normalised_name
from tests.strategies import any_text

TABLE = Path(__file__).parents[3] / "docs" / "spellings.tsv"


def _unescaped(text):
    return text.encode("raw_unicode_escape").decode("raw_unicode_escape")


def _pairs():
    for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]:
        verdict, one, other, reason = line.split("\t")
        yield pytest.param(
            verdict == "same", _unescaped(one), _unescaped(other), id=f"{reason}: {one} {other}"
        )


@pytest.mark.parametrize(("is_same", "one", "other"), list(_pairs()))
def test_pair_of_the_table(is_same, one, other):
    assert (normalised_name(one) == normalised_name(other)) is is_same


def test_case_counts_where_the_ontology_says_so():
    assert normalised_name("CO", case_counts=True) != normalised_name("Co", case_counts=True)
    assert normalised_name(" CO.", case_counts=True) == normalised_name("CO", case_counts=True)


PIECES = (
    *"aAbBstT1290.,;:!?-–−'\"()[]<>+#*/&%° _$€½²⁻éïñßİıё…\u0301\u200d北京アأ٣",
    *(" St. ", "J. ", "mV"),
)
names = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
"""Names made of what normalisation looks at: short, so that all of it meets."""


@given(any_text | names)
def test_normalising_twice_is_normalising_once(name):
    assert normalised_name(normalised_name(name)) == normalised_name(name)


@given(any_text | names)
def test_case_counts_after_a_number_alone(name):
    """3 mV is no 3 MV; a name without a digit is the same in small letters."""
    assume(not any(unicodedata.normalize("NFKC", character).isdecimal() for character in name))
    assume(not any(part.isnumeric() for part in name))

    assert normalised_name(name.casefold()) == normalised_name(name)


@given(any_text | names)
def test_composing_and_spaces_around_never_count(name):
    assert normalised_name(unicodedata.normalize("NFC", name)) == normalised_name(name)
    assert normalised_name(unicodedata.normalize("NFD", name)) == normalised_name(name)
    assert normalised_name(f"  {name}\u00a0") == normalised_name(name)


@given(any_text | names)
def test_a_name_with_a_letter_or_digit_is_never_empty(name):
    assume(any(character.isalnum() for character in name))

    assert normalised_name(name)


@given(st.from_regex(r"[A-Z][a-z]{2,8}", fullmatch=True), st.sampled_from("+-#*"))
def test_a_sign_at_the_end_is_part_of_the_name(name, sign):
    assert normalised_name(name + sign) != normalised_name(name)


@given(st.from_regex(r"[1-9][0-9]{0,3}", fullmatch=True), st.sampled_from("-+<>≤≥~±$€£%°"))
def test_a_sign_at_a_number_is_part_of_it(number, sign):
    assert normalised_name(sign + number) != normalised_name(number)
