"""What one end of a range leaves to the other: "4-6 July 1934", "1914-18", "1934年7-9月"."""

import re

from graphdb.values.calendar_terms import Period

_LAST_WORDS = re.compile(
    r"(?P<month>[^\W\d]+\.?\s+(?:de\s+)?)?(?P<year>(?:of\s+|,\s*)?\d{3,4}(?:\s*(?:bc|bce|ad|ce))?)$"
)
"""What ends a date and may be meant for the one before it, too: a month, a year."""


def filled_start(start: str, end: str, last: Period) -> list[str]:
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


def filled_end(start: str, end: str) -> list[str]:
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
