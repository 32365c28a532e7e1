"""Flows that bring another model to read: `retrain` and `promote`, with a form to say so in.

A model that falls short of a floor is refused without a form, so nobody can wave it through. The
form has no sentences of documents: those stand on the pages `model-comparison` and `model-changes`.
"""

from collections.abc import Callable
from typing import Any, Final, Literal, cast
from uuid import UUID

import httpx
from prefect import flow
from prefect.artifacts import (
    create_markdown_artifact,
    create_progress_artifact,
    create_table_artifact,
    update_progress_artifact,
)
from prefect.client.schemas.objects import State
from prefect.exceptions import FlowPauseTimeout
from prefect.flow_runs import pause_flow_run
from prefect.input import RunInput
from prefect.logging import get_run_logger
from prefect.states import Cancelled, Completed, Failed
from pydantic import Field

from flows.extractor import registry_of
from flows.night import MOST_ROWS, in_silence
from flows.on_request import SECONDS_BETWEEN_LOOKS, ended
from flows.promoting import (
    Weighed,
    change_rows,
    check_gate,
    described,
    let_serve,
    promotable,
    refusal,
    weigh,
)
from flows.retraining import prepare, train
from flows.setting_groups import AUTO
from flows.settings import Settings
from flows.sources import EVERY_SOURCE
from flows.text import counted, escaped, shown
from flows.tools import open_graph

LEAVE: Final = "leave it as it is"
LET_READ: Final = "let it read"


class Approval(RunInput):
    """What a person says of a candidate; whoever changes nothing promotes nothing."""

    answer: Literal["leave it as it is", "let it read"] = Field(
        default=LEAVE, title="What shall become of it?"
    )
    note: str = Field(default="", title="Why, for the record")
    by: str = Field(default="Prefect", title="Your name, for the record")


@flow(name="retrain", persist_result=False)
def retrain(
    config: str = "",
    judged: bool = True,
    labelled: str = "",
    source: str = EVERY_SOURCE,
    sample: int = 0,
    wait_minutes: int = 720,
) -> State[Any]:
    """Train a model, compare it with what reads now, and ask a person whether it is to read.

    Args:
        config: Which training configuration; their folder is the setting NIGHTLOOM_MODELS__CONFIGS.
        judged: Learn from what people said of facts, too, as `nightloom review facts --export` has
            it.
        labelled: Further labelled documents, a file or folder. Left empty: those of the
            configuration alone.
        source: On documents of which source the models are compared.
        sample: How many documents both read; 0 means what NIGHTLOOM_MODELS__SAMPLE says.
        wait_minutes: How long the run waits for an answer. Then it ends, and the model stays the
            candidate.
    """
    stopped = "stopped before anything was learned"

    def work(settings: Settings) -> State[Any]:
        nonlocal stopped
        check_gate(settings, _named(source))
        lessons = []
        if judged:
            with open_graph(settings, in_silence) as graph:
                graph.prepare()
                lessons = list(graph.lessons())
        retraining = prepare(settings, config, labelled, lessons)
        learned_from = f"{counted(len(lessons), 'passage')} that people judged" if judged else ""
        get_run_logger().info(
            "training %s %s", retraining.name, learned_from and f"({learned_from})"
        )
        progress = _Progress()
        stopped = (
            f"stopped while {retraining.name} was trained: its last whole epoch stays, and the "
            "same form goes on from there"
        )
        model = train(retraining, settings, progress)
        stopped = f"stopped: {model.name} is trained and the candidate, and reads nothing yet"
        return _decided(settings, model.name, source, sample, wait_minutes)

    return ended(lambda settings: _stoppable(lambda: work(settings), lambda: stopped))


@flow(name="promote", persist_result=False)
def promote(
    model: str = "candidate",
    source: str = EVERY_SOURCE,
    sample: int = 0,
    wait_minutes: int = 60,
) -> State[Any]:
    """Compare a model with what reads now, and ask a person whether it is to read from now on.

    Args:
        model: A model of the registry, or an alias; `nightloom models list` names them.
        source: On documents of which source the models are compared.
        sample: How many documents both read; 0 means what NIGHTLOOM_MODELS__SAMPLE says.
        wait_minutes: How long the run waits for an answer. Then it ends, and nothing is changed.
    """

    def work(settings: Settings) -> State[Any]:
        check_gate(settings, _named(source))
        return _decided(settings, promotable(settings, model), source, sample, wait_minutes)

    return ended(lambda settings: _stoppable(lambda: work(settings), lambda: "stopped as it was"))


def _decided(
    settings: Settings, name: str, source: str, sample: int, wait_minutes: int
) -> State[Any]:
    """Weigh a model against what reads now, ask, and do what is answered."""
    serving = registry_of(settings).aliases.serving
    if name == serving:
        return Completed(message=f"{name} reads already")
    weighed = weigh(settings, AUTO, name, _named(source), sample or None, _Progress())
    _publish(name, weighed)
    if refused := refusal(name, weighed):
        get_run_logger().warning(refused)
        return Failed(name="Refused", message=refused)
    try:
        said = pause_flow_run(
            wait_for_input=Approval.with_initial_data(description=_asked(name, weighed)),
            timeout=60 * wait_minutes,
            poll_interval=SECONDS_BETWEEN_LOOKS,
            key="approval",
        )
    except FlowPauseTimeout:
        waited = f"Nobody answered in {counted(wait_minutes, 'minute')}"
        return Completed(name="NobodyAnswered", message=f"{waited}: {name} reads nothing yet")
    note = f": {shown(said.note)}" if said.note else ""
    if said.answer != LET_READ:
        left = f"{shown(said.by)} left {name} as it is{note}"
        return Completed(name="Rejected", message=left)
    let_serve(settings, name, serving)
    let_read = f"{shown(said.by)} let {name} read{note}"
    return Completed(name="Promoted", message=f"{let_read}. The next night reads documents again")


def _asked(name: str, weighed: Weighed) -> str:
    """Return what stands above the form."""
    changes = weighed.comparison
    figures = [
        f"* {words}: {before:.3f} now, {after:.3f} then"
        for words, (before, after) in weighed.figures.items()
    ]
    counts = ", ".join(f"{len(changes.of_kind(k))} {k}" for k in ("added", "removed", "reweighed"))
    return "\n".join(
        [
            f"Is **{escaped(name)}** to read from now on, instead of {escaped(changes.before)}?\n",
            f"* facts of {counted(changes.n_documents, 'document')}: {counts}",
            *figures,
            "\nThe artifacts *model-comparison* and *model-changes* have the sentences.",
        ]
    )


def _publish(name: str, weighed: Weighed) -> None:
    """Leave the comparison beside the run: a page, and a table of the facts that would change."""
    title = f"{name} instead of {weighed.comparison.before}"
    create_markdown_artifact(
        described(name, weighed), key="model-comparison", description=escaped(title)
    )
    rows = change_rows(weighed.comparison)
    n_more = f", of which the first {MOST_ROWS}" if len(rows) > MOST_ROWS else ""
    create_table_artifact(
        rows[:MOST_ROWS],
        key="model-changes",
        description=f"Facts that would come, go or be weighed anew: {len(rows)}{n_more}",
    )


def _named(source: str) -> str:
    return "" if source == EVERY_SOURCE else source


def _stoppable(work: Callable[[], State[Any]], said: Callable[[], str]) -> State[Any]:
    """Do some work; say what is kept if somebody cancels the run meanwhile."""
    try:
        return work()
    except BaseException as stop:
        if isinstance(stop, Exception):
            raise
        get_run_logger().warning(said())
        return Cancelled(message=said())


class _Progress:
    """Shows on the run's page how far training is, and logs what has begun."""

    def __init__(self) -> None:
        self._what = ""
        self._note = ""
        self._artifact = cast(
            UUID,  # a coroutine only where the caller is one
            create_progress_artifact(progress=0.0, key="retrain-progress", description="begun"),
        )

    def __call__(self, what: str, done: int, total: int, note: str = "", /) -> None:
        """Show it once an epoch, or when something else begins."""
        epoch, _, figures = note.partition(", ")
        is_new = (what, epoch) != (self._what, self._note)
        if not is_new and done < total:
            return
        self._what, self._note = what, epoch
        get_run_logger().info("%s %s", shown(what), shown(note))
        try:
            update_progress_artifact(
                self._artifact,
                progress=100.0 * done / total if total else 0.0,
                description=escaped(f"{what}: {note}" if figures else what),
            )
        except httpx.HTTPError as error:  # a busy server is no reason to lose a training
            get_run_logger().warning("the progress could not be shown: %s", error)
