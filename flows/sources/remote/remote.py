"""A place beside folders as a source: a bucket, a server of files, the pages that a list names."""

import threading
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from flows.errors import SourceError
from flows.sources.formats import format_of
from flows.sources.patterns import is_wanted, matches
from flows.sources.remote.addresses import PlaceKind, kind_of
from flows.sources.remote.connection import Connection, Entry, Found
from flows.sources.remote.credentials import (
    Credentials,
    are_given,
    checked_block,
    credentials_of,
    options_of,
)
from flows.sources.remote.fetched import FetchedFile, Kept
from flows.sources.values import Holdings
from flows.text import SURROGATE, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """A place of documents beside this machine's folders, and the name they are kept under."""

    name: str
    url: str
    """Its address, in which nothing is secret."""

    include: tuple[str, ...] = ()
    """Patterns of the files to read; empty: all of a known format."""

    exclude: tuple[str, ...] = ()
    """Patterns of files and folders to leave out, whatever `include` says."""

    max_bytes: Annotated[int, Field(ge=0)] = 0
    """Longest file that is read; 0: as the settings say."""

    max_age_h: Annotated[float, Field(ge=0)] = 0.0
    """How many hours old its last whole night may be before it is called late; 0: any."""

    credentials: Annotated[str, AfterValidator(lambda block: block and checked_block(block))] = ""
    """Block of Prefect that says how to log in: its kind and name; empty: the environment does."""

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return self.url

    def look(self) -> Holdings:
        """Find out what is there, in an order that depends on the names alone.

        Raises:
            SourceError: It cannot be listed to its end; nothing is known of it tonight.
        """
        try:
            there = _connected(self).find(self._is_left_out)
        except OSError as error:
            # The next attempt connects anew: what broke off once would fail again.
            _let_go(self)
            raise SourceError(f"{shown(self.url)} {self._trouble(error)}") from error
        return self._holdings(there)

    def look_at(self, file: str) -> Holdings:
        """Find out about one file alone.

        Raises:
            SourceError: It is no file of a kind that holds documents, or is not there.
        """
        if format_of(file) is None:
            raise SourceError(
                f"{shown(self.url)}/{shown(file)} is no file of documents: `nightloom formats` "
                "lists what is read"
            )
        return Holdings(files=(file,), fingerprints={file: ""})

    def open(self, name: str) -> FetchedFile:
        """Open a file that was listed; its bytes are fetched when they are asked for.

        Raises:
            OSError: It cannot be had.
        """
        return FetchedFile(
            entry=self._ask(name),
            read=lambda: _connected(self).read(name),
            ask=lambda: self._ask(name),
            max_bytes=self.max_bytes,
            kept=_kept,
            key=(self, name),
        )

    def _ask(self, name: str) -> Entry:
        try:
            return _connected(self).entry(name)
        except (FileNotFoundError, PermissionError):
            raise  # an answer, and no fault of the connection
        except OSError:
            _let_go(self)  # a connection may have been cut while documents were read for hours
            return _connected(self).entry(name)

    def _is_left_out(self, folder: str) -> bool:
        return matches(folder, self.exclude)

    def _holdings(self, found: Found) -> Holdings:
        files: dict[str, str] = {}
        ignored, flaws, n_excluded = [], [*found.flaws], found.n_excluded
        for name in sorted(found.entries):
            # As in a folder: hidden files are no documents, and nobody wants to hear of them.
            if any(part.startswith(".") for part in PurePosixPath(name).parts):
                continue
            if self._lies_in_excluded(name) or not is_wanted(name, self.include, self.exclude):
                n_excluded += 1
            elif format_of(name) is None:
                ignored.append(name)
            elif SURROGATE.search(name):
                flaws.append((name, "has a name that is not UTF-8: rename it"))
            else:
                files[name] = found.entries[name].fingerprint
        return Holdings(
            files=tuple(files),
            fingerprints=files,
            flaws=tuple(flaws),
            ignored=tuple(ignored),
            n_excluded=n_excluded,
        )

    def _lies_in_excluded(self, name: str) -> bool:
        """Say whether a folder is left out that an object has in its name."""
        folders = [str(folder) for folder in PurePosixPath(name).parents][:-1]
        return any(map(self._is_left_out, folders))

    def _trouble(self, error: OSError) -> str:
        if isinstance(error, FileNotFoundError):
            return "is not there: check the address"
        if isinstance(error, PermissionError):
            where = kind_of(self.url).credentials
            return f"does not let us in ({error.strerror}): set {where}"
        return f"cannot be listed: {error.strerror}"


# Of the process and not of a source: sources are plain data, and travel to other processes.
_connections: dict[Remote, Connection] = {}
_kept = Kept()
_lock = threading.Lock()


def _connected(remote: Remote) -> Connection:
    """Return the connection of this process to a place, made now if there is none.

    Raises:
        SourceError: What it takes is not installed, or a password would be sent in the clear.
        OSError: Nobody answers.
    """
    with _lock:
        if remote not in _connections:
            _connections[remote] = _connect(remote)
        return _connections[remote]


def _let_go(remote: Remote) -> None:
    with _lock:
        _connections.pop(remote, None)


def hang_up() -> None:
    """End all connections of this process, and drop what was fetched by them."""
    with _lock:
        for connection in _connections.values():
            connection.close()
        _connections.clear()
    _kept.clear()


def _connect(remote: Remote) -> Connection:
    kind = kind_of(remote.url)
    if not kind.is_installed:
        raise SourceError(
            f"{shown(remote.url)} cannot be read here, for {kind.distribution} is missing: "
            f"pip install 'nightloom[{kind.extra}]'"
        )
    # Each brings a library that is loaded when it is used: most people have one kind of place.
    if kind.is_store:
        return _connect_store(remote, kind)
    login = credentials_of(remote.name, remote.credentials)
    _check_login(remote, login)
    if kind.scheme in ("http", "https"):
        from flows.sources.remote.web import web

        return web(remote.url, login)
    from flows.sources.remote.stores import sftp, webdav

    return sftp(remote.url, login) if kind.scheme == "sftp" else webdav(remote.url, login)


def _connect_store(remote: Remote, kind: PlaceKind) -> Connection:
    from flows.sources.remote.stores import store

    if are_given(remote.name):
        raise SourceError(
            f"NIGHTLOOM_CREDENTIALS__… names the source {shown(remote.name)}, and places of "
            f"{kind.scheme}:// are not logged in at so: unset it, and set {kind.credentials}"
        )
    return store(kind.scheme, remote.url, options_of(kind.scheme, remote.credentials))


def _check_login(remote: Remote, login: Credentials) -> None:
    parts = urlsplit(remote.url)
    is_open = parts.scheme in ("http", "webdav") and not _is_here(parts.hostname or "")
    if is_open and login.password:
        raise SourceError(
            f"{shown(remote.url)} would be sent a password that anybody on the way can read: use "
            f"{parts.scheme}s:// or unset its credentials"
        )


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
