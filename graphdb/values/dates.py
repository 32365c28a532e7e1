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
from graphdb.values.date_points import point
from graphdb.values.lexicon import ordinal
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
_RANGES = (
    re.compile(
        r"(?:from|between|von|de|du|entre|зwischen|zwischen|с|从"
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
_PARTS = (
    (
        re.compile(
            r"(?:(?:the )?(?:early|beginning|start)(?: part)?(?: of| in)?(?: the)?"
            r"|anfang)[\s-]+(?P<rest>.+)|(?P<rest2>.+?)(?:初期|初|年初|早期)"
        ),
        0,
    ),
    (
        re.compile(
            r"(?:(?:the )?(?:mid|middle|mid-to)(?: of)?(?: the)?"
            r"|mitte)[\s-]+(?P<rest>.+)|(?P<rest2>.+?)(?:中期|年中|中叶|中葉)"
        ),
        1,
    ),
    (
        re.compile(
            r"(?:(?:the )?(?:late|end|close)(?: part)?(?: of| in)?(?: the)?"
            r"|ende)[\s-]+(?P<rest>.+)|(?P<rest2>.+?)(?:末期|年底|年末|末|晚期|底)"
        ),
        2,
    ),
)
_THIRDS_ZH = re.compile(r"(?P<rest>.+月)(?P<part>[上中下])旬")
_HALVES = re.compile(
    r"(?:the )?(?:(?P<first>first|1st)|(?P<second>second|2nd"
    r"|latter)) half (?:of )?(?:the )?(?P<rest>.+)"
    r"|h(?P<number>[12])[ -]?(?P<rest2>\d{4})|(?P<rest3>\d{4})[ -]?h(?P<number2>[12])"
    r"|(?P<rest4>.+?)(?P<half>[上下])半(?:年|叶)?"
)
_TIME = re.compile(
    r"(?P<rest>.*?\d.*?)(?:t|,?\s+(?:at |um |à "
    r"|the )?)(?P<hour>\d{1,2})[:h.](?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?\s*(?:z|utc|gmt|uhr|[+-]\d\d:?\d\d|[ce]e?s?t)?"
    r"|(?P<rest2>.*?\d.*?),?\s+(?:at )?(?P<hour2>\d{1,2})\s?(?P<half2>[ap]\.?m\.?)"
)
_BESIDE = re.compile(r"\s*\([a-z]+day\)$|\s+season$")
"""What says nothing more: the day of the week in brackets, that two years are a season."""
_NTH_PART = re.compile(
    r"(?:the )?(?P<nth>[a-z]+) (?P<part>decade|quarter) of (?:the )?(?P<rest>.+centur.+)"
)
_MONTHS_ZH = re.compile(r"(?P<start>.+年)(?P<a>\d{1,2})[-–~](?P<b>\d{1,2})(?P<sign>月)")
_DAYS_ZH = re.compile(r"(?P<start>.+月)(?P<a>\d{1,2})[-–~](?P<b>\d{1,2})(?P<sign>日)")
_OPENING = re.compile(r"^(?:in|on|during|at|im|am|en|le|el|il|the|dated|в|于|於|在)\s+|^[于於在]")
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
    return re.sub(r"(?<=\d)(?:年|年)(?=\d)", "年", " ".join(text.split()))


@lru_cache(maxsize=20_000)
def _period(text: str, language: str) -> Period | None:
    if len(text) > 60 or not text:
        return None
    for reading in _READINGS:
        if period := reading(text, language):
            return period
    opened = _OPENING.sub("", text)
    return _period(opened, language) if opened != text else None


def _simple(text: str, language: str) -> Period | None:
    return point(text, language)


def _with_time(text: str, language: str) -> Period | None:
    match = _TIME.fullmatch(text)
    if not match:
        return None
    period = point((match["rest"] or match["rest2"]).strip(" ,t"), language)
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
            period = _period(_rest(match), language)
            if marked := period and period.marked(sign):
                return marked
    return None


def _part(text: str, language: str) -> Period | None:
    for pattern, number in _PARTS:
        if (match := pattern.fullmatch(text)) and (period := _whole(_rest(match), language)):
            return period.third(number)
    if match := _THIRDS_ZH.fullmatch(text):
        period = point(match["rest"], language)
        return period.third("上中下".index(match["part"])) if period else None
    if match := _NTH_PART.fullmatch(text):
        return _nth_part(match, language)
    if match := _HALVES.fullmatch(text):
        is_second = bool(
            match["second"] or "2" in (match["number"], match["number2"]) or match["half"] == "下"
        )
        rest = match["rest"] or match["rest2"] or match["rest3"] or match["rest4"]
        period = _whole(rest, language)
        return period.half(int(is_second)) if period else None
    return None


def _nth_part(match: re.Match[str], language: str) -> Period | None:
    """Return a decade or a quarter of a century by its number."""
    century = point(match["rest"], language)
    size = 10 if match["part"] == "decade" else 25
    number = 100 // size if match["nth"] == "last" else ordinal(match["nth"])
    if not century or not century.first or not number or not 1 <= number <= 100 // size:
        return None
    year = century.first[0] + size * (number - 1)
    return (
        Period.masked(year, 1) if size == 10 and year >= 0 else Period.years(year, year + size - 1)
    )


def _whole(text: str, language: str) -> Period | None:
    """Return what a part is of; in Chinese the year's own sign may be in the part's."""
    return (
        point(text, language)
        or point(_OPENING.sub("", text), language)
        or point(text + "年", language)
    )


def _open(text: str, language: str) -> Period | None:
    for pattern, make in _OPEN:
        match = pattern.fullmatch(text)
        if match and (period := _closed_or_part((match["a"] or match["b"]).strip(), language)):
            return make(period)
    return None


def _closed_or_part(text: str, language: str) -> Period | None:
    period = point(text, language) or _part(text, language)
    return period or (point(_OPENING.sub("", text), language))


def _since(period: Period) -> Period | None:
    if "[" in period.edtf:
        return None
    return Period(f"{period.edtf.split('/')[0]}/..", period.first, None)


def _after(period: Period) -> Period | None:
    if not period.last:
        return None
    first = day_after(period.last)
    return Period(f"{_start_text(period, first)}/..", first, None)


def _before(period: Period) -> Period | None:
    if not period.first:
        return None
    last = day_before(period.first)
    return Period(f"../{_start_text(period, last)}", None, last)


def _until(period: Period) -> Period | None:
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
    if last:
        for filled in _filled_start(start, end, last):
            if (filled_first := _end(filled, language)) and (period := filled_first.to(last)):
                return period
    if first:
        for filled in _filled_end(start, end):
            if (filled_last := _end(filled, language)) and (period := first.to(filled_last)):
                return period
    if both := _DAYS_OF_MONTH.fullmatch(f"{start}–{end}"):
        days = [
            _end(f"{both['month']} {day} {both['year']}", language)
            for day in (both["a"], both["b"])
        ]
        return days[0].to(days[1]) if days[0] and days[1] else None
    return None


def _end(text: str, language: str) -> Period | None:
    period = (
        point(text, language) or _part(text, language) or point(_OPENING.sub("", text), language)
    )
    if period is None:
        period = _about(text, language)
    return period if period and not set("[.") & set(period.edtf) else None


_DAYS_OF_MONTH = re.compile(
    r"(?P<month>[^\W\d]+)\.? (?P<a>\d{1,2})(?:st|nd|rd|th)?–(?P<b>\d{1,2})(?:st|nd|rd"
    r"|th)?,? (?P<year>\d{4})"
)
"""July 4-6, 1934: the month is said once before, the year once behind."""
_LAST_WORDS = re.compile(
    r"(?P<month>[^\W\d]+\.?\s+(?:de\s+)?)?(?P<year>(?:of\s+|,\s*)?\d{3,4}(?:\s*(?:bc|bce|ad|ce))?)$"
)


def _filled_start(start: str, end: str, last: Period) -> list[str]:
    """Return what a start may mean that leaves something to the end: `4` of "4-6 July 1934"."""
    candidates = []
    if last.first and last.first == last.last:
        candidates.append(re.sub(r"\d{1,2}(?:st|nd|rd|th)?", start, end, count=1))
    if match := _LAST_WORDS.search(end):
        candidates += [
            f"{start} {match['year'].strip()}",
            f"{start} {match['month'] or ''}{match['year']}",
        ]
    if era := re.search(r"\s*(?:b\.?c\.?e?\.?|a\.?d\.?|c\.?e\.?)$", end):
        candidates.append(start + era[0])
    if "世纪" in end or "世紀" in end:
        candidates.append(start + "世纪")
    if century := re.search(r"\s+(?:century|centuries).*$", end):
        candidates.append(start + century[0])
    if end.endswith("年代"):
        candidates.append(start + "年代")
    if "年" in end and "年" not in start:
        candidates += [start + "年", end.split("年")[0] + "年" + start]
    return candidates


def _filled_end(start: str, end: str) -> list[str]:
    """Return what an end may mean that leaves something to the start: `18` of "1914-18"."""
    candidates = []
    if (year := re.search(r"(\d{4})$", start)) and re.fullmatch(r"\d{2}", end):
        candidates.append(year[1][:2] + end)
        if int(end) < int(year[1][2:]):
            candidates.append(f"{int(year[1][:2]) + 1}{end}")
    if (decade := re.search(r"(\d{2})\d0'?s$", start)) and re.fullmatch(r"\d0'?s", end):
        candidates.append(decade[1] + end)
    if month := re.fullmatch(r"(?P<month>[^\W\d]+\.?)\s+\d{1,2}", start):
        candidates.append(f"{month['month']} {end}")
    if "年" in start and "年" not in end:
        year_zh = start.split("年")[0] + "年"
        candidates += [year_zh + end, start.split("月")[0] + "月" + end, end + "年"]
    if iso := re.match(r"\d{4}-(?:\d\d-)?", start):
        candidates.append(iso[0] + end)
    return candidates


def _either(text: str, language: str) -> Period | None:
    match = _EITHER.fullmatch(text)
    if not match:
        return None
    one, other = _end(match["a"], language), _end(match["b"], language)
    if other and not one:
        one = next(
            filter(None, (_end(t, language) for t in _filled_start(match["a"], match["b"], other))),
            None,
        )
    if one and not other:
        other = next(
            filter(None, (_end(t, language) for t in _filled_end(match["a"], match["b"]))), None
        )
    if not one or not other or not one.first or not other.first or "/" in one.edtf + other.edtf:
        return None
    one, other = sorted((one, other), key=lambda period: period.first or (0, 0, 0))
    return Period(f"[{one.edtf},{other.edtf}]", one.first, other.last)


_READINGS = (_simple, _with_time, _part, _about, _either, _range, _open)


def _rest(match: re.Match[str]) -> str:
    """Return what a pattern left over, whichever of its forms matched."""
    groups = match.groupdict()
    return (groups["rest"] or groups["rest2"] or "").strip()
