"""Who one is at a remote source: kept apart from the source, which is shown and travels.

They are taken from the environment, by the name of the source, or from a block that the source
names. The settings put here what the environment says; a process that is handed a source finds its
own there. A block is asked for when somebody connects, and kept nowhere.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import SecretStr, TypeAdapter

from flows.errors import SourceError

_NOT_IN_NAMES = re.compile(r"[^a-z0-9]+")
_BLOCK = re.compile(r"secret/[a-z0-9]+(-[a-z0-9]+)*")


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


Options = Mapping[str, Any]
"""What an object store's library is told instead of what it finds in the environment."""

_KEYS_BY_SCHEME: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "s3": {
        "aws_access_key_id": ("key",),
        "aws_secret_access_key": ("secret",),
        "aws_session_token": ("token",),
        "aws_endpoint_url": ("endpoint_url",),
        "aws_default_region": ("client_kwargs", "region_name"),
    },
    "az": {
        "azure_storage_connection_string": ("connection_string",),
        "azure_storage_account_name": ("account_name",),
        "azure_storage_account_key": ("account_key",),
        "azure_storage_sas_token": ("sas_token",),
    },
}
"""Under which names a block has what a store's library wants, and how the library calls it."""

_CREDENTIALS = TypeAdapter(Credentials)
_KEYS = ("user", "password", "key_file", "known_hosts")

ReadBlock = Callable[[str], object]


def _no_blocks(block: str) -> object:
    raise SourceError(
        f"the credentials stand in the Prefect block {block}, and no Prefect is asked here: set "
        "them in the environment"
    )


_by_name: dict[str, Credentials] = {}
_read_block: list[ReadBlock] = [_no_blocks]


def give_credentials(by_name: Mapping[str, Credentials]) -> None:
    """Have the sources of these names log in so from now on; all others as nobody."""
    _by_name.clear()
    _by_name.update({_plain(name): credentials for name, credentials in by_name.items()})


def read_blocks_with(read: ReadBlock) -> None:
    """Have blocks read so from now on."""
    _read_block[:] = [read]


def checked_block(block: str) -> str:
    """Return the name of a block.

    Raises:
        ValueError: It is none; it may be a secret that somebody wrote in its place.
    """
    if not _BLOCK.fullmatch(block):
        raise ValueError(
            'should name a block of Prefect, as "secret/team-notes" (small letters, digits and '
            "hyphens); what is secret itself stands in the block or in the environment"
        )
    return block


def are_given(source: str) -> bool:
    """Say whether the environment has how to log in at a source; then no block is asked for."""
    return _plain(source) in _by_name


def credentials_of(source: str, block: str = "") -> Credentials:
    """Return how to log in at a source of this name.

    Raises:
        SourceError: They stand in a block that cannot be had, or not as they should.
    """
    if are_given(source) or not block:
        return _by_name.get(_plain(source), Credentials())
    return _CREDENTIALS.validate_python(_values(block, _KEYS))


def options_of(scheme: str, block: str) -> Options:
    """Return what the library of an object store is to be told; nothing without a block.

    Raises:
        SourceError: The block cannot be had, or does not say what it should.
    """
    if not block:
        return {}
    if scheme not in _KEYS_BY_SCHEME:  # Google's are one object, as its console hands it out
        return {"token": _object(block, "what the JSON file of a service account has")}
    keys = _KEYS_BY_SCHEME[scheme]
    values = _values(block, tuple(keys))
    options: dict[str, Any] = {}
    for name, value in values.items():
        *above, last = keys[name]
        place = options
        for each in above:
            place = place.setdefault(each, {})
        place[last] = value
    return options


def _values(block: str, keys: tuple[str, ...]) -> dict[str, str]:
    said = _object(block, ", ".join(keys))
    values = {key.lower(): value for key, value in said.items() if isinstance(value, str)}
    if len(values) < len(said) or not values.keys() <= set(keys):
        # Neither its keys nor its values are repeated: a secret may stand in either.
        raise SourceError(
            f"the Prefect block {block} has something else in it than {', '.join(keys)}, or twice "
            "one of them, or one that is no text: mend it there"
        )
    return values


def _object(block: str, wanted: str) -> dict[str, Any]:
    said = _read_block[0](block)
    if not isinstance(said, dict) or not said:
        raise SourceError(
            f"the Prefect block {block} should be an object in JSON that has {wanted}: mend it "
            "there"
        )
    return said


def _plain(name: str) -> str:
    """Return a name as variables of the environment can say it: `team-notes` is TEAM_NOTES."""
    return _NOT_IN_NAMES.sub("_", name.lower())
