"""Pages of a web server: those that a sitemap or a list of addresses names, on that server alone.

A list that somebody else writes could have this machine ask any other one, inside its network, too.
So nothing is asked of another server than the list's, whether a list or a redirection names it.
"""

import json
import threading
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree import ElementTree

import httpx

from flows.sources.remote.connection import Entry, Found, IsLeftOut, in_our_words
from flows.sources.remote.credentials import Credentials

MAX_LIST_BYTES = 50_000_000
"""Longest sitemap or list, as the protocol of sitemaps has it."""

MAX_LISTS = 1000
MAX_REDIRECTIONS = 5
N_ASKED_AT_ONCE = 8
TIMEOUT_S = 30.0
GONE = frozenset({404, 410})
REFUSES_TO_SAY = frozenset({405, 501})
"""What a server answers that tells nothing of a page without sending it."""

ELSEWHERE = "lies on another server than the list: make that one a source of its own"


@dataclass
class Web:
    """A web server, and the list that names its pages."""

    address: str
    client: httpx.Client
    _address_by_name: dict[str, str] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, is_left_out: IsLeftOut) -> Found:  # noqa: ARG002 - it has no folders
        """List the pages that the list names, and ask the server about each."""
        found = Found()
        self._address_by_name = self._listed(found)
        names = list(self._address_by_name)
        with ThreadPoolExecutor(N_ASKED_AT_ONCE) as pool:
            for name, entry in zip(names, pool.map(self._asked, names), strict=True):
                if isinstance(entry, Entry):
                    found.entries[name] = entry
                elif entry:
                    found.flaws.append((name, entry))
        return found

    def entry(self, name: str) -> Entry:
        """Ask about one page."""
        said = self._asked(name)
        if said is None:
            raise FileNotFoundError(None, "is not on the server any more")
        if not isinstance(said, Entry):
            raise OSError(None, said)
        return said

    def read(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a page."""
        with in_our_words(), self._answer("GET", self._address_of(name)) as answer:
            _check(answer)
            yield from answer.iter_bytes(1 << 20)

    def close(self) -> None:
        """End all connections."""
        self.client.close()

    def _asked(self, name: str) -> Entry | str | None:
        """Return what the server says of a page, or why it says nothing; None: it is gone."""
        try:
            with in_our_words(), self._answer("HEAD", self._address_of(name)) as answer:
                if answer.status_code in GONE:
                    return None
                if answer.status_code in REFUSES_TO_SAY:
                    return Entry(n_bytes=None)
                _check(answer)
                return _entry(answer)
        except OSError as error:
            return f"cannot be read: {error.strerror}"

    def _listed(self, found: Found) -> dict[str, str]:
        """Return the addresses that the list and those it leads to name, by the pages' names."""
        address_by_name: dict[str, str] = {}
        waiting, seen = [self.address], {self.address}
        while waiting:
            lists, pages = _addresses(waiting[0], self._list(waiting.pop(0)))
            for address in (*lists, *pages):
                if _server(address) != _server(self.address):
                    found.flaws.append((_name(address), ELSEWHERE))
            inner = [each for each in lists if _server(each) == _server(self.address)]
            waiting += [each for each in dict.fromkeys(inner) if each not in seen]
            seen.update(inner)
            if len(seen) > MAX_LISTS:
                raise OSError(None, f"its list leads to more than {MAX_LISTS} others")
            for address in pages:
                if _server(address) == _server(self.address):
                    name = _name(address)
                    if address_by_name.setdefault(name, address) != address:
                        found.flaws.append((name, "is the name of two pages: leave one out"))
        return address_by_name

    def _list(self, address: str) -> bytes:
        content = bytearray()
        with in_our_words(), self._answer("GET", address) as answer:
            _check(answer)
            for piece in answer.iter_bytes(1 << 16):
                content += piece
                if len(content) > MAX_LIST_BYTES:
                    raise OSError(None, f"its list is longer than {MAX_LIST_BYTES / 1e6:.0f} MB")
        return _unpacked(bytes(content))

    def _address_of(self, name: str) -> str:
        # A process that did not list the pages learns from the list where they are.
        with self._lock:
            if name not in self._address_by_name:
                self._address_by_name = self._listed(Found())
        if name not in self._address_by_name:
            raise FileNotFoundError(None, "is not in the list any more")
        return self._address_by_name[name]

    @contextmanager
    def _answer(self, method: str, address: str) -> Iterator[httpx.Response]:
        for _ in range(MAX_REDIRECTIONS):
            with self.client.stream(method, address) as answer:
                if not answer.has_redirect_location:
                    yield answer
                    return
                address = _joined(address, answer.headers["location"])
            if _server(address) != _server(self.address):
                raise OSError(None, "leads to another server")
        raise OSError(None, "is redirected again and again")


def web(address: str, credentials: Credentials) -> Web:
    """Return a way to the pages that a sitemap or list names."""
    login = (
        (credentials.user, credentials.password.get_secret_value())
        if credentials.password
        else None
    )
    # Unpacked on the way, a page would be longer than the server said.
    headers = {"user-agent": "nightloom", "accept-encoding": "identity"}
    client = httpx.Client(auth=login, timeout=TIMEOUT_S, follow_redirects=False, headers=headers)
    return Web(address, client)


def _check(answer: httpx.Response) -> None:
    if answer.status_code in GONE:
        raise FileNotFoundError(None, "there is nothing at this address")
    if answer.status_code in (401, 403):
        raise PermissionError(None, f"the server refuses ({answer.status_code}): log in")
    if answer.is_error:
        raise OSError(None, f"the server answers {answer.status_code}")


def _entry(answer: httpx.Response) -> Entry:
    """Return what the head of an answer says; a weak tag says enough with length and time."""
    headers = answer.headers
    said = [headers.get(name, "") for name in ("etag", "last-modified", "content-length")]
    length = said[2] if "content-encoding" not in headers else ""
    is_enough = said[0] or (said[1] and said[2])
    return Entry(
        n_bytes=int(length) if length.isdecimal() else None,
        fingerprint=" ".join(said) if is_enough else "",
    )


def _unpacked(content: bytes) -> bytes:
    """Return a list as it was before somebody compressed it: `sitemap.xml.gz`."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    unpacking = zlib.decompressobj(wbits=31)
    try:
        plain = unpacking.decompress(content, MAX_LIST_BYTES)
    except zlib.error as error:
        raise OSError(None, f"its list cannot be unpacked: {error}") from error
    if not unpacking.eof:
        raise OSError(None, "its list is cut off, or too long when it is unpacked")
    return plain


def _addresses(address: str, content: bytes) -> tuple[list[str], list[str]]:
    """Return the lists and the pages that a sitemap, a list in JSON or one in lines names."""
    if content.lstrip()[:1] == b"<":
        return _of_sitemap(address, content)
    if content.lstrip()[:1] == b"[":
        return [], _of_json(address, content)
    try:
        lines = [line.strip() for line in content.decode("utf-8-sig").splitlines()]
    except UnicodeDecodeError as error:
        raise OSError(None, "its list is neither a sitemap nor a text in UTF-8") from error
    return [], [_joined(address, line) for line in lines if line and not line.startswith("#")]


def _joined(address: str, other: str) -> str:
    """Return the address that a list means; one that cannot be understood lies nowhere."""
    try:
        return urljoin(address, other)
    except ValueError:
        return other


def _of_sitemap(address: str, content: bytes) -> tuple[list[str], list[str]]:
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise OSError(None, "its list is no sitemap: it declares entities")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 - it declares no entities
    except ElementTree.ParseError as error:
        raise OSError(None, f"its list is no sitemap: {error}") from error
    kind = root.tag.rpartition("}")[2]
    if kind not in ("urlset", "sitemapindex"):
        raise OSError(
            None, f"its list is no sitemap but <{kind}>: give the address of a sitemap or a list"
        )
    named = [
        _joined(address, (place.text or "").strip())
        for entry in root
        for place in entry
        if place.tag.rpartition("}")[2] == "loc"
    ]
    return (named, []) if kind == "sitemapindex" else ([], named)


def _of_json(address: str, content: bytes) -> list[str]:
    """Return the addresses of a list of them, or of objects that have one as `url`."""
    try:
        rows: list[Any] = json.loads(content)
    except ValueError as error:
        raise OSError(None, f"its list is no JSON: {error}") from error
    named: list[Any] = [row.get("url") if isinstance(row, dict) else row for row in rows]
    if not all(isinstance(each, str) for each in named):
        raise OSError(None, 'its list has something else than addresses: write ["https://…"]')
    return [_joined(address, each) for each in named]


def _server(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return "", None, None
    return parts.scheme, parts.hostname, port


def _name(address: str) -> str:
    """Return the name of a page: its path, with the suffix of web pages where it has none.

    >>> _name("https://example.org/a/"), _name("https://example.org/b?id=7")
    ('a/index.html', 'b?id=7.html')
    """
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    path = unquote(parts.path).lstrip("/")
    if not path or path.endswith("/"):
        path += "index.html"
    name = f"{path}?{parts.query}" if parts.query else path
    return name if PurePosixPath(name).suffix else f"{name}.html"
