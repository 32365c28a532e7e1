"""A database emptied in the middle of a night: a clear error, and the next night completes."""

import pytest

from flows.night.steps import perform
from graphdb import GraphError

STEPS = (
    "plan",
    "extract",
    "upsert",
    "retract",
    "infer",
    "audit",
)  # "check" looks at the graph alone


@pytest.mark.parametrize("moment", STEPS)
def test_night_whose_database_is_emptied_ends_in_words_and_the_next_completes(
    night, folder, tools, empty, moment
):
    """Whatever step it was before: nothing is written for a lease that is gone."""
    for number in range(3):
        (folder / f"{number}.txt").write_text(f"Ada{number} works for Acme.")
    night()
    before = list(tools.graph.dump())
    (folder / "0.txt").write_text("Ada0 works for Bolt.")
    night()
    (folder / "0.txt").write_text("Ada0 works for Acme.")

    def interfere(title, step, order):
        if step == moment:
            empty()
        return perform(step, order, tools)

    try:
        report = night(call=interfere)
    except GraphError as error:
        ended = str(error)
    else:
        ended = " ".join(report.violations)

    assert ended
    assert "list index" not in ended
    night()
    assert list(tools.graph.dump()) == before
