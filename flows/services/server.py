"""The Prefect server behind a guard: it answers to its own names and pages, and nobody frames it.

Run as a program (`python -m flows.services.server`) by `nightloom up`, in an environment that says
where Prefect listens and who may ask it (`flows.services.up.prefect_environment`). Prefect itself
does not look at the `Host` header.
"""

import uvicorn
from prefect.server.api.server import create_app
from prefect.settings import get_current_settings

from flows.guard import Guard

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data: blob:; worker-src 'self' blob:; "
    "connect-src 'self' ws://{host}; "
    "form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'"
)
"""What a page of the server may load: of itself alone, so that nothing asks a third party.

`unsafe-eval`, because the picture of a run's tasks stays empty without it: PixiJS, which draws it
in both UIs of Prefect 3.8, makes functions from its own texts.
"""


def main() -> None:
    """Serve until asked to end."""
    api = get_current_settings().server.api
    uvicorn.run(
        Guard(create_app(final=True), POLICY),
        host=api.host,
        port=api.port,
        timeout_keep_alive=api.keepalive_timeout,
        ws_ping_interval=api.websocket_ping_interval,
        ws_ping_timeout=api.websocket_ping_timeout,
        proxy_headers=False,
        log_level=get_current_settings().server.logging_level.lower(),
    )


if __name__ == "__main__":
    main()
