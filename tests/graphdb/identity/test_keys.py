"""Keys are a function of type and normalised name, and nothing runs into anything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.identity import canonical_name, chunk_key, entity_key, fact_key


def test_type_is_part_of_identity():
    assert entity_key("Person", "Paris") != entity_key("Location", "Paris")


@given(st.text(st.characters(categories=["Cs", "Lu", "Nd"]), min_size=1))
def test_even_a_lone_surrogate_has_a_key(name):
    """A name that cannot be stored must not stop the run; the document is set aside later."""
    assert len(entity_key("Person", name)) == 32


def test_keys_do_not_run_into_each_other():
    assert chunk_key("a", 11) != chunk_key("a1", 1)
    assert fact_key("a", "KNOWS", "b") != fact_key("b", "KNOWS", "a")


@given(st.permutations(["acme", "ACME", "Acme", "Acme.", "the firm"]))
def test_canonical_name_does_not_depend_on_order(texts):
    assert canonical_name("Organization", entity_key("Organization", "Acme"), texts) == "Acme"


@pytest.mark.parametrize(
    ("texts", "best"),
    [
        (["nasa", "NASA"], "NASA"),
        (["NASA", "Nasa", "nasa"], "Nasa"),
        (["NASA.", "nasa"], "NASA."),
        (["Nasa.", "Nasa"], "Nasa"),
        (["nasa", "nas\u200ba"], "nasa"),
        (["Nasa", "NAsa"], "NAsa"),
    ],
)
def test_mixed_case_comes_before_capitals_and_capitals_before_small_letters(texts, best):
    key = entity_key("Organization", "nasa")

    assert canonical_name("Organization", key, texts) == best
    assert canonical_name("Organization", key, texts[::-1]) == best
