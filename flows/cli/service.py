"""`service install`, `service remove`: `nightloom up` as a service of systemd."""

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.session import AsJson, settings_for_command
from flows.console import print_note, print_result
from flows.services import install_unit, remove_unit, unseen_settings
from flows.text import shown

app = typer.Typer(
    help="Keep `nightloom up` running by systemd, also after a restart.", no_args_is_help=True
)

System = Annotated[
    bool, typer.Option("--system", help="A unit of the machine, not of this user; needs root.")
]


@app.command()
def install(system: System = False, as_json: AsJson = False) -> None:
    """Write a unit that runs `nightloom up` in this folder, and say how to start it.

    Example: nightloom service install
    """
    settings_for_command()  # what is wrong with them is found now, and not at night
    path = install_unit(Path.cwd(), system=system)
    of = "" if system else " --user"
    start = f"systemctl{of} daemon-reload && systemctl{of} enable --now nightloom"
    lines = [
        f"{shown(path)} is written. Start it, now and after each restart:",
        f"  {start}",
        *([] if system else ["  loginctl enable-linger   # also while you are not logged in"]),
        f"  journalctl{of} -u nightloom -f   # what it says",
    ]
    names = unseen_settings()
    result = {"unit": str(path), "start": start, "unseen_settings": names}
    print_result(result, "\n".join(lines), as_json=as_json)
    if names:
        print_note(
            f"A service does not see this shell's environment: write {', '.join(names)} into .env "
            "or nightloom.toml."
        )


@app.command()
def remove(system: System = False, as_json: AsJson = False) -> None:
    """Delete the unit, and say how to stop what it has started.

    Example: nightloom service remove
    """
    path = remove_unit(system=system)
    of = "" if system else " --user"
    stop = f"systemctl{of} stop nightloom"
    said = f"{shown(path)} is deleted. What runs is stopped by: {stop}"
    print_result({"unit": str(path), "stop": stop}, said, as_json=as_json)
