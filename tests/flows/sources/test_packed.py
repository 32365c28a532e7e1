"""Listed documents travel as one string, a fraction of what plain data of them takes."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from flows.sources import Folder, ListedDocument, Listing, Remote
from flows.sources.packed import packed, unpacked
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


@given(st.lists(documents, max_size=5))
def test_any_documents_come_out_as_they_went_in_and_share_their_source(listed):
    out = list(unpacked(packed(listed)))

    assert out == listed
    assert len({id(each.origin) for each in out}) == len({each.origin.name for each in out})


def test_a_listing_that_travels_takes_little_more_than_ids_and_digests():
    listing = Listing(
        source="notes",
        documents=tuple(
            ListedDocument(
                id=f"notes/{number}.txt",
                origin=ORIGINS[0],
                file=f"{number}.txt",
                raw_sha256="ab" * 32,
                format="text 1",
            )
            for number in range(1000)
        ),
    )
    adapter = TypeAdapter(Listing)

    plain = adapter.dump_python(listing, mode="json")

    assert len(plain["documents"]) < 1000 * 150
    assert adapter.validate_python(plain) == listing
