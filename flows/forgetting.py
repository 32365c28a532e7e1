"""The flow `forget`: one document erased by its id, and the id from Prefect's own history, too.

Prefect keeps what a run was asked. So no message of this run names the document, and at its end
the database of Prefect is cleared of the id (`flows.upkeep.scrubbing`).
"""

from typing import Any

from prefect import flow
from prefect.artifacts import create_table_artifact
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.settings import PREFECT_API_URL
from prefect.states import Completed, Failed

from extractors.errors import ExtractionError
from flows.errors import FlowError, SourceError
from flows.night import in_silence
from flows.prefect_home import api_url
from flows.settings import Settings, load_settings
from flows.text import escaped, shown
from flows.tools import open_tools
from flows.upkeep import FORGOTTEN, Erasure, scrub_request, written_forms
from flows.upkeep import forget as erase
from graphdb import GraphError

LIES_THERE = "if it still lies in its source, the next night reads it again: delete it there"
NOT_OURS = (
    "the Prefect that ran this is none of nightloom's and keeps the id with this run: delete the "
    "run there"
)


@flow(name="forget", persist_result=False)
def forget(document: str) -> State[Any]:
    """Erase one document and what only it supports, and prove that nothing cites it any more.

    Args:
        document: Its id: the name of its source, a slash, and where it lies in there, as sentences
            are cited.
    """
    settings = None
    try:
        settings = load_settings()
        with open_tools(settings, in_silence, reads=False) as tools:
            erasure = erase(document, tools, settings.home, wait_s=settings.prefect.wait_s)
        return _told(erasure, settings)
    except SourceError:
        said = (
            "There is no such document: an id is the name of a source, a slash and the path in it"
        )
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        said = shown(error)
        for form in written_forms(document):
            said = said.replace(form, FORGOTTEN)
    get_run_logger().error(said)
    if settings and _is_ours(settings):
        scrub_request(document, settings.home)
    return Failed(message=said)


def _is_ours(settings: Settings) -> bool:
    return bool(PREFECT_API_URL.value() == api_url(settings))


def _told(erasure: Erasure, settings: Settings) -> State[Any]:
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
    if not erasure.is_complete:
        said = f"Erased: {counts}; something still cites it: the table forget-receipt says what"
        return Failed(message=said)
    if not _is_ours(settings):
        return Completed(name="CompletedWithWarning", message=f"Erased: {counts}; {NOT_OURS}")
    return Completed(message=f"Erased: {counts}; nothing cites it any more; {LIES_THERE}")
