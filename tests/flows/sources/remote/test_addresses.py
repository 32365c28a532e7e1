"""Addresses are shown: what may be secret in them is refused, and never repeated."""

import pytest

from flows.errors import SourceError
from flows.sources import Folder, Remote, asked_source, every_night_too
from flows.sources.remote.connection import in_our_words, without_secrets


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("sftp://ada:hunter2@example.org/notes", "holds a user name or a password"),
        ("webdavs://ada%40x:hunter2%40@example.org", "holds a user name or a password"),
        ("https://ada%3Ahunter2%40example.org/x", "holds a user name or a password"),
        ("https://example.org/list?sig=hunter2", "behind a \\? or #, which may be a key"),
        ("s3://box/a#hunter2", "behind a \\? or #, which may be a key"),
        ("https://example.org:hunter2/", "cannot be understood"),
    ],
)
def test_address_with_a_secret_is_refused_without_repeating_it(address, sentence):
    with pytest.raises(SourceError, match=sentence) as refused:
        asked_source(address, None, [])

    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("address", ["ftp://example.org/notes", "gopher://x", "s3:///notes"])
def test_address_of_no_known_kind_names_those_that_are(address):
    with pytest.raises(SourceError, match=r"s3://|write it behind the //"):
        asked_source(address, None, [])


def test_errors_of_libraries_lose_their_secrets():
    assert without_secrets("x https://a:b@c.org/d?sig=e&f=g y") == "x https://c.org/d y"
    with (
        pytest.raises(OSError, match=r"^\[Errno None\] RuntimeError: https://c.org/d$") as said,
        in_our_words(),
    ):
        raise RuntimeError("https://a:b@c.org/d?sig=e\nAuthorization: Basic YTpi")
    assert said.value.__cause__ is None


def test_address_that_is_read_every_night_keeps_its_name_and_patterns():
    letters = Remote(name="letters", url="s3://box/notes", exclude=("drafts",))

    assert asked_source("s3://box/notes/", None, [letters]) == (letters, "")
    assert asked_source("s3://box/notes/1815/a.txt", None, [letters]) == (letters, "1815/a.txt")
    assert asked_source("s3://box/notes", "other", [letters]) == (
        Remote(name="other", url="s3://box/notes"),
        "",
    )


def test_documents_of_an_address_are_not_read_under_two_names(tmp_path):
    letters = Remote(name="letters", url="s3://box/notes")
    folder = Folder(name="notes", path=tmp_path)

    assert not every_night_too(letters, [folder, letters])
    assert every_night_too(Remote(name="more", url="s3://box/notes-2"), [folder, letters])
    with pytest.raises(SourceError, match="its documents would be there twice"):
        every_night_too(Remote(name="all", url="s3://box"), [letters])
    with pytest.raises(SourceError, match="give s3://other another name"):
        every_night_too(Remote(name="letters", url="s3://other"), [letters])
