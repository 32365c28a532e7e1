"""Servers of files on loopback: S3, SFTP, WebDAV and HTTP, each a real one; `clouds` has more."""

import asyncio
import os
import threading
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import asyncssh
import boto3
from moto.server import ThreadedMotoServer
from wsgidav.wsgidav_app import WsgiDAVApp

from tests.serving import served

USER, PASSWORD = "ada", "correct horse"


@contextmanager
def s3(bucket: str) -> Iterator[tuple[str, "boto3.client"]]:
    """Run an S3 with a bucket; yield its endpoint and a client."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    endpoint = f"http://{host}:{port}"
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        aws_access_key_id="key",
        aws_secret_access_key="secret",
    )
    try:
        client.create_bucket(Bucket=bucket)
        yield endpoint, client
    finally:
        client.close()
        server.stop()


class _Password(asyncssh.SSHServer):
    def __init__(self, connections: list[asyncssh.SSHServerConnection]) -> None:
        self.connections = connections

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self.connections.append(conn)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)


class _Files(asyncssh.SFTPServer):
    """Lists no folder that is called `locked`."""

    def scandir(self, path: bytes) -> AsyncIterator[asyncssh.SFTPName]:
        if path.endswith(b"locked"):
            raise asyncssh.SFTPPermissionDenied("not for you")
        return super().scandir(path)


@contextmanager
def sftp(folder: Path, known_hosts: Path) -> Iterator[int]:
    """Serve a folder by SFTP; write the server's key down, and yield its port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    key = asyncssh.generate_private_key("ssh-ed25519")

    connections: list[asyncssh.SSHServerConnection] = []

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=partial(_Password, connections),
            server_host_keys=[key],
            sftp_factory=partial(_Files, chroot=os.fsencode(folder)),
        )

    async def end() -> None:
        server.close()
        await server.wait_closed()
        for connection in connections:
            connection.abort()
            await connection.wait_closed()
        await asyncio.sleep(0.05)  # what it ended notices

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(30)
    port = server.get_port()
    public = key.export_public_key().decode()
    known_hosts.write_text(f"[127.0.0.1]:{port} {public}")
    try:
        yield port
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(30)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class _WsgiServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, *said):
        pass


@contextmanager
def webdav(folder: Path) -> Iterator[int]:
    """Serve a folder by WebDAV to whoever has the password; yield the port."""
    app = WsgiDAVApp(
        {
            "provider_mapping": {"/": str(folder)},
            "simple_dc": {"user_mapping": {"*": {USER: {"password": PASSWORD}}}},
            "http_authenticator": {"accept_basic": True, "accept_digest": False},
            "logging": {"enable": False},
            "verbose": 0,
        }
    )
    with _WsgiServer(("127.0.0.1", 0), _Silent) as server:
        server.set_app(app)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


@dataclass
class Web:
    """A web server over a folder, and what it was asked."""

    folder: Path
    port: int = 0
    asked: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of each request."""

    answers: dict[str, tuple[int, str]] = field(default_factory=dict)
    """By path: a status to answer with, and where to go instead."""

    says_nothing: bool = False
    """Whether it keeps to itself when a page was changed."""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def n_read(self) -> int:
        return sum(method == "GET" for method, _ in self.asked)


@contextmanager
def web(folder: Path) -> Iterator[Web]:
    """Serve a folder by HTTP."""
    said = Web(folder)

    class Handler(SimpleHTTPRequestHandler):
        def send_head(self):
            said.asked.append((self.command, self.path))
            status, location = said.answers.get(self.path, (0, ""))
            if not status:
                return super().send_head()
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None

        def send_header(self, name, value):
            if not (said.says_nothing and name == "Last-Modified"):
                super().send_header(name, value)

        def log_message(self, *words):
            pass

    with served(partial(Handler, directory=str(folder))) as port:
        said.port = port
        yield said


@contextmanager
def breaking_off(endpoint: str) -> Iterator[str]:
    """Stand before an S3 that lists two objects a page, and fails at the second; yield where."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            if "continuation-token" in self.path:
                self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
                return
            is_list = "list-type=2" in self.path
            with urllib.request.urlopen(f"{endpoint}{self.path}{'&max-keys=2' * is_list}") as said:
                self._answer(said.status, said.read())

        def _answer(self, status: int, content: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *words):
            pass

    with served(Handler) as port:
        yield f"http://127.0.0.1:{port}"
