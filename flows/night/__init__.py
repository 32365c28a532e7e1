"""A night: its order, its plan, its steps, its report."""

from flows.night.account import Account
from flows.night.language_policy import LanguagePolicy
from flows.night.mounts import MountNotes
from flows.night.nights import Failure, Nights, run_nights
from flows.night.notes import RebuildNotes, Versions
from flows.night.order import Request, held_lease, run_night, this_process
from flows.night.plan import Plan, make_plan
from flows.night.progress import PARTS, Progress, Watch, in_silence
from flows.night.rejections import Rejected, Rejection, RejectionNotes, SourceNote
from flows.night.report import Report
from flows.night.steps import Call, Plain, Tools, perform, refused

__all__ = [
    "PARTS",
    "Account",
    "Call",
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
    "held_lease",
    "in_silence",
    "make_plan",
    "perform",
    "refused",
    "run_night",
    "run_nights",
    "this_process",
]
