"""A night: its order, its plan, its steps, its report."""

from flows.night.account import Account
from flows.night.alone import (
    PROBE,
    Answer,
    Extractor,
    LoneReader,
    check_machine,
    closed,
    is_for_all,
)
from flows.night.changes import MOST_ROWS, SIGNS, change_rows, confidences, fact_address, summary_of
from flows.night.holding import held_lease, this_process
from flows.night.language_policy import LanguagePolicy
from flows.night.mounts import MountNotes
from flows.night.nights import Failure, Nights, run_nights
from flows.night.note_files import for_owner
from flows.night.notes import RebuildNotes, Versions
from flows.night.order import run_night
from flows.night.plan import Plan, make_plan
from flows.night.progress import PARTS, Progress, Watch, in_silence
from flows.night.rejections import Rejected, Rejection, RejectionNotes, SourceNote
from flows.night.replaying import chosen, replay_requests
from flows.night.report import Report
from flows.night.request import Request
from flows.night.runs import OUTCOMES, RunNotes, noted_failure
from flows.night.sharing import MAX_TASKS, share
from flows.night.steps import Call, Plain, Tools, perform, refused

__all__ = [
    "MAX_TASKS",
    "MOST_ROWS",
    "OUTCOMES",
    "PARTS",
    "PROBE",
    "SIGNS",
    "Account",
    "Answer",
    "Call",
    "Extractor",
    "Failure",
    "LanguagePolicy",
    "LoneReader",
    "MountNotes",
    "Nights",
    "Plain",
    "Plan",
    "Progress",
    "RebuildNotes",
    "Rejected",
    "Rejection",
    "RejectionNotes",
    "Report",
    "Request",
    "RunNotes",
    "SourceNote",
    "Tools",
    "Versions",
    "Watch",
    "change_rows",
    "check_machine",
    "chosen",
    "closed",
    "confidences",
    "fact_address",
    "for_owner",
    "held_lease",
    "in_silence",
    "is_for_all",
    "make_plan",
    "noted_failure",
    "perform",
    "refused",
    "replay_requests",
    "run_night",
    "run_nights",
    "share",
    "summary_of",
    "this_process",
]
