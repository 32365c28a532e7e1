"""A path on the command line or in a form: which source is meant, and which file of it."""

from pathlib import Path

import pytest

from flows.errors import SourceError
from flows.sources import (
    EVERY_SOURCE,
    Folder,
    Remote,
    asked_in_form,
    asked_source,
    asked_sources,
)


@pytest.fixture
def notes(tmp_path) -> Folder:
    """A folder that is read every night, under another name than its own."""
    (tmp_path / "notes" / "people").mkdir(parents=True)
    (tmp_path / "notes" / "people" / "ada.md").write_text("Ada")
    return Folder(name="mine", path=tmp_path / "notes", exclude=("drafts/**",))


def test_folder_that_is_read_every_night_keeps_its_name_and_patterns(notes, monkeypatch):
    monkeypatch.chdir(notes.path.parent)

    assert asked_source(Path("notes"), None, [notes]) == (notes, "")
    assert asked_source(Path("notes"), "other", [notes]) == (
        Folder(name="other", path=Path("notes")),
        "",
    )


def test_name_of_a_source_means_it_where_no_folder_is_called_so(notes, tmp_path, monkeypatch):
    bucket = Remote(name="bucket", url="s3://archive/letters")
    monkeypatch.chdir(tmp_path)

    assert asked_source("bucket", None, [notes, bucket]) == (bucket, "")
    assert asked_source("notes", None, [bucket]) == (Folder(name="notes", path=Path("notes")), "")
    with pytest.raises(SourceError, match="there is no folder bucket"):
        asked_source("bucket", "other", [notes, bucket])


def test_file_belongs_to_the_source_that_it_lies_in(notes):
    file = notes.path / "people" / "ada.md"

    assert asked_source(file, None, [notes]) == (notes, "people/ada.md")
    assert asked_source(file, None, []) == (
        Folder(name="people", path=notes.path / "people"),
        "ada.md",
    )


def test_empty_form_means_every_source(notes):
    post = Folder(name="post", path=Path("/mnt/letters"))

    assert asked_sources("", "", [notes, post]) == [(notes, ""), (post, "")]
    assert asked_sources("", "post", [notes, post]) == [(post, "")]
    assert asked_sources(str(notes.path), "", [post])[0][0].name == "notes"


def test_empty_form_without_sources_says_how_to_have_one():
    with pytest.raises(SourceError, match=r"no folder is read every night yet: .*--every-night"):
        asked_sources("", "", [])


def test_unknown_source_is_answered_with_those_there_are(notes):
    with pytest.raises(SourceError, match="no source is called post: there are mine"):
        asked_sources("", "post", [notes])


def test_missing_path_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"there is no folder .*nowhere"):
        asked_source(tmp_path / "nowhere", None, [])


def test_form_reads_the_chosen_source_or_a_folder_of_ones_own(notes, tmp_path):
    (tmp_path / "other").mkdir()
    other = str(tmp_path / "other")

    assert asked_in_form(EVERY_SOURCE, "", "", [notes]) == [(notes, "")]
    assert asked_in_form("mine", "", "", [notes]) == [(notes, "")]
    assert asked_in_form(EVERY_SOURCE, other, "", [notes])[0][0].name == "other"
    assert asked_in_form(EVERY_SOURCE, other, "letters", [notes])[0][0].name == "letters"
    assert asked_in_form("letters", other, "", [notes])[0][0].name == "letters"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("post", "", ""), "no source is called post: there are mine"),
        (("mine", "", "letters"), "letters is the name for a folder or file, and none is given"),
        (("mine", "notes", "letters"), "cannot be kept as letters and as mine"),
    ],
)
def test_fields_of_a_form_that_mean_nothing_are_answered_in_a_sentence(notes, fields, said):
    with pytest.raises(SourceError, match=said):
        asked_in_form(*fields, [notes])
