"""One `nightloom up` for all tests of this folder."""

import shutil
from collections.abc import Iterator

import pytest

from tests.flows.services.running import ROOT, Up, put_namesakes, started


@pytest.fixture(scope="package")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """Everything, started once, on ports and in a folder of its own."""
    folder = tmp_path_factory.mktemp("up")
    documents = folder / "documents"
    documents.mkdir()
    for path in sorted((ROOT / "samples" / "people").glob("*.md"))[:2]:
        shutil.copy(path, documents)
    put_namesakes(folder)
    sources = '[{"path": "documents", "name": "people", "max_age_h": 48}]'
    with started(folder, SOURCES=sources) as running:
        yield running
