"""One day, month, year, decade, century, season or quarter, however it is written.

`point` reads a text in small letters, with all kinds of dashes made `-` or `–`.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta

from graphdb.values.calendar_terms import Period
from graphdb.values.lexicon import (
    DECADE_WORDS,
    FILLERS,
    NUMERALS_ZH,
    SEASONS,
    SEASONS_ZH,
    chinese_number,
    months,
    ordinal,
    spoken_year,
    weekdays,
)

_BC = r"b\.?\s?c\.?(?:\s?e\.?)?|v\.?\s?chr\.?|av\.? j\.?-?c\.?|a\.c\.|до н\. ?э\."
_AD = r"a\.?d\.?|c\.?\s?e\.?|n\.?\s?chr\.?|н\. ?э\."
_ERA_BEHIND = re.compile(rf"(?P<rest>.*\d.*?|.*century)\s*(?:(?P<bc>{_BC})|(?P<ad>{_AD}))")
_ERA_BEFORE = re.compile(rf"(?:(?P<bc>b\.?c\.?e?\.?)|(?P<ad>{_AD}))\s*(?P<rest>\d.*)")
_ERA_ZH = re.compile(r"(?P<bc>公元前|西元前|前)(?P<rest>\S+)|(?:公元|西元)(?P<rest2>\S+)")

_ISO = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})\.?")
_COMPACT = re.compile(r"(1[5-9]\d\d|20\d\d)(0[1-9]|1[0-2])([0-3]\d)")
_YEAR_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])|(\d{4})/(0[1-9]|1[0-2])")
_WEEK = re.compile(r"(\d{4})-?w(\d{2})|week (\d{1,2})(?: of|,)? (\d{4})")
_NUMERIC = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})\.?")
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])[/.](\d{4})")
_YEAR = re.compile(r"(?:(?:the )?year (?:of )?)?(\d{3,4})")

_DECADE = re.compile(
    r"(?:the )?(?:decade of the )?(\d{4})'?s|(\d{3}0)er(?: jahren?)?|(?:années|años"
    r"|anni|anos) (\d{3}0)|(\d{3}0)年代"
)
_DECADE_SHORT = re.compile(r"(?:the )?'?([3-9]0)'?s")
_DECADE_IN_CENTURY_ZH = re.compile(r"(\S+)世[纪紀](\S+?)年代")
_DECADE_ZH = re.compile(r"(\S+?)年代")
_CENTURY = re.compile(
    r"(?:the )?(?:(?P<number>\d{1,2})(?:st|nd|rd|th)"
    r"|(?P<word>[a-z]+(?:[- ][a-z]+)?))[\s-](?:centur(?:y|ies)|c\.?)"
    r"|(?:das )?(?P<de>\d{1,2})\. ?(?:jahrhunderts?|jh\.?)|(?P<zh>\S+?)世[纪紀]"
    r"|(?:(?:le |el )?(?P<roman>[ivx]+)e?(?:ème)? (?:siècle|век|века|secolo))"
    r"|(?:(?:el )?(?:siglo|século|sec\.|secolo) (?P<roman2>[ivx]+))"
)
_MILLENNIUM = re.compile(r"(?:the )?(?:(\d{1,2})(?:st|nd|rd|th)|([a-z]+)) millennium")

_QUARTER = re.compile(
    r"(?:the )?(?:q(?P<n>[1-4])(?: of)?|(?P<word>first|second|third|fourth|last|1st"
    r"|2nd|3rd|4th) quarter(?: of| in)?"
    r"|(?P<n3>[1-4])q)[\s,/'-]*(?:the )?(?P<year>\d{4})"
    r"|(?P<year2>\d{4})[\s年-]?q(?P<n2>[1-4])|(?P<year3>\S+?)年?第?(?P<zh>[一二三四1-4])季度"
)
_SEASON = re.compile(
    r"(?:the )?(spring|summer|autumn|fall"
    r"|winter)(?: of)?,? (?:the )?(\d{4})(?:[/–-](\d{2}|\d{4}))?|(\d{4}) (spring"
    r"|summer|autumn|fall|winter)"
)
_SEASON_ZH = re.compile(r"(\S+?)年?([春夏秋冬])[天季]?")
_HOLIDAYS = {
    "christmas": (12, 25),
    "christmas day": (12, 25),
    "christmas eve": (12, 24),
    "boxing day": (12, 26),
    "new year's day": (1, 1),
    "new year's eve": (12, 31),
    "valentine's day": (2, 14),
    "halloween": (10, 31),
    "元旦": (1, 1),
}
_HOLIDAY = re.compile(r"(.+?)(?: of|,|年)? ?(\d{4})|(\d{4})年?(.+)")

_NUMBER_ZH = rf"\d+|[{NUMERALS_ZH}元]+"
_CJK = re.compile(
    rf"(?P<year>{_NUMBER_ZH})\s?[年년]\s?(?:度|(?P<month>{_NUMBER_ZH})\s?[月월]\s?(?:份"
    rf"|(?P<day>{_NUMBER_ZH})\s?[日号號일]"
    r"\s?(?:\(?(?:星期|周|週|礼拜)?[一二三四五六日天月火水木金土](?:曜日?)?\)?|\(.\))?\s?(?:上午|下午|晚上|凌晨|中午|早上|晚)?)?)?"
)
_ERAS = {
    "民国": 1911,
    "民國": 1911,
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
}
_PARTS = re.compile(r"\d+|[^\W\d_]+(?:'s)?|[.,]|\S")


def point(text: str, language: str) -> Period | None:
    """Return the one date that a text is; None if it is none."""
    for reading in _READINGS:
        for period in reading(text, language):
            return period
    return None


def _with_era(text: str, language: str) -> Iterator[Period]:
    match = _ERA_BEHIND.fullmatch(text) or _ERA_BEFORE.fullmatch(text) or _ERA_ZH.fullmatch(text)
    if not match:
        return
    groups = match.groupdict()
    rest, is_before = groups.get("rest") or groups.get("rest2") or "", bool(groups["bc"])
    # Years are astronomical: 1 BC is the year 0. So the 5th century BC, which is 500 to 401 BC,
    # begins with the year -499.
    if century := _century_number(rest):
        yield (
            Period.masked(-(century * 100 - 1), 2)
            if is_before
            else Period.masked((century - 1) * 100, 2)
        )
        return
    if (match := _MILLENNIUM.fullmatch(rest)) and (number := _ordinal_of(match[1], match[2])):
        yield (
            Period.masked(-(number * 1000 - 1), 3)
            if is_before
            else Period.masked((number - 1) * 1000, 3)
        )
        return
    if match := re.fullmatch(r"(?:the )?(\d{1,3}0)'?s", rest):  # the 440s BC are 449 to 440
        year = int(match[1])
        if year:
            yield Period.years(-(year + 8), -(year - 1)) if is_before else Period.masked(year, 1)
        return
    # The other readings know years of four digits, because in "44" alone nobody sees a year. With
    # an era behind it, a number is a year, so it is filled up: "44 BC" is read as "0044".
    if match := re.fullmatch(rf"({_NUMBER_ZH})(年.*)?", rest):
        number = int(match[1]) if match[1].isdecimal() else chinese_number(match[1]) or 0
        rest = f"{number:04}{match[2] or ''}"
    else:
        rest = re.sub(r"(?<!\d)(\d{1,3})$", lambda digits: f"{int(digits[1]):04}", rest)
    year_digits = re.search(r"(?<!\d)(\d{4})(?!\d)", rest)
    if not year_digits or int(year_digits[1]) < 1:
        return
    # The rest of the date is read with a year of four digits that leaps when this year does:
    # 400 years later the calendar repeats itself.
    year = 1 - int(year_digits[1]) if is_before else int(year_digits[1])
    plain = point(rest.replace(year_digits[1], f"{year % 400 + 1600:04}", 1), language)
    if plain and plain.first and plain.last:
        if plain.is_one_year:
            yield Period.year(year)
        elif plain.is_one_month:
            yield from _some(Period.month(year, plain.first[1]))
        elif plain.first == plain.last:
            yield from _some(Period.day(year, *plain.first[1:]))


def _numbers(text: str, language: str) -> Iterator[Period]:
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        parts = [int(part) for part in match.groups() if part.isdecimal()]
        yield from _some(Period.day(*parts))
    elif match := _YEAR_MONTH.fullmatch(text):
        year, month = (int(part) for part in match.groups() if part)
        if "/" not in text or month != (year + 1) % 100:  # 2009/10 is a season of two years
            yield from _some(Period.month(year, month))
    elif match := _WEEK.fullmatch(text):
        year, week = int(match[1] or match[4]), int(match[2] or match[3])
        if 1 <= week <= 53:
            # Few years have a week 53, and `fromisocalendar` refuses it for all others. Texts do
            # count so far, so week 53 is the one that follows week 52.
            monday = date.fromisocalendar(year, min(week, 52), 1) + timedelta(
                7 * (week - min(week, 52))
            )
            sunday = monday + timedelta(6)
            yield Period.days(_day(monday), _day(sunday))
    elif match := _NUMERIC.fullmatch(text):
        yield from _numeric(int(match[1]), int(match[3]), int(match[4]), match[2], language)
    elif match := _MONTH_YEAR.fullmatch(text):
        yield from _some(Period.month(int(match[2]), int(match[1])))
    elif match := _YEAR.fullmatch(text):
        yield Period.year(int(match[1]))
    elif year_in_words := spoken_year(text):
        yield Period.year(year_in_words)


def _numeric(one: int, other: int, year: int, sign: str, language: str) -> Iterator[Period]:
    """Yield the day of 04/07/1934: where nobody can tell, one of two, as EDTF has it."""
    day_first, month_first = Period.day(year, other, one), Period.day(year, one, other)
    if sign == "." or language not in ("", "en"):
        yield from _some(day_first or month_first)
    elif day_first and month_first and day_first != month_first:
        earlier, later = sorted((day_first, month_first), key=lambda period: period.edtf)
        yield Period(f"[{earlier.edtf},{later.edtf}]", earlier.first, later.last)
    else:
        yield from _some(day_first or month_first)


def _words(text: str, language: str) -> Iterator[Period]:
    """Yield the date of words and numbers in whichever order: 4 July 1934, July 4th, 1934."""
    month_by_name, days_of_week = months(language), weekdays(language)
    numbers: list[int] = []
    month, has_ordinal = None, False
    for part in _PARTS.findall(text):
        name = part.removesuffix("'s")
        if part.isdecimal():
            # A longer number is neither a day nor a year: -1 makes sure that this is no date.
            numbers.append(int(part) if len(part) <= 4 else -1)
        elif name in month_by_name and month is None:
            month = month_by_name[name]
        elif number := ordinal(name):
            numbers.append(number)
        elif (
            part in ("st", "nd", "rd", "th", "er", "ère", "º", "ª") and numbers and not has_ordinal
        ):
            has_ordinal = True
        elif part not in ".,-/" and part not in FILLERS and part not in days_of_week:
            return
    if month is None:
        return
    # A number above 31 is the year. Two years, two days or a number that is neither: no date.
    years = [n for n in numbers if n > 31]
    days = [n for n in numbers if 1 <= n <= 31]
    if len(years) != 1 or len(days) + 1 != len(numbers) or len(days) > 1 or years[0] < 100:
        return
    yield from _some(
        Period.day(years[0], month, days[0]) if days else Period.month(years[0], month)
    )


def _stretches(text: str, language: str) -> Iterator[Period]:  # noqa: ARG001 - as all readings
    """Yield decades, centuries and millennia."""
    if match := _DECADE.fullmatch(text):
        year = int(next(filter(None, match.groups())))
        # The 1900s and the 1800s are centuries as most people say it, the 2000s ten years.
        if year % 10 == 0:
            yield Period.masked(year, 2 if year % 100 == 0 and year < 2000 else 1)
    elif match := _DECADE_SHORT.fullmatch(text):
        yield Period.masked(1900 + int(match[1]), 1)
    elif (
        word := text.removeprefix("the ").removeprefix("nineteen-").removeprefix("nineteen ")
    ) in DECADE_WORDS:
        yield Period.masked(1900 + DECADE_WORDS[word], 1)
    elif match := _DECADE_IN_CENTURY_ZH.fullmatch(text):
        century, decade = _chinese(match[1]), _chinese(match[2])
        if century and decade is not None and decade < 100:
            yield Period.masked((century - 1) * 100 + decade, 1)
    elif match := _DECADE_ZH.fullmatch(text):
        decade = _chinese(match[1])
        # 90年代 is the 1990s. 10年代 and 20年代 may be of this century or of the last: no date.
        if decade and decade % 10 == 0 and (decade > 999 or 30 <= decade <= 90):
            yield Period.masked(decade if decade > 999 else 1900 + decade, 1)
    elif century := _century_number(text):
        yield Period.masked((century - 1) * 100, 2)
    elif (match := _MILLENNIUM.fullmatch(text)) and (number := _ordinal_of(match[1], match[2])):
        yield Period.masked((number - 1) * 1000, 3)


def _parts_of_years(text: str, language: str) -> Iterator[Period]:  # noqa: ARG001 - as all readings
    """Yield quarters, seasons and holidays of a year."""
    if match := _QUARTER.fullmatch(text):
        words = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3}
        year = match["year"] or match["year2"] or match["year3"]
        number = match["n"] or match["n2"] or match["n3"]
        if match["zh"]:
            number = str(_chinese(match["zh"]))
        # EDTF counts the quarters of a year from 33 on, as it counts the months from 1 on.
        code = 32 + (int(number) if number else words.get(match["word"], 4))
        if year_number := _chinese(year):
            yield Period.part_of_year(year_number, code)
    elif match := _SEASON.fullmatch(text):
        year, name = int(match[2] or match[4]), match[1] or match[5]
        # "Winter 2019/20" is one winter, and begins in 2019; other pairs of years are no season.
        if not match[3] or int(match[3]) % 100 == (year + 1) % 100:
            yield Period.part_of_year(year, SEASONS[name])
    elif (match := _SEASON_ZH.fullmatch(text)) and (year_zh := _chinese(match[1])) and year_zh > 99:
        yield Period.part_of_year(year_zh, SEASONS_ZH[match[2]])
    elif match := _HOLIDAY.fullmatch(text):
        name = (match[1] or match[4]).removeprefix("the ")
        if name in _HOLIDAYS:
            yield from _some(Period.day(int(match[2] or match[3]), *_HOLIDAYS[name]))


def _chinese_date(text: str, language: str) -> Iterator[Period]:  # noqa: ARG001 - as all readings
    start = next((era for era in _ERAS if text.startswith(era)), "")
    match = _CJK.fullmatch(text.removeprefix(start))
    if not match:
        return
    year = 1 if match["year"] == "元" else _chinese(match["year"])
    # 民国元年 is the first year of an era; without an era 元 is no year, and 93年 is not 1993.
    if year is None or (not start and (year < 100 or "元" in match["year"])):
        return
    year += _ERAS.get(start, 0)
    month, day = (_chinese(match[name]) if match[name] else None for name in ("month", "day"))
    if match["day"]:
        yield from _some(Period.day(year, month or 0, day or 0))
    elif match["month"]:
        yield from _some(Period.month(year, month or 0))
    else:
        yield Period.year(year)


def _century_number(text: str) -> int | None:
    match = _CENTURY.fullmatch(text)
    if not match:
        return None
    if match["zh"]:
        number = _chinese(match["zh"])
    elif roman := match["roman"] or match["roman2"]:
        number = _roman(roman)
    else:
        number = _ordinal_of(match["number"] or match["de"], match["word"])
    return number if number and 1 <= number <= 30 else None


def _ordinal_of(digits: str | None, word: str | None) -> int | None:
    return int(digits) if digits else ordinal(word or "")


def _roman(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[letter] for letter in text]
    following = [*values[1:], 0]
    return sum(-a if a < b else a for a, b in zip(values, following, strict=True))


def _chinese(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)


def _some(period: Period | None) -> Iterator[Period]:
    if period:
        yield period


def _day(day: date) -> tuple[int, int, int]:
    return (day.year, day.month, day.day)


# The first that reads the whole text wins. Eras come last: they read their rest by all the others.
_READINGS = (_numbers, _words, _stretches, _parts_of_years, _chinese_date, _with_era)
