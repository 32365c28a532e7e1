"""What a run of the benchmarks says beside the runs that were recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.comparing import RUNS_KEPT, Run, record, recorded, this_machine, verdicts
from benchmarks.figures import figure

HERE = "2 cores, this"
ELSEWHERE = "64 cores, another"


def run(value, machine=HERE):
    return Run(date="2026-11-30", commit="abc", machine=machine, values={"a": value})


def worse(value, before, *, unit="ratio", direction=">="):
    measured = {"a": figure(value, unit, direction=direction)}
    return [each.worse for each in verdicts(measured, HERE, before)]


@pytest.mark.parametrize(
    ("value", "direction", "expected"),
    [
        (0.62, ">=", False),
        (0.55, ">=", False),
        (0.53, ">=", True),
        (0.9, ">=", False),
        (0.62, "<=", False),
        (0.76, "<=", False),
        (0.78, "<=", True),
        (0.1, "<=", False),
    ],
)
def test_worse_is_beyond_the_worst_by_more_than_a_tenth(value, direction, expected):
    before = [run(0.6), run(0.7)]

    assert worse(value, before, direction=direction) == [expected]


def test_speeds_of_another_machine_say_nothing_and_ratios_do():
    before = [run(1000.0, ELSEWHERE)]

    assert worse(1.0, before, unit="documents/s") == []
    assert worse(1.0, before, unit="ratio") == [True]


def test_what_was_never_measured_is_left_out():
    assert worse(1.0, []) == []


@given(st.lists(st.floats(0.01, 1e6), min_size=1, max_size=8), st.sampled_from([">=", "<="]))
def test_what_was_recorded_once_is_never_worse(values, direction):
    before = [run(figure(value, "ratio")["value"]) for value in values]

    for value in values:
        assert worse(value, before, direction=direction) == [False]


def test_the_last_runs_of_each_machine_are_kept(tmp_path):
    path = tmp_path / "recorded.json"
    record(run(0.5, ELSEWHERE), path)
    for number in range(RUNS_KEPT + 3):
        record(run(float(number)), path)

    runs = recorded(path)

    assert [each.values["a"] for each in runs if each.machine == HERE] == [
        float(number) for number in range(3, RUNS_KEPT + 3)
    ]
    assert [each.values["a"] for each in runs if each.machine == ELSEWHERE] == [0.5]
    assert recorded(tmp_path / "missing.json") == []


def test_a_machine_is_told_by_processor_and_cores():
    assert "cores" in this_machine()
