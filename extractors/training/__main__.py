"""A training run in a process of its own, so that whoever started it can stop it at any step.

    python -P -m extractors.training CONFIG.json FOLDER DEVICE

It goes on where a run in that folder was cut off, and prints a line of JSON after every step.
SIGTERM ends it behind the step that it computes; it also ends when its standard input does, which
is when whoever started it is gone. What the last whole epoch left stays.
"""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import TextIO

from extractors.errors import ExtractionError
from extractors.training import TrainConfig, run

STOPPED = 143
"""What a shell says of a process that SIGTERM has ended."""


def main() -> int:
    """Train as the arguments say; return the exit code."""
    config, folder, device = sys.argv[1:]
    out, sys.stdout = sys.stdout, sys.stderr  # what a library prints is none of the steps
    stopped = threading.Event()
    # Not at once: while a checkpoint is written, half of it would be left.
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    try:
        wanted = TrainConfig.from_dict(json.loads(Path(config).read_text("utf-8")))
        for step in run(wanted, Path(folder), device=device):
            said = {"number": step.number, "total": step.total, "epoch": step.epoch}
            _say(out, said | {"loss": step.loss, "dev": step.dev, "best": step.best})
            if stopped.is_set():
                return STOPPED
    except (ExtractionError, OSError) as error:
        _say(out, {"error": str(error)})
        return 1
    return 0


def _say(out: TextIO, what: dict[str, object]) -> None:
    out.write(f"{json.dumps(what)}\n")
    out.flush()


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(STOPPED)


if __name__ == "__main__":
    sys.exit(main())
