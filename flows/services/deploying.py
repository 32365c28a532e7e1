"""Starts the program that makes our deployments on a Prefect server, and reads what it says.

Two servers come into question: the one of `nightloom up`, and the one that a person's own settings
of Prefect name (`nightloom deploy`).
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from flows.errors import ServiceError
from flows.night import for_owner
from flows.prefect_home import prefect_folder
from flows.services.forms import BY_UP, forms
from flows.services.programs import WORK_POOL
from flows.settings import Settings
from flows.text import shown
from flows.tools import make_private

BY_DEPLOY = "run `nightloom deploy` again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """What a Prefect server knows of nightloom."""

    prefect: str
    """Address of its API, without what opens it."""
    work_pool: str
    folder: str
    """Where runs work."""
    deployments: tuple[str, ...]
    schedules: tuple[str, ...]
    """When nights are due, for people; none where a person switched that off."""

    @classmethod
    def from_json(cls, said: str) -> Self:
        """Return what the program has said on standard output.

        Raises:
            ServiceError: It said what is wrong.
        """
        known = json.loads(said)
        if "error" in known:
            raise ServiceError(known["error"])
        known["deployments"] = tuple(known["deployments"])
        known["schedules"] = tuple(known["schedules"])
        return cls(**known)


def deploy(settings: Settings, work_pool: str = WORK_POOL) -> Deployed:
    """Make the deployments on the Prefect server that Prefect's own settings name here.

    Runs will work in the folder where this is done. It may be repeated; a work pool that is there,
    and schedules, stay as they are.

    Raises:
        ServiceError: No server is named, it does not answer, or it asks for a login.
    """
    make_private(settings.home)
    make_private(prefect_folder(settings))
    return make_deployments(settings, None, Path.cwd(), work_pool=work_pool, renewal=BY_DEPLOY)


def make_deployments(
    settings: Settings,
    environment: Mapping[str, str] | None,
    settings_folder: Path,
    *,
    work_pool: str = WORK_POOL,
    renewal: str = BY_UP,
) -> Deployed:
    """Tell a Prefect server about the deployments and what belongs to them.

    Args:
        settings: What stands in the forms, and when nights are due.
        environment: Of Prefect, which names the server; None: that of this process.
        settings_folder: Where Prefect may find further settings of its own.
        work_pool: Where workers look for runs.
        renewal: What makes the forms anew, for people.

    Raises:
        ServiceError: It did not take them.
    """
    log = prefect_folder(settings) / "deployment.log"
    wanted = {
        "folder": str(Path.cwd()),
        "work_pool": work_pool,
        "cron": settings.prefect.cron,
        "timezone": settings.prefect.timezone,
        "forms": forms(settings, renewal=renewal),
    }
    with open(log, "wb", opener=for_owner) as out:
        completed = subprocess.run(
            (sys.executable, "-P", "-m", "flows.services.deployment"),
            cwd=settings_folder,
            env=environment,
            input=json.dumps(wanted).encode(),
            stdout=subprocess.PIPE,
            stderr=out,
            check=False,
        )
    if completed.returncode:
        raise ServiceError(f"the deployments could not be made; {shown(log)} says why")
    return Deployed.from_json(completed.stdout.decode())
