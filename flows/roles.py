"""What a command needs installed beyond the base, and how to install it from where we came.

A role is an extra of the distribution (`read`, `train`, `graph`, `flows`). A command of a role
that is missing says so before it does anything.
"""

import functools
import json
import re
import shlex
import sys
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from typing import ParamSpec
from urllib.parse import urlsplit
from urllib.request import url2pathname

from flows.errors import RoleMissingError

P = ParamSpec("P")

DISTRIBUTION = "nightloom"

# As the distribution's own metadata says it: `nightloom[extract]; extra == 'train'`.
REQUIREMENT = re.compile(r"([\w.-]+)(?:\[([^\]]+)\])?.*;.*extra == ['\"]([\w-]+)['\"]")


def needing(*roles: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Have a command check first that its roles are installed.

    Raises:
        RoleMissingError: One is not; the message says how to install it.
    """

    def decorated(command: Callable[P, None]) -> Callable[P, None]:
        @functools.wraps(command)
        def checked(*args: P.args, **kwargs: P.kwargs) -> None:
            missing = {role: names for role in roles if (names := missing_distributions(role))}
            if missing:
                raise RoleMissingError(_sentence(missing), tuple(missing))
            command(*args, **kwargs)

        return checked

    return decorated


def missing_distributions(role: str) -> list[str]:
    """Return what a role consists of and is not installed."""
    return [name for name in sorted(distributions(role)) if not _is_installed(name)]


def distributions(role: str) -> set[str]:
    """Return the distributions that a role consists of, those of the roles within it included."""
    named: set[str] = set()
    for name, extras, extra in filter(None, map(_parsed, _requirements())):
        if extra != role:
            continue
        if name == DISTRIBUTION:
            named.update(*map(distributions, extras.split(",")))
        else:
            named.add(name)
    return named


def install_command(*roles: str) -> str:
    """Return what to type to install roles from where this copy of nightloom came."""
    extras = f"[{','.join(roles)}]"
    pip = "pip install"
    if (_distribution_file("INSTALLER") or "").strip() == "uv":
        pip = f"uv pip install --python {shlex.quote(sys.executable)}"
    return f"{pip} {_origin(extras)}"


def version() -> str:
    """Return which nightloom this is."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown: run from a checkout that nobody installed"


def _sentence(missing: dict[str, list[str]]) -> str:
    names = sorted({name for names in missing.values() for name in names})
    noun = "roles" if len(missing) > 1 else "role"
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return (
        f"this command needs the {noun} {' and '.join(missing)}, and {shown} "
        f"{'are' if len(names) > 1 else 'is'} not installed: {install_command(*missing)}"
    )


def _origin(extras: str) -> str:
    """Return the argument for pip: the folder, file or address that this copy came from."""
    direct = json.loads(_distribution_file("direct_url.json") or "{}")
    url = str(direct.get("url", ""))
    if not url:
        checkout = Path(__file__).parents[1]
        if (checkout / "pyproject.toml").is_file():  # run from a checkout, installed by nobody
            return f"-e {shlex.quote(f'{checkout}{extras}')}"
        return shlex.quote(f"{DISTRIBUTION}{extras}")
    if direct.get("dir_info", {}).get("editable"):
        return f"-e {shlex.quote(f'{url2pathname(urlsplit(url).path)}{extras}')}"
    if vcs := direct.get("vcs_info"):
        url = f"{vcs['vcs']}+{url}@{vcs['commit_id']}"
    return shlex.quote(f"{DISTRIBUTION}{extras} @ {url}")


def _parsed(requirement: str) -> tuple[str, str, str] | None:
    match = REQUIREMENT.match(requirement)
    return (match[1], match[2] or "", match[3]) if match else None


def _requirements() -> Iterator[str]:
    try:
        yield from metadata.requires(DISTRIBUTION) or ()
    except metadata.PackageNotFoundError:
        return


def _distribution_file(name: str) -> str | None:
    try:
        return metadata.distribution(DISTRIBUTION).read_text(name)
    except metadata.PackageNotFoundError:
        return None


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True
