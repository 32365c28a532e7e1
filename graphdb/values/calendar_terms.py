"""Days, months, years and what is made of them: a period with its EDTF text and its two ends.

EDTF is the Extended Date/Time Format of ISO 8601-2: `1934-07-04`, `1934-07`, `199X`, `2019-21` for
the spring, `1914/1918`, `1990/..`, `1850~`. Years are astronomical: 44 BC is `-0043`.
"""

import calendar
from dataclasses import dataclass
from typing import Self

Day = tuple[int, int, int]
"""Year, month, day."""


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days; an end that is None is open."""

    edtf: str
    first: Day | None
    last: Day | None

    @classmethod
    def day(cls, year: int, month: int, day: int) -> Self | None:
        """Return one day; None if the calendar has none such."""
        if not 1 <= month <= 12 or not 1 <= day <= days_in(year, month):
            return None
        date = (year, month, day)
        return cls(day_text(date), date, date)

    @classmethod
    def month(cls, year: int, month: int) -> Self | None:
        """Return one month; None if there are not so many."""
        if not 1 <= month <= 12:
            return None
        text = f"{year_text(year)}-{month:02}"
        return cls(text, (year, month, 1), (year, month, days_in(year, month)))

    @classmethod
    def year(cls, year: int) -> Self:
        """Return one year."""
        return cls(year_text(year), (year, 1, 1), (year, 12, 31))

    @classmethod
    def masked(cls, year: int, n_digits: int) -> Self:
        """Return all years that differ from this one in the last digits alone: `199X`, `18XX`."""
        size = 10**n_digits
        start = abs(year) // size * size
        text = f"{'-' if year < 0 else ''}{start:04}"[:-n_digits] + "X" * n_digits
        first, last = (start, start + size - 1) if year >= 0 else (-(start + size - 1), -start)
        return cls(text, (first, 1, 1), (last, 12, 31))

    @classmethod
    def years(cls, first: int, last: int) -> Self:
        """Return the years from one to another."""
        return cls(f"{year_text(first)}/{year_text(last)}", (first, 1, 1), (last, 12, 31))

    @classmethod
    def part_of_year(cls, year: int, code: int) -> Self:
        """Return a season, quarter, third or half of a year by its EDTF code."""
        if code == WINTER:
            last = (year + 1, 2, days_in(year + 1, 2))
            return cls(f"{year_text(year)}-{code}", (year, 12, 1), last)
        first_month, last_month = MONTHS_OF[code]
        last = (year, last_month, days_in(year, last_month))
        return cls(f"{year_text(year)}-{code}", (year, first_month, 1), last)

    @classmethod
    def days(cls, first: Day, last: Day) -> Self:
        """Return the days from one to another."""
        return cls(f"{day_text(first)}/{day_text(last)}", first, last)

    @property
    def is_one_year(self) -> bool:
        """Whether it is a year, as a whole."""
        return self.first is not None and self.edtf == year_text(self.first[0])

    @property
    def is_one_month(self) -> bool:
        """Whether it is a month, as a whole."""
        return (
            self.first is not None and self.edtf == f"{year_text(self.first[0])}-{self.first[1]:02}"
        )

    def to(self, other: "Period") -> "Period | None":
        """Return the time from this one to another; None if that one does not come after."""
        if not (self.first and self.last and other.first and other.last):
            return None
        if other.last < self.first or other.first < self.first or "[" in self.edtf + other.edtf:
            return None
        if self.edtf == other.edtf:
            return self
        # Of a time that is itself from one to another, what counts is where it begins or ends.
        text = f"{self.edtf.split('/')[0]}/{other.edtf.split('/')[-1]}"
        return Period(text, self.first, other.last)

    def marked(self, sign: str) -> "Period | None":
        """Return the same with EDTF's `~` (about) or `?` (perhaps) behind it."""
        return None if "/" in self.edtf else Period(self.edtf + sign, self.first, self.last)

    def third(self, number: int) -> "Period | None":
        """Return the early, middle or late part of it: 0, 1 or 2."""
        if not self.first or not self.last or "/" in self.edtf:
            return None
        (year, month, _), (last_year, *_) = self.first, self.last
        if self.is_one_year:
            return Period.part_of_year(year, 37 + number)
        if self.is_one_month:
            ends = ((1, 10), (11, 20), (21, days_in(year, month)))[number]
            return Period.days((year, month, ends[0]), (year, month, ends[1]))
        n_years = last_year - year + 1
        # Of ten years the early ones are four, as people say it; of a hundred each part is a third.
        starts = (
            (0, 4, 7, 10) if n_years == 10 else (0, n_years // 3 + 1, 2 * n_years // 3 + 1, n_years)
        )
        return Period.years(year + starts[number], year + starts[number + 1] - 1)

    def half(self, number: int) -> "Period | None":
        """Return its first or second half: 0 or 1."""
        if not self.first or not self.last or "/" in self.edtf:
            return None
        (year, month, _), (last_year, *_) = self.first, self.last
        if self.is_one_year:
            return Period.part_of_year(year, 40 + number)
        if self.is_one_month:
            ends = ((1, 15), (16, days_in(year, month)))[number]
            return Period.days((year, month, ends[0]), (year, month, ends[1]))
        half = (last_year - year + 1) // 2
        return Period.years(year + half * number, year + half * (number + 1) - 1)


SPRING, SUMMER, AUTUMN, WINTER = 21, 22, 23, 24
MONTHS_OF = {
    SPRING: (3, 5),
    SUMMER: (6, 8),
    AUTUMN: (9, 11),
    33: (1, 3),
    34: (4, 6),
    35: (7, 9),
    36: (10, 12),
    37: (1, 4),
    38: (5, 8),
    39: (9, 12),
    40: (1, 6),
    41: (7, 12),
}
"""First and last month by EDTF's codes: seasons of the north, quarters, thirds, halves."""


def days_in(year: int, month: int) -> int:
    """Return how many days a month has; the calendar repeats every 400 years."""
    return calendar.monthrange(2000 + year % 400, month)[1]


def year_text(year: int) -> str:
    """Return a year in four digits, with a minus before the year 0."""
    return f"-{-year:04}" if year < 0 else f"{year:04}"


def day_text(day: Day) -> str:
    """Return a day as ISO 8601 writes it."""
    return f"{year_text(day[0])}-{day[1]:02}-{day[2]:02}"


def day_before(day: Day) -> Day:
    """Return the day before one."""
    year, month, number = day
    if number > 1:
        return (year, month, number - 1)
    year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return (year, month, days_in(year, month))


def day_after(day: Day) -> Day:
    """Return the day after one."""
    year, month, number = day
    if number < days_in(year, month):
        return (year, month, number + 1)
    return (year, month + 1, 1) if month < 12 else (year + 1, 1, 1)
