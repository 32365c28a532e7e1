"""Who comes in: a login, a cookie that proves it, and a token in every form.

Nothing is kept on this side: cookie and token are signed with what only this server and the
person know. So a login outlives a restart, and another password ends all logins.
"""

import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode

from starlette.datastructures import URL
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "nightloom_page"
LOGIN_S = 7 * 86_400
"""How long a login lasts."""
MOST_BYTES = 65_536
"""Of a form."""
MONITORED = "/metrics"
"""What a monitor asks with the word in its request, for it has no cookies."""
OPEN_PATHS = ("/login", "/health", "/static/")
"""What is answered without a login; these show nothing of the graph."""


@dataclass(frozen=True, slots=True)
class Door:
    """Lets in who knows the word."""

    word: str = field(repr=False)
    """What the login page asks for, `user:password`."""
    clock: Callable[[], float] = time.time

    def opens(self, typed: str) -> bool:
        """Say whether somebody typed the word, or only the part behind its colon."""
        words = (self.word, self.word.partition(":")[2])
        return any(_is_same(typed.strip(), word) for word in words if word)

    def lets_in(self, request: Request) -> bool:
        """Say whether a request names the word itself (Basic authentication)."""
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        try:
            word = base64.b64decode(said, validate=True).decode()
        except ValueError:
            return False
        return kind.lower() == "basic" and _is_same(word, self.word)

    def cookie(self) -> str:
        """Return a new login."""
        claim = f"{int(self.clock()) + LOGIN_S}.{secrets.token_urlsafe(12)}"
        return f"{claim}.{self._signed('login', claim)}"

    def knows(self, cookie: str) -> bool:
        """Say whether a login is one of ours and has not ended."""
        claim, _, signature = cookie.rpartition(".")
        until = claim.partition(".")[0]
        is_ours = _is_same(signature, self._signed("login", claim))
        return is_ours and until.isdigit() and int(until) > self.clock()

    def token(self, cookie: str) -> str:
        """Return what every form that this login sends has to hold."""
        return self._signed("form", cookie)

    def _signed(self, what: str, text: str) -> str:
        key = hashlib.sha256(f"nightloom page: {self.word}".encode()).digest()
        return hmac.new(key, f"{what}: {text}".encode(), hashlib.sha256).hexdigest()


def _is_same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


class Closed:
    """Answers nobody who has not logged in, and takes no form without its token.

    What a form holds is in `request.state.form` behind it.
    """

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may be answered."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        scope.setdefault("state", {})
        refusal = await self._refusal(request)
        if refusal is not None:
            await refusal(scope, receive, send)
            return
        cookie = request.cookies.get(COOKIE, "")
        request.state.token = self._door.token(cookie) if self._door.knows(cookie) else ""
        await self._app(scope, receive, _not_kept(send))

    async def _refusal(self, request: Request) -> Response | None:
        path = request.url.path
        if path == MONITORED and not self._door.knows(request.cookies.get(COOKIE, "")):
            return None if self._door.lets_in(request) else _who_asks()
        is_open = path in OPEN_PATHS or path.startswith(OPEN_PATHS[-1])
        cookie = request.cookies.get(COOKIE, "")
        is_known = self._door.knows(cookie)
        if request.method in ("GET", "HEAD"):
            return None if is_open or is_known else _to_login(request.url)
        if not is_open and not is_known:
            return PlainTextResponse("log in first\n", status_code=401)
        form = await _form(request)
        if form is None:
            return PlainTextResponse("that is no form of this page\n", status_code=400)
        request.state.form = form
        # Whoever logs in has no token yet; the guard has seen that the form is of this page.
        if path != "/login" and not _is_same(form.get("token", ""), self._door.token(cookie)):
            why = "this form is not of your login: go back, load the page again and repeat it\n"
            return PlainTextResponse(why, status_code=403)
        return None


async def _form(request: Request) -> dict[str, str] | None:
    kind = request.headers.get("content-type", "").partition(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            return None
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return None
    return {name: values[-1] for name, values in fields.items()}


def _who_asks() -> Response:
    ask = {"WWW-Authenticate": 'Basic realm="nightloom"'}
    return PlainTextResponse("log in first\n", status_code=401, headers=ask)


def _to_login(url: URL) -> Response:
    where = url.path + (f"?{url.query}" if url.query else "")
    return RedirectResponse(f"/login?{urlencode({'to': where})}", status_code=303)


def _not_kept(send: Send) -> Send:
    """Have browsers keep no page: the next user of the machine must not find one."""

    async def send_not_kept(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message["headers"], (b"cache-control", b"no-store")]
        await send(message)

    return send_not_kept
