"""From the words of a quantity to a value: a number, its unit, and how exactly it was said.

`5 km`, `5,000 m` and "five kilometres" are one value. What is no number as a whole has none.
"""

# ruff: noqa: SIM905 - words of a language are read as a line

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from graphdb.values.lexicon import NUMBER_WORDS, NUMERALS_ZH, ordinal
from graphdb.values.numerals import number_at
from graphdb.values.units import MONEY, in_one_unit, unit

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")

# The first that fits decides, so "<=" comes before "<", and "no more than" before "more than".
_COMPARISONS = (
    ("≤", r"≤|<=|⩽|up to|at most|no more than|not more than|a maximum of|不超过|不超過|至多|最多"),
    (
        "≥",
        r"≥|>=|⩾|at least|no less than|no fewer than|not less than|a minimum of|至少|不少于|最少",
    ),
    (
        "<",
        r"<|less than|fewer than|under|below|nearly|almost|just under|close to"
        r"|不到|不足|近|将近|少于|低于",
    ),
    (
        ">",
        r">|more than|over|above|exceeding|in excess of|greater than|upwards of"
        r"|well over|just over|超过|超過|逾|多于|高于",
    ),
    (
        "≈",
        r"≈|~|∼|about|around|approximately|approx\.?|roughly|some|circa|c\.|ca\.?"
        r"|an estimated|estimated|约|約|大约|大約|大概",
    ),
)
_BEFORE = tuple(
    (sign, re.compile(rf"(?:{words})\s*(?P<rest>\S.*)", re.IGNORECASE))
    for sign, words in _COMPARISONS
)
_MORE_ZH = re.compile(r"(?P<rest>\S*?[\d.万亿百千十]+)[多余餘](?P<unit>\D*)")
_BEHIND = (
    (">", _MORE_ZH),
    ("≥", re.compile(r"(?P<rest>.*\d)\s?(?P<unit>\D*?)\+", re.IGNORECASE)),
    (
        "≥",
        re.compile(
            r"(?P<rest>.+?)(?P<unit>\D*?)\s*(?:or more|and over|or over|and above|以上)",
            re.IGNORECASE,
        ),
    ),
    (
        "≤",
        re.compile(
            r"(?P<rest>.+?)(?P<unit>\D*?)\s*(?:or less|or fewer|and under|以下)", re.IGNORECASE
        ),
    ),
    ("≈", re.compile(r"(?P<rest>.+?)(?P<unit>\D*?)\s*(?:or so|左右|上下)", re.IGNORECASE)),
)
_RANGE = re.compile(
    r"(?:(?:between|from|anywhere from)\s+)?(?P<a>.+?)\s*(?:-|–|\bto\b|\band\b|\bor\b"
    r"|至|到|~)\s*(?P<b>\S.*)",
    re.IGNORECASE,
)
_SPREAD = re.compile(r"(?P<a>.+?)\s*(?:±|\+/-|\+-)\s*(?P<b>\S+?)(?P<unit>\s*[^\d.,\s].*)?")
_COMPOUND = re.compile(
    r"(?P<a>[\d.,]+\s?[^\d\s,.&+-]+(?: ?[^\d\s,]+)??),?(?:\s+and)?\s*(?P<b>[\d.,]+\s?[^\d\s]+)",
    re.IGNORECASE,
)
_FEET_INCHES = re.compile(r"(?P<feet>\d+)\s?['′]\s?(?:(?P<inches>\d+(?:\.\d+)?)\s?(?:\"|″|'')?)?")
_INCHES = re.compile(r"(?P<inches>[\d.,]+(?:\s\d/\d)?)\s?(?:\"|″)")
_MONEY_BEFORE = re.compile(
    r"(?P<sign>[-+]?)(?P<money>(?:us|au?|ca?|hk|nz|s|nt|r)?\$|[€£¥₹₩₽₺₴₪]|\b(?:usd|eur"
    r"|gbp|jpy|cny|rmb|chf|inr|aud|cad|sek|nok|dkk|hkd|krw|rub|brl|zar"
    r"|pln|rs\.?))\s?(?P<rest>.+)",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"(?![到至点分])[^\W\d_](?:[^\d:±+]*[^\W\d_])?")
"""What may be counted: words, and nothing that a number is made of."""
_POWER_OF_UNIT = re.compile(r"(?<=[^\W\d_])[²³]")
_NUMERALS_ZH = re.compile(f"[{NUMERALS_ZH}]+")
_AND_A_HALF = re.compile(r"-and-a-half\b", re.IGNORECASE)
_NOT_COUNTED = frozenset("in out of and or to per a an by x".split())
_ARTICLE = re.compile(r"an? (?P<unit>.+)", re.IGNORECASE)
_MINUS = re.compile(r"^(?:minus|negative|零下|负)\s*", re.IGNORECASE)
_RANK = re.compile(r"(?:(?P<digits>\d+)(?:st|nd|rd|th)|第(?P<zh>\S+))", re.IGNORECASE)
_SHARE = re.compile(r"(?P<some>.+?) (?:in|out of)(?: every)? (?P<all>.+)", re.IGNORECASE)
_AGED = re.compile(r"aged? (?P<age>\S+)", re.IGNORECASE)
_ENDS = " ,;:!?()[]"


@dataclass(frozen=True, slots=True)
class QuantityValue:
    """A number in a unit that all quantities of its kind share."""

    value: float | None
    """The number that was said; None for a range."""
    unit: str
    """`m`, `kg`, `s`, `°C`, `%`, `USD`, …; what was counted ("people"); empty for a bare number."""
    comparison: str = ""
    """`<`, `≤`, `>`, `≥` or `≈`, if it was not said to be exact."""
    lowest: float | None = None
    highest: float | None = None
    """Between which numbers it lies; None where there is no end."""


@lru_cache(maxsize=10_000)
def quantity_value(text: str, language: str = "") -> QuantityValue | None:
    """Return the value of a text that is a quantity, and None if it is none.

    Args:
        text: The whole quantity and nothing else: "5.2 million people", "3–4 km", "$5bn".
        language: Code of the text's language: it decides what a comma in a number means.

    >>> quantity_value("5 km")
    QuantityValue(value=5000.0, unit='m', comparison='', lowest=5000.0, highest=5000.0)
    """
    plain = unicodedata.normalize(
        "NFKC", re.sub(r"(?<=\d)(?=[¼-¾⅐-⅞])", " ", _POWER_OF_UNIT.sub(_power, text))
    )
    plain = (
        " ".join(plain.translate(_DASHES).replace("⁄", "/").split()).strip(_ENDS).removesuffix(".")
    )
    if not plain or len(plain) > 80:
        return None
    return _read(plain, language)


def _power(match: re.Match[str]) -> str:
    return "^2" if match[0] == "²" else "^3"


def _read(text: str, language: str) -> QuantityValue | None:
    text = _AND_A_HALF.sub(" and a half", text)
    text = _AGED.sub(r"\g<age> years", text)
    # What compares is taken off first, and says something of an exact quantity alone.
    for sign, pattern in _BEFORE:
        if match := pattern.fullmatch(text):
            compared = _compared(_exact(match["rest"], language), sign)
            if compared:
                return compared
    for sign, pattern in _BEHIND:
        if match := pattern.fullmatch(text):
            rest = f"{match['rest']} {match['unit'].strip()}".strip()
            if compared := _compared(_exact(rest, language), sign):
                return compared
    if exact := _rank(text) or _exact(text, language) or _share(text, language):
        return exact
    return _spread(text, language) or _range(text, language)


def _exact(text: str, language: str) -> QuantityValue | None:
    return (
        _money(text, language)
        or _lengths(text)
        or _plain(text, language)
        or _compound(text, language)
    )


def _plain(text: str, language: str) -> QuantityValue | None:
    if (article := _ARTICLE.fullmatch(text)) and unit(article["unit"]):
        return _value(Decimal(1), article["unit"])
    unsigned = _MINUS.sub("", text)
    number_and_rest = number_at(unsigned, language)
    if not number_and_rest:
        return None
    number, rest = number_and_rest
    if unsigned != text:
        number = -number
    below = re.fullmatch(r"(.*?)\s*below zero", rest, re.IGNORECASE)
    if below:
        number, rest = -number, below[1]
    return _value(number, rest.strip(" -").strip())


def _value(number: Decimal, name: str) -> QuantityValue | None:
    """Return a number of something: of a unit, of money, or of what is counted."""
    if not name:
        return _made(float(number), "")
    name = re.sub(r"^(?:of\s|a\s|d'|de\s|个|個|名|位|条|座|家|次|人次)\s*(?=\S)", "", name)
    # A unit before money, money before what is counted: "5 pounds" weigh, "5 dollars" pay.
    if unit_name := unit(name):
        converted = in_one_unit(number, unit_name)
        return _made(*converted) if converted else None
    folded = name.casefold()
    if money := MONEY.get(folded) or MONEY.get(folded.removesuffix("s")):
        return _made(float(number), money)
    # A long text behind a number is a sentence, and what begins with "of" or "per" is half of one.
    if not _COUNTED.fullmatch(name) or folded.split()[0] in _NOT_COUNTED or len(name.split()) > 4:
        return None
    return _made(float(number), folded)


def _made(value: float, unit_name: str) -> QuantityValue:
    value = value or 0.0  # no minus before nothing
    return QuantityValue(value, unit_name, "", value, value)


def _money(text: str, language: str) -> QuantityValue | None:
    match = _MONEY_BEFORE.fullmatch(text)
    number_and_rest = match and number_at(match["rest"], language, is_money=True)
    if not match or not number_and_rest:
        return None
    number, rest = number_and_rest
    money = MONEY[match["money"].casefold().rstrip(".")]
    # ¥ is written for yen and for yuan: Chinese numerals or a Chinese text decide.
    if money == "JPY" and (language == "zh" or set(text) & set("万亿元")):
        money = "CNY"
    # The money may be said twice, by sign and by word: "$5 dollars", "A$5 dollars".
    if rest.strip() and MONEY.get(rest.strip().casefold().removesuffix("s")) not in (money, "USD"):
        return None
    return _made(float(-number if match["sign"] == "-" else number), money)


def _lengths(text: str) -> QuantityValue | None:
    if match := _FEET_INCHES.fullmatch(text):
        inches = 12 * Decimal(match["feet"]) + Decimal(match["inches"] or 0)
        converted = in_one_unit(inches, "inch")
    elif (match := _INCHES.fullmatch(text)) and (inches_said := number_at(match["inches"], "en")):
        converted = in_one_unit(inches_said[0], "inch")
    else:
        return None
    return _made(*converted) if converted else None


def _compound(text: str, language: str) -> QuantityValue | None:
    """Return the sum of 5 ft 10 in, or of 2 hours and 30 minutes."""
    match = _COMPOUND.fullmatch(text)
    if not match:
        return None
    one, other = _plain(match["a"], language), _plain(match["b"], language)
    # Only lengths, weights and times are said in two steps, the larger one first.
    if not one or not other or one.unit != other.unit or one.unit not in ("m", "kg", "s"):
        return None
    if one.value is None or other.value is None or not one.value > other.value >= 0:
        return None
    # Twelve digits, more than anybody says: a sum of floats has an error in the last of them, and
    # "1 h 6 min" would get another key than "66 min".
    return _made(float(f"{one.value + other.value:.12g}"), one.unit)


def _rank(text: str) -> QuantityValue | None:
    """Return the place in an order: 1st, first, 第一."""
    match = _RANK.fullmatch(text)
    if match and match["zh"]:
        place = number_at(match["zh"], "zh")
        return _made(float(place[0]), "rank") if place and not place[1] else None
    number = int(match["digits"]) if match else ordinal(text.casefold())
    return _made(float(number), "rank") if number else None


def _share(text: str, language: str) -> QuantityValue | None:
    """Return "one in five" as 20 %."""
    match = _SHARE.fullmatch(text)
    ends = [number_at(match[name], language) for name in ("some", "all")] if match else []
    some, whole = ends if len(ends) == 2 else (None, None)
    if not some or not whole or some[1] or whole[1] or not 0 < some[0] <= whole[0]:
        return None
    return _made(float(f"{100 * some[0] / whole[0]:.12g}"), "%")


def _compared(value: QuantityValue | None, sign: str) -> QuantityValue | None:
    if value is None or value.value is None:
        return None
    number = value.value
    lowest = number if sign in (">", "≥") else None
    highest = number if sign in ("<", "≤") else None
    return QuantityValue(number, value.unit, sign, lowest, highest)


def _spread(text: str, language: str) -> QuantityValue | None:
    match = _SPREAD.fullmatch(text)
    if not match:
        return None
    name = match["unit"] or ""
    middle, width = _exact(match["a"] + name, language), _exact(match["b"] + name, language)
    if not middle or not width or middle.value is None or width.value is None:
        return None
    middle_value, half = middle.value, abs(width.value)
    if middle.unit == "°C":  # 5 ± 2 °F is as wide as that, wherever on the scale
        bare, wide = number_at(match["a"], language), number_at(match["b"], language)
        half = abs(half) if not bare or not wide else float(wide[0]) * (5 / 9 if "F" in name else 1)
    low, high = (float(f"{end:.12g}") for end in (middle_value - half, middle_value + half))
    return QuantityValue(middle_value, middle.unit, "≈", low, high)


def _range(text: str, language: str) -> QuantityValue | None:
    match = _RANGE.fullmatch(text)
    if not match:
        return None
    # The end borrows the sign of money from the start: "$3–4" is "$3–$4".
    money = _MONEY_BEFORE.fullmatch(match["a"])
    end = (
        match["b"]
        if not money or _MONEY_BEFORE.fullmatch(match["b"])
        else money["money"] + match["b"]
    )
    high = _exact(end, language)
    low = _exact(match["a"], language)
    # In "3–4 km" or "2 to 3 million" the start leaves its unit, or its million, to the end.
    if not high or high.value is None:
        return None
    if (
        low is None
        or low.value is None
        or low.unit != high.unit
        or low.value > high.value
        or match["a"][-1:].isdigit()
        or match["a"].split()[-1].casefold() in NUMBER_WORDS
    ):
        low = _as_unit_of(match["a"], end, language) or low
    if low and low.value is not None and low.unit == high.unit and low.value < high.value:
        return QuantityValue(None, low.unit, "", low.value, high.value)
    return None


def _as_unit_of(start: str, end: str, language: str) -> QuantityValue | None:
    """Return the start of a range that leaves its unit, and perhaps "million", to the end."""
    money = _MONEY_BEFORE.fullmatch(end)
    bare_end = money["rest"] if money else end
    digits = re.match(r"-?[\d.,\s]*\d", bare_end)
    first, _, behind = bare_end.partition(" ")
    tail = bare_end[digits.end() :] if digits else ""
    if first.casefold() in NUMBER_WORDS:
        tail = f" {behind}"
    elif numerals := _NUMERALS_ZH.match(bare_end):
        tail = bare_end[numerals.end() :]
    if _MONEY_BEFORE.fullmatch(start) or not money:
        return _exact(start + tail, language)
    return _exact(money["money"] + start + tail, language)
