"""What Browser is prepared with: every saved query runs, and the style says what is what."""

import re
from dataclasses import replace

import pytest

from flows.settings import load_settings
from flows.window import browser_link, grass, guide, saved_queries, style, window_files
from graphdb import Decision
from graphdb.history import record_run
from tests.graphdb.writers import rules as works_in
from tests.strategies import extraction

QUERIES = {query.name: query for query in saved_queries()}
ANSWERED = set(QUERIES) - {"11-contradictions", "13-same-name-several-things"}
"""Those to which the small graph below has an answer."""


@pytest.fixture
def filled(graph):
    """A graph with something of everything, two nights old."""
    graph.prepare()
    rules = works_in(graph.ontology)
    facts = [("Marie Curie", "WORKS_FOR", "Sorbonne"), ("Sorbonne", "BASED_IN", "Warsaw")]
    both = [extraction(*facts, id="samples/people/marie-curie.md"), extraction(facts[0], id="b")]
    for run in ("first", "second"):
        with graph.lease("test", run) as lease:
            record_run(graph.connection, lease, "samples")
            graph.upsert(both if run == "second" else both[:1], lease)
            graph.infer(rules, lease)
    same = {"kind": "same", "type": "Location", "by": "Eve", "at": "2026-11-29"}
    graph.decide(Decision(one="Gent", other="Ghent", **same))
    return graph


def test_every_saved_query_runs_and_finds_something(filled, reader):
    """In one test: to fill the graph takes longer than all of them."""
    reader.rows(
        "MATCH (e:Entity {name: 'Warsaw'}) SET e.earliest = date('1300-01-01')"
        " WITH DISTINCT 1 AS one MATCH (:Chunk)-[states:STATES]->() SET states.page = 1 RETURN 1"
    )
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    given = {"words": "curie", "name": "Marie Curie", "other": "Warsaw", "run": "second"}

    found = {name: reader.rows(asked(query, given)) for name, query in QUERIES.items()}

    assert {name for name, rows in found.items() if not rows} == set(QUERIES) - ANSWERED


def asked(query, given):
    """A saved query with other values than those it starts with."""
    for name in query.values.keys() & given.keys():
        query = replace(query, cypher=query.with_value(name, given[name]))
    return query.cypher


def test_values_of_a_saved_query_are_the_ones_to_change():
    query = QUERIES["15-how-are-they-connected"]

    assert query.values == {"name": "'Marie Curie'", "other": "'Warsaw'"}
    assert '"O\'Hara" AS other' in query.with_value("other", "O'Hara")


def test_twenty_questions_or_more_have_titles_of_their_own():
    titles = {query.title for query in QUERIES.values()}

    assert len(titles) == len(QUERIES) >= 20


def test_saved_queries_only_read():
    writing = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|LOAD)\b")

    assert [name for name, query in QUERIES.items() if writing.search(query.cypher)] == []


def test_style_names_every_type_and_draws_bookkeeping_small(ontology):
    drawn = style(ontology, works_in(ontology))

    assert {f"node.{type_}" for type_ in ontology.entity_types} <= drawn.keys()
    assert drawn["node.Person"]["caption"] == "{name}"
    assert drawn["relationship.WORKS_IN"]["caption"] == "WORKS_IN {rule}"
    assert drawn["relationship.WORKS_IN"]["color"] != drawn["relationship"]["color"]
    assert drawn["node.Lease"]["diameter"] == "10px"
    assert 'caption: "{name}";' in grass(drawn)


def test_guide_has_every_query_once():
    page = guide(list(QUERIES.values()))

    assert page.count("<pre") == len(QUERIES)
    assert "<script" not in page


def test_link_fills_the_editor_of_our_own_server_alone(monkeypatch):
    link = browser_link(load_settings(), "WITH 'r&x' AS run", "RETURN run")
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "bolt://example.org")

    assert "&cmd=edit&arg=WITH%20%27r%26x%27%20AS%20run&arg=RETURN%20run" in link
    assert browser_link(load_settings(), "RETURN 1") == ""


def test_no_password_is_in_what_browser_is_given(ontology, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", "hidden-word")

    files = window_files(load_settings(), ontology, works_in(ontology))

    assert not any("hidden-word" in content for content in files.values())
