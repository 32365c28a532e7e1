"""When a person means: dates and times in the time zone of this machine."""

import time as clock
from datetime import time

import pytest

from flows.errors import FlowError
from flows.past import moment_of


@pytest.fixture
def tokyo(monkeypatch):
    """Be east of Greenwich for a moment."""
    with monkeypatch.context() as there:
        there.setenv("TZ", "Asia/Tokyo")
        clock.tzset()
        yield
    clock.tzset()


def test_date_begins_or_ends_where_the_person_is(tokyo):
    assert moment_of("2026-11-29", time.min).isoformat() == "2026-11-29T00:00:00+09:00"
    assert moment_of("2026-11-29T02:00", time.max).isoformat() == "2026-11-29T02:00:00+09:00"


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "0001-01-01"])
def test_what_is_no_moment_is_refused_with_the_way_to_write_one(tokyo, text):
    with pytest.raises(FlowError, match=f"{text} is no date: write it as 2026-11-29"):
        moment_of(text, time.min)
