"""What came, went and was restated, and because of what: recorded, read, pruned, erased."""

from graphdb.history.changes import (
    MOST_RECORDS,
    ChangedFact,
    ChangedFacts,
    RecordedRun,
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    last_runs,
    recorded_since,
    states_before,
)
from graphdb.history.conclusions import Concluded, recording_conclusions
from graphdb.history.recording import (
    FactState,
    change_row,
    erase,
    in_words,
    prune,
    record_run,
    recording,
)

__all__ = [
    "MOST_RECORDS",
    "ChangedFact",
    "ChangedFacts",
    "Concluded",
    "FactState",
    "RecordedRun",
    "change_row",
    "changes_about",
    "changes_of_run",
    "changes_since",
    "erase",
    "history_of",
    "in_words",
    "last_runs",
    "prune",
    "record_run",
    "recorded_since",
    "recording",
    "recording_conclusions",
    "states_before",
]
