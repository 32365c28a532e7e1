"""What `ingest` and `up` refuse before anything is started or read."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import app
from flows.errors import SourceError
from flows.night import RunNotes


@pytest.fixture
def refused(tmp_path, monkeypatch):
    """Run a command in a folder with one document; return what it refuses with."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIGHTLOOM_SOURCES", raising=False)
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.md").write_text("Ada works for Acme.")

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, words)
        assert isinstance(result.exception, SourceError), result.output
        assert not (tmp_path / ".nightloom").exists()
        return str(result.exception)

    return run


def test_up_needs_something_to_do_at_night(refused):
    assert refused("up").startswith("no folder is read every night yet: run `nightloom ingest")


def test_file_is_not_read_every_night(refused):
    assert refused("ingest", "notes/a.md", "--every-night").startswith("a.md is a file, and")
    assert not Path("nightloom.toml").exists()


def test_name_that_is_taken_is_refused_before_the_night(refused):
    Path("nightloom.toml").write_text('[[sources]]\nname = "notes"\npath = "elsewhere"\n')

    said = refused("ingest", "notes", "--every-night")

    assert "a source called notes is read every night already" in said


def test_missing_folder_is_named(refused):
    assert refused("ingest", "nowhere") == "there is no folder nowhere: check the path"


def test_run_whose_model_is_missing_is_noted_as_failed(tmp_path, monkeypatch):
    """Where nothing is kept, nothing is noted: a refusal makes no home folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__MODEL", "nowhere/model")
    (tmp_path / "notes").mkdir()
    home = tmp_path / ".nightloom"

    CliRunner().invoke(app, ["ingest", "notes"])
    assert not home.exists()

    home.mkdir(mode=0o700)
    result = CliRunner().invoke(app, ["ingest", "notes"])

    assert "nowhere/model" in str(result.exception)
    assert RunNotes.of(home).read()["notes"].ended.outcome == "failed"
