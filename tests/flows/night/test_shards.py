"""Shards: what one task of a run reads, or writes."""

from hypothesis import given
from hypothesis import strategies as st

from flows.night import MAX_TASKS, share, steps


@given(
    n_documents=st.integers(0, 5_000),
    shard_documents=st.integers(1, 400),
    max_shards=st.integers(1, 16),
)
def test_any_documents_are_cut_into_few_shards_that_hold_each_once_and_in_order(
    n_documents, shard_documents, max_shards
):
    documents = list(range(n_documents))

    shards = steps.shards(documents, shard_documents, max_shards)

    assert [document for shard in shards for document in shard] == documents
    assert len(shards) <= max_shards
    assert all(len(shard) >= min(shard_documents, n_documents) for shard in shards[:-1])


@given(n_sources=st.integers(1, 500))
def test_any_number_of_sources_has_64_tasks_at_most_a_run(n_sources):
    """Even if each source has as many documents as there may be, and a limit to be planned for."""
    each = share(n_sources)

    of_a_source = dict.fromkeys(steps.STEPS, 1) | {
        "plan": 2,
        "extract": each.max_shards,
        "upsert": each.max_shards,
    }
    n_tasks = sum(n for name, n in of_a_source.items() if name in each.tasks)

    assert n_sources * n_tasks <= MAX_TASKS == 64
    assert each.max_shards >= 1


def test_few_sources_have_a_task_for_each_step_and_many_for_what_takes_longest():
    assert [share(n).max_shards for n in (1, 2, 3, 4, 5, 6)] == [16, 8, 5, 3, 1, 1]
    assert share(5).tasks == set(steps.STEPS)
    assert share(20).tasks == {"discover", "extract", "upsert"}
    assert share(64).tasks == {"extract"}
    assert share(65).tasks == set()
