"""The flow `forget`: one document erased by its id, and the id from Prefect's own history, too.

Prefect keeps what a run was asked. So no message of this run names the document, and at its end
Prefect is cleared of the id: the one of `nightloom up` in its database (`flows.upkeep.scrubbing`),
another one over its API, as far as that goes (`flows.upkeep.elsewhere`).
"""

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed

from extractors.errors import ExtractionError
from flows.errors import FlowError, SourceError
from flows.night import in_silence
from flows.settings import load_settings
from flows.text import escaped, shown
from flows.tools import open_tools
from flows.upkeep import FORGOTTEN, Erasure, other_prefect, scrub_request, written_forms
from flows.upkeep import forget as erase
from graphdb import GraphError

LIES_THERE = "if it still lies in its source, the next night reads it again: delete it there"


@flow(name="forget", persist_result=False)
def forget(document: str) -> State[Any]:
    """Erase one document and what only it supports, and prove that nothing cites it any more.

    Args:
        document: Its id: the name of its source, a slash, and where it lies in there, as sentences
            are cited.
    """
    settings, other = None, None
    try:
        settings = load_settings()
        other = other_prefect(settings)
        with open_tools(settings, in_silence, reads=False) as tools:
            wait_s = settings.prefect.wait_s
            erasure = erase(document, tools, settings.home, wait_s=wait_s, other=other)
        return _told(erasure)
    except SourceError:
        said = (
            "There is no such document: an id is the name of a source, a slash and the path in it"
        )
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        said = shown(error)
        for form in written_forms(document):
            said = said.replace(form, FORGOTTEN)
    get_run_logger().error(said)
    if other:
        other.clear_request()
    elif settings:
        scrub_request(document, settings.home)
    return Failed(message=said)


def _told(erasure: Erasure) -> State[Any]:
    """Leave a receipt and return how the run ends; neither names the document."""
    rows = [{"what": what, "erased": n, "still citing it": ""} for what, n in erasure.gone.items()]
    rows += [
        {"what": what, "erased": "", "still citing it": escaped(", ".join(map(str, places)))}
        for what, places in erasure.left.items()
        if places
    ]
    create_table_artifact(
        rows, key="forget-receipt", description="What was erased, and what still cites it"
    )
    counts = ", ".join(f"{n} {what}" for what, n in erasure.gone.items())
    if not erasure.is_complete_here:
        said = f"Erased: {counts}; something still cites it: the table forget-receipt says what"
        return Failed(message=said)
    if erasure.elsewhere and erasure.elsewhere.left:
        kept = f"{erasure.elsewhere.server} still cites it: {'; '.join(erasure.elsewhere.left)}"
        return Completed(name="CompletedWithWarning", message=f"Erased: {counts}; {kept}")
    return Completed(message=f"Erased: {counts}; nothing cites it any more; {LIES_THERE}")
