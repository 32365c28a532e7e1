"""Folders added to `nightloom.toml`: what a person wrote there stays as it is."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.errors import SettingsError, SourceError
from flows.every_night import add_every_night, with_source
from flows.settings import load_settings
from flows.sources import Folder, every_night_too

WRITTEN = "# of mine\nmax_vanished = 0.2  # a fifth\n\n[graph]\nuser = 'ada'"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """An empty folder to work in, without settings."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NIGHTLOOM_SOURCES", raising=False)
    (tmp_path / "notes").mkdir()
    return tmp_path


def test_file_is_made_if_there_is_none(here):
    add_every_night(Folder(name="notes", path=here / "notes"))

    assert Path("nightloom.toml").read_text() == '[[sources]]\nname = "notes"\npath = "notes"\n'
    assert load_settings().sources == (Folder(name="notes", path=here / "notes"),)


def test_all_else_stays_as_it_was_written(here):
    Path("nightloom.toml").write_text(WRITTEN)
    Path("nightloom.toml").chmod(0o640)

    add_every_night(Folder(name="notes", path=Path("notes")))
    add_every_night(Folder(name="post", path=Path("/mnt/letters")))

    assert Path("nightloom.toml").read_text().startswith(WRITTEN)
    assert Path("nightloom.toml").stat().st_mode & 0o777 == 0o640
    assert [source.name for source in load_settings().sources] == ["notes", "post"]
    assert load_settings().graph.user == "ada"


def test_link_to_the_file_stays_a_link(here):
    (here / "kept.toml").write_text(WRITTEN)
    Path("nightloom.toml").symlink_to("kept.toml")

    add_every_night(Folder(name="notes", path=Path("notes")))

    assert Path("nightloom.toml").is_symlink()
    assert "notes" in (here / "kept.toml").read_text()


def test_line_ends_stay_those_of_the_file():
    assert (
        with_source("max_vanished = 0.2\r\n", Folder(name="s", path=Path("s"))).count("\r\n") == 5
    )


def test_sources_in_another_form_are_left_alone():
    before = 'sources = [{path = "notes"}]\n'
    Path("nightloom.toml").write_text(before)

    with pytest.raises(SettingsError, match="does not write its sources as tables"):
        add_every_night(Folder(name="post", path=Path("post")))

    assert Path("nightloom.toml").read_text() == before


def test_place_that_wins_over_the_file_is_named(monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_SOURCES", "[]")

    with pytest.raises(SettingsError, match="NIGHTLOOM_SOURCES in the environment says"):
        add_every_night(Folder(name="notes", path=Path("notes")))


@given(
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1),
    path=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
)
def test_any_name_and_path_arrive_as_they_are(name, path):
    after = with_source(WRITTEN, Folder(name=name, path=Path("/") / path))

    (source,) = tomllib.loads(after)["sources"]
    assert source["name"] == name
    assert Path(source["path"]).resolve() == (Path("/") / path).resolve()


def test_folder_that_is_read_already_is_not_added_again(here):
    sources = (Folder(name="notes", path=here / "notes"),)

    assert not every_night_too(Folder(name="notes", path=Path("notes")), sources)
    assert every_night_too(Folder(name="post", path=Path("post")), sources)


@pytest.mark.parametrize(
    ("name", "path", "said"),
    [
        ("notes", "elsewhere/notes", "a source called notes is read every night already"),
        ("mine", "notes", "its documents would be there twice"),
        ("mine", "notes/2025", "its documents would be there twice"),
        ("mine", ".", "its documents would be there twice"),
    ],
)
def test_clash_is_refused(here, name, path, said):
    sources = (Folder(name="notes", path=here / "notes"),)

    with pytest.raises(SourceError, match=said):
        every_night_too(Folder(name=name, path=Path(path)), sources)
