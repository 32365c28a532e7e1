"""`changes`, `history` and `as-of`: what a person sees of what nights changed."""

from datetime import datetime, timedelta

import pytest

from tests.flows.cli.test_commands import kept, nightloom  # noqa: F401 - fixtures
from tests.strategies import extraction

ADA = ("Ada", "WORKS_FOR", "Acme")


@pytest.fixture
def nights(graph, kept):  # noqa: F811
    """Two nights: Ada gets another employer, and one document makes the first surer."""
    from graphdb.history import record_run

    graph.prepare()
    with graph.lease("test", "first") as lease:
        record_run(graph.connection, lease, "notes")
        graph.upsert(extraction((*ADA, 0.5), id="notes/a.txt", source="notes"), lease)
    with graph.lease("test", "second") as lease:
        record_run(graph.connection, lease, "notes")
        graph.upsert(
            [
                extraction((*ADA, 0.75), id="notes/a.txt", source="notes"),
                extraction(("Ada", "WORKS_FOR", "Bolt"), id="notes/b.txt", source="notes"),
            ],
            lease,
        )


def test_changes_are_those_of_the_last_night(nightloom, nights):  # noqa: F811
    said = nightloom("changes")

    assert said.code == 0
    assert "1 fact came, 0 went, 1 restated" in said.out
    assert "+ Ada  ─WORKS_FOR→  Bolt" in said.out
    assert "0.50 → 0.75   notes/a.txt" in said.out


def test_changes_are_told_by_run_by_time_and_by_entity(nightloom, nights):  # noqa: F811
    yesterday = (datetime.now() - timedelta(days=1)).date().isoformat()

    by_run = nightloom("changes", "--run", "first", "--json").json
    by_time = nightloom("changes", "--since", yesterday, "--json").json
    by_entity = nightloom("changes", "--entity", "Bolt", "--json").json

    assert by_run["counts"] == {"came": 0, "went": 0, "restated": 1}
    assert by_time["counts"] == {"came": 2, "went": 0, "restated": 0}
    assert [fact["object"] for fact in by_entity["facts"]] == ["Bolt"]


def test_changes_of_one_kind_are_listed_and_all_are_counted(nightloom, nights):  # noqa: F811
    restated = nightloom("changes", "--kind", "restated", "--entity", "Ada", "--json").json

    assert [(f["kind"], f["object"]) for f in restated["facts"]] == [("restated", "Acme")]
    assert restated["counts"] == {"came": 1, "went": 0, "restated": 1}


def test_history_says_where_it_is_a_part(nightloom, nights, monkeypatch):  # noqa: F811
    monkeypatch.setattr("graphdb.history.changes.MOST_RECORDS", 2)

    assert "records, so some are missing" in nightloom("history", "Ada").out
    assert nightloom("history", "Ada", "--json").json["is_cut"]
    assert not nightloom("history", "Bolt", "--json").json["is_cut"]


def test_history_of_a_fact_is_in_order(nightloom, nights):  # noqa: F811
    said = nightloom("history", "Ada", "WORKS_FOR", "Acme", "--json").json

    kinds = [change["kind"] for change in said["changes"]]
    assert kinds == ["came", "restated", "restated"]
    assert nightloom("history", "Bolt").out.count("+ Ada") == 1


def test_as_of_shows_facts_as_they_stood(nightloom, nights, reader):  # noqa: F811
    """Everything happened an hour ago, but for what the second night did."""
    reader.rows(
        "MATCH (v:SchemaVersion), (c:RecordedChange|RecordedDocument) WHERE c.run <> 'second'"
        " SET v.recorded_since = datetime() - duration('P1D'), c.at = c.at - duration('PT1H')"
        " RETURN 1"
    )
    then = (datetime.now() - timedelta(minutes=30)).isoformat(timespec="seconds")

    said = nightloom("as-of", then, "Ada", "--json").json
    now = nightloom("as-of", datetime.now().date().isoformat(), "Ada").out

    assert [(f["object"], f["confidence"]) for f in said["facts"]] == [("Acme", 0.5)]
    assert nightloom("as-of", then, "Bolt", "--json").json["facts"] == []
    assert "Bolt" in now
    assert "0.75" in now


def test_what_was_then_is_not_guessed_from_a_part_of_the_record(
    nightloom,  # noqa: F811
    nights,
    reader,
    monkeypatch,
):
    reader.rows("MATCH (v:SchemaVersion) SET v.recorded_since = datetime({year: 2020}) RETURN 1")
    monkeypatch.setattr("graphdb.history.changes.MOST_RECORDS", 2)

    said = nightloom("as-of", "2021-01-01", "Ada")

    assert said.code == 1
    assert "ask for a later date" in said.err


def test_what_cannot_be_answered_is_said_in_a_sentence(nightloom, kept):  # noqa: F811
    assert "no night is on record yet" in nightloom("changes").err
    assert "is no date" in nightloom("changes", "--since", "yesterday").err
    assert "changes are recorded since" in nightloom("as-of", "2001-01-01", "Ada").err
    assert "no entity is called Nobody" in nightloom("history", "Nobody").err
    assert "exclude" in nightloom("changes", "--since", "2026-01-01", "--run", "x").err
    assert "nothing is recorded of a run x" in nightloom("changes", "--run", "x").err
    assert "ask for came, went, restated" in nightloom("changes", "--kind", "gone").err
