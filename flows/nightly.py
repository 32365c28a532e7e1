"""The nightly run as a Prefect flow: its form, and nothing that can be wrong."""

from dataclasses import replace
from typing import Annotated, Any, Literal

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.logging import get_run_logger
from prefect.states import Completed, Failed
from pydantic import Field

from extractors.errors import ExtractionError
from flows.errors import FlowError
from flows.late import overtaken_by
from flows.night import Request
from flows.settings import Settings, load_settings
from flows.sources import EVERY_SOURCE, asked_in_form
from flows.spending import spend
from flows.text import shown
from graphdb import GraphError


@flow(name="nightly", persist_result=False)
def nightly(
    source: str = EVERY_SOURCE,
    path: str = "",
    name: str = "",
    allow_vanished: bool = False,
    max_vanished: Annotated[float, Field(ge=0, le=1)] | None = None,
    device: Literal["", "auto", "cpu", "cuda"] | None = None,
) -> State[Any]:
    """Make the graph say what the documents say tonight.

    New and changed documents are read, vanished ones are withdrawn, and rules draw their
    conclusions. Running it again changes nothing.

    Args:
        source: Which of the folders that are read every night, the sources of nightloom.toml.
        path: Another folder of documents, one file, or an address (s3://…, sftp://…,
            https://…/sitemap.xml). Left empty: what the source says.
        name: Name under which the documents of that folder are kept. Left empty: that of the
            source, if one is chosen, else the folder's.
        allow_vanished: Withdraw documents that have vanished, however many they are.
        max_vanished: Share of a source that may vanish before its run stops and asks, 0 to 1.
            Left empty: the setting NIGHTLOOM_MAX_VANISHED.
        device: Processor for the model. Left empty: the setting NIGHTLOOM_EXTRACTOR__DEVICE.
    """
    try:
        settings = as_asked(load_settings(), device, max_vanished)
        if later := overtaken_by():
            return Completed(name="Overtaken", message=f"{later} has done its work since")
        asked = [
            Request(documents=documents, file=file, allow_vanished=allow_vanished)
            for documents, file in asked_in_form(source, path, name, settings.sources)
        ]
        return spend(settings, asked)
    except (FlowError, GraphError, ExtractionError, OSError) as error:
        # Found wrong before any source was begun: the sentence says it all, without a traceback.
        get_run_logger().error(shown(error))
        return Failed(message=shown(error))


def as_asked(settings: Settings, device: str | None, max_vanished: float | None) -> Settings:
    """Return the settings with what the form says in their place; all else stays as it is."""
    update: dict[str, Any] = {}
    if device:
        update["extractor"] = replace(settings.extractor, device=device)
    if max_vanished is not None:
        update["max_vanished"] = max_vanished
    return settings.model_copy(update=update)
