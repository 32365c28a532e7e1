"""Work is done one after the other, and only what has but to commit may be beside the next."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphdb.writing.pipeline import Pipeline


@given(st.lists(st.tuples(st.floats(0, 0.002), st.floats(0, 0.002)), min_size=1, max_size=12))
def test_work_begins_in_order_when_the_one_before_has_but_to_commit(times):
    happened = []

    def work(number, writing_s, committing_s):
        def run(written):
            happened.append(("begun", number))
            time.sleep(writing_s)
            happened.append(("written", number))
            written()
            time.sleep(committing_s)
            happened.append(("ended", number))
            return number

        return run

    with Pipeline("test") as pipeline:
        done = [pipeline.begin(work(number, *each)) for number, each in enumerate(times)]
        pipeline.settle()

    assert [each.result() for each in done] == list(range(len(times)))
    place = {each: n for n, each in enumerate(happened)}
    for number in range(1, len(times)):
        assert place["written", number - 1] < place["begun", number]
    for number in range(2, len(times)):
        assert place["ended", number - 2] < place["begun", number]


def test_what_one_raises_is_raised_before_a_third_begins():
    begun = []

    def fails(written):
        written()
        raise OSError("the disk is gone")

    with Pipeline("test") as pipeline:
        pipeline.begin(fails)
        pipeline.begin(lambda written: written())
        with pytest.raises(OSError, match="the disk is gone"):
            pipeline.begin(lambda _: begun.append("third"))

    assert begun == []


def test_work_that_fails_before_it_has_written_keeps_nobody_waiting():
    second = threading.Event()

    def fails(_):
        raise OSError("the disk is gone")

    with Pipeline("test") as pipeline:
        pipeline.begin(fails)
        pipeline.begin(lambda _: second.set())
        with pytest.raises(OSError, match="the disk is gone"):
            pipeline.settle()

    assert second.is_set()
