"""Clears a Prefect server of an id over its API: what Prefect 3 lets be deleted or changed there.

* A run of ours that cites the id anywhere (name, parameters, states, tasks, inputs, logs) is
  deleted, because the API changes nothing of that but parameters. States, tasks and inputs go with
  it, and a little later its logs. A run that is not over stays, and is named.
* An artifact that cites it is emptied, then deleted: it does not go with its run, and the server
  writes an event about each deletion, with all that the artifact said.
* The run that does this stays, with another word in place of its parameter.
* Events cannot be deleted: the server does that itself when they are old. They are counted.

Runs and artifacts of other people are not looked at: ours bear the tag of our deployments.
"""

import json
import time
from collections.abc import Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

import httpx
from prefect.client.orchestration import SyncPrefectClient
from prefect.runtime import flow_run

from flows.asked_prefect import TAG, asked_prefect, server_name
from flows.errors import ServiceError
from flows.text import counted
from flows.upkeep.citing import written_forms
from flows.upkeep.cleared import Cleared
from flows.upkeep.scrubbing import FORGOTTEN

OURS = {"flow_runs": {"tags": {"all_": [TAG]}}}
ROWS_A_PAGE = 100
EVENTS_A_PAGE = 50
"""The most that Prefect gives."""

FINAL = ("COMPLETED", "FAILED", "CANCELLED", "CRASHED")
HEARTBEAT = "prefect.flow-run.heartbeat"
"""Most events are of this kind, and they say what the others of the same run say."""

PATIENCE_S = 30.0
"""How long to wait for the logs of deleted runs to go."""

Row = dict[str, Any]
Pages = Literal["/artifacts/filter", "/flow_runs/filter", "/logs/filter", "/task_runs/filter"]


def scrub_by_api(document_id: str) -> Cleared:
    """Delete what cites an id on the server of PREFECT_API_URL, and look for what still does.

    Raises:
        ServiceError: The server does not answer or refuses.
    """
    forms = written_forms(document_id)
    with _cleared_server() as client:
        clear_request()
        n_artifacts = _delete_artifacts(client, forms)
        ours = {run["id"] for run in _rows(client, "/flow_runs/filter", OURS)}
        runs = [run["id"] for run in _citing_runs(client, forms) if _is_over(run)]
        for run in runs:
            client.request("DELETE", "/flow_runs/{id}", path_params={"id": run})
        return Cleared(
            server=server_name(),
            n_runs=len(runs),
            n_artifacts=n_artifacts,
            left=tuple(_left(client, forms, ours, runs)),
        )


def clear_request() -> None:
    """Replace the parameter of the run in which this is called, if it is called in one.

    Raises:
        ServiceError: The server does not answer or refuses.
    """
    if flow_run.id:
        with _cleared_server() as client:
            body = {"parameters": {"document": FORGOTTEN}}
            client.request("PATCH", "/flow_runs/{id}", path_params={"id": flow_run.id}, json=body)


@contextmanager
def _cleared_server() -> Iterator[SyncPrefectClient]:
    with asked_prefect() as client:
        try:
            yield client
        except httpx.HTTPError as error:
            raise ServiceError(
                f"{server_name()} could not be cleared of the document's id "
                f"({type(error).__name__}): what else there was of it is erased; delete there the "
                f"runs with the tag {TAG} that name it"
            ) from None


def _delete_artifacts(client: SyncPrefectClient, forms: Sequence[str]) -> int:
    """Delete the artifacts that cite an id; return how many they were."""
    artifacts = [each["id"] for each in _citing_artifacts(client, forms)]
    empty = {"data": FORGOTTEN, "description": FORGOTTEN}
    # All of them first: what is then the latest of its key goes into an event, too.
    for artifact in artifacts:
        client.request("PATCH", "/artifacts/{id}", path_params={"id": artifact}, json=empty)
    for artifact in artifacts:
        client.request("DELETE", "/artifacts/{id}", path_params={"id": artifact})
    return len(artifacts)


def _left(
    client: SyncPrefectClient, forms: Sequence[str], ours: Set[str], deleted: list[str]
) -> Iterator[str]:
    """Yield what still cites an id, without naming it.

    Args:
        client: Of the server.
        forms: In which the id may be written.
        ours: All runs of ours that there were.
        deleted: Those of them that were deleted.
    """
    for run in _citing_runs(client, forms):
        yield f"the run {run['id']}, which is not over: delete it there when it is"
    if n_artifacts := sum(1 for _ in _citing_artifacts(client, forms)):
        yield f"{counted(n_artifacts, 'artifact')} that came meanwhile: delete them there"
    if not _are_logs_gone(client, deleted):
        yield "log lines of deleted runs: the server has not deleted them yet"
    if n_events := sum(_cites(event, forms) for event in _events(client, ours)):
        yield (
            f"{counted(n_events, 'event')}: nobody can delete them, and the server does when they "
            "are old (a week, unless it was told otherwise)"
        )


def _citing_artifacts(client: SyncPrefectClient, forms: Sequence[str]) -> Iterator[Row]:
    return (row for row in _rows(client, "/artifacts/filter", OURS) if _cites(row, forms))


def _citing_runs(client: SyncPrefectClient, forms: Sequence[str]) -> Iterator[Row]:
    tasks = _rows(client, "/task_runs/filter", OURS)
    citing = {task["flow_run_id"] for task in tasks if _cites(task, forms)}
    for run in _rows(client, "/flow_runs/filter", OURS):
        if run["id"] in citing or _cites(run, forms) or _cites(_said(client, run["id"]), forms):
            yield run


def _said(client: SyncPrefectClient, run: str) -> list[Row]:
    """Return all that a run, which may be over, has said or was answered."""
    states = client.request("GET", "/flow_run_states/", params={"flow_run_id": run}).json()
    wanted = {"prefix": "", "limit": ROWS_A_PAGE}
    place: Literal["/flow_runs/{id}/input/filter"] = "/flow_runs/{id}/input/filter"
    inputs = client.request("POST", place, path_params={"id": run}, json=wanted).json()
    return [*states, *inputs, *_logs(client, [run])]


def _logs(client: SyncPrefectClient, runs: list[str]) -> Iterator[Row]:
    return _rows(client, "/logs/filter", {"logs": {"flow_run_id": {"any_": runs}}})


def _are_logs_gone(client: SyncPrefectClient, runs: list[str]) -> bool:
    deadline = time.monotonic() + PATIENCE_S
    while runs and any(True for _ in _logs(client, runs)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.5)
    return True


def _rows(client: SyncPrefectClient, path: Pages, wanted: Row) -> Iterator[Row]:
    """Yield all rows, page by page; nothing may be deleted of them meanwhile."""
    offset = 0
    while True:
        page = wanted | {"limit": ROWS_A_PAGE, "offset": offset}
        rows = client.request("POST", path, json=page).json()
        yield from rows
        offset += len(rows)
        if len(rows) < ROWS_A_PAGE:
            return


def _events(client: SyncPrefectClient, runs: Set[str]) -> Iterator[Row]:
    """Yield the events of these runs, which bear our tag, and those of their artifacts."""
    of_runs = {
        "event": {"exclude_name": [HEARTBEAT]},
        "any_resource": {"id": [f"prefect.tag.{TAG}"]},
    }
    yield from _found_events(client, of_runs)
    of_artifacts = {"resource": {"id_prefix": ["prefect.artifact-collection."]}}
    wanted = {f"prefect.flow-run.{run}" for run in runs}
    for event in _found_events(client, of_artifacts):
        if any(each["prefect.resource.id"] in wanted for each in event["related"]):
            yield event


def _found_events(client: SyncPrefectClient, wanted: Row) -> Iterator[Row]:
    body = {"filter": wanted, "limit": EVENTS_A_PAGE}
    page = client.request("POST", "/events/filter", json=body).json()
    yield from page["events"]
    while page["next_page"]:
        # Not the address itself: the server may be known by another one here.
        token = parse_qs(urlsplit(page["next_page"]).query)["page-token"]
        page = client.request("GET", "/events/filter/next", params={"page-token": token}).json()
        yield from page["events"]


def _is_over(run: Row) -> bool:
    return run["state_type"] in FINAL and run["id"] != flow_run.id


def _cites(said: Row | list[Row], forms: Sequence[str]) -> bool:
    text = json.dumps(said, ensure_ascii=False)
    return any(form in text for form in forms)
