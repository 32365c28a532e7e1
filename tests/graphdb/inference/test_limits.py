"""What is allowed is allowed to the last fact and round; one more stops, and names the rule."""

from collections import Counter

import pytest

from graphdb.inference.limits import LimitReachedError, Limits


def test_facts_up_to_the_limit_are_allowed_and_one_more_names_the_rule():
    limits = Limits(max_facts=3, max_rounds=9)
    limits.begin_round()
    limits.allow(Counter({"most": 2, "few": 1}))

    with pytest.raises(LimitReachedError) as reached:
        limits.allow(Counter({"most": 1}))

    assert str(reached.value) == "max_facts = 3 reached: 4 new facts, 3 of them by the rule 'most'"


def test_rounds_up_to_the_limit_are_allowed_in_each_stratum():
    limits = Limits(max_facts=99, max_rounds=2)
    for _ in range(2):
        limits.begin_stratum()
        for _ in range(2):
            limits.begin_round()
            limits.allow(Counter({"rule": 1}))
    limits.begin_round()

    with pytest.raises(LimitReachedError, match="max_rounds = 2 reached: 5 new facts"):
        limits.allow(Counter({"rule": 1}))

    assert limits.rounds == 5


def test_round_that_finds_nothing_is_never_one_too_many():
    limits = Limits(max_facts=0, max_rounds=0)
    limits.begin_round()

    limits.allow(Counter())
