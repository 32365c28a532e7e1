"""Files made to do harm are set aside, each with its reason and within its limits."""

import time

import pytest

from flows.errors import SourceError
from flows.sources import Converter, Limits, list_folder, read_document
from tests.flows.sources.hostile import BAD, ODD, special_files

LIMITS = Limits(cpu_s=10, wall_s=60, output_mb=50)
N_KINDS = 40


@pytest.fixture(scope="module")
def converter():
    converter = Converter(limits=LIMITS, max_file_bytes=5_000_000, max_bytes=1_000_000)
    yield converter
    converter.close()


def reasons(folder, converter) -> dict[str, list[str]]:
    """Return why something of each file was set aside, by the name of the file."""
    listing = list_folder(folder, "s", max_bytes=converter.max_bytes, converter=converter)
    said = [(aside.document, aside.reason) for aside in listing.set_aside]
    for listed in listing.documents:
        try:
            document = read_document(listed, converter)
        except SourceError as error:
            said.append((listed.id, str(error)))
        else:
            assert "root:" not in document.text
    by_file: dict[str, list[str]] = {}
    for id_, reason in said:
        by_file.setdefault(id_.split("/")[1].split(",")[0], []).append(reason)
    return by_file


@pytest.mark.parametrize("name", BAD)
def test_bad_file_is_set_aside_and_the_next_one_is_read(name, tmp_path, converter):
    (tmp_path / name).write_bytes(BAD[name]())
    (tmp_path / "z.html").write_text("<p>Ada works for Acme.</p>")
    begun = time.monotonic()

    said = reasons(tmp_path, converter)

    assert set(said) == {name}
    assert all("Traceback" not in reason and "\n" not in reason for reason in said[name])
    assert time.monotonic() - begun < LIMITS.wall_s


@pytest.mark.parametrize("name", ODD)
def test_odd_file_does_no_harm(name, tmp_path, converter):
    (tmp_path / name).write_bytes(ODD[name]())
    (tmp_path / "z.html").write_text("<p>Ada works for Acme.</p>")

    assert set(reasons(tmp_path, converter)) <= {name}


def test_what_is_no_regular_file_or_too_long_is_set_aside(tmp_path, converter):
    names = set(special_files(tmp_path))

    assert set(reasons(tmp_path, converter)) == names
    assert len(names) + len(BAD) > N_KINDS
