"""Dates that need to know when a document was written: yesterday, last year, two weeks ago.

English and Chinese are read here; dateparser reads other languages, and only those: it is told the
language, the day, and that nothing but a date is in the text.
"""

import re
from datetime import date, datetime, timedelta

from graphdb.values.calendar_terms import Period
from graphdb.values.lexicon import NUMBER_WORDS, WEEKDAYS, months

_DAYS = {
    "today": 0,
    "tonight": 0,
    "this morning": 0,
    "yesterday": -1,
    "last night": -1,
    "tomorrow": 1,
    "the day before yesterday": -2,
    "the day after tomorrow": 2,
    "今天": 0,
    "今日": 0,
    "昨天": -1,
    "昨日": -1,
    "明天": 1,
    "明日": 1,
    "前天": -2,
    "后天": 2,
}
_YEARS_ZH = {"今年": 0, "去年": -1, "明年": 1, "前年": -2, "后年": 2}
_NEAR = re.compile(
    r"(?P<which>last|past|previous|this|current|next|coming) (?P<what>year|month|week|[a-z]+)"
)
_AGO = re.compile(
    r"(?:some |about )?(?P<n>\d+|an?|[a-z]+) (?P<unit>day|week|month|year"
    r"|decade)s? (?P<way>ago|earlier|before|later|from now)"
    r"|(?P<n_zh>\d+)(?P<unit_zh>天|年|个月|周)前"
)
_UNITS_ZH = {"天": "day", "年": "year", "个月": "month", "周": "week"}
_STEP = {"last": -1, "past": -1, "previous": -1, "this": 0, "current": 0, "next": 1, "coming": 1}


def relative_period(text: str, language: str, written: date) -> Period | None:
    """Return the days that a text means to somebody who reads it on the day it was written."""
    if text in _DAYS:
        return _day(written + timedelta(_DAYS[text]))
    if text in _YEARS_ZH:
        return Period.year(written.year + _YEARS_ZH[text])
    if text in WEEKDAYS:  # news means the last one
        return _day(written - timedelta((written.weekday() - WEEKDAYS.index(text)) % 7))
    if match := _NEAR.fullmatch(text):
        return _near(match["what"], _STEP[match["which"]], written)
    if match := _AGO.fullmatch(text):
        return _ago(match, written)
    if language not in ("", "en", "zh"):
        return _by_dateparser(text, language, written)
    return None


def _near(what: str, step: int, written: date) -> Period | None:
    if what == "year":
        return Period.year(written.year + step)
    if what == "month":
        return _month(written, step)
    if what == "week":
        monday = written - timedelta(written.weekday()) + timedelta(7 * step)
        return Period.days(_parts(monday), _parts(monday + timedelta(6)))
    if what in WEEKDAYS:
        ahead = (WEEKDAYS.index(what) - written.weekday()) % 7
        days = {-1: ahead - 7, 0: ahead, 1: ahead or 7}[step]
        return _day(written + timedelta(days))
    if number := months("en").get(what):
        year = (
            written.year
            + (step > 0 and number <= written.month)
            - (step < 0 and number >= written.month)
        )
        return Period.month(year, number)
    return None


def _ago(match: re.Match[str], written: date) -> Period | None:
    said = match["n"] or match["n_zh"]
    number = int(said) if said.isdecimal() else 1 if said in ("a", "an") else NUMBER_WORDS.get(said)
    if number is None or number > 2000:
        return None
    unit = match["unit"] or _UNITS_ZH[match["unit_zh"]]
    step = number if match["way"] in ("later", "from now") else -number
    if unit == "day":
        return _day(written + timedelta(step))
    if unit == "week":
        return _day(written + timedelta(7 * step))
    if unit == "month":
        return _month(written, step)
    return Period.year(written.year + step * (10 if unit == "decade" else 1))


def _by_dateparser(text: str, language: str, written: date) -> Period | None:
    import dateparser.date  # a second, and only for those who need it

    parser = dateparser.date.DateDataParser(
        languages=[language],
        settings={
            "RELATIVE_BASE": datetime(written.year, written.month, written.day),
            "PARSERS": ["relative-time"],
        },
    )
    try:
        found = parser.get_date_data(text)
    except (ValueError, OverflowError):
        return None
    if not found.date_obj:
        return None
    day = found.date_obj.date()
    if found.period == "year":
        return Period.year(day.year)
    return Period.month(day.year, day.month) if found.period == "month" else _day(day)


def _month(written: date, step: int) -> Period | None:
    n_months = written.year * 12 + written.month - 1 + step
    return Period.month(n_months // 12, n_months % 12 + 1)


def _day(day: date) -> Period | None:
    return Period.day(day.year, day.month, day.day)


def _parts(day: date) -> tuple[int, int, int]:
    return (day.year, day.month, day.day)
