"""Servers of files and object stores: logging in, folders that cannot be listed, names."""

import io
import os
import zipfile

import pytest
from pydantic import SecretStr

from flows.errors import SourceError
from flows.sources import Credentials, Remote, asked_source, give_credentials, list_file
from flows.sources.remote import hang_up
from tests.flows.sources.remote import servers


def test_folder_that_cannot_be_listed_hides_what_may_be_in_it(sftp, look):
    sftp.put("a.txt", "Ada")
    sftp.put("locked/b.txt", "Bob")

    listing = look(sftp.source())

    assert [document.id for document in listing.documents] == ["shelf/a.txt"]
    assert str(listing.hiding("shelf/locked/b.txt")).startswith("shelf/locked cannot be read: ")
    assert listing.hiding("shelf/c.txt") is None


def test_links_and_pipes_of_a_server_are_named(sftp, look, tmp_path):
    (tmp_path / "served" / "link.txt").symlink_to("/etc/passwd")
    os.mkfifo(tmp_path / "served" / "pipe.txt")

    asides = {aside.document: aside.reason for aside in look(sftp.source()).set_aside}

    assert asides == {
        "shelf/link.txt": "is a link: put the file itself there",
        "shelf/pipe.txt": "is no regular file: remove it",
    }


def test_file_that_was_written_just_now_is_read_again(sftp, look, tmp_path):
    """Its time of change has whole seconds: another one may follow within the same."""
    sftp.put("a.txt", "Ada")
    path = tmp_path / "served" / "a.txt"
    os.utime(path)
    first = look(sftp.source())
    status = path.stat()
    path.write_text("Bob")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    second = look(sftp.source())

    assert first.documents[0].raw_sha256 != second.documents[0].raw_sha256


@pytest.mark.parametrize("kind", ["sftp", "webdav"])
def test_wrong_password_is_named_and_not_shown(kind, request, known_hosts, look):
    shelf = request.getfixturevalue(kind)
    give_credentials(
        {"shelf": Credentials(user="eve", password=SecretStr("hunter2"), known_hosts=known_hosts)}
    )

    with pytest.raises(SourceError, match=r"NIGHTLOOM_CREDENTIALS__NAME__USER") as failure:
        look(shelf.source())

    assert "hunter2" not in str(failure.value) + repr(failure.value.__cause__)


def test_server_whose_key_nobody_knows_is_not_talked_to(sftp, known_hosts, look):
    known_hosts.write_text("")

    with pytest.raises(SourceError, match=r"Host key is not trusted .*: run `ssh 127.0.0.1` once"):
        look(sftp.source())


def test_password_is_not_sent_in_the_clear(look):
    give_credentials({"shelf": Credentials(user="ada", password=SecretStr("hunter2"))})

    with pytest.raises(SourceError, match="that anybody on the way can read: use webdavs://"):
        look(Remote(name="shelf", url="webdav://example.org/notes"))

    give_credentials({})


def test_credentials_that_a_store_would_not_take_are_refused(s3, look):
    give_credentials({"shelf": Credentials(user="ada", password=SecretStr("hunter2"))})

    with pytest.raises(SourceError, match=r"not logged in at so: unset it, and set AWS_ACCESS"):
        look(s3.source())

    give_credentials({})


def test_object_that_has_the_name_of_what_is_in_an_archive_is_set_aside(s3, look):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("x.txt", "in the archive")
    s3.put("a.zip", packed.getvalue())
    s3.put("a.zip/x.txt", "beside it")

    listing = look(s3.source())

    assert [document.path for document in listing.documents] == [("x.txt",)]
    assert [aside.document for aside in listing.set_aside] == ["shelf/a.zip/x.txt"]


def test_bucket_whose_listing_breaks_off_says_nothing(s3, look, monkeypatch):
    for name in "abc":
        s3.put(f"{name}.txt", "Ada")
    assert len(look(s3.source()).documents) == 3
    hang_up()

    with servers.breaking_off(os.environ["AWS_ENDPOINT_URL"]) as endpoint:
        monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
        with pytest.raises(SourceError, match="does not let us in"):
            look(s3.source())
        hang_up()


def test_one_object_alone_can_be_read(s3, look, converter):
    s3.put("a.txt", "Ada")
    s3.put("b.txt", "Bob")

    source, file = asked_source(f"{s3.url}/a.txt", None, [])
    listing = list_file(source, file, max_bytes=1000, converter=converter)

    assert (source, file) == (Remote(name="notes", url=s3.url), "a.txt")
    assert [document.id for document in listing.documents] == ["notes/a.txt"]
    assert not listing.covers("notes/b.txt")
