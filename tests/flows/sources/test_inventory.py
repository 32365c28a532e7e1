"""What a listing came upon stands in a file; what is held and what travels are numbers."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flows.errors import SourceError
from flows.sources import Folder, Inventory, ListedDocument, ListedDocuments, Listing, Remote
from flows.sources.values import Part

ORIGINS = (
    Folder(name="notes", path=Path("/tmp/notes"), exclude=("*.cypher",), max_bytes=7),
    Remote(name="bucket", url="s3://bucket/notes"),
)
names = st.text(min_size=1, max_size=9)
documents = st.builds(
    ListedDocument,
    id=names,
    origin=st.sampled_from(ORIGINS),
    file=names,
    raw_sha256=st.sampled_from(["", "ab" * 32]),
    format=st.sampled_from(["text 1", "pdf 2"]),
    path=st.lists(names | st.builds(Part, st.integers(1), st.integers(0), st.integers(0))).map(
        tuple
    ),
    holds_others=st.booleans(),
)


lists = st.lists(documents, max_size=9, unique_by=lambda listed: listed.id)
ADAPTER = TypeAdapter(ListedDocuments)


@given(lists)
def test_any_documents_come_out_as_they_went_in_and_share_their_source(listed):
    out = list(ListedDocuments.of(listed))

    assert out == listed
    assert len({id(each.origin) for each in out}) == len({each.origin.name for each in out})


@given(lists, st.data())
def test_any_part_of_them_is_what_that_part_of_a_list_is(listed, data):
    """Also of a part of a part, and after a journey."""
    held, part = ListedDocuments.of(listed), listed
    for _ in range(3):
        what = data.draw(st.sampled_from(["slice", "without", "twice", "some"]))
        if what == "slice":
            places = st.integers(-10, 10) | st.none()
            cut = slice(data.draw(places), data.draw(places))
            held, part = held[cut], part[cut]
        elif what == "without":
            ids = data.draw(st.sets(names)) | {each.id for each in part[::3]}
            held, part = held.without(ids), [each for each in part if each.id not in ids]
        elif what == "twice":
            held, part = held + held[:2], part + part[:2]
        else:
            chosen = {number for number in held.numbers if number % 2}
            numbers = list(held.numbers)
            part = [each for each, number in zip(part, numbers, strict=True) if number in chosen]
            held = held.numbered(number for number in numbers if number in chosen)
        held = ADAPTER.validate_python(ADAPTER.dump_python(held, mode="json"))
    assert (list(held), len(held)) == (part, len(part))
    for place in range(-len(part), len(part)):
        assert held[place] == part[place]
    with pytest.raises(IndexError):
        held[len(part)]


@given(lists, st.sets(names))
def test_any_document_is_found_by_its_id_and_no_other(listed, others):
    held = ListedDocuments.of(listed)

    for number, each in enumerate(listed, 1):
        assert held.inventory.find(each.id) == (number, each)
    for id_ in others - {each.id for each in listed}:
        assert held.inventory.find(id_) is None
        assert not held.inventory.has_file(id_)


def plain(number: int) -> ListedDocument:
    return ListedDocument(
        id=f"notes/{number}.txt",
        origin=ORIGINS[0],
        file=f"{number}.txt",
        raw_sha256="ab" * 32,
        format="text 1",
    )


def test_a_listing_that_travels_is_as_long_for_many_documents_as_for_one():
    listing = Listing(source="notes", documents=ListedDocuments.of(map(plain, range(1000))))
    adapter = TypeAdapter(Listing)

    said = adapter.dump_python(listing, mode="json")

    assert said["documents"]["ends"] == [1, 1001]
    assert adapter.validate_python(said) == listing


def test_another_process_finds_them_in_the_file(tmp_path):
    inventory = Inventory.create(tmp_path / "of_tonight")
    for number in range(3):
        assert inventory.add(plain(number))
    inventory.add_other("notes/a.png")
    inventory.fill()
    said = ADAPTER.dump_json(inventory.documents()[1:])
    code = (
        "import sys; from pydantic import TypeAdapter; from flows.sources import ListedDocuments\n"
        "held = TypeAdapter(ListedDocuments).validate_json(sys.argv[1])\n"
        "print([each.id for each in held], list(held.inventory.others()))"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, said], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == "['notes/1.txt', 'notes/2.txt'] ['notes/a.png']"


def test_a_file_of_its_own_goes_with_those_who_hold_it():
    held = ListedDocuments.of([plain(1)])
    path = held.inventory.path
    assert path.stat().st_mode & 0o777 == 0o600
    part = held[:1]
    del held
    gc.collect()
    assert list(part) == [plain(1)]

    del part
    gc.collect()

    assert not path.exists()


def test_a_full_disk_is_named(tmp_path):
    inventory = Inventory.create(tmp_path / "full")
    inventory._database.execute("PRAGMA max_page_count = 12")

    with pytest.raises(SourceError, match=r"full, which lists .* make room on its disk"):
        all(inventory.add(plain(number)) for number in range(1000))


def test_a_list_that_is_not_there_is_named(tmp_path):
    with pytest.raises(SourceError, match=r"gone, which lists .* run again"):
        ADAPTER.validate_python({"inventory": str(tmp_path / "gone"), "ends": [1, 2]})
