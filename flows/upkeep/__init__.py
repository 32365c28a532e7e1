"""What is done to the graph beside the nights: a document forgotten, all rebuilt, all backed up."""

from flows.upkeep.backup import Kept, back_up, restore
from flows.upkeep.citing import written_forms
from flows.upkeep.elsewhere import other_prefect
from flows.upkeep.forget import Erasure, forget
from flows.upkeep.rebuild import Rebuilt, migrate, rebuild
from flows.upkeep.scrubbing import FORGOTTEN, scrub_request

__all__ = [
    "FORGOTTEN",
    "Erasure",
    "Kept",
    "Rebuilt",
    "back_up",
    "forget",
    "migrate",
    "other_prefect",
    "rebuild",
    "restore",
    "scrub_request",
    "written_forms",
]
