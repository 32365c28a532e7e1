"""A Prefect server of somebody's own that has runs of ours, and what it was cleared of.

Its database is not ours to write to, as that of `nightloom up` is: what its API takes is done, and
what it does not take is named.
"""

from importlib.util import find_spec

from flows.prefect_home import api_url
from flows.settings import Settings
from flows.upkeep.cleared import Cleared


class OtherPrefect:
    """The server that Prefect's own settings name, if that is not the one of `nightloom up`."""

    # Prefect takes seconds to load, and where it is not installed there is no such server.

    def check(self) -> None:
        """Do nothing if the server answers.

        Raises:
            ServiceError: It does not, or asks for a login.
        """
        from flows.asked_prefect import asked_prefect

        with asked_prefect():
            pass

    def clear(self, document_id: str) -> Cleared:
        """Delete what cites the id, and look for what still does.

        Raises:
            ServiceError: The server has ended meanwhile, or refuses.
        """
        from flows.upkeep.scrubbing_by_api import scrub_by_api

        return scrub_by_api(document_id)

    def clear_request(self) -> None:
        """Have the run in which this is called forget which document it was asked to forget.

        Raises:
            ServiceError: The server has ended meanwhile, or refuses.
        """
        from flows.upkeep.scrubbing_by_api import clear_request

        clear_request()


def other_prefect(settings: Settings) -> OtherPrefect | None:
    """Return the server that Prefect's own settings name; None: there is none but our own."""
    if not find_spec("prefect"):
        return None
    from prefect.runtime import flow_run
    from prefect.settings import PREFECT_API_URL

    url = PREFECT_API_URL.value()
    is_other = url != api_url(settings) and (url or flow_run.id)
    return OtherPrefect() if is_other else None
