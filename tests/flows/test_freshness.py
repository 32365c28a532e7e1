"""A source that was not looked at for longer than it may be is said to be late."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from flows.errors import DamagedNotesError
from flows.freshness import late_sources
from flows.services.doctor import check_sources
from flows.settings import load_settings

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "nightloom.toml").write_text(
        '[[sources]]\nname = "mails"\npath = "mails"\nmax_age_h = 36\n'
        '[[sources]]\nname = "notes"\npath = "notes"\n'
        '[[sources]]\nname = "box"\npath = "s3://box"\nmax_age_h = 0.5\n'
    )
    return load_settings()


def noted(settings, **hours_ago: float) -> None:
    """Write down when sources were read, as nights do."""
    settings.home.mkdir(exist_ok=True)
    (settings.home / "rejected.json").write_text(
        json.dumps(
            {
                "documents": [],
                "sources": {
                    name: {"path": name, "run": "r", "at": str(NOW - timedelta(hours=hours))}
                    for name, hours in hours_ago.items()
                },
            }
        )
    )


def test_sources_are_late_when_their_last_whole_night_is_too_long_ago(settings):
    noted(settings, mails=37, notes=5000, box=0.4)

    late = late_sources(settings, NOW)

    assert [each.source for each in late] == ["mails"]
    assert str(late[0]) == (
        "mails is late: its last whole night was on 2026-11-27 23:00 UTC, 37 hours ago;"
        " max_age_h is 36"
    )


def test_sources_that_were_never_read_are_named(settings):
    noted(settings, mails=1)

    assert list(map(str, late_sources(settings, NOW))) == [
        "box has never been read as a whole; max_age_h is 0.5"
    ]


def test_doctor_says_which_are_late(settings):
    noted(settings, mails=1e6, box=1e6)

    check = check_sources(settings)

    assert check.state == "warn"
    assert "mails is late" in check.finding
    assert "box is late" in check.finding


def test_notes_that_are_damaged_are_no_sign_that_all_is_well(settings):
    settings.home.mkdir()
    (settings.home / "rejected.json").write_text("{")

    with pytest.raises(DamagedNotesError):
        late_sources(settings, NOW)
