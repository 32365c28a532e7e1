"""What one conversion may take: memory, time, output."""

from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the process that converts documents may take for each of them."""

    memory_mb: Annotated[int, Ge(256)] = 1500
    """Address space of the process, its libraries included; they take 100 to 500 MB of it."""

    cpu_s: Annotated[float, Ge(1)] = 60
    """Processor time for one document."""

    wall_s: Annotated[float, Ge(1)] = 120
    """Time on the clock for one document."""

    output_mb: Annotated[int, Ge(1)] = 200
    """What may come out of one document, texts and attachments together."""

    documents: Annotated[int, Ge(1)] = 200
    """After so many documents the process is replaced by a fresh one."""
