"""A night: its order, its plan, its steps, its report."""

from flows.night.notes import RebuildNotes, Versions
from flows.night.order import Request, Tools, Watch, held_lease, run_night, this_process
from flows.night.plan import Plan, make_plan
from flows.night.report import Report
from flows.night.steps import refused

__all__ = [
    "Plan",
    "RebuildNotes",
    "Report",
    "Request",
    "Tools",
    "Versions",
    "Watch",
    "held_lease",
    "make_plan",
    "refused",
    "run_night",
    "this_process",
]
