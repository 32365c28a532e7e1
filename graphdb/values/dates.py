"""From the words of a date to a value: which days, said in EDTF, with the earliest and the latest.

A grammar of our own, because what matters here is what a date leaves open, and a parser of dates
fills that with today's. It reads a text that is a date as a whole, or says that it is none.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from graphdb.values import calendar_terms as terms
from graphdb.values.calendar_terms import Period, day_after, day_before, day_text
from graphdb.values.date_gaps import filled_end, filled_start
from graphdb.values.date_parts import OPENING, part, rest_of
from graphdb.values.date_points import point
from graphdb.values.relative_dates import relative_period

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−至"), "–") | {ord("-"): "-"}

_ABOUT = re.compile(
    r"(?:c(?:a|irc|irca)?\.?|around|about|approximately|approx\.?|roughly|some time around|um|vers"
    r"|около|hacia|约|約|大约|大約)(?:\s+|(?<=[.约約])\s*|(?=\d))(?P<rest>.*\d.*|.*century.*)"
    r"|~\s?(?P<rest2>\d.*)"
)
_ABOUT_BEHIND = re.compile(
    r"(?P<rest>.*\d.*?)(?:\s?~|\s*(?:左右|前后|前後)|\s+or so|\s*\(?(?:circa|approx\.?)\)?)"
)
_PERHAPS = re.compile(
    r"(?:possibly|probably|perhaps|maybe|可能)\s*(?P<rest>.+)|(?P<rest2>.+?)\s?\(?\?\)?"
)
_SINCE = re.compile(
    r"(?:(?:from|since|自|从|從)\s*)?(?P<b>.+?)(?:\s*(?:–|-|to|until|till)\s*(?:the )?"
    r"(?:present day|present|today|now|date)|\s+onwards?|\s+and (?:later|after)"
    r"|\s*(?:以来|以來|起|至今|–今)|\s?–|(?<=\d{4})-)"
    r"|(?:since|from|as of|not before|no earlier than|onwards? from|starting(?: in"
    r"| from)?|beginning(?: in)|seit|depuis|desde|自|自从|自從)"
    r"\s*(?P<a>.+?)(?:\s+on)?"
)
_AFTER = re.compile(
    r"(?:after|later than|post-?|nach|après|después de|после)\s*(?P<a>.+)"
    r"|(?P<b>.+?)(?:以后|以後|之后|之後|后|後)"
)
_BEFORE = re.compile(
    r"(?:before|prior to|earlier than|pre-?|vor|avant|antes de|до)\s*(?P<a>.+)"
    r"|(?P<b>.+?)(?:以前|之前|前)"
)
_UNTIL = re.compile(
    r"(?:until|till|up to|up until|by|no later than|not later than|through|bis"
    r"|jusqu'en|hasta|–)\s*(?P<a>.+)|(?P<b>.+?)(?:为止|為止)"
)
# From what is certainly a range to what may be one: a bare hyphen also joins the parts of a date.
_RANGES = (
    re.compile(
        r"(?:from|between|von|de|du|entre|zwischen|с|从"
        r"|從)?\s*(?P<a>.+?)\s+(?:to|and|until|till|through|bis|und|à|au|a|al|y|et|e|по"
        r"|и)\s+(?P<b>.+)"
    ),
    re.compile(r"(?:从|從|自)?(?P<a>.+?)\s*(?:–|—|~|到)\s*(?P<b>.+)"),
    re.compile(r"(?P<a>.+?)\s+-\s+(?P<b>.+)"),
    re.compile(r"(?P<a>[^-]*?[^-\s])-(?P<b>[^-]*)"),
    re.compile(r"(?P<a>\d{4}-\d\d(?:-\d\d)?)/(?P<b>\d{4}-\d\d(?:-\d\d)?)"),
    re.compile(r"(?P<a>\d{4})/(?P<b>\d\d|\d{4})"),
)
_EITHER = re.compile(r"(?P<a>.+?)\s*(?:\bor\b|\boder\b|\bou\b|或|或者)\s*(?P<b>.+)")
_TIME = re.compile(
    r"(?P<rest>.*?\d.*?)(?:t|,?\s+(?:at |um |à "
    r"|the )?)(?P<hour>\d{1,2})[:h.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?:z|utc|gmt|uhr|[+-]\d\d:?\d\d|[ce]e?s?t)?"
    r"|(?P<rest2>.*?\d.*?),?\s+(?:at )?(?P<hour2>\d{1,2})\s?(?P<half2>[ap]\.?m\.?)"
)
_BESIDE = re.compile(r"\s*\([a-z]+day\)$|\s+season$")
"""What says nothing more: the day of the week in brackets, that two years are a season."""
_MONTHS_ZH = re.compile(r"(?P<start>.+年)(?P<a>\d{1,2})[-–~](?P<b>\d{1,2})(?P<sign>月)")
_DAYS_ZH = re.compile(r"(?P<start>.+月)(?P<a>\d{1,2})[-–~](?P<b>\d{1,2})(?P<sign>日)")
_ENDS = " .,;:!\"'()[]"


@dataclass(frozen=True, slots=True)
class DateValue:
    """The days that a text names: all of them, one of them, or time from one to another."""

    edtf: str
    earliest: str | None
    """ISO 8601; None if it has no beginning that one could name."""
    latest: str | None
    is_inferred: bool = False
    """Whether it is one thing only if one knows when the document was written."""


def date_value(text: str, language: str = "", written: date | None = None) -> DateValue | None:
    """Return the value of a text that is a date, and None if it is none.

    Args:
        text: The whole date and nothing else: "4 July 1934", "early 2019", "1934年7月4日".
        language: Code of the text's language; months of that language and English are known.
        written: When the document was written; without it "yesterday" has no value.

    >>> date_value("July 4, 1934")
    DateValue(edtf='1934-07-04', earliest='1934-07-04', latest='1934-07-04', is_inferred=False)
    >>> date_value("since the 1990s").edtf
    '199X/..'
    """
    period, is_inferred = _period(_plain(text), language), False
    if period is None and written is not None:
        period = relative_period(_plain(text), language, written)
        is_inferred = period is not None
    if period is None:
        return None
    first, last = period.first, period.last
    return DateValue(
        period.edtf,
        day_text(first) if first else None,
        day_text(last) if last else None,
        is_inferred,
    )


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_DASHES).casefold()
    text = _BESIDE.sub("", text.replace("’", "'").replace("‘", "'")).strip(_ENDS)
    return " ".join(text.split())


@lru_cache(maxsize=10_000)
def _period(text: str, language: str) -> Period | None:
    # No date is longer, and the patterns below would take long over a page of text.
    if len(text) > 60 or not text:
        return None
    for reading in _READINGS:
        if period := reading(text, language):
            return period
    # "in 1934" is 1934; but "since 1934" was read above, and its first word decides what it is.
    opened = OPENING.sub("", text)
    return _period(opened, language) if opened != text else None


def _simple(text: str, language: str) -> Period | None:
    return point(text, language)


def _with_time(text: str, language: str) -> Period | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    period = point((match["rest"] or match["rest2"]).strip(" ,t"), language)
    # An hour of a day is a time; "1934 at 5 pm" is not.
    if not period or period.first != period.last or period.first is None:
        return None
    hour, half = int(match["hour"] or match["hour2"]), match["half"] or match["half2"] or ""
    if half:
        hour = hour % 12 + (12 if half.startswith("p") else 0)
    minute, second = int(match["minute"] or 0), int(match["second"] or 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Period(f"{period.edtf}T{hour:02}:{minute:02}:{second:02}", period.first, period.last)


def _about(text: str, language: str) -> Period | None:
    for pattern, sign in ((_ABOUT, "~"), (_ABOUT_BEHIND, "~"), (_PERHAPS, "?")):
        if match := pattern.fullmatch(text):
            period = _period(rest_of(match), language)
            if marked := period and period.marked(sign):
                return marked
    return None


def _open(text: str, language: str) -> Period | None:
    for pattern, make in _OPEN:
        match = pattern.fullmatch(text)
        if match and (period := _closed_or_part((match["a"] or match["b"]).strip(), language)):
            return make(period)
    return None


def _closed_or_part(text: str, language: str) -> Period | None:
    # Not `_period`: what is open at one end already cannot begin or end another open time.
    period = point(text, language) or part(text, language)
    return period or (point(OPENING.sub("", text), language))


def _since(period: Period) -> Period | None:
    # EDTF has no range that begins with one of two days.
    if "[" in period.edtf:
        return None
    # Of a range, such as a third of a decade, the part before the slash is the beginning.
    return Period(f"{period.edtf.split('/')[0]}/..", period.first, None)


def _after(period: Period) -> Period | None:
    if not period.last:
        return None
    # "After 1945" leaves 1945 out, and "since 1945" does not.
    first = day_after(period.last)
    return Period(f"{_start_text(period, first)}/..", first, None)


def _before(period: Period) -> Period | None:
    if not period.first:
        return None
    last = day_before(period.first)
    return Period(f"../{_start_text(period, last)}", None, last)


def _until(period: Period) -> Period | None:
    # "Until 1945" has 1945 in it, and "before 1945" has not.
    if "[" in period.edtf:
        return None
    return Period(f"../{period.edtf.split('/')[-1]}", None, period.last)


def _start_text(period: Period, day: terms.Day) -> str:
    """Return the edge of an open range as precisely as it was said, and no more."""
    if period.is_one_month:
        return f"{terms.year_text(day[0])}-{day[1]:02}"
    return day_text(day) if period.first == period.last else terms.year_text(day[0])


_OPEN: tuple[tuple[re.Pattern[str], Callable[[Period], Period | None]], ...] = (
    (_SINCE, _since),
    (_AFTER, _after),
    (_UNTIL, _until),
    (_BEFORE, _before),
)


def _range(text: str, language: str) -> Period | None:
    if match := _MONTHS_ZH.fullmatch(text) or _DAYS_ZH.fullmatch(text):
        ends = [
            _end(f"{match['start']}{n}{match['sign']}", language) for n in match.group("a", "b")
        ]
        return ends[0].to(ends[1]) if ends[0] and ends[1] else None
    for pattern in _RANGES:
        match = pattern.fullmatch(text)
        if match and (period := _joined(match["a"].strip(), match["b"].strip(), language)):
            return period
    return None


def _joined(start: str, end: str, language: str) -> Period | None:
    """Return the time between two dates, each of which may leave to the other what both share."""
    first, last = _end(start, language), _end(end, language)
    if first and last and (period := first.to(last)):
        return period
    # In "4-6 July 1934" the 4 borrows the month and the year of the end; in "1914-18" the end
    # borrows the century of the start. What is borrowed has to give a range that runs forwards.
    if last:
        for filled in filled_start(start, end, last):
            if (filled_first := _end(filled, language)) and (period := filled_first.to(last)):
                return period
    if first:
        for filled in filled_end(start, end):
            if (filled_last := _end(filled, language)) and (period := first.to(filled_last)):
                return period
    # Here both ends lack something: the start has no year, and the end has no month.
    if both := _DAYS_OF_MONTH.fullmatch(f"{start}–{end}"):
        days = [
            _end(f"{both['month']} {day} {both['year']}", language)
            for day in (both["a"], both["b"])
        ]
        return days[0].to(days[1]) if days[0] and days[1] else None
    return None


def _end(text: str, language: str) -> Period | None:
    period = point(text, language) or part(text, language) or point(OPENING.sub("", text), language)
    if period is None:
        period = _about(text, language)
    # EDTF cannot nest: "one of two days" and an open time are no end of a range.
    return period if period and not set("[.") & set(period.edtf) else None


_DAYS_OF_MONTH = re.compile(
    r"(?P<month>[^\W\d]+)\.? (?P<a>\d{1,2})(?:st|nd|rd|th)?–(?P<b>\d{1,2})(?:st|nd|rd"
    r"|th)?,? (?P<year>\d{4})"
)
"""July 4-6, 1934: the month is said once before, the year once behind."""


def _either(text: str, language: str) -> Period | None:
    match = _EITHER.fullmatch(text)
    if not match:
        return None
    one, other = _end(match["a"], language), _end(match["b"], language)
    # As in a range, either side may leave to the other what both share: "4 or 5 July 1934".
    if other and not one:
        one = next(
            filter(None, (_end(t, language) for t in filled_start(match["a"], match["b"], other))),
            None,
        )
    if one and not other:
        other = next(
            filter(None, (_end(t, language) for t in filled_end(match["a"], match["b"]))), None
        )
    if not one or not other or not one.first or not other.first or "/" in one.edtf + other.edtf:
        return None
    one, other = sorted((one, other), key=lambda period: period.first or (0, 0, 0))
    return Period(f"[{one.edtf},{other.edtf}]", one.first, other.last)


# The order decides: "late 1914" is a part of a year before it is a range, and "1914 or 1915" is two
# years before the dash in one of them is looked for.
_READINGS = (_simple, _with_time, part, _about, _either, _range, _open)
