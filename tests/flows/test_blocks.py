"""Credentials in blocks of a real Prefect: sources log in with them, and nobody sees them."""

from contextlib import closing
from dataclasses import replace
from functools import partial

import pytest
from azure.storage.blob import BlobServiceClient
from prefect import flow
from prefect.blocks.system import Secret
from prefect.testing.utilities import prefect_test_harness

from flows.blocks import read_block
from flows.errors import SourceError
from flows.settings import load_settings
from flows.sources import (
    Converter,
    Credentials,
    Remote,
    give_credentials,
    list_source,
    read_blocks_with,
)
from flows.sources.remote import hang_up
from flows.sources.remote.credentials import credentials_of
from tests.conftest import free_ports
from tests.flows.sources.remote import clouds, servers
from tests.flows.sources.remote.servers import PASSWORD, USER


@pytest.fixture(scope="module")
def prefect():
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300):
        yield


@pytest.fixture
def notes(tmp_path):
    """A source on a WebDAV server that lets nobody in without the password."""
    (tmp_path / "served").mkdir()
    (tmp_path / "served" / "a.txt").write_text("Ada works for Acme.")
    with servers.webdav(tmp_path / "served") as port:
        url = f"webdav://127.0.0.1:{port}"
        yield Remote(name="notes", url=url, credentials="secret/notes")
        hang_up()


@pytest.fixture
def look(prefect, tmp_path, monkeypatch):
    """List a source within a flow run, which is what has a block read."""
    monkeypatch.chdir(tmp_path)
    read_blocks_with(partial(read_block, load_settings()))

    @flow
    def listed(source: Remote) -> list[str]:
        with closing(Converter()) as converter:
            listing = list_source(source, max_bytes=1000, converter=converter)
        return [document.id for document in listing.documents]

    yield listed
    give_credentials({})


@pytest.mark.parametrize("is_text", [False, True], ids=["JSON", "text"])
def test_source_logs_in_with_a_block(notes, look, is_text):
    login = {"user": USER, "password": PASSWORD}
    written = f'{{"user": "{USER}", "password": "{PASSWORD}"}}' if is_text else login
    Secret(value=written).save("notes", overwrite=True)

    assert look(notes) == ["notes/a.txt"]


def test_bucket_is_opened_with_a_block(look, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    with servers.s3("archive") as (endpoint, client):
        client.put_object(Bucket="archive", Key="letters/a.txt", Body="Ada works for Acme.")
        held = {
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        Secret(value=held).save("archive", overwrite=True)

        source = Remote(name="archive", url="s3://archive", credentials="secret/archive")
        assert look(source) == ["archive/letters/a.txt"]
        hang_up()


def test_buckets_of_clouds_are_opened_with_blocks(look, monkeypatch):
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    with clouds.google() as google:
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", google.address)
        google.create("box")
        google.put("box", "a.txt", b"Ada works for Acme.")
        Secret(value=google.service_account).save("cloud", overwrite=True)

        assert look(Remote(name="c", url="gs://box", credentials="secret/cloud")) == ["c/a.txt"]
        assert len(google.asked) == 1, "its token is what it signed for"
        hang_up()


@pytest.mark.skipif(not clouds.AZURITE, reason=clouds.NO_AZURITE)
def test_container_is_opened_with_a_block(look, tmp_path, monkeypatch):
    monkeypatch.delenv("AZURE_STORAGE_CONNECTION_STRING", raising=False)
    with clouds.azure(tmp_path) as connection_string:
        with BlobServiceClient.from_connection_string(connection_string) as client:
            client.create_container("box").upload_blob("a.txt", "Ada works for Acme.")
        held = {"azure_storage_connection_string": connection_string}
        Secret(value=held).save("azure", overwrite=True)

        assert look(Remote(name="c", url="az://box", credentials="secret/azure")) == ["c/a.txt"]
        hang_up()


def test_environment_wins_over_a_block(notes, look):
    Secret(value={"user": "eve", "password": "hunter2"}).save("notes", overwrite=True)
    give_credentials({"notes": Credentials(user=USER, password=PASSWORD)})

    assert credentials_of("notes", "secret/notes").user == USER


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ({"user": "ada", "pasword": "hunter2"}, "has something else in it than user, password"),
        ({"user": "ada", "password": {"hunter2": 1}}, "has something else in it than user"),
        ("hunter2", "should be an object in JSON that has user, password"),
        ({}, "should be an object in JSON that has user, password"),
        (["hunter2"], "should be an object in JSON that has user, password"),
        (7, "should be an object in JSON that has user, password"),
    ],
)
def test_block_that_is_wrong_is_named_and_not_shown(notes, look, value, sentence):
    Secret(value=value).save("notes", overwrite=True)

    with pytest.raises(SourceError, match=f"block secret/notes {sentence}") as refused:
        look(notes)

    assert "hunter2" not in str(refused.value) + repr(refused.value.__context__)


def test_block_that_is_not_there_is_named_with_the_way_out(notes, look):
    missing = replace(notes, credentials="secret/nobody-made-it")

    with pytest.raises(SourceError, match="secret/nobody-made-it, and there is none of this name"):
        look(missing)


def test_server_that_does_not_answer_is_named(tmp_path, monkeypatch):
    """Outside of a flow run the server of `nightloom up` is asked, and no other of this person."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIGHTLOOM_PREFECT__PORT", str(free_ports(1)[0]))
    monkeypatch.setenv("PREFECT_CLIENT_MAX_RETRIES", "0")

    with pytest.raises(SourceError, match=r"does not give it \(\w+\): start `nightloom up`"):
        read_block(load_settings(), "secret/notes")
