"""`nightloom formats` says what is read here, and what would bring the rest."""

import json

from flows.sources import FORMATS
from flows.sources.formats import Format


def test_formats_are_listed_with_what_they_need(nightloom):
    code, out, _ = nightloom("formats")
    as_json = json.loads(nightloom("formats", "--json")[1])

    assert code == 0
    for format_ in FORMATS:
        assert format_.suffixes[0] in out
    assert [each["name"] for each in as_json["formats"]] == [format_.name for format_ in FORMATS]
    assert all(each["missing"] == [] for each in as_json["formats"])


def test_format_names_what_is_not_installed():
    needs = ("pytest", "no-such-distribution")
    format_ = Format(name="x", title="X", version=1, suffixes=(".x",), needs=needs)

    assert format_.missing == ("no-such-distribution",)


def test_suffixes_belong_to_one_format():
    suffixes = [suffix for format_ in FORMATS for suffix in format_.suffixes]

    assert len(set(suffixes)) == len(suffixes)
