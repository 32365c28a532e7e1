"""Runs that are late: after a downtime all that were missed begin, the oldest first.

One of them is enough: what it reads is what there is now. So a scheduled run that finds that
another began after it was due, and did its work, has nothing to do.
"""

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterDeploymentId,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL

DID_ITS_WORK = ["Completed", "CompletedWithWarning"]
"""Names of the states of runs that read what there was. *SteppedAside* and *Overtaken* are of the
same type, and such runs did nothing."""


def overtaken_by() -> str:
    """Return the name of a run that has done this run's work; empty if there is none.

    Runs that a person asked for are never overtaken: whoever asks wants one now.
    """
    if not PREFECT_API_URL.value() or not flow_run.id:
        return ""
    with get_client(sync_client=True) as client:
        this = client.read_flow_run(flow_run.id)
        if not (this.auto_scheduled and this.deployment_id and this.expected_start_time):
            return ""
        done = client.read_flow_runs(
            flow_run_filter=FlowRunFilter(
                deployment_id=FlowRunFilterDeploymentId(any_=[this.deployment_id]),
                start_time=FlowRunFilterStartTime(after_=this.expected_start_time),
                state=FlowRunFilterState(name=FlowRunFilterStateName(any_=DID_ITS_WORK)),
            )
        )
    same = [each for each in done if each.parameters == this.parameters and each.id != this.id]
    return f"run {same[0].name}" if same else ""
