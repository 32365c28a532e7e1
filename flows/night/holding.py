"""Who holds the graph: names of runs and processes, and the lease while it is waited for."""

import getpass
import os
import re
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime

from flows.night.progress import Watch
from graphdb import Graph, Lease, LeaseHeldError


def new_run() -> str:
    """Return a name for a run that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"


def this_process() -> str:
    """Return who is running, in words that help a person to find it."""
    return f"{getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})"


@contextmanager
def held_lease(
    graph: Graph, watch: Watch, *, holder: str = "", run: str = "", wait_s: float = 0.0
) -> Iterator[Lease]:
    """Hold the graph for one run, waiting for a holder that was killed on this machine.

    Args:
        graph: Whose lease it is.
        watch: Told for whom it is waited.
        holder: Who asks; default: this process.
        run: Name of the run; default: a new one.
        wait_s: How long to wait for a holder that may be alive.

    Raises:
        LeaseHeldError: A run that may be alive holds it.
    """
    holder, run = holder or this_process(), run or new_run()
    deadline = time.monotonic() + wait_s
    with ExitStack() as stack:
        waited_for: set[datetime] = set()
        while True:
            try:
                lease = stack.enter_context(graph.lease(holder, run))
                break
            except LeaseHeldError as error:
                # A second end means that somebody renews it, whatever the process table says.
                waited_for.add(error.expires)
                if len(waited_for) == 1 and is_dead(error.holder):
                    watch(f"waiting for the lease of a killed run to run out: {error.holder}", 0, 0)
                elif time.monotonic() < deadline:
                    watch(f"waiting until another run is done: {error.holder}", 0, 0)
                else:
                    raise
            time.sleep(1)
        # Outside the loop: an error of the caller must not be taken for a lease that is held.
        yield lease


def is_dead(holder: str) -> bool:
    """Say whether the process that `this_process` named ran on this machine and is gone."""
    match = re.fullmatch(r".* on (?P<host>.+) \(process (?P<pid>\d+)\)", holder)
    # Nothing can be known of a process on another machine: its lease has to run out by itself.
    if not match or match["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(match["pid"]), 0)  # signal 0 ends nothing: it only asks whether there is one
    except ProcessLookupError:
        return True
    except PermissionError:  # somebody else's process: it lives
        return False
    return False
