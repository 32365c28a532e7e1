"""Object stores and file servers, by the file systems that fsspec names.

fsspec keeps instances and listings for as long as the process lives: both are turned off, or a
night would see the place as an earlier one did.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import fsspec

from flows.sources.remote.connection import Entry, Found, IsLeftOut, in_our_words
from flows.sources.remote.credentials import Credentials, Options

PIECE_BYTES = 1 << 20
SETTLED_S = 60.0
"""Time stamps of whole seconds say nothing of a file that was written just now."""

_VERSIONS = ("generation", "ETag", "etag")
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified")

Info = dict[str, Any]
"""What fsspec says of a file: `name`, `type`, `size`, and more under names of each store."""


@dataclass(frozen=True, slots=True)
class Store:
    """A bucket or container, or what lies below a prefix: it has names and no folders."""

    files: Any
    root: str

    def find(self, is_left_out: IsLeftOut) -> Found:  # noqa: ARG002 - it has no folders
        """List all objects at once: a listing that breaks off is none."""
        with in_our_words():
            infos: dict[str, Info] = self.files.find(self.root, detail=True)
        # A prefix that is itself an object: the names below it would be empty.
        if self.root in infos:
            raise NotADirectoryError(None, "is one object: name the prefix or bucket it lies in")
        if not infos:  # Azure's library lists nothing where there is no such container
            with in_our_words():
                self.files.info(self.root.partition("/")[0])
        found = Found()
        for path, info in infos.items():
            name = path.removeprefix(f"{self.root}/")
            # Stores' own pages make objects that stand for folders: they end in a slash.
            if name != path and name and not name.endswith("/") and info["type"] == "file":
                found.entries[name] = _entry(info)
        return found

    def entry(self, name: str) -> Entry:
        """Ask about one object."""
        with in_our_words():
            return _entry(self.files.info(f"{self.root}/{name}"))

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of an object."""
        return _pieces(self.files, f"{self.root}/{name}")

    def close(self) -> None:
        """Do nothing: the library lets go of what is open when its object goes."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A server of files in folders."""

    files: Any
    root: str
    close: Callable[[], None] = lambda: None
    """Lets go of what is open, where the library does not when its object goes."""

    def find(self, is_left_out: IsLeftOut) -> Found:
        """Walk through all folders; one that cannot be listed is a flaw, as on a disk."""
        # fsspec's own walk leaves out what it cannot list, without a word.
        found = Found()
        # Reversed, because `pop` takes the last: so files come in order of their names. The first
        # folder is outside the `try`: a source that cannot be listed at all is no flaw but an end.
        waiting = [*reversed(self._inside(""))]
        while waiting:
            name, info = waiting.pop()
            if info["type"] == "directory":
                if is_left_out(name):
                    found.n_excluded += 1
                    continue
                try:
                    waiting += reversed(self._inside(name))
                except OSError as error:
                    found.flaws.append((name, f"cannot be read: {error.strerror}"))
            elif info["type"] == "file":
                found.entries[name] = _settled(info)
            elif info["type"] == "link":
                found.flaws.append((name, "is a link: put the file itself there"))
            else:
                found.flaws.append((name, "is no regular file: remove it"))
        return found

    def entry(self, name: str) -> Entry:
        """Ask about one file."""
        with in_our_words():
            return _settled(self.files.info(self._path(name)))

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file."""
        return _pieces(self.files, self._path(name))

    def _inside(self, folder: str) -> list[tuple[str, Info]]:
        with in_our_words():
            infos: list[Info] = self.files.ls(self._path(folder), detail=True)
        inside = {info["name"].rstrip("/").rpartition("/")[2]: info for info in infos}
        return [
            (f"{folder}/{name}" if folder else name, inside[name])
            for name in sorted(inside)
            if not name.startswith(".")
        ]

    def _path(self, name: str) -> str:
        return f"{self.root.rstrip('/')}/{name}" if name else self.root


def store(protocol: str, address: str, options: Options) -> Store:
    """Return a way to an object store; what the options leave out stands in the environment."""
    with in_our_words():
        kind = _google() if protocol == "gs" else fsspec.get_filesystem_class(protocol)
        files = kind(use_listings_cache=False, skip_instance_cache=True, **options)
        return Store(files, files._strip_protocol(address))


def _google() -> Any:
    """Return the plain file system for Google's store.

    The one that is registered asks for each bucket by gRPC first whether it has real folders, and
    waits for a minute where a network lets HTTPS through and that not (gcsfs 2026.10).
    """
    from gcsfs.core import GCSFileSystem

    return GCSFileSystem


def sftp(address: str, credentials: Credentials) -> Tree:
    """Return a way to a folder on an SFTP server, whose key must be known."""
    parts = urlsplit(address)
    login: dict[str, Any] = {
        # sshfs believes any server unless it is told which ones there are.
        "known_hosts": str(credentials.known_hosts or Path.home() / ".ssh" / "known_hosts"),
        "login_timeout": 30,
        "keepalive_interval": 15,
    }
    if credentials.user:
        login["username"] = credentials.user
    if credentials.password:
        login["password"] = credentials.password.get_secret_value()
    if credentials.key_file:
        login["client_keys"] = [str(credentials.key_file)]
    with in_our_words():
        from asyncssh import HostKeyNotVerifiable
        from sshfs import SSHFileSystem  # fsspec's own "sftp" is another library's

        try:
            files = SSHFileSystem(
                parts.hostname,
                port=parts.port or 22,
                skip_instance_cache=True,  # listings it keeps none
                **login,
            )
        except HostKeyNotVerifiable as error:
            way_out = f"run `ssh {parts.hostname}` once, so that the server's key is known"
            raise OSError(None, f"{error}: {way_out}") from None
        return Tree(files, unquote(parts.path) or "/")


def webdav(address: str, credentials: Credentials) -> Tree:
    """Return a way to a folder on a WebDAV server."""
    parts = urlsplit(address)
    scheme = "https" if parts.scheme == "webdavs" else "http"
    login = (
        (credentials.user, credentials.password.get_secret_value())
        if credentials.password
        else None
    )
    with in_our_words():
        files = fsspec.filesystem(
            "webdav",
            base_url=f"{scheme}://{parts.netloc}{parts.path}",
            auth=login,
            skip_instance_cache=True,
        )
        return Tree(files, "", files.client.http.close)


def _pieces(files: Any, path: str) -> Iterator[bytes]:
    with in_our_words(), files.open(path, "rb") as file:
        while piece := file.read(PIECE_BYTES):
            yield piece


def _entry(info: Info) -> Entry:
    """Return an entry with version, length and time of change as its fingerprint.

    The version alone would not do: some servers do not renew it.
    """
    version = next((str(info[key]) for key in _VERSIONS if info.get(key)), "")
    changed = next((info[key] for key in _TIMES if info.get(key)), "")
    said = f"{version} {info.get('size')} {changed}" if version or changed else ""
    return Entry(n_bytes=info.get("size"), fingerprint=said)


def _settled(info: Info) -> Entry:
    """Return the entry of a file whose version is made of its times, or that has none.

    What was written just now may be written again within the same second: nothing is said of it.
    """
    entry = _entry(info)
    changed = next((info[key] for key in _TIMES if isinstance(info.get(key), datetime)), None)
    is_settled = changed is not None and time.time() - changed.timestamp() > SETTLED_S
    return entry if is_settled else replace(entry, fingerprint="")
