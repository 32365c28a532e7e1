"""Keeps extractions on disk, found again by what was read and by whom.

A graph can be built anew without a GPU, and a crash repeats no extraction. An entry is named by the
text's digest and the extractor's fingerprint, so it can never be stale; it holds compressed JSON
and a checksum. Whatever cannot be read back counts as missing.
"""

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import zstandard

from extractors.facts import Document, Extraction, extraction_from_dict

logger = logging.getLogger(__name__)

_SUFFIX = ".json.zst"
_LEVEL = 6


class ExtractionStore:
    """A folder of extractions. Several processes may use one at once."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)

    @staticmethod
    def key(document: Document, fingerprint: str) -> str:
        """Return what an extraction is found by: the same for the same text and extractor."""
        return hashlib.sha256(f"{document.sha256} {fingerprint}".encode()).hexdigest()

    def get(self, document: Document, fingerprint: str) -> Extraction | None:
        """Return what this extractor found in this text, if it is known.

        Another document with the same text will do: id, title and source are the asked one's.
        """
        key = self.key(document, fingerprint)
        own = self._path(key, document.id)
        others = (path for path in sorted(own.parent.glob(f"{key}.*{_SUFFIX}")) if path != own)
        for path in (own, *others):
            extraction = _read(path)
            if extraction is not None and extraction.document.text == document.text:
                return replace(extraction, document=document)
        return None

    def put(self, extraction: Extraction) -> None:
        """Keep an extraction, whole or not at all; the same one twice is one entry."""
        document = extraction.document
        path = self._path(self.key(document, extraction.extractor), document.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = json.dumps(extraction.to_dict(), separators=(",", ":")).encode()
        packed = zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(data)
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_bytes(packed)
        unfinished.replace(path)

    def discard(self, document_id: str) -> int:
        """Forget every version of a document; return how many entries that were.

        What a killed writer left of one goes too and counts: nobody else may be writing.
        """
        paths = self.traces(document_id)
        for path in paths:
            path.unlink(missing_ok=True)
        return len(paths)

    def drop(self, extraction: Extraction) -> None:
        """Forget one version of a document."""
        document = extraction.document
        path = self._path(self.key(document, extraction.extractor), document.id)
        path.unlink(missing_ok=True)

    def traces(self, document_id: str) -> list[Path]:
        """Return the files that are a document's by their names, finished or not."""
        name = f"*.{_tag(document_id)}{_SUFFIX}"
        return sorted({*self.folder.glob(f"*/{name}"), *self.folder.glob(f"*/.{name}.*")})

    def __iter__(self) -> Iterator[Extraction]:
        for path in self._paths():
            extraction = _read(path)
            if extraction is not None:
                yield extraction

    def __len__(self) -> int:
        """Return the number of entries, readable or not."""
        return len(self._paths())

    def _paths(self) -> list[Path]:
        return sorted(path for path in self.folder.glob(f"*/*{_SUFFIX}") if path.name[0] != ".")

    def _path(self, key: str, document_id: str) -> Path:
        return self.folder / key[:2] / f"{key}.{_tag(document_id)}{_SUFFIX}"


def _tag(document_id: str) -> str:
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _read(path: Path) -> Extraction | None:
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        logger.warning("entry %s cannot be read and counts as missing: %s", path, error)
        return None
    try:
        return extraction_from_dict(json.loads(zstandard.decompress(packed)))
    except (zstandard.ZstdError, ValueError, KeyError, TypeError, IndexError) as error:
        logger.warning("entry %s is damaged and counts as missing: %s", path, error)
        return None
