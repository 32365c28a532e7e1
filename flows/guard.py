"""Who is answered: a request to a server of this machine by its own name, from its own pages.

A page on the internet whose name was made to point at 127.0.0.1 (DNS rebinding) is, for the
browser, a page of the server that listens there: neither CORS nor tokens against forged requests
stop it. So whoever asks must call the server by a name of this machine, and a page that asks must
have come from the server itself.
"""

from collections.abc import Mapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST_NAMES = frozenset({"localhost", "127.0.0.1"})

PAGE_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says to the browser that shows it: nobody frames it, nothing leaks."""


class Guard:
    """Refuses who calls the server by a foreign name, and pages that are not the server's own."""

    def __init__(
        self, app: ASGIApp, policy: str, headers: Mapping[str, str] = PAGE_HEADERS
    ) -> None:
        """Stand before an app.

        Args:
            app: What is guarded.
            policy: Its Content-Security-Policy; `{host}` stands for the name it is called by.
            headers: What else every answer says.
        """
        self._app = app
        self._policy = policy
        self._headers = dict(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on what may be answered."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        reason = reason_to_refuse(headers)
        if reason:
            await _refuse(reason, scope, receive, send)
        else:
            await self._app(scope, receive, self._with_page_headers(send, headers["host"]))

    def _with_page_headers(self, send: Send, host: str) -> Send:
        added = self._headers | {"Content-Security-Policy": self._policy.format(host=host)}

        async def send_with_headers(message: Message) -> Any:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(added)
            await send(message)

        return send_with_headers


def reason_to_refuse(headers: Headers) -> str:
    """Return why a request is not answered; empty: it is.

    >>> reason_to_refuse(Headers({"host": "localhost:4200"}))
    ''
    >>> reason_to_refuse(Headers({"host": "rebound.example:4200"}))
    'this server is localhost or 127.0.0.1 and nobody else'
    """
    hosts = headers.getlist("host")
    if len(hosts) != 1 or not _is_own(hosts[0]):
        return f"this server is {' or '.join(sorted(HOST_NAMES, reverse=True))} and nobody else"
    # No port is compared above, so that a forwarded port works. Here it counts: a page of another
    # program on this machine has another port, and is not ours.
    if any(origin != f"http://{hosts[0]}" for origin in headers.getlist("origin")):
        return "this server answers no page of another origin"
    return ""


def _is_own(host: str) -> bool:
    name, colon, port = host.partition(":")
    return name in HOST_NAMES and (not colon or (port.isascii() and port.isdigit()))


async def _refuse(reason: str, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()  # the request to connect; closing it unaccepted is a 403
        await send({"type": "websocket.close", "code": 1008, "reason": reason})
    else:
        await PlainTextResponse(f"{reason}\n", status_code=403)(scope, receive, send)
