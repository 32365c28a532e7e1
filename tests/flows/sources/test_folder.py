"""Folders as people keep them: every bad item is set aside with its reason, the others are read."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from flows.errors import SourceError
from flows.sources import Listing, list_folder, list_path, read_document, source_name
from flows.sources.formats.text import title_of

LIMIT = 1_000_000


def write(folder: Path, **files: str | bytes) -> Path:
    for name, content in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def listing(folder: Path, max_bytes: int = LIMIT):
    return list_folder(folder, "s", max_bytes=max_bytes)


def ids(listed) -> list[str]:
    return [document.id for document in listed.documents]


def reasons(listed) -> list[str]:
    return [str(aside) for aside in listed.set_aside]


def test_listing_finds_the_three_kinds_in_the_order_of_their_names(tmp_path):
    write(tmp_path, b_md="B", a__z_txt="Z", c_TXT="C", d_jsonl='{"id": "x", "text": "X"}\n')

    found = listing(tmp_path)

    assert ids(found) == ["s/a/z.txt", "s/b.md", "s/c.TXT", "s/d.jsonl/x"]
    assert (found.set_aside, found.gaps) == ((), ())


def test_document_is_read_as_it_was_listed(tmp_path):
    write(tmp_path, a_md="# Ada\r\n\r\nAda Lovelace\n", b_jsonl='\n{"id": 7, "text": "B"}\n')
    heading, line = listing(tmp_path).documents

    first, second = read_document(heading), read_document(line)

    assert (first.text, first.title) == ("# Ada\r\n\r\nAda Lovelace\n", "Ada")
    assert (second.id, second.text, second.source) == ("s/b.jsonl/7", "B", "s")


def test_byte_order_mark_is_not_text(tmp_path):
    write(tmp_path, a_txt=b"\xef\xbb\xbfAda", b_jsonl=b'\xef\xbb\xbf{"id": "b", "text": "B"}')

    assert [read_document(each).text for each in listing(tmp_path).documents] == ["Ada", "B"]


def test_title_is_the_heading_else_the_file_name(tmp_path):
    write(tmp_path, notes_txt="Ada was born in London.")

    assert title_of("\n ## On engines \nText") == "On engines"
    assert read_document(listing(tmp_path).documents[0]).title == "notes"


def test_other_files_and_hidden_names_are_no_documents(tmp_path):
    write(tmp_path, a_txt="A", b_png="PNG", _hidden_txt="H", _git__c_txt="C")

    found = listing(tmp_path)

    assert (ids(found), found.ignored_by_suffix) == (["s/a.txt"], {".png": 1})


def test_missing_folder_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"there is no folder .*nowhere: check the path"):
        listing(tmp_path / "nowhere")


def test_file_in_place_of_a_folder_is_named(tmp_path):
    with pytest.raises(SourceError, match="is not a folder"):
        listing(write(tmp_path, a_txt="A") / "a.txt")


def test_empty_folder_has_an_empty_listing(tmp_path):
    assert list(listing(tmp_path).documents) == []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty: give it a text or delete it"),
        (
            b"x" * (LIMIT + 1),
            "is 1.0 MB long, more than NIGHTLOOM_MAX_DOCUMENT_BYTES=1000000: "
            "split it or raise the setting",
        ),
    ],
)
def test_bad_file_is_set_aside_and_the_others_are_listed(content, reason, tmp_path):
    found = listing(write(tmp_path, a_txt=content, b_txt="B"))

    assert reasons(found) == [f"s/a.txt {reason}"]
    assert ids(found) == ["s/b.txt"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (
            bytes(range(128, 256)),
            "is in no encoding that can be told: save it as UTF-8, or say with NIGHTLOOM_ENCODING "
            "what it is",
        ),
        (
            b"\xef\xbb\xbfab\xff",
            "is not UTF-8: byte 0xff at offset 5; save it as UTF-8, or say with "
            "NIGHTLOOM_ENCODING what it is",
        ),
        (b" \n\t", "is empty: give it a text or delete it"),
    ],
)
def test_bytes_that_are_no_text_are_refused_where_they_are_converted(content, reason, tmp_path):
    """A listing converts nothing: most of its documents have not changed."""
    (document,) = listing(write(tmp_path, a_txt=content)).documents

    with pytest.raises(SourceError) as caught:
        read_document(document)

    assert str(caught.value) == reason


@pytest.mark.parametrize("name", ["a\"b'c`.txt", "a\nb\tc.txt", "a\\u0060 $x {y}.md", "李.txt"])
def test_names_with_quotes_and_newlines_are_names(name, tmp_path):
    (tmp_path / name).write_text("Text")

    found = listing(tmp_path)

    assert ids(found) == [f"s/{name}"]
    assert read_document(found.documents[0]).text == "Text"


def test_name_that_is_not_utf8_is_set_aside(tmp_path):
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xff.txt")).write_text("A")

    assert reasons(listing(tmp_path)) == [r"s/a\udcff.txt has a name that is not UTF-8: rename it"]


def test_links_are_followed_inside_the_folder_only(tmp_path):
    outside = write(tmp_path / "outside", x_txt="X")
    inside = write(tmp_path / "inside", a_txt="A")
    (inside / "b.txt").symlink_to("a.txt")
    (inside / "c.txt").symlink_to(outside / "x.txt")
    (inside / "d.txt").symlink_to("nowhere")
    (inside / "e.txt").symlink_to("e.txt")
    (inside / "f").symlink_to(outside)

    found = listing(inside)

    assert ids(found) == ["s/a.txt", "s/b.txt"]
    assert reasons(found) == [
        "s/c.txt is a link out of the folder: copy the file into it",
        "s/d.txt is a link to a file that is not there: remove or mend the link",
        "s/e.txt is a link to a file that is not there: remove or mend the link",
        "s/f is a link to a folder: give that folder as a source",
    ]


def test_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.txt")

    assert reasons(listing(tmp_path)) == ["s/a.txt is no regular file: remove it"]


@pytest.fixture
def as_nobody():
    """A folder of a user without privileges, whom permissions stop."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        yield folder
        if is_root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)


def test_unreadable_file_is_set_aside(as_nobody):
    write(as_nobody, a_txt="A", b_txt="B")
    (as_nobody / "a.txt").chmod(0)

    found = listing(as_nobody)

    assert reasons(found) == ["s/a.txt cannot be read: Permission denied"]
    assert ids(found) == ["s/b.txt"]


def test_unreadable_folder_is_a_gap(as_nobody):
    write(as_nobody, a__x_txt="X", b_txt="B")
    (as_nobody / "a").chmod(0)

    found = listing(as_nobody)

    assert ids(found) == ["s/b.txt"]
    assert [str(gap) for gap in found.gaps] == ["s/a cannot be read: Permission denied"]
    assert found.hiding("s/a/x.txt") is not None
    assert found.hiding("s/c.txt") is None


def test_unreadable_source_is_an_error(as_nobody):
    write(as_nobody, a__x_txt="X")
    (as_nobody / "a").chmod(0)

    with pytest.raises(SourceError, match="a cannot be read: Permission denied"):
        listing(as_nobody / "a")
    (as_nobody / "a").chmod(0o700)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{]", "is not JSON: "),
        (b"[1]", "is no JSON object: "),
        (b'{"text": "T"}', 'has no "id" that is a string'),
        (b'{"id": "", "text": "T"}', 'has no "id" that is a string'),
        (b'{"id": true, "text": "T"}', 'has no "id" that is a string'),
        (rb'{"id": "\ud800", "text": "T"}', 'has no "id" that is a string'),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"id": "\xff"}', "is not UTF-8: byte 0xff at offset 8"),
        (b'{"id": "a", "text": "' + b"x" * LIMIT + b'"}', "is 1.0 MB long"),
    ],
)
def test_bad_line_is_set_aside_and_may_hide_a_document(line, reason, tmp_path):
    good = b'{"id": "b", "text": "B"}\n'

    found = listing(write(tmp_path, a_jsonl=good + line + b"\n" + good.replace(b'"b"', b'"c"')))

    assert [document.id for document in found.documents] == ["s/a.jsonl/b", "s/a.jsonl/c"]
    assert [read_document(document).text for document in found.documents] == ["B", "B"]
    assert reasons(found)[0].startswith(f"s/a.jsonl, line 2, {reason}")
    assert len(found.gaps) == 1


@pytest.mark.parametrize("name", ["a_jsonl", "a_json"])
def test_records_in_another_encoding_are_one_reason(name, tmp_path):
    content = '{"id": "a", "text": "A"}\n{"id": "b", "text": "B"}\n'.encode("utf-16")

    [reason] = reasons(listing(write(tmp_path, **{name: content})))

    assert reason.endswith("is UTF-16, and JSON is read as UTF-8: save it as UTF-8")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"id": "a"}, 'has no "text" that is a string: give it one'),
        ({"id": "a", "text": None}, 'has no "text" that is a string: give it one'),
        ({"id": "a", "text": " "}, "is empty: give it a text or delete it"),
        ({"id": "a", "text": "T", "title": 3}, 'has a "title" that is no string: mend it'),
        (
            {"id": "a", "text": "ab\ud800"},
            "holds half a character (a lone surrogate) at character 2: write it again from its "
            "source",
        ),
    ],
)
def test_line_with_an_id_is_set_aside_under_it(record, reason, tmp_path):
    found = listing(write(tmp_path, a_jsonl=json.dumps(record)))

    assert (reasons(found), found.gaps) == ([f"s/a.jsonl/a {reason}"], ())


def test_empty_jsonl_may_hide_documents(tmp_path):
    found = listing(write(tmp_path, a_jsonl=b""))

    assert [str(gap) for gap in found.gaps] == ["s/a.jsonl is empty: give it a text or delete it"]


def test_first_of_two_lines_with_one_id_is_kept(tmp_path):
    first, second = '{"id": "b", "text": "1"}\n', '{"id": "b", "text": "2"}\n'

    found = listing(write(tmp_path, a_jsonl=first + second))

    assert [read_document(each).text for each in found.documents] == ["1"]
    assert reasons(found) == ["s/a.jsonl, line 2, has the id b of line 1: rename one"]


def test_two_files_may_number_their_lines_alike(tmp_path):
    line = '{"id": 1, "text": "%s"}\n'

    found = listing(write(tmp_path, a_jsonl=line % "A", b__a_jsonl=line % "B", a__1_txt="C"))

    assert {each.id: read_document(each).text for each in found.documents} == {
        "s/a.jsonl/1": "A",
        "s/b/a.jsonl/1": "B",
        "s/a/1.txt": "C",
    }
    assert found.set_aside == ()


def test_document_that_changes_between_listing_and_reading_waits(tmp_path):
    document = listing(write(tmp_path, a_txt="A")).documents[0]
    write(tmp_path, a_txt="B")

    with pytest.raises(SourceError, match="changed while the run was reading"):
        read_document(document)


def test_document_that_goes_between_listing_and_reading_says_so(tmp_path):
    document = listing(write(tmp_path, a_txt="A")).documents[0]
    (tmp_path / "a.txt").unlink()

    with pytest.raises(SourceError, match="cannot be read: No such file or directory"):
        read_document(document)


def test_source_is_named_after_its_folder(tmp_path):
    assert source_name(tmp_path / "notes") == "notes"
    assert source_name(tmp_path, "letters") == "letters"


@pytest.mark.parametrize("name", ["", "a/b", "a\nb"])
def test_name_that_cannot_begin_an_id_is_refused(name, tmp_path):
    with pytest.raises(SourceError, match="cannot be the name of a source"):
        source_name(tmp_path, name)


def test_one_file_of_a_folder_is_listed_alone(tmp_path):
    write(tmp_path, a_txt="A", b_jsonl='{"id": "x", "text": "X"}\n', c_png="C")

    alone = list_path(tmp_path / "a.txt", "s", max_bytes=LIMIT)

    assert ids(alone) == ["s/a.txt"]
    assert ids(list_path(tmp_path / "b.jsonl", "s", max_bytes=LIMIT)) == ["s/b.jsonl/x"]
    assert list_path(tmp_path, "s", max_bytes=LIMIT) == listing(tmp_path)
    with pytest.raises(SourceError, match=r"c\.png is no file of documents"):
        list_path(tmp_path / "c.png", "s", max_bytes=LIMIT)


def test_listing_travels_as_plain_data(tmp_path):
    """As it does to a step in another process, which has to read the documents from it."""
    write(tmp_path, a_txt="A", b_jsonl='{"id": 1, "text": "B"}\n{', c_pdf="")
    adapter = TypeAdapter(Listing)

    listed = listing(tmp_path)
    arrived = adapter.validate_json(adapter.dump_json(listed))

    assert arrived == listing(tmp_path)
    assert [read_document(document).text for document in arrived.documents] == ["A", "B"]
    assert arrived.hiding("s/b.jsonl/2")
