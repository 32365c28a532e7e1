"""One place of each kind, filled alike, and what lists it."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from azure.storage.blob import BlobServiceClient
from pydantic import SecretStr

from flows.sources import Credentials, Listing, Remote, give_credentials, list_source
from flows.sources.remote import hang_up
from tests.flows.sources.remote import clouds, servers
from tests.flows.sources.remote.servers import PASSWORD, USER

LONG_AGO = 1_000_000_000


@dataclass
class Shelf:
    """A place, and the ways to fill it."""

    url: str
    put: Callable[[str, str], None]
    remove: Callable[[str], None]

    def source(self, **options) -> Remote:
        return Remote(name="shelf", url=self.url, **options)


def folder_shelf(url: str, folder: Path, after: Callable[[], None] = lambda: None) -> Shelf:
    def put(name: str, text: str) -> None:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        os.utime(path, (LONG_AGO + len(text), LONG_AGO + len(text)))
        after()

    def remove(name: str) -> None:
        (folder / name).unlink()
        after()

    return Shelf(url, put, remove)


@pytest.fixture
def known_hosts(tmp_path) -> Path:
    return tmp_path / "known_hosts"


@pytest.fixture
def logged_in(known_hosts) -> Iterator[None]:
    login = Credentials(user=USER, password=SecretStr(PASSWORD), known_hosts=known_hosts)
    give_credentials({"shelf": login})
    yield
    give_credentials({})


@pytest.fixture
def s3(monkeypatch) -> Iterator[Shelf]:
    # A name of its own: all these servers of one process share what they hold.
    bucket = f"box-{secrets.token_hex(4)}"
    with servers.s3(bucket) as (endpoint, client):
        for name, value in (
            ("AWS_ENDPOINT_URL", endpoint),
            ("AWS_ACCESS_KEY_ID", "key"),
            ("AWS_SECRET_ACCESS_KEY", "secret"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
        ):
            monkeypatch.setenv(name, value)
        yield Shelf(
            f"s3://{bucket}/notes",
            lambda name, text: client.put_object(Bucket=bucket, Key=f"notes/{name}", Body=text),
            lambda name: client.delete_object(Bucket=bucket, Key=f"notes/{name}"),
        )
        hang_up()


@pytest.fixture
def gs(monkeypatch, tmp_path) -> Iterator[Shelf]:
    with clouds.google() as google:
        (tmp_path / "account.json").write_text(json.dumps(google.service_account))
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "account.json"))
        monkeypatch.setenv("STORAGE_EMULATOR_HOST", google.address)
        google.create("box")
        yield Shelf(
            "gs://box/notes",
            lambda name, text: google.put("box", f"notes/{name}", _bytes(text)),
            lambda name: google.remove("box", f"notes/{name}"),
        )
        hang_up()
    assert google.asked, "it was asked for a token"


@pytest.fixture(scope="session")
def azurite(tmp_path_factory) -> Iterator[str]:
    """What clients connect with; it takes seconds to start."""
    if not clouds.AZURITE:
        pytest.skip(clouds.NO_AZURITE)
    with clouds.azure(tmp_path_factory.mktemp("azurite")) as connection_string:
        yield connection_string


@pytest.fixture
def az(monkeypatch, azurite) -> Iterator[Shelf]:
    monkeypatch.setenv("AZURE_STORAGE_CONNECTION_STRING", azurite)
    container = f"box-{secrets.token_hex(4)}"
    with BlobServiceClient.from_connection_string(azurite) as client:
        with client.create_container(container) as blobs:
            yield Shelf(
                f"az://{container}/notes",
                lambda name, text: blobs.upload_blob(f"notes/{name}", text, overwrite=True),
                lambda name: blobs.delete_blob(f"notes/{name}"),
            )
        hang_up()


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


@pytest.fixture
def sftp(tmp_path, known_hosts, logged_in) -> Iterator[Shelf]:
    (tmp_path / "served").mkdir()
    with servers.sftp(tmp_path / "served", known_hosts) as port:
        yield folder_shelf(f"sftp://127.0.0.1:{port}/", tmp_path / "served")
        hang_up()


@pytest.fixture
def webdav(tmp_path, logged_in) -> Iterator[Shelf]:
    (tmp_path / "served").mkdir()
    with servers.webdav(tmp_path / "served") as port:
        yield folder_shelf(f"webdav://127.0.0.1:{port}/", tmp_path / "served")
        hang_up()


@pytest.fixture
def site(tmp_path) -> Iterator[servers.Web]:
    (tmp_path / "served").mkdir()
    with servers.web(tmp_path / "served") as said:
        yield said
        hang_up()


@pytest.fixture
def web(site) -> Shelf:
    """A site with a list of all its files."""

    def write_list() -> None:
        files = [path for path in site.folder.rglob("*") if path.is_file()]
        names = sorted(path.relative_to(site.folder).as_posix() for path in files)
        (site.folder / "list").write_text("\n".join(name for name in names if name != "list"))

    return folder_shelf(f"{site.address}/list", site.folder, write_list)


@pytest.fixture(params=["s3", "gs", "az", "sftp", "webdav", "web"])
def shelf(request) -> Shelf:
    return request.getfixturevalue(request.param)


@pytest.fixture
def look(converter) -> Callable[..., Listing]:
    def look(source: Remote) -> Listing:
        return list_source(source, max_bytes=converter.max_bytes, converter=converter)

    return look
