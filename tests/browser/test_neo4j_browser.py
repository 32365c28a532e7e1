"""An analyst opens Neo4j Browser, logs in, runs a query and sees the graph."""

from urllib.parse import quote

import neo4j
import pytest
from playwright.sync_api import expect

from graphdb.embedded import Endpoint
from tests.browsing import Visitor


@pytest.fixture
def people(embedded: Endpoint):
    """Two people who know each other, in a graph of their own label."""
    auth = (embedded.user, embedded.password)
    with neo4j.GraphDatabase.driver(embedded.bolt_uri, auth=auth) as driver:
        driver.execute_query(
            "CREATE (:BrowserTest {name: 'Ada Lovelace'})-[:KNOWS]->"
            "(:BrowserTest {name: 'Charles Babbage'})"
        )
        yield
        driver.execute_query("MATCH (n:BrowserTest) DETACH DELETE n")


def test_browser_logs_in_and_draws_what_a_query_finds(embedded, people, visitor: Visitor):
    page = visitor.page
    query = quote("MATCH path = (:BrowserTest)-[:KNOWS]->() RETURN path")
    bolt = embedded.bolt_uri.replace("127.0.0.1", "localhost")

    page.goto(f"{embedded.http_url}/browser/?dbms={bolt}&cmd=edit&arg={query}")
    page.get_by_test_id("username").fill(embedded.user)
    page.get_by_test_id("password").fill(embedded.password)
    page.get_by_test_id("connect").click()
    expect(page.get_by_text(":play start")).to_be_visible()  # what it shows once connected
    page.get_by_test_id("editor-Run").click()
    expect(page.locator("svg g.node")).to_have_count(2)
    visitor.picture("neo4j-browser")

    expect(page.locator("svg g.relationship")).to_have_count(1)
    expect(page.locator("svg text", has_text="Ada")).not_to_have_count(0)
    assert not visitor.outside()
