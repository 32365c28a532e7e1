"""How far a relation is ahead of what might be stated in its place."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from extractors.calibration import MOST_LEAD
from extractors.reading.windows import leads


@st.composite
def scored(draw):
    """Scores of some pairs of four entities, a few of them impossible."""
    ends = draw(
        st.lists(
            st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=8, unique=True
        )
    )
    n_types = draw(st.integers(1, 3))
    score = st.just(-np.inf) | st.integers(-5, 5).map(float)
    rows = [[draw(score) for _ in range(n_types)] for _ in ends]
    return np.array(ends), np.array(rows)


@given(scored())
def test_lead_is_the_distance_to_the_best_rival(case):
    ends, scores = case
    pair, type_ = np.isfinite(scores).nonzero()

    found = leads(scores, ends, pair, type_)

    for row, (p, t) in enumerate(zip(pair, type_, strict=True)):
        others = np.arange(len(ends)) != p
        rivals = (
            np.delete(scores[p], t),
            scores[others & (ends[:, 0] == ends[p, 0]), t],
            scores[others & (ends[:, 1] == ends[p, 1]), t],
        )
        wanted = [scores[p, t] - max(each, default=-np.inf) for each in rivals]
        assert found[row].tolist() == np.clip(wanted, -MOST_LEAD, MOST_LEAD).tolist()
