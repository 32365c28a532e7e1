"""What the Prefect server must know: work pool, deployment, schedule, and a watch on lost runs.

Run as a program (`python -P -m flows.services.deployment`), so that `nightloom up` and `nightloom
deploy` each say by environment and folder which settings of Prefect take part. Standard input says,
as JSON, where runs work, when, and what stands in the forms; standard output says what is there
then, or what is wrong (`error`). All of it may be repeated: what a person changed in the UI stays.
"""

import json
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import (
    SCHEDULE_TYPES,
    CronSchedule,
    IntervalSchedule,
    RRuleSchedule,
)
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.settings import get_current_settings
from prefect.workers.process import ProcessWorker

from flows.asked_prefect import TAG, asked_prefect, server_name
from flows.errors import ServiceError
from flows.services.forms import Form, laid_over
from flows.services.programs import DEPLOYMENT
from flows.settings import inherited_environment

HEARTBEATS = {"PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30"}
"""What tells a run that lost its process from a long one; 30 seconds is the least allowed."""

LOST_AFTER_S = 300  # less, and a server that is down for a while would flag runs that live
FINAL_STATES = ("Completed", "Failed", "Cancelled", "Crashed")


def main() -> None:
    """Make the server know all of it, and say what it knows then."""
    try:
        said = make(json.load(sys.stdin))
    except ServiceError as error:
        said = {"error": str(error)}
    json.dump(said, sys.stdout)


def make(wanted: dict[str, Any]) -> dict[str, Any]:
    """Make the server know all that is wanted, and return what it knows then.

    Raises:
        ServiceError: There is no server, or it does not let us in.
    """
    pool, folder = wanted["work_pool"], wanted["folder"]
    with asked_prefect() as client:
        create_work_pool(client, pool)
        deploy(pool)
        for name, form in wanted["forms"].items():
            run_in(client, name, folder, form)
        schedule = CronSchedule(cron=wanted["cron"], timezone=wanted["timezone"])
        add_default_schedule(client, schedule)
        watch_for_lost_runs(client)
        schedules = client.read_deployment_by_name(DEPLOYMENT).schedules
    return {
        "prefect": server_name(),
        "work_pool": pool,
        "folder": folder,
        "deployments": list(wanted["forms"]),
        "schedules": [described(each.schedule) for each in schedules if each.active],
    }


def prefect_file() -> Path:
    """Return the deployment's description: beside the packages in a checkout, else shipped."""
    package = Path(__file__).parents[1]
    shipped = package / "defaults" / "prefect.yaml"
    return shipped if shipped.is_file() else package.parent / "prefect.yaml"


def create_work_pool(client: SyncPrefectClient, name: str) -> None:
    """Create the work pool unless it is there, with whatever limits people gave it."""
    try:
        client.read_work_pool(name)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        pool = WorkPoolCreate(name=name, type="process", base_job_template=template)
        client.create_work_pool(pool)


def deploy(pool: str) -> None:
    """Make or renew the deployments, in an empty folder: Prefect would import from a person's."""
    content = yaml.safe_load(prefect_file().read_text("utf-8"))
    for deployment in content["deployments"]:
        deployment["work_pool"] = {"name": pool}
    known = get_current_settings().to_environment_variables(exclude_unset=True)
    command = (sys.executable, "-P", "-m", "prefect", "--no-prompt", "deploy", "--all")
    with TemporaryDirectory() as folder:
        file = Path(folder, "prefect.yaml")
        file.write_text(json.dumps(content), "utf-8")  # which is YAML, too
        subprocess.run(
            [*command, "--prefect-file", str(file)],
            cwd=folder,
            env=inherited_environment() | known,
            stdout=sys.stderr,  # standard output has our answer
            check=True,
        )


def run_in(client: SyncPrefectClient, name: str, folder: str, form: Form) -> None:
    """Have the runs of a deployment work in a folder, without importing anything from it.

    Prefect would enter the folder first (a pull step) and then import the flow, with the folder
    first on the path: a `flows` or a `queue.py` of the person's would be taken for ours. So our own
    program loads the flow before it enters the folder.
    """
    deployment = client.read_deployment_by_name(name)
    module = str(deployment.entrypoint).rpartition(".")[0]
    command = (sys.executable, "-P", "-m", "flows.services.flow_run", module, folder)
    given = deployment.job_variables or {}
    variables = {**given, "command": shlex.join(command), "env": given.get("env", {}) | HEARTBEATS}
    update = DeploymentUpdate(
        pull_steps=[],
        job_variables=variables,
        description=form["description"],
        parameter_openapi_schema=laid_over(
            deployment.parameter_openapi_schema or {}, form["fields"]
        ),
    )
    client.update_deployment(deployment.id, update)


def add_default_schedule(client: SyncPrefectClient, schedule: CronSchedule) -> None:
    """Schedule the deployment, unless it has a schedule, on or off."""
    deployment = client.read_deployment_by_name(DEPLOYMENT)
    if not deployment.schedules:
        client.create_deployment_schedules(
            deployment.id, [DeploymentScheduleCreate(schedule=schedule, active=True)]
        )


def described(schedule: SCHEDULE_TYPES) -> str:
    """Return when something is due, for people."""
    if isinstance(schedule, CronSchedule):
        return f"{schedule.cron} ({schedule.timezone or 'UTC'})"
    if isinstance(schedule, IntervalSchedule):
        return f"every {schedule.interval}"
    return schedule.rrule if isinstance(schedule, RRuleSchedule) else "never"


def watch_for_lost_runs(client: SyncPrefectClient) -> None:
    """Have runs of ours whose process vanished marked as crashed; those of others are theirs.

    Without it a run that lost its process together with its worker stays Running for ever, and
    holds the deployment's only slot.
    """
    name = "mark-lost-runs-crashed"
    if client.read_automations_by_name(name):
        return
    heartbeat = "prefect.flow-run.heartbeat"
    trigger = EventTrigger(
        posture=Posture.Proactive,
        match=ResourceSpecification({"prefect.resource.id": "prefect.flow-run.*"}),
        match_related=ResourceSpecification({"prefect.resource.id": f"prefect.tag.{TAG}"}),
        after={heartbeat},
        expect={heartbeat, *(f"prefect.flow-run.{state}" for state in FINAL_STATES)},
        for_each={"prefect.resource.id"},
        threshold=1,
        within=timedelta(seconds=LOST_AFTER_S),
    )
    crash = ChangeFlowRunState(
        name="Crashed",
        force=False,
        state=StateType.CRASHED,
        message=f"No heartbeat for {LOST_AFTER_S} s: its process or machine is gone.",
    )
    description = "Marks a run as crashed when its heartbeats stop."
    client.create_automation(
        AutomationCore(name=name, description=description, trigger=trigger, actions=[crash])
    )


if __name__ == "__main__":
    main()
