"""Dates and quantities are read for what they amount to: `docs/values.tsv` lists hundreds.

The table is the specification. Property tests say of all dates and numbers what it says of some.
"""

from datetime import date
from pathlib import Path

import pytest
from edtf import parse_edtf
from hypothesis import assume, given
from hypothesis import strategies as st

from graphdb.values import QuantityValue, date_value, needs_its_text, quantity_value
from tests.strategies import any_text

TABLE = Path(__file__).parents[3] / "docs" / "values.tsv"
ROWS = [line.split("\t") for line in TABLE.read_text(encoding="utf-8").splitlines()[1:]]
DATES = [(language, form, value) for kind, language, form, value in ROWS if kind == "date"]
QUANTITIES = [(language, form, value) for kind, language, form, value in ROWS if kind == "quantity"]


def written(value: QuantityValue | None) -> str:
    """Write a quantity as the table does."""
    if value is None:
        return "-"
    if value.value is None:
        number = f"{value.lowest:.12g}..{value.highest:.12g}"
    elif value.comparison == "≈" and value.lowest is not None:
        number = f"{value.value:.12g}≈{value.lowest:.12g}..{value.highest:.12g}"
    else:
        number = f"{value.comparison}{value.value:.12g}"
    return f"{number} {value.unit}".strip()


def test_table_has_every_form_once():
    forms = [(kind, language, form) for kind, language, form, _ in ROWS]

    assert len(forms) == len(set(forms))
    assert min(len(DATES), len(QUANTITIES)) > 200


@pytest.mark.parametrize(("language", "form", "value"), DATES)
def test_date_of_the_table(language, form, value):
    found = date_value(form, language)

    assert (found.edtf if found else "-") == value


@pytest.mark.parametrize(("language", "form", "value"), QUANTITIES)
def test_quantity_of_the_table(language, form, value):
    assert written(quantity_value(form, language)) == value


# Ours says more of winters, which end in another year, and of open ranges, which have no end.
@pytest.mark.parametrize(
    "edtf", sorted({value for *_, value in DATES if value != "-" and not set("[.T") & set(value)})
)
def test_ends_are_those_of_another_reader_of_edtf(edtf):
    found = next(date_value(form, language) for language, form, value in DATES if value == edtf)
    parsed = parse_edtf(edtf)
    if edtf.endswith("-24"):
        return
    lower, upper = parsed.lower_strict(), parsed.upper_strict()

    for ours, theirs in ((found.earliest, lower), (found.latest, upper)):
        year, month, day = theirs[:3]
        sign = "-" if year < 0 else ""
        assert ours == f"{sign}{abs(year):04}-{month:02}-{day:02}"


MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
days = st.dates(date(1100, 1, 1), date(2999, 12, 31))


def ways(day):
    """Return a day as people write it."""
    month, suffix = MONTHS[day.month - 1], {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if day.day in (11, 12, 13) else suffix.get(day.day % 10, "th")
    return (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
        f"the {day.day}{ending} of {month}, {day.year}",
        f"{month[:3]}. {day.day}{ending}, {day.year}",
        f"{day:%A}, {day.day} {month.upper()} {day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
    )


@given(days)
def test_a_day_is_one_value_however_it_is_written(day):
    values = {date_value(form) for form in ways(day)}

    assert {value and value.edtf for value in values} == {day.isoformat()}


@given(days)
def test_what_is_wider_contains_what_is_narrower(day):
    month = MONTHS[day.month - 1]
    inner = date_value(day.isoformat())
    for form in (
        f"{month} {day.year}",
        f"{day.year}",
        f"{day.year // 10 * 10}s" if day.year % 100 >= 10 else f"{day.year}",
        f"{day.year // 100 + 1}th century",
        f"since {day.year}",
        f"until {month} {day.year}",
        f"c. {day.year}",
    ):
        outer = date_value(form)
        assert outer is not None, form
        assert outer.earliest is None or outer.earliest <= inner.earliest
        assert outer.latest is None or inner.latest <= outer.latest


@given(days, days)
def test_ranges_go_from_the_first_day_to_the_last(one, other):
    first, last = sorted((one, other))
    assume(first != last)

    for form in (f"{first} – {last}", f"from {ways(first)[1]} to {ways(last)[1]}"):
        value = date_value(form)
        assert (value.earliest, value.latest) == (first.isoformat(), last.isoformat())


@given(any_text | st.from_regex(r"[0-9年月日 ./-]{1,14}", fullmatch=True))
def test_no_text_breaks_either_reading(text):
    day, quantity = date_value(text), quantity_value(text)

    if day and day.earliest and day.latest and not day.earliest.startswith("-"):
        assert day.earliest <= day.latest
    if quantity and quantity.lowest is not None and quantity.highest is not None:
        assert quantity.lowest <= quantity.highest
    assert needs_its_text(text) in (True, False)


numbers = st.integers(1, 10**9)


@given(numbers)
def test_a_number_is_one_value_with_thousands_apart_or_not(number):
    forms = (str(number), f"{number:,}", f"{number:,}".replace(",", " "), f"{number}.0")

    assert {quantity_value(form).value for form in forms} == {float(number)}


UNITS = (
    ("km", "kilometres", 1000, "m"),
    ("kg", "kilograms", 1, "kg"),
    ("mV", "millivolts", 0.001, "V"),
    ("MV", "megavolts", 1e6, "V"),
    ("%", "per cent", 1, "%"),
    ("h", "hours", 3600, "s"),
    ("GB", "gigabytes", 1e9, "B"),
    ("°C", "degrees Celsius", 1, "°C"),
)


@given(st.integers(1, 10_000), st.sampled_from(UNITS))
def test_symbol_and_name_of_a_unit_are_one_value(number, unit):
    symbol, name, factor, kept = unit
    values = {
        quantity_value(f"{number}{gap}{each}")
        for gap, each in ((" ", symbol), ("", symbol), (" ", name))
    }

    (value,) = values
    assert value.unit == kept
    assert value.value == pytest.approx(number * factor)


@given(
    st.integers(1, 10_000), st.sampled_from(UNITS), st.sampled_from(("-", "<", ">", "≤", "≥", "~"))
)
def test_a_sign_makes_another_value(number, unit, sign):
    assert quantity_value(f"{sign}{number} {unit[0]}") != quantity_value(f"{number} {unit[0]}")


@pytest.mark.parametrize(
    ("form", "edtf"),
    [
        ("today", "1934-07-04"),
        ("yesterday", "1934-07-03"),
        ("last year", "1933"),
        ("next month", "1934-08"),
        ("last month", "1934-06"),
        ("this week", "1934-07-02/1934-07-08"),
        ("two weeks ago", "1934-06-20"),
        ("three years ago", "1931"),
        ("Monday", "1934-07-02"),
        ("last Friday", "1934-06-29"),
        ("last March", "1934-03"),
        ("昨天", "1934-07-03"),
        ("去年", "1933"),
    ],
)
def test_relative_date_needs_the_day_on_which_it_was_written(form, edtf):
    value = date_value(form, "en", date(1934, 7, 4))

    assert (value.edtf, value.is_inferred) == (edtf, True)
    assert date_value(form, "en") is None
    assert needs_its_text(form)


def test_relative_date_of_another_language_is_read_in_that_language():
    assert date_value("gestern", "de", date(1934, 7, 4)).edtf == "1934-07-03"
    assert date_value("gestern", "fr", date(1934, 7, 4)) is None


@pytest.mark.parametrize("form", ["the Middle Ages", "the Renaissance", "唐朝"])
def test_name_of_a_time_is_a_name(form):
    assert date_value(form) is None
    assert not needs_its_text(form)
