"""Parts of dates: "early 2019", "the second half of the 19th century", "1934年7月上旬"."""

import re

from graphdb.values.calendar_terms import Period
from graphdb.values.date_points import point
from graphdb.values.lexicon import ordinal

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
_NTH_PART = re.compile(
    r"(?:the )?(?P<nth>[a-z]+) (?P<part>decade|quarter) of (?:the )?(?P<rest>.+centur.+)"
)
OPENING = re.compile(r"^(?:in|on|during|at|im|am|en|le|el|il|the|dated|в|于|於|在)\s+|^[于於在]")
"""Words before a date that say nothing of it."""


def part(text: str, language: str) -> Period | None:
    """Return the part of a time that a text names, and None if it names none."""
    for pattern, number in _PARTS:
        if (match := pattern.fullmatch(text)) and (period := _whole(rest_of(match), language)):
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
        or point(OPENING.sub("", text), language)
        or point(text + "年", language)
    )


def rest_of(match: re.Match[str]) -> str:
    """Return what a pattern left over, whichever of its forms matched."""
    groups = match.groupdict()
    return (groups["rest"] or groups["rest2"] or "").strip()
