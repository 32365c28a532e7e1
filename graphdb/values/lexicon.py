"""Words of dates: names of months and days by language, and what stands between them.

English and Chinese are written out. The months of other languages come from the data of dateparser,
which needs no parsing of its own here: a language is loaded when a text in it has to be read.
"""

# ruff: noqa: SIM905 - words of a language are read as a line

import importlib
import re
from functools import cache

MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT_WEEKDAYS = "mon tue tues wed weds thu thur thurs fri sat sun".split()

FILLERS = frozenset(
    (
        *"the of on in at during year years month a d de del du des da do dos di le la les el los"
        " der den die das im am vom il lo van het года году год г р roku anno".split(),
        *WEEKDAYS,
        *_SHORT_WEEKDAYS,
    )
)
"""Words that say nothing between the numbers and the month of a date."""

SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
SEASONS_ZH = {"春": 21, "夏": 22, "秋": 23, "冬": 24}

NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen twenty".split()
    )
} | {
    word: 10 * number
    for number, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)
}
ORDINAL_WORDS = {
    word: number
    for number, word in enumerate(
        "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
        " thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
        " twentieth".split(),
        1,
    )
} | {"thirtieth": 30}
DECADE_WORDS = {
    word: 10 * number
    for number, word in enumerate(
        "thirties forties fifties sixties seventies eighties nineties".split(), 3
    )
}
"""Without "twenties": nobody can tell which."""

_SPOKEN_YEAR = re.compile(
    r"(thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty)[- ]+(.+)"
)

_TWO_THOUSAND = re.compile(rf"two thousand(?: (?:and )?({'|'.join(NUMBER_WORDS)}))?")


def ordinal(word: str) -> int | None:
    """Return the number of an ordinal word ("twenty-first"), or None."""
    if word in ORDINAL_WORDS:
        return ORDINAL_WORDS[word]
    tens, _, ones = word.replace(" ", "-").partition("-")
    unit = ORDINAL_WORDS.get(ones, 99)
    return NUMBER_WORDS[tens] + unit if NUMBER_WORDS.get(tens, 0) >= 20 and unit < 10 else None


def spoken_year(text: str) -> int | None:
    """Return the year that is written in words ("nineteen thirty-four"), or None."""
    if match := _TWO_THOUSAND.fullmatch(text):
        return 2000 + (NUMBER_WORDS.get(match[1], 0) if match[1] else 0)
    match = _SPOKEN_YEAR.fullmatch(text)
    if not match:
        return None
    tens, _, ones = match[2].replace(" ", "-").partition("-")
    century = NUMBER_WORDS[match[1]] * 100
    if match[2] == "hundred":
        return century
    if tens in ("oh", "o") and NUMBER_WORDS.get(ones, 0) in range(1, 10):
        return century + NUMBER_WORDS[ones]
    if tens not in NUMBER_WORDS or (ones and NUMBER_WORDS.get(ones, 99) > 9):
        return None
    rest = NUMBER_WORDS[tens] + (NUMBER_WORDS[ones] if ones else 0)
    return century + rest if rest > 9 else None


@cache
def months(language: str) -> dict[str, int]:
    """Return the number of each month by its names in a language, English always among them."""
    names = {month: number for number, month in enumerate(MONTHS, 1)}
    names |= {month[:3]: number for number, month in enumerate(MONTHS, 1)} | {"sept": 9}
    if language not in ("", "en", "zh"):
        info = _language_data(language)
        for number, month in enumerate(MONTHS, 1):
            names |= {name.casefold().rstrip("."): number for name in info.get(month, ())}
    return names


@cache
def weekdays(language: str) -> frozenset[str]:
    """Return the names of the days of the week in a language."""
    if language in ("", "en", "zh"):
        return frozenset()
    info = _language_data(language)
    return frozenset(name.casefold().rstrip(".") for day in WEEKDAYS for name in info.get(day, ()))


def _language_data(language: str) -> dict[str, list[str]]:
    if not re.fullmatch("[a-z]{2,3}", language):
        return {}
    try:
        module = importlib.import_module(f"dateparser.data.date_translation_data.{language}")
    except ModuleNotFoundError:  # a language that nobody has written down
        return {}
    info: dict[str, list[str]] = module.info
    return info


_DIGITS_ZH = {digit: number for number, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
}
_POWERS_ZH = {"十": 10, "百": 100, "千": 1000}
_LARGE_ZH = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}
NUMERALS_ZH = "".join((*_DIGITS_ZH, *_POWERS_ZH, *_LARGE_ZH))


def chinese_number(text: str) -> int | None:
    """Return the number that Chinese numerals say (三百二十, 一九三四), or None."""
    if not text or any(character not in NUMERALS_ZH for character in text):
        return None
    if all(character in _DIGITS_ZH for character in text):
        return int("".join(str(_DIGITS_ZH[character]) for character in text))
    total = section = digit = 0
    for character in text:
        if character in _DIGITS_ZH:
            digit = _DIGITS_ZH[character]
        elif character in _POWERS_ZH:
            section += (digit or 1) * _POWERS_ZH[character]
            digit = 0
        else:
            total = (total + section + digit) * _LARGE_ZH[character]
            section = digit = 0
    return total + section + digit
