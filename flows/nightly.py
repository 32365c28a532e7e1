"""The nightly run as a Prefect flow: decorators, artifacts and nothing that can be wrong.

The order of the steps is that of `flows.night`; here each becomes a task, one a shard, tens a
run. Prefect caches and persists nothing: the ledger and the extraction store know what is done.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, cast
from uuid import UUID

import httpx
from prefect import flow, task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed
from pydantic import Field

from flows.night import Report, Request, run_night, this_process
from flows.settings import Settings, load_settings
from flows.sources import check_folder, source_name
from flows.text import escaped, shown
from flows.tools import open_tools
from graphdb import LeaseHeldError

logger = logging.getLogger(__name__)

T = TypeVar("T")

SECONDS_BETWEEN_UPDATES = 2.0
SHARE_BEFORE = {
    "extract": 0.05,
    "upsert": 0.75,
    "retract": 0.9,
    "infer": 0.92,
    "audit": 0.98,
    "check": 0.99,
}
"""How much of a night is done when a step begins: most of it is reading."""


@flow(name="nightly", persist_result=False)
def nightly(
    path: str = "",
    source: str = "",
    allow_vanished: bool = False,
    max_vanished: Annotated[float, Field(ge=0, le=1)] | None = None,
    device: Literal["auto", "cpu", "cuda"] | None = None,
) -> State[Any]:
    """Make the graph say what a folder of documents says tonight.

    New and changed documents are read, vanished ones are withdrawn, and rules draw their
    conclusions. Running it again changes nothing.

    Args:
        path: Folder of .txt, .md and .jsonl files. Left empty: the setting NIGHTLOOM_DOCUMENTS.
        source: Name under which these documents are kept. Left empty: the folder's name.
        allow_vanished: Withdraw documents that have vanished, however many they are.
        max_vanished: Share of the source that may vanish before the run stops and asks, 0 to 1.
            Left empty: the setting NIGHTLOOM_MAX_VANISHED.
        device: Processor for the model. Left empty: the setting NIGHTLOOM_EXTRACTOR__DEVICE.
    """
    settings = on_device(load_settings(), device)
    folder = Path(path) if path else settings.documents
    check_folder(folder)
    request = Request(
        folder=folder,
        source=source_name(folder, source or None),
        allow_vanished=allow_vanished,
        run=flow_run.id,
        holder=f"flow run {flow_run.name} of {this_process()}",
    )
    progress = ProgressArtifact(request.source)
    with open_tools(settings, progress) as tools:
        limit = tools.max_vanished if max_vanished is None else max_vanished
        try:
            report = run_night(request, replace(tools, max_vanished=limit, call=as_task))
        except LeaseHeldError as error:
            return Cancelled(message=f"Stepped aside: {error}")
    progress.finish(report.title)
    publish(report)
    return Completed(message=report.title)


def on_device(settings: Settings, device: str | None) -> Settings:
    """Return the settings with the form's device in place of theirs; all else stays as it is."""
    if not device:
        return settings
    return settings.model_copy(update={"extractor": replace(settings.extractor, device=device)})


def as_task(name: str, step: Callable[[], T]) -> T:
    """Run a step as a task of this flow run."""

    @task(
        name=name.split(" shard ")[0],
        task_run_name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
    )
    def one_step() -> T:
        return step()

    return one_step()


class ProgressArtifact:
    """Shows on the run's page how far it is."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._updated_at = time.monotonic()
        self._artifact = cast(
            UUID,  # a coroutine only where the caller is one
            create_progress_artifact(
                progress=0.0, key="nightly-progress", description=escaped(f"{source}: begun")
            ),
        )

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done of `what`."""
        now = time.monotonic()
        if total and now - self._updated_at < SECONDS_BETWEEN_UPDATES:
            return
        self._updated_at = now
        if not total:
            get_run_logger().info("%s: %s", shown(self._source), shown(what))
        of = f": {done} of {total}" if total else ""
        self._update(100 * _share(what, done, total), f"{self._source}: {what}{of}")

    def finish(self, sentence: str) -> None:
        """Show that all is done."""
        self._update(100.0, sentence)

    def _update(self, percent: float, sentence: str) -> None:
        try:
            update_progress_artifact(
                self._artifact, progress=percent, description=escaped(sentence)
            )
        except httpx.HTTPError as error:  # a busy server is no reason to lose a night
            logger.warning("the progress could not be shown: %s", error)


def publish(report: Report) -> None:
    """Leave the report beside the run: a page, and tables of what somebody should look at."""
    get_run_logger().info(report.title)
    create_markdown_artifact(
        report.to_markdown(), key="nightly-summary", description=escaped(report.title)
    )
    # Empty tables too: the page of a key shows its latest, which must be of tonight.
    create_table_artifact(
        [
            {"document": escaped(aside.document), "reason": escaped(aside.reason)}
            for aside in report.set_aside
        ],
        key="nightly-set-aside",
        description=f"Documents that did not get into the graph, and why: {len(report.set_aside)}",
    )
    create_table_artifact(
        [
            {
                "should hold": escaped(each.meaning),
                "broken": each.count,
                "examples": escaped("; ".join(each.examples)),
            }
            for each in report.contradictions
        ],
        key="nightly-contradictions",
        description=f"What the ontology forbids and the graph says: {len(report.contradictions)}",
    )


def _share(what: str, done: int, total: int) -> float:
    begin = SHARE_BEFORE.get(what, 0.0)
    later = [share for share in SHARE_BEFORE.values() if share > begin]
    width = min(later, default=1.0) - begin
    return begin + (width * done / total if total and what in SHARE_BEFORE else 0.0)
