"""The Prefect server that Prefect's own settings name (PREFECT_API_URL), asked by our programs.

Within a flow run that is the server of the run, also where Prefect started one for it alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit, urlunsplit

import httpx
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.exceptions import PrefectHTTPStatusError
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL

from flows.errors import ServiceError

TAG = "nightloom"
"""What every run of our deployments bears (`prefect.yaml`)."""

ASKS_FOR_LOGIN = 401


@contextmanager
def asked_prefect() -> Iterator[SyncPrefectClient]:
    """Connect to the server, once it has answered a question that only a login allows.

    Raises:
        ServiceError: None is named, it does not answer, or it asks for a login.
    """
    if not (PREFECT_API_URL.value() or flow_run.id):
        raise ServiceError(
            "no Prefect server is named: set PREFECT_API_URL in the environment, or run `prefect "
            "config set PREFECT_API_URL=http://HOST:4200/api`; `nightloom up` has a server of its "
            "own and does not need it"
        )
    with get_client(sync_client=True) as client:
        try:
            client.read_work_pools(limit=1)
        except PrefectHTTPStatusError as error:
            raise ServiceError(_refusal(error.response.status_code)) from None
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise ServiceError(
                f"the Prefect server {server_name()} does not answer ({type(error).__name__}): "
                "start it, or mend PREFECT_API_URL"
            ) from None  # in whose words a password may stand
        except ValueError:  # what it says is no JSON, or not what was asked for
            raise ServiceError(_refusal(200)) from None
        yield client


def server_name() -> str:
    """Return the address of the server as it may be shown: without user and password."""
    parts = urlsplit(PREFECT_API_URL.value() or "")
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment=""))


def _refusal(status: int) -> str:
    if status == ASKS_FOR_LOGIN:
        return (
            f"the Prefect server {server_name()} asks for a login: set PREFECT_API_AUTH_STRING to "
            "USER:PASSWORD, or PREFECT_API_KEY to a key, as it wants them; where both are set, "
            "Prefect sends the first alone"
        )
    return (
        f"what answers at {server_name()} is not Prefect's API, or refuses what is asked (status "
        f"{status}): the address of an API ends in /api"
    )
