"""Who may see the page: who has logged in, under its own name, with forms of its own."""

import re
from inspect import signature

import pytest

from flows.page.door import LOGIN_S, Door
from tests.flows.page.conftest import WORD

GETS = (
    "/", "/?q=ada", "/entity/x", "/entity/x/history", "/fact", "/document?id=x", "/questions",
    "/questions/01-who-is-this", "/changes", "/contradictions", "/identity", "/doubts",
)  # fmt: skip
POSTS = ("/identity/look", "/identity/answer", "/doubts/answer", "/doubts/undo", "/logout")


def token_of(text: str) -> str:
    return re.search(r'name="token" value="(\w+)"', text)[1]


def test_nobody_sees_anything_without_a_login(served):
    with served.client() as stranger:
        answers = {path: stranger.get(path) for path in GETS}
        posts = {path: stranger.post(path, data={}).status_code for path in POSTS}

    assert {answer.status_code for answer in answers.values()} == {303}
    assert all(a.headers["location"].startswith("/login?to=") for a in answers.values())
    assert set(posts.values()) == {401}


def test_every_address_is_asked_about_here(served):
    """A new address has to be closed, too."""
    from flows.page.app import _Page

    page = _Page(*[None] * len(signature(_Page).parameters))
    routes = [route for route in page.routes() if getattr(route, "methods", None)]
    own = {re.sub(r"\{\w+\}", "x", r.path) for r in routes if "POST" not in r.methods}
    posts = {route.path for route in routes if "POST" in route.methods}

    asked = {
        re.sub(r"\?.*|01-who-is-this", lambda m: "" if m[0][0] == "?" else "x", p) for p in GETS
    }
    assert own - {"/login", "/health", "/metrics"} == asked
    assert posts - {"/login"} == set(POSTS)


@pytest.mark.parametrize("word", ["", "nightloom:", "nightloom:another", WORD.upper(), "é" * 90])
def test_another_word_does_not_open(served, word):
    with served.client() as stranger:
        answer = stranger.post("/login", data={"word": word})

        assert answer.status_code == 401
        assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("typed", [WORD, WORD.partition(":")[2], f" {WORD}\n"])
def test_word_opens_and_its_cookie_is_out_of_reach_of_pages(served, typed):
    with served.client() as person:
        answer = person.post("/login", data={"word": typed, "to": "/changes?run=x"})

        assert answer.headers["location"] == "/changes?run=x"
        assert {"HttpOnly", "SameSite=strict"} <= set(answer.headers["set-cookie"].split("; "))
        assert person.get("/").status_code == 200


@pytest.mark.parametrize("to", ["//evil.example", "/\\evil.example", "http://evil.example", "x:y"])
def test_login_leads_to_no_other_place(served, to):
    with served.client() as person:
        assert person.post("/login", data={"word": WORD, "to": to}).headers["location"] == "/"


@pytest.mark.parametrize("host", ["rebound.example", "rebound.example:4280", "127.1", "0.0.0.0"])
def test_foreign_name_is_refused_even_with_a_login(served, host):
    with served.visitor() as person:
        assert person.get("/", headers={"Host": host}).status_code == 403


@pytest.mark.parametrize("origin", ["http://rebound.example", "null", "http://localhost:1"])
def test_form_of_another_page_is_refused(served, origin):
    with served.visitor() as person:
        token = token_of(person.get("/").text)
        answer = person.post("/logout", data={"token": token}, headers={"Origin": origin})

        assert answer.status_code == 403


@pytest.mark.parametrize("form", [{}, {"token": ""}, {"token": "0" * 64}, {"token": "ä"}])
def test_form_without_its_token_is_refused(served, form):
    with served.visitor() as person, served.visitor() as another:
        theirs = token_of(another.get("/").text)

        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        assert person.post("/logout", data=form, headers=kind).status_code == 403
        assert person.post("/logout", data={"token": theirs}).status_code == 403
        assert person.post("/identity/answer", content=b"{}").status_code == 400
        assert person.post("/logout", data={"token": "x" * 100_000}).status_code == 400


def test_who_logs_out_is_out(served):
    with served.visitor() as person:
        person.post("/logout", data={"token": token_of(person.get("/").text)})

        assert person.get("/").status_code == 303


def test_login_ends_by_itself_and_with_another_word():
    now = [1_000_000.0]
    door = Door(WORD, clock=lambda: now[0])
    cookie = door.cookie()
    claim, _, signature = cookie.rpartition(".")

    assert door.knows(cookie)
    assert not door.knows(f"9{claim}.{signature}")
    assert not door.knows("")
    assert not Door("nightloom:other", clock=lambda: now[0]).knows(cookie)
    now[0] += LOGIN_S + 1
    assert not door.knows(cookie)


def test_page_loads_nothing_from_elsewhere_and_is_framed_by_nobody(served):
    with served.visitor() as person:
        headers = person.get("/").headers

    assert "default-src 'none'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["cache-control"] == "no-store"
