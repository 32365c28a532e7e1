"""Who one is at a remote source: kept apart from the source, which is shown and travels.

The settings put them here; a process that is handed a source finds its own in its environment.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """How to log in at one source."""

    user: str = ""
    """User name; empty: that of whoever runs nightloom."""

    password: SecretStr | None = None
    """Password."""

    key_file: Path | None = None
    """Private key for SFTP; unset: the agent's, and those in `~/.ssh`."""

    known_hosts: Path | None = None
    """Keys of SFTP servers; unset: `~/.ssh/known_hosts`."""


_by_name: dict[str, Credentials] = {}


def give_credentials(by_name: Mapping[str, Credentials]) -> None:
    """Have the sources of these names log in so from now on; all others as nobody."""
    _by_name.clear()
    _by_name.update({_plain(name): credentials for name, credentials in by_name.items()})


def credentials_of(source: str) -> Credentials:
    """Return how to log in at a source of this name."""
    return _by_name.get(_plain(source), Credentials())


def _plain(name: str) -> str:
    """Return a name as variables of the environment can say it: `team-notes` is TEAM_NOTES."""
    return _NOT_IN_NAMES.sub("_", name.lower())
