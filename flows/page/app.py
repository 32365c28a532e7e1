"""The page as an application: its addresses, what each of them shows, and what errors look like."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from flows.embedding import TextSearch, encoders_of
from flows.errors import FlowError
from flows.guard import PAGE_HEADERS, Guard
from flows.night import fact_address
from flows.page import history, metrics, views
from flows.page.door import COOKIE, LOGIN_S, Closed, Door
from flows.page.doubts import Doubts
from flows.page.pairs import Pairs
from flows.past import moment_in_words
from flows.settings import Settings
from flows.text import shown, shown_lines, told_apart
from flows.window import saved_queries
from graphdb import Graph
from graphdb.errors import GraphError, LeaseHeldError
from graphdb.history import MOST_RECORDS
from graphdb.rules import RuleSet

HERE = Path(__file__).parent
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own style, script and pictures, and nothing else from anywhere."""
# With `no-referrer` browsers send forms with `Origin: null`, which the guard refuses.
HEADERS = PAGE_HEADERS | {"Referrer-Policy": "same-origin"}


def asgi(settings: Settings, graph: Graph, rules: RuleSet, word: str) -> ASGIApp:
    """Return the page of a graph, closed to everybody who does not know the word.

    Args:
        settings: Where what people decide is looked for.
        graph: What is asked; it is shared by all who ask.
        rules: Those that conclude facts in it.
        word: What the login page asks for, `user:password`.
    """
    page = _Page(
        graph,
        rules,
        Door(word),
        Pairs(settings, graph, rules),
        _templates(graph),
        Doubts(graph, rules),
        settings,
        TextSearch(encoders_of(settings)),
    )
    app = Starlette(
        routes=page.routes(),
        exception_handlers={
            HTTPException: page.refused,
            FlowError: page.failed,
            GraphError: page.failed,
        },
    )
    return Guard(Closed(app, page.door), POLICY, HEADERS)


def _templates(graph: Graph) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_seen,
    )
    types = views.type_numbers(graph.ontology)
    environment.globals |= {
        "most_records": MOST_RECORDS,
        "type_class": lambda type_: f"t{types[type_]}" if type_ in types else "",
        "fact_address": fact_address,
        "document_address": lambda id_: f"/document?{urlencode({'id': id_})}",
    }
    environment.filters |= {
        "told_apart": told_apart,
        "sure": lambda confidence: f"{confidence:.2f}",
        "words": lambda type_: type_.replace("_", " ").lower(),
        "marked": views.marked,
        "moment": moment_in_words,
    }
    return environment


def _seen(value: Any) -> Any:
    """Return a value so that nothing in it is hidden: not even what turns letters round."""
    return shown_lines(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _status(answer: history.Changes | history.CardThen) -> int:
    """Return the status of a form that is shown with its answer, or with why there is none."""
    return 400 if answer.sentence else 200


@dataclass(slots=True)
class _Page:
    """The graph, and how it is shown."""

    graph: Graph
    rules: RuleSet
    door: Door
    pairs: Pairs
    templates: Environment
    doubts: Doubts
    settings: Settings
    texts: TextSearch

    def routes(self) -> Sequence[Route | Mount]:
        """Return every address of the page."""
        return [
            Route("/", self.search),
            Route("/entity/{key}", self.entity),
            Route("/entity/{key}/history", self.history),
            Route("/fact", self.fact),
            Route("/document", self.document),
            Route("/questions", self.questions),
            Route("/questions/{name}", self.question),
            Route("/changes", self.changes),
            Route("/contradictions", self.contradictions),
            Route("/identity", self.identity),
            Route("/identity/look", self.look_for_pairs, methods=["POST"]),
            Route("/identity/answer", self.judge_pair, methods=["POST"]),
            Route("/doubts", self.doubtful),
            Route("/doubts/answer", self.judge_fact, methods=["POST"]),
            Route("/doubts/undo", self.undo_verdict, methods=["POST"]),
            Route("/login", self.login),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/logout", self.log_out, methods=["POST"]),
            Route("/metrics", self.metrics),
            Route("/health", lambda _: JSONResponse(True)),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    def search(self, request: Request) -> Response:
        """Show what is called so, what is called nearly so, and which passages say or mean it."""
        words = request.query_params.get("q", "").strip()
        if not words:
            return self._shown(request, "start.html", start=views.start(self.graph))
        found = views.search(self.graph, self.texts, words)
        return self._shown(request, "search.html", words=words, found=found)

    def entity(self, request: Request) -> Response:
        """Show what is known of an entity, or was on a date."""
        key, date = request.path_params["key"], request.query_params.get("as_of", "").strip()
        is_whole = "all" in request.query_params
        if date:
            most = views.MOST_FACTS if is_whole else views.N_FACTS
            then = self._there(history.card_then(self.graph, key, date, most), "entity")
            return self._shown(request, "as_of.html", status=_status(then), then=then)
        card = views.card(self.graph, self.rules, key, is_whole=is_whole)
        if card is None and history.past(self.graph, key):  # what has gone has a past
            return RedirectResponse(f"/entity/{quote(key)}/history", status_code=303)
        return self._shown(request, "entity.html", card=self._there(card, "entity"))

    def history(self, request: Request) -> Response:
        """Show what became of an entity's facts, and how it came together."""
        past = history.past(self.graph, request.path_params["key"])
        return self._shown(request, "history.html", past=self._there(past, "entity"))

    def fact(self, request: Request) -> Response:
        """Show why a fact is in the graph, or what became of it."""
        ends = [request.query_params.get(name, "") for name in ("subject", "type", "object")]
        reasons = views.reasons(self.graph, *ends)
        if reasons is None and (gone := history.gone_fact(self.graph, *ends)):
            return self._shown(request, "gone.html", gone=gone)
        return self._shown(request, "fact.html", reasons=self._there(reasons, "fact"))

    def document(self, request: Request) -> Response:
        """Show what a document states."""
        told = views.document(self.graph, request.query_params.get("id", ""))
        return self._shown(request, "document.html", told=self._there(told, "document"))

    def questions(self, request: Request) -> Response:
        """List the saved queries."""
        return self._shown(request, "questions.html", queries=saved_queries())

    def question(self, request: Request) -> Response:
        """Show a saved query as a form, and its answer where something was given."""
        name = request.path_params["name"]
        query = next((each for each in saved_queries() if each.name == name), None)
        asked = views.saved_answer(
            self.graph, self._there(query, "question"), dict(request.query_params)
        )
        return self._shown(request, "question.html", asked=asked)

    def changes(self, request: Request) -> Response:
        """Show what changed: in the last night, in another one, or since a date."""
        asked = history.changes(self.graph, request.query_params)
        return self._shown(request, "changes.html", status=_status(asked), asked=asked)

    def contradictions(self, request: Request) -> Response:
        """Show what cannot all be right."""
        found = self.graph.violations()
        return self._shown(request, "contradictions.html", violations=found)

    def identity(self, request: Request) -> Response:
        """Ask about the next pair of names that may mean one thing."""
        return self._shown(request, "identity.html", pairs=self.pairs, pair=self.pairs.next())

    def look_for_pairs(self, request: Request) -> Response:  # noqa: ARG002 - every address gets it
        """Look for pairs of names anew."""
        self.pairs.look()
        return RedirectResponse("/identity", status_code=303)

    def judge_pair(self, request: Request) -> Response:
        """Record what a person says of a pair."""
        form = request.state.form
        self.pairs.judge(form.get("pair", ""), form.get("answer", ""))
        return RedirectResponse("/identity", status_code=303)

    def doubtful(self, request: Request) -> Response:
        """Ask about the next doubtful fact, and list what was said of others."""
        said = list(reversed(self.graph.verdicts()))[: views.N_SAID]
        return self._shown(request, "doubts.html", fact=self.doubts.next(), said=said)

    def judge_fact(self, request: Request) -> Response:
        """Record what a person says of a fact."""
        form = request.state.form
        self.doubts.judge(form.get("fact", ""), form.get("answer", ""))
        return RedirectResponse("/doubts", status_code=303)

    def undo_verdict(self, request: Request) -> Response:
        """Withdraw what a person said of a fact."""
        self.doubts.undo(request.state.form.get("verdict", ""))
        return RedirectResponse("/doubts", status_code=303)

    def metrics(self, request: Request) -> Response:  # noqa: ARG002 - every address gets it
        """Say for a monitor how nights went and whether the graph answers."""
        told = metrics.exposition(self.settings, self.graph)
        return Response(told, media_type=metrics.CONTENT_TYPE)

    def login(self, request: Request) -> Response:
        """Ask for the word."""
        to = request.query_params.get("to", "/")
        return self._shown(request, "login.html", to=to, is_wrong=False)

    def log_in(self, request: Request) -> Response:
        """Let in who knows the word, and go where the person wanted to go."""
        form = request.state.form
        to = form.get("to", "/")
        if not self.door.opens(form.get("word", "")):
            return self._shown(request, "login.html", status=401, to=to, is_wrong=True)
        # Only to a page of this server: `//other.example` and `/\other` lead elsewhere.
        is_own = to.startswith("/") and not to.startswith(("//", "/\\")) and to.isprintable()
        response = RedirectResponse(to if is_own else "/", status_code=303)
        response.set_cookie(
            COOKIE, self.door.cookie(), max_age=LOGIN_S, httponly=True, samesite="strict"
        )
        return response

    def log_out(self, request: Request) -> Response:  # noqa: ARG002 - every address gets it
        """Forget a login."""
        response = RedirectResponse("/login", status_code=303)
        response.delete_cookie(COOKIE, httponly=True, samesite="strict")
        return response

    def refused(self, request: Request, error: Exception) -> Response:
        """Say in a sentence what is not there."""
        assert isinstance(error, HTTPException)
        return self._error(request, error.status_code, error.detail)

    def failed(self, request: Request, error: Exception) -> Response:
        """Say what went wrong, in the error's own sentence."""
        status = 409 if isinstance(error, LeaseHeldError) else 503
        is_asked_wrongly = isinstance(error, FlowError)
        return self._error(request, 400 if is_asked_wrongly else status, shown(error))

    def _error(self, request: Request, status: int, sentence: str) -> Response:
        return self._shown(request, "error.html", status=status, code=status, sentence=sentence)

    def _there(self, found: Any, what: str) -> Any:
        if found is None:
            raise HTTPException(404, f"There is no such {what} in the graph.")
        return found

    def _shown(
        self, request: Request, template: str, status: int = 200, **context: Any
    ) -> Response:
        page = self.templates.get_template(template)
        token = getattr(request.state, "token", "")
        text = page.render(
            token=token, here=request.url.path, q=request.query_params.get("q", ""), **context
        )
        return HTMLResponse(text, status)
