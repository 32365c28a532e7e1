"""Flows that a person starts from a form: a source now, replay, audit, rebuild, resolve, review."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import State
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from prefect.runtime import flow_run
from prefect.states import Completed, Failed
from pydantic import Field, create_model

from extractors.errors import ExtractionError
from flows.errors import FlowError
from flows.judging import (
    Answer,
    Asked,
    answered,
    asked_pairs,
    decide,
    described,
    field_of,
    resolve_names,
)
from flows.night import MOST_ROWS, RejectionNotes, Request, in_silence, replay_requests
from flows.settings import Settings, load_settings
from flows.sources import EVERY_SOURCE, asked_in_form
from flows.spending import artifact_key, spend
from flows.text import counted, escaped, shown
from flows.tools import open_graph, open_tools
from flows.upkeep import rebuild as build_again
from graphdb import GraphError

SECONDS_BETWEEN_LOOKS = 2
"""How soon a run that waits for answers sees that they are there."""


@flow(name="ingest-now", persist_result=False)
def ingest_now(
    source: str = EVERY_SOURCE,
    limit: int = 0,
    read_again: bool = False,
    allow_vanished: bool = False,
    dry_run: bool = False,
) -> State[Any]:
    """Read the folders that are read every night, or one of them, now.

    Args:
        source: Which of the folders that are read every night.
        limit: Of new and changed documents at most so many; 0 means all. With a limit nothing is
            withdrawn, and the others wait for the next run.
        read_again: Have the model read documents that it has read before, too.
        allow_vanished: Withdraw documents that have vanished, however many they are.
        dry_run: Only say what would be read and withdrawn: the model reads nothing, nothing is
            written.
    """

    def work(settings: Settings) -> State[Any]:
        asked = [
            Request(
                documents=documents,
                file=file,
                limit=limit,
                read_again=read_again,
                allow_vanished=allow_vanished,
                dry_run=dry_run,
            )
            for documents, file in asked_in_form(source, "", "", settings.sources)
        ]
        return spend(settings, asked)

    return ended(work)


@flow(name="replay", persist_result=False)
def replay(reason: str = "", source: str = "") -> State[Any]:
    """Read again exactly what is set aside, and leave everything else as it is.

    Args:
        reason: Only documents whose reason has these words in it. Left empty: whatever the reason.
        source: Only documents of this source. Left empty: of all.
    """

    def work(settings: Settings) -> State[Any]:
        noted = RejectionNotes.of(settings.home).read()
        asked = replay_requests(noted, settings.sources, reason, source)
        if not asked:
            said = "None of these is set aside." if noted.documents else "Nothing is set aside."
            return Completed(message=said)
        # Whoever asks for what is set aside knows that much of it may stay there.
        return spend(settings, asked, max_rejected=1.0)

    return ended(work)


@flow(name="audit", persist_result=False)
def audit() -> State[Any]:
    """Check the whole graph: evidence, support, confidences, keys, labels, ledger."""

    def work(settings: Settings) -> State[Any]:
        with open_graph(settings, in_silence) as graph:
            violations = graph.audit()
        create_table_artifact(
            [
                {
                    "should hold": escaped(violation.meaning),
                    "broken": violation.count,
                    "examples": escaped("; ".join(violation.examples)),
                }
                for violation in violations
            ],
            key="audit-violations",
            description=f"What should hold in the graph and does not: {len(violations)}",
        )
        if violations:
            said = f"{counted(len(violations), 'invariant')} broken: the table audit-violations"
            return Failed(message=f"{said} says which, docs/operations.md what to do")
        return Completed(message="Everything holds.")

    return ended(work)


@flow(name="rebuild", persist_result=False)
def rebuild() -> State[Any]:
    """Build the graph again from the extraction store, without the model."""

    def work(settings: Settings) -> State[Any]:
        with open_tools(settings, in_silence, reads=False) as tools:
            rebuilt = build_again(tools)
        rows = [
            {"document": escaped(aside.document), "reason": escaped(aside.reason)}
            for aside in rebuilt.set_aside
        ]
        missing = "not in the extraction store, left as it was: ingest its folder to read it again"
        rows += [{"document": escaped(id_), "reason": missing} for id_ in rebuilt.missing]
        create_table_artifact(
            rows,
            key="rebuild-left-out",
            description=f"Documents that were not built again, and why: {len(rows)}",
        )
        said = f"{counted(rebuilt.change.upserted, 'document')} upserted, {len(rows)} left out"
        return Completed(name="CompletedWithWarning" if rows else "Completed", message=said)

    return ended(work)


@flow(name="resolve", persist_result=False)
def resolve(whole: bool = False, dry_run: bool = False) -> State[Any]:
    """Join names that mean one thing, tell things of one name apart, and say why.

    Args:
        whole: Weigh all names, not only those of which documents changed.
        dry_run: Only say what would be decided: nothing is.
    """

    def work(settings: Settings) -> State[Any]:
        resolution = resolve_names(settings, whole=whole, dry_run=dry_run)
        rows = [
            {"what": what, "decision": escaped(decision), "because": escaped(decision.reason)}
            for what, decisions in (
                ("decided", resolution.made),
                ("no longer so", resolution.withdrawn),
            )
            for decision in decisions
        ]
        create_table_artifact(
            rows[:MOST_ROWS],
            key=artifact_key("resolve-decisions", dry_run=dry_run),
            description=f"What {'would be' if dry_run else 'was'} decided: {len(rows)}",
        )
        said = (
            f"{counted(resolution.n_names, 'name')} weighed, "
            f"{counted(len(resolution.made), 'decision')}, "
            f"{counted(len(resolution.review), 'pair')} for review"
        )
        return Completed(message=f"dry run, nothing was decided: {said}" if dry_run else said)

    return ended(work)


@flow(name="review", persist_result=False)
def review(pairs: int = 5, wait_minutes: int = 60) -> State[Any]:
    """Ask a person about pairs of names that may mean one thing: the run waits, with a form.

    Args:
        pairs: How many pairs are asked at most, the likeliest first.
        wait_minutes: How long the run waits for the answers. Then it ends, and nothing is decided.
    """

    def work(settings: Settings) -> State[Any]:
        asked = asked_pairs(settings, pairs)
        if not asked:
            return Completed(message="There is nothing to judge: no pair of names may be one thing")
        try:
            answers = pause_flow_run(
                wait_for_input=_form(asked),
                timeout=60 * wait_minutes,
                poll_interval=SECONDS_BETWEEN_LOOKS,
                key="answers",
            ).model_dump()
        except FlowPauseTimeout:
            said = f"Nobody answered in {counted(wait_minutes, 'minute')}: nothing was decided"
            return Completed(name="NobodyAnswered", message=said)
        finally:
            _erase_form()
        decisions = answered(asked, answers, answers["by"])
        if not decisions:
            return Completed(message="Nothing was decided: all pairs were skipped")
        n_documents = decide(settings, decisions)
        said = f"{counted(len(decisions), 'decision')}; {counted(n_documents, 'document')} written"
        return Completed(message=f"{said} again")

    return ended(work)


def _form(asked: Sequence[Asked]) -> type[RunInput]:
    """Return the form: a choice for each pair, and who answers; all of it has a default."""
    fields: dict[str, Any] = {
        field_of(number): (
            Answer,
            Field(
                default="skip",
                title=f"{number}: {shown(each.question.one)} = {shown(each.question.other)}?",
            ),
        )
        for number, each in enumerate(asked, 1)
    }
    fields["by"] = (str, Field(default="Prefect", title="Your name, for the record"))
    form = create_model("Answers", __base__=RunInput, **fields)
    return form.with_initial_data(description=described(asked))


def _erase_form() -> None:
    """Have Prefect forget the form: it has sentences of documents, which may be forgotten."""
    run = UUID(flow_run.id)
    with get_client(sync_client=True) as client:
        for kept in client.filter_flow_run_input(
            run, key_prefix="paused-", limit=10, exclude_keys=set()
        ):
            client.delete_flow_run_input(run, kept.key)


def ended(work: Callable[[Settings], State[Any]]) -> State[Any]:
    """Return how work with the settings ended; what was found wrong is one sentence."""
    try:
        return work(load_settings())
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        get_run_logger().error(shown(error))
        return Failed(message=shown(error))
