"""A converter as a night has one, and what reads a folder with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractors.facts import Document
from flows.sources import Converter, Listing, list_folder, read_document


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    converter = Converter()
    yield converter
    converter.close()


@pytest.fixture
def listed(converter) -> Callable[[Path], Listing]:
    def look(folder: Path) -> Listing:
        return list_folder(folder, "s", max_bytes=converter.max_bytes, converter=converter)

    return look


@pytest.fixture
def documents(converter, listed) -> Callable[[Path], dict[str, Document]]:
    """Read all documents of a folder, by their ids."""

    def read(folder: Path) -> dict[str, Document]:
        return {
            document.id: read_document(document, converter) for document in listed(folder).documents
        }

    return read
