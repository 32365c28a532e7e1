"""`nightloom sources` says what is read every night, and where documents can come from."""

import json
from pathlib import Path

from flows.sources import PLACE_KINDS


def test_sources_and_places_are_listed(nightloom, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("nightloom.toml").write_text(
        '[[sources]]\nname = "letters"\npath = "s3://box/letters"\nmax_bytes = 1000000\n'
        'credentials = "secret/archive"\n'
    )

    code, out, _ = nightloom("sources")
    as_json = json.loads(nightloom("sources", "--json")[1])

    assert code == 0
    assert "s3://box/letters" in out
    assert "secret/archive" in out
    assert all(f"{kind.scheme}://" in out for kind in PLACE_KINDS)
    assert as_json["sources"] == [
        {"name": "letters", "place": "s3://box/letters", "credentials": "secret/archive"}
    ]
    assert {kind["scheme"] for kind in as_json["places"] if not kind["is_installed"]} <= {
        *("gs", "az")
    }
