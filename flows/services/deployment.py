"""What the Prefect server must know: work pool, deployment, schedule, and a watch on lost runs.

Run as a program (`python -m flows.services.deployment`) beside the server that PREFECT_API_URL
names, so that no setting of another Prefect on this machine takes part; standard input says, as
JSON, where runs work, when, and what stands in the forms. All of it may be repeated: what a person
changed in the UI stays.
"""

import json
import shlex
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import (
    DeploymentScheduleCreate,
    DeploymentUpdate,
    WorkPoolCreate,
)
from prefect.client.schemas.objects import StateType
from prefect.client.schemas.schedules import CronSchedule
from prefect.events.actions import ChangeFlowRunState
from prefect.events.schemas.automations import AutomationCore, EventTrigger, Posture
from prefect.events.schemas.events import ResourceSpecification
from prefect.exceptions import ObjectNotFound
from prefect.workers.process import ProcessWorker

from flows.services.forms import Form, laid_over
from flows.services.programs import DEPLOYMENT, WORK_POOL

LOST_AFTER_S = 300  # less, and a server that is down for a while would flag runs that live
FINAL_STATES = ("Completed", "Failed", "Cancelled", "Crashed")


def main() -> None:
    """Make the server know all of it."""
    wanted = json.load(sys.stdin)
    with get_client(sync_client=True) as client:
        create_work_pool(client)
        deploy()
        for name, form in wanted["forms"].items():
            run_in(client, name, wanted["folder"], form)
        schedule = CronSchedule(cron=wanted["cron"], timezone=wanted["timezone"])
        add_default_schedule(client, schedule)
        watch_for_lost_runs(client)


def prefect_file() -> Path:
    """Return the deployment's description: beside the packages in a checkout, else shipped."""
    package = Path(__file__).parents[1]
    shipped = package / "defaults" / "prefect.yaml"
    return shipped if shipped.is_file() else package.parent / "prefect.yaml"


def create_work_pool(client: SyncPrefectClient) -> None:
    """Create the work pool unless it is there, with whatever limits people gave it."""
    try:
        client.read_work_pool(WORK_POOL)
    except ObjectNotFound:
        template = ProcessWorker.get_default_base_job_template()
        pool = WorkPoolCreate(name=WORK_POOL, type="process", base_job_template=template)
        client.create_work_pool(pool)


def deploy() -> None:
    """Make or renew the deployment."""
    command = (sys.executable, "-P", "-m", "prefect", "--no-prompt", "deploy", "--all")
    subprocess.run([*command, "--prefect-file", str(prefect_file())], check=True)


def run_in(client: SyncPrefectClient, name: str, folder: str, form: Form) -> None:
    """Have the runs of a deployment work in a folder, without importing anything from it.

    Prefect would enter the folder first (a pull step) and then import the flow, with the folder
    first on the path: a `flows` or a `queue.py` of the person's would be taken for ours. So our own
    program loads the flow before it enters the folder.
    """
    deployment = client.read_deployment_by_name(name)
    module = str(deployment.entrypoint).rpartition(".")[0]
    command = (sys.executable, "-P", "-m", "flows.services.flow_run", module, folder)
    variables = {**(deployment.job_variables or {}), "command": shlex.join(command)}
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


def watch_for_lost_runs(client: SyncPrefectClient) -> None:
    """Have runs whose process vanished marked as crashed.

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
