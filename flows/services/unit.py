"""A unit of systemd that keeps `nightloom up` running, also after the machine has been restarted.

The words of a unit have their own escapes: `%` is doubled, and the program of a command stands in
quotation marks and may hold none itself, nor a backslash (systemd.unit(5), systemd.service(5)).
"""

import getpass
import os
import sys
from pathlib import Path

from flows.errors import ServiceError
from flows.settings import environment_name, origins
from flows.text import shown

NAME = "nightloom.service"

_UNIT = """\
# Keeps Neo4j, Prefect and the worker of nightloom running in one folder.
[Unit]
Description=nightloom in {folder}
After=network-online.target
Wants=network-online.target
StartLimitIntervalSec=1h
StartLimitBurst=5

[Service]
WorkingDirectory={folder}
ExecStart={command} up
{user}KillSignal=SIGINT
TimeoutStopSec=120
KillMode=mixed
Restart=on-failure
RestartSec=30
UMask=0077
NoNewPrivileges=yes
PrivateTmp=yes
ProtectSystem=full
LockPersonality=yes
RestrictRealtime=yes

[Install]
WantedBy={target}
"""


def unit_path(*, system: bool) -> Path:
    """Return where systemd looks for the unit: one of this user's, or one of the machine's."""
    if system:
        return Path("/etc/systemd/system") / NAME
    configured = os.environ.get("XDG_CONFIG_HOME")
    config = Path(configured) if configured else Path.home() / ".config"
    return config / "systemd" / "user" / NAME


def unit(folder: Path, *, system: bool) -> str:
    """Return the unit that runs `nightloom up` in a folder, by the command that is running now.

    Raises:
        ServiceError: The folder's name has characters that no unit can hold.
    """
    command = Path(sys.executable).with_name("nightloom")
    for path in (folder, command):
        if any(ord(character) < 32 for character in str(path)):
            raise ServiceError(f"{shown(path)} has a control character in its name: rename it")
    if {'"', "'", "\\"} & set(str(command)):
        raise ServiceError(
            f"{shown(command)} has a quotation mark or a backslash in its path, which no unit can"
            " hold: install nightloom in another folder"
        )
    return _UNIT.format(
        folder=str(folder).replace("%", "%%"),
        command='"' + str(command).replace("%", "%%") + '"',
        user=f"User={getpass.getuser()}\n" if system else "",
        target="multi-user.target" if system else "default.target",
    )


def unseen_settings() -> list[str]:
    """Return the settings that the shell's environment names: a service does not see them."""
    return [
        environment_name(origin.setting)
        for origin in origins()
        if origin.place == "the environment"
    ]


def install_unit(folder: Path, *, system: bool) -> Path:
    """Write the unit and return where it is.

    Raises:
        ServiceError: It cannot be written, or another folder's is there.
    """
    path = unit_path(system=system)
    content = unit(folder, system=system)
    try:
        if path.exists() and _folder_line(path.read_text("utf-8")) != _folder_line(content):
            raise ServiceError(
                f"{shown(path)} runs nightloom in another folder: remove it first"
                " (nightloom service remove)"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    except OSError as error:
        raise ServiceError(f"{shown(path)} cannot be written: {error.strerror}") from error
    return path


def remove_unit(*, system: bool) -> Path:
    """Delete the unit and return where it was.

    Raises:
        ServiceError: There is none, or it cannot be deleted.
    """
    path = unit_path(system=system)
    try:
        path.unlink()
    except FileNotFoundError as error:
        raise ServiceError(f"there is no {shown(path)}") from error
    except OSError as error:
        raise ServiceError(f"{shown(path)} cannot be deleted: {error.strerror}") from error
    return path


def _folder_line(content: str) -> str:
    return next((line for line in content.splitlines() if line.startswith("WorkingDir")), "")
