"""What holds for every place: what is read of it, what is not, and what is not read twice."""

import io
from contextlib import closing
from dataclasses import replace

import pytest

from flows.errors import SourceError
from flows.sources import Converter, Remote, Seen, list_source, read_document
from flows.sources.remote.fetched import Entry, Kept


class CountingRemote(Remote):
    """A place that takes down which of its files are fetched."""

    __slots__ = ()
    fetched: list[str] = []  # noqa: RUF012 - one test, one list: the fixture empties it

    def open(self, name):
        opened = super().open(name)
        read = opened.read

        def counted():
            self.fetched.append(name)
            return read()

        return replace(opened, read=counted)


@pytest.fixture
def counted(shelf):
    CountingRemote.fetched.clear()
    return CountingRemote(name="shelf", url=shelf.url, exclude=("drafts",))


@pytest.fixture
def converter(tmp_path):
    with closing(Converter(seen=Seen(tmp_path / "seen.sqlite"))) as converter:
        yield converter


def ids(listing):
    return [document.id for document in listing.documents]


def test_files_are_listed_and_read(shelf, converter, look):
    shelf.put("a.txt", "Ada works for Acme.")
    shelf.put("sub/b.md", "# Bob\n\nBob works for Acme.")
    shelf.put("sub/table.csv", "name,town\nAda,London\n")
    shelf.put("drafts/c.txt", "No.")
    shelf.put("sub/d.png", "a picture")
    shelf.put(".hidden.txt", "No.")

    listing = look(shelf.source(exclude=("drafts",)))
    texts = [read_document(document, converter).text for document in listing.documents]

    assert ids(listing) == ["shelf/a.txt", "shelf/sub/b.md", "shelf/sub/table.csv"]
    assert texts[:2] == ["Ada works for Acme.", "# Bob\n\nBob works for Acme."]
    assert "| Ada | London |" in texts[2]
    assert (list(listing.ignored), listing.n_excluded) == (["shelf/sub/d.png"], 1)
    assert listing.gaps == ()


def test_what_did_not_change_is_not_fetched_again(shelf, counted, look):
    shelf.put("a.txt", "Ada")
    shelf.put("b.jsonl", '{"id": "1", "text": "Bob"}\n{"text": "nobody"}\n')
    shelf.put("c.txt", "Cy")
    first = look(counted)
    counted.fetched.clear()

    unchanged = look(counted)
    n_fetched = len(counted.fetched)
    shelf.put("a.txt", "Ada is here.")
    shelf.remove("c.txt")
    changed = look(counted)

    assert n_fetched == 0
    assert (unchanged.documents, unchanged.set_aside, unchanged.gaps) == (
        first.documents,
        first.set_aside,
        first.gaps,
    )
    assert len(first.set_aside) == 1
    assert counted.fetched == ["a.txt"]
    assert ids(changed) == ["shelf/a.txt", "shelf/b.jsonl/1"]
    assert changed.documents[0].raw_sha256 != first.documents[0].raw_sha256


def test_what_was_seen_outlives_the_process(shelf, counted, tmp_path):
    shelf.put("a.txt", "Ada")
    for _ in range(2):
        with closing(Converter(seen=Seen(tmp_path / "kept.sqlite"))) as converter:
            list_source(counted, max_bytes=1000, converter=converter)

    assert counted.fetched == ["a.txt"]


def test_new_file_is_fetched_once_to_be_listed_and_read(shelf, counted, look, converter):
    shelf.put("a.txt", "Ada works for Acme.")
    shelf.put("b.csv", "name,town\nAda,London\n")

    texts = [read_document(listed, converter).text for listed in look(counted).documents]
    shelf.put("a.txt", "Ada works for Initech, and has for years.")
    changed = [read_document(listed, converter).text for listed in look(counted).documents]

    assert texts[0] == "Ada works for Acme."
    assert changed[0] == "Ada works for Initech, and has for years."
    assert changed[1] == texts[1]
    assert "| Ada | London |" in texts[1]
    assert sorted(counted.fetched) == ["a.txt", "a.txt", "b.csv"]


def test_what_has_no_room_or_no_version_is_not_kept():
    kept = Kept(max_bytes=10)
    first, second = (Entry(n_bytes=6, fingerprint=name) for name in ("1", "2"))

    kept.keep("a", first, io.BytesIO(b"123456"))
    kept.keep("b", second, io.BytesIO(b"abcdef"))
    kept.keep("c", Entry(n_bytes=1), io.BytesIO(b"x"))

    assert b"".join(kept.pieces("a", first)) == b"123456"
    assert kept.pieces("a", second) is None
    assert kept.pieces("b", second) is None
    assert kept.pieces("c", Entry(n_bytes=1)) is None
    kept.clear()
    assert kept.pieces("a", first) is None


def test_file_that_is_longer_than_its_source_allows_is_never_fetched(shelf, counted, look):
    shelf.put("a.txt", "Ada works for Acme.")
    short = CountingRemote(name="shelf", url=shelf.url, max_bytes=10)

    (aside,) = look(short).set_aside

    assert "more than max_bytes=10" in aside.reason
    assert counted.fetched == []


def test_place_that_cannot_be_listed_says_nothing_of_its_documents(shelf, look):
    shelf.put("a.txt", "Ada")
    gone = Remote(name="shelf", url=f"{shelf.url.replace('box', 'none')}none")

    with pytest.raises(SourceError, match="none is not there: check the address"):
        look(gone)


def test_place_that_holds_nothing_is_there(shelf, look):
    """An empty listing is believed where the bucket is there; a plan asks before it withdraws."""
    shelf.put("a.txt", "Ada")
    shelf.remove("a.txt")

    assert look(shelf.source()).is_empty
