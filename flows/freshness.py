"""How fresh sources are: when each was last looked at as a whole, against what is asked of it."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flows.night import RejectionNotes
from flows.settings import Settings
from flows.text import shown


@dataclass(frozen=True, slots=True, kw_only=True)
class LateSource:
    """A source whose last whole night is older than its `max_age_h`."""

    source: str
    max_age_h: float
    read_at: datetime | None
    """When its last whole night began; None: there was none."""
    age_h: float | None

    def __str__(self) -> str:
        asked = f"max_age_h is {self.max_age_h:g}"
        if self.read_at is None or self.age_h is None:
            return f"{shown(self.source)} has never been read as a whole; {asked}"
        return (
            f"{shown(self.source)} is late: its last whole night was on"
            f" {self.read_at:%Y-%m-%d %H:%M} UTC, {self.age_h:.0f} hours ago; {asked}"
        )


def late_sources(settings: Settings, now: datetime | None = None) -> list[LateSource]:
    """Return the sources of every night that are older than they may be.

    Raises:
        DamagedNotesError: Nobody can say when they were read.
    """
    now = now or datetime.now(UTC)
    noted = RejectionNotes.of(settings.home).read().sources
    late = []
    for source in settings.sources:
        note = noted.get(source.name)
        read_at = note.at if note else None
        age_h = (now - read_at).total_seconds() / 3600 if read_at else None
        if source.max_age_h and (age_h is None or age_h > source.max_age_h):
            late.append(
                LateSource(
                    source=source.name,
                    max_age_h=source.max_age_h,
                    read_at=read_at,
                    age_h=age_h,
                )
            )
    return late
