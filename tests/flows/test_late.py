"""After a downtime one of the runs that were missed does the work; only then the others rest."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from prefect import flow
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import DeploymentScheduleCreate
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.schedules import IntervalSchedule
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Completed, Failed, Running, State
from prefect.testing.utilities import prefect_test_harness

from flows.late import overtaken_by

BEGUN = datetime.now(UTC) - timedelta(days=3, hours=1)


@flow(name="night-after-night")
def nothing() -> None:
    """Stand for a night in Prefect's records."""


@pytest.fixture(scope="module")
def prefect() -> Iterator[SyncPrefectClient]:
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300), get_client(sync_client=True) as client:
        yield client


@pytest.fixture
def missed(prefect, request) -> list[FlowRun]:
    """Three daily runs that Prefect has scheduled and nobody has begun, the oldest first."""
    every_day = IntervalSchedule(interval=timedelta(days=1), anchor_date=BEGUN)
    deployment = prefect.create_deployment(
        flow_id=prefect.create_flow(nothing),
        name=request.node.name,
        schedules=[DeploymentScheduleCreate(schedule=every_day, active=True)],
    )
    prefect.request(
        "POST",
        "/deployments/{id}/schedule",
        path_params={"id": deployment},
        json={
            "start_time": BEGUN.isoformat(),
            "end_time": (BEGUN + timedelta(days=2, hours=1)).isoformat(),
        },
    )
    runs = prefect.read_flow_runs(sort=FlowRunSort.EXPECTED_START_TIME_ASC)
    return [run for run in runs if run.deployment_id == deployment][:3]


@pytest.fixture
def end(prefect) -> Callable[[FlowRun, State], None]:
    """Have a run begin, and end in a state."""

    def end(run: FlowRun, state: State) -> None:
        for each in (Running(), state):
            prefect.set_flow_run_state(run.id, each, force=True)

    return end


@pytest.fixture
def overtaken(prefect, monkeypatch) -> Callable[[FlowRun], str]:
    """Ask as a run that begins now."""

    def overtaken(run: FlowRun) -> str:
        monkeypatch.setenv("PREFECT__FLOW_RUN_ID", str(run.id))
        return overtaken_by()

    return overtaken


@pytest.mark.parametrize(
    "state", [Completed(), Completed(name="CompletedWithWarning")], ids=lambda state: state.name
)
def test_missed_runs_are_overtaken_by_one_that_did_the_work(missed, end, overtaken, state):
    first, *others = missed
    assert overtaken(first) == ""

    end(first, state)

    assert [overtaken(run) for run in others] == [f"run {first.name}"] * 2


@pytest.mark.parametrize(
    "state",
    [Completed(name="SteppedAside"), Completed(name="Overtaken"), Failed()],
    ids=lambda state: state.name,
)
def test_a_run_that_did_nothing_overtakes_nobody(missed, end, overtaken, state):
    first, second, third = missed

    end(first, state)
    assert overtaken(second) == ""
    end(second, Completed())

    assert overtaken(third) == f"run {second.name}"
