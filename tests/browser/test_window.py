"""Browser as `nightloom up` prepares it: an analyst without any Cypher gets to a sentence."""

import pytest
from playwright.sync_api import expect

from flows.settings import load_settings
from flows.window import window_files
from graphdb.embedded import EmbeddedServer
from tests.browsing import Visitor
from tests.graphdb.writers import rules as works_in
from tests.strategies import extraction


@pytest.fixture
def window(embedded_config, embedded, graph, ontology, monkeypatch, tmp_path):
    """A small graph, one night old, and Browser prepared for it."""
    monkeypatch.setenv("NIGHTLOOM_HOME", str(tmp_path))
    monkeypatch.setenv("NIGHTLOOM_GRAPH__BOLT_PORT", str(embedded_config.bolt_port))
    monkeypatch.setenv("NIGHTLOOM_GRAPH__HTTP_PORT", str(embedded_config.http_port))
    rules = works_in(ontology)
    graph.upsert(
        extraction(
            ("Marie Curie", "WORKS_FOR", "Sorbonne"),
            ("Sorbonne", "BASED_IN", "Paris"),
            id="notes/a.txt",
        )
    )
    graph.infer(rules)
    folder = EmbeddedServer(embedded_config).home.pages / "browser" / "nightloom"
    folder.mkdir(exist_ok=True)
    settings = load_settings()
    for name, content in window_files(settings, ontology).items():
        (folder / name).write_text(content, "utf-8")
    yield settings
    for name in ("seed.js", "guide.html", "style.grass"):
        (folder / name).unlink()


def test_browser_greets_with_the_guide_and_knows_the_saved_queries(
    window, embedded, visitor: Visitor
):
    page = visitor.page
    # Whoever was here before may still be logged in.
    forget = {"origin": embedded.http_url, "storageTypes": "all"}
    page.context.new_cdp_session(page).send("Storage.clearDataForOrigin", forget)
    page.goto(f"{embedded.http_url}/browser/")
    expect(page.get_by_test_id("username")).to_have_value("neo4j")
    page.get_by_test_id("password").fill(embedded.password)
    page.get_by_test_id("connect").click()
    expect(page.get_by_role("heading", name="Your graph in five minutes")).to_be_visible()
    visitor.picture("browser-guide")

    page.get_by_test_id("navigationFavorites").click()
    page.get_by_text("nightloom", exact=True).first.click()
    expect(page.get_by_text("Everything that the graph knows about one name")).to_be_visible()
    page.get_by_text("Everything that the graph knows about one name").click()
    page.get_by_test_id("editor-Run").click()
    expect(page.locator("svg g.node")).to_have_count(3)
    visitor.picture("browser-favourite")

    expect(page.locator("svg text", has_text="WORKS_IN works-in")).not_to_have_count(0)
    arrows = page.locator("svg g.relationship")
    expect(arrows).to_have_count(3)  # Browser asks for what joins the ends of the answer, too
    drawn = {
        text.split()[0]: "nightloom-dashes" in (fill or "")
        for text, fill in arrows.evaluate_all(
            "arrows => arrows.map(a => [a.textContent, a.querySelector('.b-outline').style.fill])"
        )
    }
    assert drawn == {"WORKS_FOR": False, "BASED_IN": False, "WORKS_IN": True}
    assert not visitor.outside()
