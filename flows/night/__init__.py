"""A night: its order, its plan, its steps, its report."""

from flows.night.account import Account
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
from flows.night.reading import Extractor
from flows.night.rejections import Rejected, Rejection, RejectionNotes, SourceNote
from flows.night.replaying import chosen, replay_requests
from flows.night.report import Report
from flows.night.request import Request
from flows.night.steps import Call, Plain, Tools, perform, refused

__all__ = [
    "MOST_ROWS",
    "PARTS",
    "SIGNS",
    "Account",
    "Call",
    "Extractor",
    "Failure",
    "LanguagePolicy",
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
    "SourceNote",
    "Tools",
    "Versions",
    "Watch",
    "change_rows",
    "chosen",
    "confidences",
    "fact_address",
    "for_owner",
    "held_lease",
    "in_silence",
    "make_plan",
    "perform",
    "refused",
    "replay_requests",
    "run_night",
    "run_nights",
    "summary_of",
    "this_process",
]
