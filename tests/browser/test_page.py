"""The page in a real browser: from words to a name to the sentence that states it."""

import pytest
from playwright.sync_api import expect

from tests.browsing import Visitor
from tests.flows.page.conftest import WORD, served

__all__ = ["served"]


def test_somebody_without_cypher_gets_from_a_search_to_a_sentence(served, visitor: Visitor):
    page = visitor.page
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)

    page.goto(f"{served.url}/?q=ada")
    page.get_by_label("The line in the file").fill(WORD)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("main").get_by_role("link", name="Ada", exact=True).first.click()
    expect(page.get_by_role("heading", name="Ada")).to_be_visible()
    visitor.picture("page-card")
    derived = page.locator(".fact.derived")
    expect(derived).to_have_css("border-left-style", "dashed")
    derived.get_by_role("link", name="why?").click()
    expect(page.locator("svg .box.stated")).to_have_count(2)
    expect(page.get_by_text("Acme based in Ghent").last).to_be_visible()
    visitor.picture("page-fact")

    assert not visitor.outside()
    assert errors == []


@pytest.mark.parametrize("width", [380, 1200])
def test_nothing_of_a_card_is_wider_than_the_window(served, visitor: Visitor, width):
    page = visitor.page
    page.set_viewport_size({"width": width, "height": 800})
    page.context.clear_cookies()
    page.goto(f"{served.url}/login?to=/entity/{served.key('Ada')}")
    page.get_by_label("The line in the file").fill(WORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.locator(".facts")).to_be_visible()

    assert page.evaluate("document.documentElement.scrollWidth") <= width
