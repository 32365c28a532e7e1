"""Real files in which bytes were changed on their way are read or set aside, and nothing else."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from flows.errors import SourceError
from flows.sources import Converter, Limits, list_folder, read_document

FILES = sorted((Path(__file__).parents[3] / "docs/formats").iterdir())
N_MUTANTS = 60


@pytest.fixture(scope="module")
def converter():
    converter = Converter(limits=Limits(cpu_s=10, wall_s=60, output_mb=20))
    yield converter
    converter.close()


def mutated(content: bytes, lots: random.Random) -> bytes:
    """Return bytes in which some were changed, doubled, left out or moved to the end."""
    mutant = bytearray(content)
    for _ in range(lots.randint(1, 8)):
        start = lots.randrange(len(mutant))
        end = min(len(mutant), start + lots.randint(1, 200))
        kind = lots.randrange(4)
        if kind == 0:
            mutant[start] = lots.randrange(256)
        elif kind == 1:
            mutant[start:start] = mutant[start:end]
        elif kind == 2 and len(mutant) > end - start:
            del mutant[start:end]
        else:
            mutant[start:end] = lots.randbytes(end - start)
    return bytes(mutant)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_changed_file_is_read_or_set_aside(path, tmp_path, converter):
    lots = random.Random(path.name)
    for number in range(N_MUTANTS):
        mutant = mutated(path.read_bytes(), lots)
        (tmp_path / f"{number}{path.suffix}").write_bytes(mutant)

    listing = list_folder(tmp_path, "s", max_bytes=5_000_000, converter=converter)
    for listed in listing.documents:
        with suppress(SourceError):
            assert read_document(listed, converter).text.strip()

    seen = {listed.file for listed in listing.documents}
    seen |= {aside.document.split("/")[1] for aside in listing.set_aside}
    assert len(seen) == N_MUTANTS
