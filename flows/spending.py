"""Nights spent in a flow run: each step becomes a task, and the reports become artifacts.

The order of the steps is that of `flows.night`; here each becomes a task, one a shard, 64 a run at
most: with many sources only the longest steps of each do. Prefect caches and persists nothing: the
ledger and the extraction store know what is done.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

import httpx
from prefect import task
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Cancelled, Completed, Failed
from prefect.utilities.annotations import quote

from flows.freshness import LateSource, late_sources
from flows.night import (
    MOST_ROWS,
    PARTS,
    Call,
    Nights,
    Plain,
    Request,
    RunNotes,
    change_rows,
    noted_failure,
    run_nights,
    share,
    this_process,
)
from flows.services import page_url
from flows.settings import Settings
from flows.text import escaped, shown
from flows.tools import open_tools, run_step, site_of
from flows.window import link_to_changes

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_UPDATES = 2.0

LATE = "nightloom.source.late"
"""The event that says that a source is older than it may be."""

IN_BROWSER = (
    "run the query. *Graph* has what came as arrows and what went as circles, *Table* every change "
    "in words, what went first, with the document, rule or decision that it changed for."
)
"""What the link to Browser leads to."""


def spend(
    settings: Settings, asked: Sequence[Request], *, max_rejected: float | None = None
) -> State[Any]:
    """Spend the nights that were asked for; return how the run ends.

    Args:
        settings: Where everything is.
        asked: What is to be done, source by source; run and holder are those of the flow run.
        max_rejected: In place of the setting: what may be set aside before the run has failed.

    Raises:
        FlowError, GraphError, ExtractionError: No night could begin.
    """
    run, holder = flow_run.id, f"flow run {flow_run.name} of {this_process()}"
    wait_s = settings.prefect.wait_s
    is_dry = any(each.dry_run for each in asked)
    requests = [replace(each, run=run, holder=holder, wait_s=wait_s) for each in asked]
    progress = ProgressArtifact(dry_run=is_dry)
    with (
        noted_failure(requests, RunNotes.of(settings.home)),
        open_tools(settings, progress) as tools,
    ):
        shared = share(len(requests))
        call = as_tasks(site_of(settings), shared.tasks)
        tools = replace(tools, call=call, max_shards=shared.max_shards)
        if max_rejected is not None:
            tools = replace(tools, max_rejected=max_rejected)
        nights = run_nights(requests, tools, progress.begin)
    if is_dry:  # it says what a night would do, and no source becomes late or less late by it
        publish(nights, page=page_url(settings), dry_run=True)
    else:
        nights = replace(nights, late=tell_late(late_sources(settings)))
        publish(nights, link_to_changes(settings, run), page_url(settings))
    if nights.stepped_aside:  # waited in vain: no fault, but somebody should know
        progress.say(nights.ended_early)
        return Completed(name="SteppedAside", message=nights.title)
    if nights.ended_early:  # by another run, by somebody in the UI, or as the machine shuts down
        progress.say(nights.ended_early)
        return Cancelled(message=nights.title)
    progress.finish(nights.title)
    if nights.failures or any(report.failure for report in nights.reports):
        return Failed(message=nights.title)
    if nights.late or any(report.set_aside for report in nights.reports):
        return Completed(name="CompletedWithWarning", message=nights.title)
    return Completed(message=nights.title)


def as_tasks(site: Plain, names: frozenset[str]) -> Call:
    """Return what makes steps tasks of this flow run: a name and plain data, as anywhere.

    Args:
        site: Where the tools of a step are.
        names: The steps that are tasks; others are done as well, within the flow run.
    """

    def call(title: str, step: str, order: Plain, /) -> Plain:
        if step not in names:
            return run_step(step, order, site)
        stops: list[BaseException] = []

        def done(step: str, order: Plain, site: Plain) -> Plain | State[Any]:
            try:
                return run_step(step, order, site)
            except BaseException as stop:
                if isinstance(stop, Exception):
                    raise
                # Prefect would call it a crash; it goes on its way when the task has its state.
                stops.append(stop)
                return Cancelled(message="stopped with its run")

        as_task = task(name=step, task_run_name=title, cache_policy=NO_CACHE, persist_result=False)
        try:
            # Quoted, or Prefect would look into each document for results of other tasks.
            return as_task(done)(step, quote(order), quote(site))
        finally:
            if stops:
                raise stops[0]

    return call


def tell_late(late: Sequence[LateSource]) -> tuple[str, ...]:
    """Say of each late source that it is, in the log and as an event that automations may wait for.

    The event is `nightloom.source.late`, of the resource `nightloom.source.NAME`.
    """
    for each in late:
        get_run_logger().warning(str(each))
        emit_event(
            event=LATE,
            resource={
                "prefect.resource.id": f"nightloom.source.{each.source}",
                "prefect.resource.name": each.source,
            },
            payload={
                "said": str(each),
                "max_age_h": each.max_age_h,
                "read_at": each.read_at.isoformat() if each.read_at else None,
            },
        )
    return tuple(map(str, late))


def artifact_key(name: str, *, dry_run: bool) -> str:
    """Return the key of an artifact; a dry run has keys of its own.

    The page of a key shows its latest artifact, and that must be of a run that did something.
    """
    return f"{name}-dry-run" if dry_run else name


class ProgressArtifact:
    """Shows on the run's page how far it is."""

    def __init__(self, *, dry_run: bool = False) -> None:
        self._source = ""
        self._number, self._n_sources = 0, 1
        self._what = ""
        self._percent = 0.0
        self._updated_at = time.monotonic()
        self._artifact = cast(
            UUID,  # a coroutine only where the caller is one
            create_progress_artifact(
                progress=0.0,
                key=artifact_key("nightly-progress", dry_run=dry_run),
                description="begun",
            ),
        )

    def begin(self, source: str, number: int, n_sources: int) -> None:
        """Show that a source has begun, after so many of so many."""
        self._source, self._number, self._n_sources = source, number, n_sources
        self._percent = max(self._percent, 100 * number / n_sources)
        self.say(f"{source}: begun")

    def __call__(self, what: str, done: int, total: int, note: str = "", /) -> None:
        """Show how far the night is, but not more often than somebody can read."""
        now = time.monotonic()
        is_new = what != self._what
        if not is_new and now - self._updated_at < SECONDS_BETWEEN_UPDATES:
            return
        self._what, self._updated_at = what, now
        if is_new:
            get_run_logger().info("%s: %s", shown(self._source), shown(what))
        if total == PARTS:  # other counts are of something beside the night
            share = (self._number + done / total) / self._n_sources
            self._percent = max(self._percent, 100 * share)
        self.say(f"{self._source}: {what}{': ' if note else ''}{note}")

    def finish(self, sentence: str) -> None:
        """Show that all is done."""
        self._percent = 100.0
        self.say(sentence)

    def say(self, sentence: str) -> None:
        """Show a sentence beside the share that is done."""
        try:
            update_progress_artifact(
                self._artifact, progress=self._percent, description=escaped(sentence)
            )
        except httpx.HTTPError as error:  # a busy server is no reason to lose a night
            logger.warning("the progress could not be shown: %s", error)


def publish(nights: Nights, link: str = "", page: str = "", *, dry_run: bool = False) -> None:
    """Leave the reports beside the run: a page, and tables of what somebody should look at.

    Args:
        nights: What became of each source.
        link: Address at which Browser asks for what the run changed; empty: there is none.
        page: Address of the page, on which facts that changed have their sentences; empty: none.
        dry_run: Whether the nights were only rehearsed; then the artifacts have keys of their own.
    """
    key = partial(artifact_key, dry_run=dry_run)
    for failure in nights.failures:
        get_run_logger().error(shown(failure))
    for report in nights.reports:
        get_run_logger().info(report.title)
        if report.failure:
            get_run_logger().error(report.failure)
        elif report.set_aside:
            get_run_logger().warning("%s set aside", len(report.set_aside))
    if page and nights.reports and not dry_run:
        # Prefect makes a link of it, on the page that a click on the dashboard opens.
        address = f"{page}/changes?{urlencode({'run': nights.reports[-1].run})}"
        get_run_logger().info("What changed, with the sentences: %s", address)
    in_browser = f"[What changed, in Neo4j Browser]({link}): {IN_BROWSER}\n\n" if link else ""
    create_markdown_artifact(
        in_browser + nights.to_markdown(page),
        key=key("nightly-summary"),
        description=escaped(nights.title),
    )
    # Empty tables too: the page of a key shows its latest, which must be of tonight.
    set_aside = [aside for report in nights.reports for aside in report.set_aside]
    create_table_artifact(
        [
            {
                "document": escaped(aside.document),
                "stage": aside.stage,
                "reason": escaped(aside.reason),
            }
            for aside in set_aside
        ],
        key=key("nightly-set-aside"),
        description=f"Documents that did not get into the graph, and why: {len(set_aside)}",
    )
    create_table_artifact(
        [{"source": escaped(report.source), **report.account.rows} for report in nights.reports],
        key=key("nightly-account"),
        description=(
            "What became of all that was listed: "
            "listed = upserted + unchanged + set aside + of other kinds + vanished"
        ),
    )
    n_changed = sum(sum(report.changed.counts.values()) for report in nights.reports)
    create_table_artifact(
        change_rows(report.changed for report in nights.reports),
        key=key("nightly-changes"),
        description=(
            f"Facts that came, went or were restated: {n_changed}"
            + (f", of which the first {MOST_ROWS}" if n_changed > MOST_ROWS else "")
        ),
    )
    # Contradictions are of the whole graph: the last report has all that are left.
    contradictions = nights.reports[-1].contradictions if nights.reports else ()
    create_table_artifact(
        [
            {
                "should hold": escaped(contradiction.meaning),
                "broken": contradiction.count,
                "examples": escaped("; ".join(contradiction.examples)),
            }
            for contradiction in contradictions
        ],
        key=key("nightly-contradictions"),
        description=f"What the ontology forbids and the graph says: {len(contradictions)}",
    )
