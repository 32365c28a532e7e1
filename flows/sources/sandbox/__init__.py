"""Where documents are taken apart: processes that may read what they are handed, and nothing else.

night ── bytes ──► Sandbox ── descriptor ──► worker: one module of `conversions`, behind walls
                      ◄── text, or why there is none ──┘
"""

from flows.sources.sandbox.limits import Limits
from flows.sources.sandbox.pool import ALL_WALLS, ListedMember, Sandbox
from flows.sources.sandbox.probing import Probed, probe, tried

__all__ = ["ALL_WALLS", "Limits", "ListedMember", "Probed", "Sandbox", "probe", "tried"]
