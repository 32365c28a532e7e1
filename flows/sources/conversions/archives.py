"""Archives: the files of a `.zip` or `.tar`, packed or not, each a document of its own.

Nothing is unpacked to a disk. What an archive says of the length of a file is believed as little as
the rest: reading stops where a file is longer than it may be.
"""

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import BinaryIO, Literal

from flows.sources.conversions.members import (
    MAX_MEMBERS,
    Member,
    different_names,
    flaw_of_name,
    is_bomb,
    read_at_most,
)
from flows.sources.values import Content, UnreadableError

PACKAGES: tuple[str, ...] = ()
"""What is loaded as a whole before walls are put up."""

Mode = Literal["r:", "r:gz", "r:bz2", "r:xz"]

_MODES: dict[bytes, Mode] = {b"\x1f\x8b": "r:gz", b"BZh": "r:bz2", b"\xfd7zXZ\0": "r:xz"}
"""How an archive is packed, by its first bytes."""

MAGIC_BYTES = 6

_DAMAGED = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, OSError)


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    import bz2
    import gzip
    import io

    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", "Ada")
    assert [member.content for member in unpack(buffer, 10)] == [b"Ada"]
    for pack in (gzip.compress, bz2.compress, lzma.compress):
        buffer = io.BytesIO()
        with tarfile.open(fileobj=buffer, mode="w") as tar:
            info = tarfile.TarInfo("a.txt")
            info.size = 3
            tar.addfile(info, io.BytesIO(b"Ada"))
        assert [m.content for m in unpack(io.BytesIO(pack(buffer.getvalue())), 10)] == [b"Ada"]


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - it has no text
    """Refuse: an archive has no text of its own."""
    raise UnreadableError("is an archive, and has no text of its own")


def unpack(file: BinaryIO, max_bytes: int) -> Iterator[Member]:
    """Yield the files of an archive; links, devices and names that lead out of it are refused.

    Raises:
        UnreadableError: It is none, damaged, or holds too many.
    """
    try:
        is_zip = zipfile.is_zipfile(file)
        file.seek(0)
        members = _of_zip(file, max_bytes) if is_zip else _of_tar(file, max_bytes)
        n_members = 0
        for member in different_names(members):
            n_members += 1
            yield member
        if not n_members:
            raise UnreadableError("is an archive without files: pack some, or delete it")
    except _DAMAGED as error:
        raise UnreadableError(f"is a damaged archive ({error}): pack it anew") from error


def _of_zip(file: BinaryIO, max_bytes: int) -> Iterator[Member]:
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        if len(infos) > MAX_MEMBERS:
            raise UnreadableError(f"holds {len(infos)} files, more than {MAX_MEMBERS}: part it")
        for info in infos:
            if not (info.is_dir() or _is_hidden(info.filename)):
                yield _of_zip_info(archive, info, max_bytes)


def _is_hidden(name: str) -> bool:
    """Say whether a file is not looked at, as in a folder: it, or a folder that it lies in."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") and part != ".." for part in parts)


def _plain(name: str) -> str:
    """Return a name without the `./` that `tar` writes before it."""
    return name.removeprefix("./")


def _of_zip_info(archive: zipfile.ZipFile, info: zipfile.ZipInfo, max_bytes: int) -> Member:
    name = _plain(info.filename)
    if flaw := flaw_of_name(name):
        return Member(name, reason=flaw)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG):
        return Member(name, reason="is a link or a device: pack the file itself")
    if info.flag_bits & 1:
        return Member(name, reason="has a password: pack it without one")
    if is_bomb(info.file_size, info.compress_size):
        return Member(name, reason="is packed as only a bomb is: pack it anew")
    try:
        with archive.open(info) as member:
            return _read(name, read_at_most(member, max_bytes))
    except UnreadableError as error:
        return Member(name, reason=str(error))
    except (*_DAMAGED, NotImplementedError, RuntimeError) as error:
        return Member(name, reason=f"is damaged ({error}): pack it anew")


def _of_tar(file: BinaryIO, max_bytes: int) -> Iterator[Member]:
    head = file.read(MAGIC_BYTES)
    file.seek(0)
    # Python would try all of them: zeros are an xz archive of nothing, for as long as they last.
    mode: Mode = next((mode for magic, mode in _MODES.items() if head.startswith(magic)), "r:")
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for number, info in enumerate(archive):
            if number >= MAX_MEMBERS:
                raise UnreadableError(f"holds more than {MAX_MEMBERS} files: part it")
            # One that has gone by is never asked for again: the list would grow for ever.
            archive.members = []  # type: ignore[attr-defined]
            name = _plain(info.name)
            if _is_hidden(name):
                continue
            if flaw := flaw_of_name(name):
                yield Member(name, reason=flaw)
            elif info.isfile():
                member = archive.extractfile(info)
                assert member, "a regular file can be read"
                try:
                    yield _read(name, read_at_most(member, max_bytes))
                except UnreadableError as error:
                    yield Member(name, reason=str(error))
            elif not info.isdir():
                yield Member(name, reason="is a link or a device: pack the file itself")


def _read(name: str, content: bytes) -> Member:
    return Member(name, content, "" if content else "is empty: give it a text or leave it out")
