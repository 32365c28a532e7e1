"""Real files in which bytes were changed on their way are read or set aside, and nothing else.

The first rounds are the same in every run. `NIGHTLOOM_TEST_FUZZ_S`, a minute in CI, says for how
many seconds in all further rounds follow.
"""

import os
import random
import shutil
import time
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest

from flows.errors import SourceError
from flows.sources import Converter, Limits, list_folder, read_document

SAMPLES = Path(__file__).parents[3] / "samples"
FILES = {
    path.suffix: path
    for path in sorted(SAMPLES.rglob("*.*"))
    if path.suffix not in (".toml", ".cypher")
}
ARCHIVES = {".zip": "zip", ".tar": "tar", ".tgz": "gztar"}
SUFFIXES = [*FILES, *ARCHIVES]
N_MUTANTS = 20
"""Of one file in one round."""

FUZZ_S = float(os.environ.get("NIGHTLOOM_TEST_FUZZ_S", "0"))


@pytest.fixture(scope="module")
def converter():
    converter = Converter(limits=Limits(cpu_s=10, wall_s=60, output_mb=20))
    yield converter
    converter.close()


def whole_file(suffix: str, folder: Path) -> bytes:
    if suffix in FILES:
        return FILES[suffix].read_bytes()
    packed = folder / "packed"
    packed.mkdir()
    shutil.copy(FILES[".pdf"], packed)
    shutil.copy(FILES[".md"], packed)
    return Path(shutil.make_archive(str(folder / "a"), ARCHIVES[suffix], packed)).read_bytes()


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


def check_round(whole: bytes, suffix: str, number: int, folder: Path, converter: Converter) -> None:
    lots = random.Random(f"{suffix} {number}")
    folder.mkdir()
    for mutant in range(N_MUTANTS):
        (folder / f"{mutant}{suffix}").write_bytes(mutated(whole, lots))

    listing = list_folder(folder, "s", max_bytes=5_000_000, converter=converter)
    for listed in listing.documents:
        with suppress(SourceError):
            assert read_document(listed, converter).text.strip()

    ids = [listed.id for listed in listing.documents] + [*listing.ignored]
    ids += [aside.document for aside in listing.set_aside]
    seen = {int(id_.removeprefix("s/").partition(".")[0]) for id_ in ids}
    assert seen == {*range(N_MUTANTS)}, f"round {number}"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_changed_file_is_read_or_set_aside(suffix, tmp_path, converter):
    whole = whole_file(suffix, tmp_path)
    until = time.monotonic() + FUZZ_S / len(SUFFIXES)
    for number in count():
        check_round(whole, suffix, number, tmp_path / str(number), converter)
        if time.monotonic() >= until:
            break
