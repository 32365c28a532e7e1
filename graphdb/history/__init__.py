"""What came, went and was restated, and because of what: recorded, read, pruned, erased."""

from graphdb.history.changes import (
    KINDS,
    MOST_RECORDS,
    ChangedFact,
    ChangedFacts,
    RecordedHistory,
    RecordedRun,
    changes_about,
    changes_of_run,
    changes_since,
    history_of,
    last_runs,
    recorded_run,
    recorded_since,
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
    "KINDS",
    "MOST_RECORDS",
    "ChangedFact",
    "ChangedFacts",
    "Concluded",
    "FactState",
    "RecordedHistory",
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
    "recorded_run",
    "recorded_since",
    "recording",
    "recording_conclusions",
]
