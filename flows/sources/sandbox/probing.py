"""Which walls hold on this machine: each is put up alone, and what it must forbid is tried."""

import socket
import tempfile
from dataclasses import dataclass
from pathlib import Path

from extractors.errors import MachineError
from flows.sources.sandbox.limits import Limits
from flows.sources.sandbox.pool import ALL_WALLS, Sandbox
from flows.sources.values import UnreadableError

TRIALS = "flows.sources.sandbox.trials"


@dataclass(frozen=True, slots=True)
class Probed:
    """One wall: whether it stands, and what came through if it does not."""

    wall: str
    holds: bool
    came_through: tuple[str, ...] = ()


def probe() -> list[Probed]:
    """Try each wall of the sandbox, and what is limited without any; takes a second.

    Raises:
        MachineError: No converting process starts at all.
    """
    with socket.create_server(("127.0.0.1", 0)) as server, tempfile.TemporaryDirectory() as folder:
        secret = Path(folder, "secret")
        secret.write_text("secret")
        connect = f"connect 127.0.0.1:{server.getsockname()[1]}"
        files = [f"open {secret}", f"list {folder}", f"write {folder}/new"]
        wanted = {
            "namespaces": [connect],
            "landlock": files,
            "seccomp": [*files, connect, "start /bin/true"],
        }
        walls = [_tried(wall, frozenset({wall}), trials) for wall, trials in wanted.items()]
        return [*walls, _tried("limits", frozenset(), ["fill 4000", "grow 100"])]


def tried(sandbox: Sandbox, trial: str) -> str:
    """Return what comes of a trial in a sandbox: `done`, or why not.

    Raises:
        MachineError: No converting process starts.
    """
    try:
        return sandbox.convert(TRIALS, trial.encode()).text
    except UnreadableError as error:
        return f"refused: {error}"


def _tried(wall: str, walls: frozenset[str], trials: list[str]) -> Probed:
    assert walls <= ALL_WALLS, f"no such wall: {wall}"
    sandbox = Sandbox(Limits(), walls)
    try:
        through = tuple(trial for trial in trials if tried(sandbox, trial) == "done")
    except MachineError as error:
        return Probed(wall, holds=False, came_through=(str(error),))
    finally:
        sandbox.close()
    return Probed(wall, holds=not through, came_through=through)
