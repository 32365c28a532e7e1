"""Keeps extractions on disk, found again by what was read and by whom.

A graph can be built anew without a GPU, and a crash repeats no extraction. An entry is named by the
text's digest and the extractor's fingerprint, so it can never be stale. Whatever cannot be read
back counts as missing: it is named in the log, and written anew the next time.

    entry = skippable frame with the sha256 of the rest | zstd frame of compact JSON

Other programs skip the first frame, so `zstd -dc` prints an entry. Entries of nightloom 0.1 begin
with the second frame; they are read as well, for reading their documents again would take a model.
"""

import hashlib
import json
import logging
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import zstandard

from extractors.facts import Document, Extraction, extraction_from_dict

logger = logging.getLogger(__name__)

LEAST_LIMIT_BYTES = 8_000_000
"""No entry is too large below this, unpacked: parsing takes up to thirty times as much memory."""

BYTES_PER_CHARACTER = 256
"""What an entry of a longer text may take for each of its characters, escapes and facts included:
the shipped model takes 6 to 9 on `samples` (2026-11-28)."""

WALK_LIMIT_BYTES = 64_000_000
"""The same for walking over all entries, where nobody knows how long the texts are."""

_SUFFIX = ".json.zst"
_BYTES = "bytes"
"""Folder of links from what texts were made of to the entries that hold them."""
_LEVEL = 6
_SUM_MAGIC = bytes.fromhex("502a4d18") + (32).to_bytes(4, "little")
"""How zstd marks a frame that readers skip, and the size of what is in it."""
_SUM_BYTES = len(_SUM_MAGIC) + 32


@dataclass(frozen=True, slots=True)
class StoreEntry:
    """Which extraction an entry holds, without all that it says."""

    document_id: str
    sha256: str
    """Digest of the text."""
    extractor: str

    @classmethod
    def of(cls, extraction: Extraction) -> Self:
        """Return the entry under which an extraction is kept."""
        document = extraction.document
        return cls(document.id, document.sha256, extraction.extractor)


class ExtractionStore:
    """A folder of extractions. Several processes may use one at once."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @staticmethod
    def key(document: Document, fingerprint: str) -> str:
        """Return what an extraction is found by: the same for the same text and extractor."""
        return _key(document.sha256, fingerprint)

    def get(self, document: Document, fingerprint: str) -> Extraction | None:
        """Return what this extractor found in this text, if it is known.

        Another document with the same text will do: id, title and source are the asked one's.
        """
        key = self.key(document, fingerprint)
        limit = max(LEAST_LIMIT_BYTES, BYTES_PER_CHARACTER * len(document.text))
        named_path = self._path(key, document.id)
        same_text = sorted(named_path.parent.glob(f"{key}.*{_SUFFIX}"))
        for path in (named_path, *(other for other in same_text if other != named_path)):
            extraction = _read(path, limit)
            if extraction is None:
                continue
            if (extraction.document.text, extraction.extractor) == (document.text, fingerprint):
                return replace(extraction, document=document)
            logger.warning("entry %s holds something else and counts as missing", path)
        return None

    def has(self, sha256: str, fingerprint: str) -> bool:
        """Say whether there is an entry for what this extractor found in a text of this digest."""
        key = _key(sha256, fingerprint)
        return next((self.folder / key[:2]).glob(f"{key}.*{_SUFFIX}"), None) is not None

    def document_of(self, raw_sha256: str, format_: str) -> Document | None:
        """Return a document that was made of these bytes by this format, if one is known.

        Its id and source, and a title that comes from its file, are those of the one that was read.

        Args:
            raw_sha256: Digest of the bytes.
            format_: Name and version of what made the text of them.
        """
        link = self._link(raw_sha256, format_)
        extraction = _read(link, WALK_LIMIT_BYTES)
        if extraction is None:
            return None
        document = extraction.document
        if (document.raw_sha256, document.format) != (raw_sha256, format_):
            logger.warning("entry %s holds something else and counts as missing", link)
            return None
        return document

    def put(self, extraction: Extraction) -> None:
        """Keep an extraction, whole or not at all; the same one twice is one entry."""
        document = extraction.document
        path = self._path(self.key(document, extraction.extractor), document.id)
        self._make_folder(path.parent)
        # Written beside it, under a name of its own, and readable by nobody else: 0600.
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_packed(extraction))
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise
        if document.raw_sha256:
            self._note_bytes(document, path)

    def discard(self, document_id: str) -> int:
        """Forget every version of a document; return how many entries that were.

        What a killed writer left of one goes too and counts: nobody else may be writing.
        """
        paths = self.traces(document_id)
        for path in paths:
            path.unlink(missing_ok=True)
        if paths:
            self._drop_dead_links()
        return len(paths)

    def drop(self, entry: StoreEntry) -> None:
        """Forget one version of a document."""
        path = self._path(_key(entry.sha256, entry.extractor), entry.document_id)
        path.unlink(missing_ok=True)
        self._drop_dead_links()

    def entries(self) -> Iterator[StoreEntry]:
        """Yield which extractions there are; each of them is read for it."""
        return map(StoreEntry.of, self)

    def traces(self, document_id: str) -> list[Path]:
        """Return the files that are a document's by their names, finished or not."""
        name = f"*.{_tag(document_id)}{_SUFFIX}"
        return sorted({*self.folder.glob(f"??/{name}"), *self.folder.glob(f"??/.{name}.*")})

    def __iter__(self) -> Iterator[Extraction]:
        for path in self._paths():
            extraction = _read(path, WALK_LIMIT_BYTES)
            if extraction is not None:
                yield extraction

    def __len__(self) -> int:
        """Return the number of entries, readable or not."""
        return len(self._paths())

    def _make_folder(self, folder: Path) -> None:
        """Make a folder of entries that nobody else may look into: they hold the documents."""
        for path in (self.folder, folder):
            path.mkdir(mode=0o700, parents=path == self.folder, exist_ok=True)
            if path.stat().st_mode & 0o077:  # an older nightloom made it, or the umask was wide
                with suppress(PermissionError):  # it is somebody else's, who shares it with us
                    path.chmod(0o700)

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"??/*{_SUFFIX}") if path.name[0] != ".")

    def _note_bytes(self, document: Document, path: Path) -> None:
        """Let the text of a document be found by its bytes: by a link to the entry that holds it.

        The link's name holds digests alone. It is dead as soon as its entry is forgotten.
        """
        link = self._link(document.raw_sha256, document.format)
        self._make_folder(link.parent)
        descriptor, unfinished = tempfile.mkstemp(dir=link.parent, prefix=f".{link.name}.")
        os.close(descriptor)
        Path(unfinished).unlink()
        try:
            Path(unfinished).symlink_to(os.path.relpath(path, link.parent))
            Path(unfinished).replace(link)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    def _drop_dead_links(self) -> None:
        for link in self.folder.glob(f"{_BYTES}/*"):
            if not link.exists():
                link.unlink(missing_ok=True)

    def _link(self, raw_sha256: str, format_: str) -> Path:
        made_of = hashlib.sha256(f"{raw_sha256} {format_}".encode())
        return self.folder / _BYTES / f"{made_of.hexdigest()}{_SUFFIX}"

    def _path(self, key: str, document_id: str) -> Path:
        return self.folder / key[:2] / f"{key}.{_tag(document_id)}{_SUFFIX}"


def _key(sha256: str, fingerprint: str) -> str:
    return hashlib.sha256(f"{sha256} {fingerprint}".encode()).hexdigest()


def _tag(document_id: str) -> str:
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _packed(extraction: Extraction) -> bytes:
    data = json.dumps(extraction.to_dict(), separators=(",", ":")).encode()
    frame = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)
    return _SUM_MAGIC + hashlib.sha256(frame).digest() + frame


def _read(path: Path, limit_bytes: int) -> Extraction | None:
    """Read an entry of at most so many bytes, unpacked; None if there is none that can be read."""
    try:
        return extraction_from_dict(json.loads(_unpacked(_content(path, limit_bytes), limit_bytes)))
    except FileNotFoundError:
        return None
    except OSError as error:
        reason = f"cannot be read ({error})"
    except RecursionError:
        reason = "is damaged (nested too deeply)"
    except (zstandard.ZstdError, ValueError, LookupError, TypeError, AttributeError) as error:
        reason = f"is damaged ({error})"
    logger.warning("entry %s %s and counts as missing", path, reason)
    return None


def _content(path: Path, limit_bytes: int) -> bytes:
    """Return the bytes of a regular file; a pipe would never end."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise ValueError("it is not a regular file")
    if status.st_size > limit_bytes:
        raise ValueError(f"it has {status.st_size} bytes, {limit_bytes} are allowed")
    return path.read_bytes()


def _unpacked(content: bytes, limit_bytes: int) -> str:
    """Check an entry's sum and size before anything is unpacked, and unpack it.

    Raises:
        ValueError: The sum is wrong, or the size is too large or unknown.
        zstandard.ZstdError: It is not what zstd writes.
    """
    frame = content
    if content.startswith(_SUM_MAGIC):
        checksum, frame = content[len(_SUM_MAGIC) : _SUM_BYTES], content[_SUM_BYTES:]
        if hashlib.sha256(frame).digest() != checksum:
            raise ValueError("its sum is not the recorded one")
    # The decoder takes as much memory as the frame says, and fails if it unpacks to more or less.
    n_bytes = zstandard.get_frame_parameters(frame).content_size
    if not 0 < n_bytes <= limit_bytes:
        raise ValueError(f"it unpacks to {n_bytes} bytes, {limit_bytes} are allowed")
    return zstandard.ZstdDecompressor().decompress(frame, allow_extra_data=False).decode("ascii")
