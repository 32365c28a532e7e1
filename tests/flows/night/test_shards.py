"""Shards: what one task of a run reads, or writes."""

from hypothesis import given
from hypothesis import strategies as st

from flows.night import steps


@given(n_documents=st.integers(0, 5_000), shard_documents=st.integers(1, 400))
def test_any_documents_are_cut_into_few_shards_that_hold_each_once_and_in_order(
    n_documents, shard_documents
):
    documents = list(range(n_documents))

    shards = steps.shards(documents, shard_documents)

    assert [document for shard in shards for document in shard] == documents
    assert len(shards) <= 16  # read and written, 32 tasks, and a handful of others: below 40
    assert all(len(shard) >= min(shard_documents, n_documents) for shard in shards[:-1])
