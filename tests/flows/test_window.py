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
ANSWERED = set(QUERIES) - {
    "11-contradictions", "12-review-queue", "14-same-name-several-things",
}  # fmt: skip
"""Those to which the small graph below has an answer."""
SAME = {"kind": "same", "by": "Eve", "at": "2026-11-29"}
MADAME = Decision(**SAME, type="Person", one="Marie Curie", other="Madame Curie")
OF_A_NAME = [name for name, query in QUERIES.items() if "name" in query.values]


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
    graph.decide(Decision(**SAME, type="Location", one="Gent", other="Ghent"))
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


@pytest.mark.parametrize("called", ["marie curie", "MARIE CURIE", "madame CURIE"])
def test_a_name_is_found_by_any_alias_in_any_case(filled, reader, called):
    filled.upsert(extraction(("Madame Curie", "WORKS_FOR", "Sorbonne"), id="m"))
    filled.decide(MADAME)
    filled.infer(works_in(filled.ontology))
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    given = {"name": called, "other": "WARSAW"}

    found = {name: reader.rows(asked(QUERIES[name], given)) for name in OF_A_NAME}

    assert len(found) >= 7
    about = {name: {row[0] for row in rows} for name, rows in found.items()}
    (chain,) = about.pop("16-how-are-they-connected")
    assert chain == "Marie Curie – Warsaw"
    assert about == {name: {"Marie Curie"} for name in about}


def test_what_is_called_exactly_so_comes_before_what_only_has_the_word(filled, reader):
    curies = [("CURIE", "WORKS_FOR", "Sorbonne"), ("Curie Curie", "WORKS_FOR", "Sorbonne")]
    filled.upsert(extraction(*curies, id="c"))
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    everything = QUERIES["02-everything-about"]

    found = {
        name: {row[0] for row in reader.rows(everything.with_value("name", name))}
        for name in ("curie", "curie curie", "marie")
    }

    assert found == {"curie": {"CURIE"}, "curie curie": {"Curie Curie"}, "marie": {"Marie Curie"}}


@pytest.mark.parametrize("name", OF_A_NAME)
def test_what_nothing_is_called_is_said(filled, reader, name):
    hostile = "Nobody's \"name\\ AND (OR *"

    (row,) = reader.rows(asked(QUERIES[name], {"name": hostile}))

    assert row[0] == f"nothing is called {hostile}"
    assert set(row[1:]) == {None}


def test_any_words_may_be_looked_for(filled, reader):
    who = QUERIES["01-who-is-this"]
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")

    assert reader.rows(who.with_value("words", 'curie: ("AND\\'))[0][0] == "Marie Curie"
    assert reader.rows(who.with_value("words", "(* ["))[0][0] == "nothing is called (* ["


def test_history_of_what_has_gone_is_found_by_the_name_it_had(filled, reader):
    filled.retract(["samples/people/marie-curie.md", "b"])
    query = QUERIES["07-history-of-a-name"].with_value("name", "marie curie")

    rows = reader.rows(query)

    assert {row[0] for row in rows} == {"nothing is called any more marie curie"}
    assert "went" in {row[2] for row in rows}


def test_what_a_run_changed_says_what_went_and_why(filled, reader):
    """What has gone is no relationship any more: rows and the record of it have its words."""
    with filled.lease("test", "third") as lease:
        record_run(filled.connection, lease, "samples")
        filled.upsert(extraction(("Eve", "WORKS_FOR", "Sorbonne"), id="c"), lease)
        filled.retract(["samples/people/marie-curie.md"], lease)
        filled.infer(works_in(filled.ontology), lease)

    rows = reader.rows(asked(QUERIES["24-what-a-run-changed"], {"run": "third"}))

    because = "samples/people/marie-curie.md"
    assert [row[:4] for row in rows] == [
        ("went", "Marie Curie works in Warsaw", "0.8", "rule works-in"),
        ("went", "Sorbonne based in Warsaw", "1.0", because),
        ("came", "Eve works for Sorbonne", "1.0", "c"),
        ("restated", "Marie Curie works for Sorbonne", "1.0 → 1.0", because),
        ("picture", "what Graph shows", "", ""),
    ]
    assert [text.strip() for text in rows[2][5]] == ["Eve works for Sorbonne."]
    drawn = rows[-1][5]
    assert {"RecordedChange"} in [set(getattr(each, "labels", ())) for each in drawn]
    arrows = [each for each in drawn if hasattr(each, "relationships")]
    assert {path.start_node["name"] for path in arrows} == {"Eve", "Marie Curie"}


def test_every_step_of_a_chain_has_its_sentence_or_its_rule(filled, reader):
    said = [("Eve 😀", "WORKS_FOR", "Acme"), ("Eve 😀", "WORKS_FOR", "Sorbonne")]
    filled.upsert(extraction(("Bob", "WORKS_FOR", "Acme"), *said, id="c", chunk_sentences=3))
    filled.infer(works_in(filled.ontology))
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")
    query = QUERIES["16-how-are-they-connected"]

    rows = reader.rows(asked(query, {"name": "bob", "other": "warsaw"}))

    rule = "rule works-in: Who works for an organization works in the place where it is based."
    assert [row[1:7] for row in rows] == [
        (1, "Bob", "WORKS_FOR", "Acme", "Bob works for Acme", "c"),
        (2, "Eve 😀", "WORKS_FOR", "Acme", "Eve 😀 works for Acme", "c"),
        (3, "Eve 😀", "WORKS_IN", "Warsaw", rule, None),
    ]
    assert {len(row[7].relationships) for row in rows} == {3}


@pytest.mark.parametrize(
    ("name", "other", "said"),
    [
        ("marie", "Marie Curie", "both names are those of Marie Curie"),
        ("marie", "nobody", "nothing is called nobody"),
        ("marie", "ghent", "no six facts or fewer lead from Marie Curie to Ghent"),
    ],
)
def test_why_there_is_no_chain_is_said(filled, reader, name, other, said):
    filled.upsert(extraction("Ghent", id="c"))
    reader.rows("CALL db.index.fulltext.awaitEventuallyConsistentIndexRefresh()")

    (row,) = reader.rows(
        asked(QUERIES["16-how-are-they-connected"], {"name": name, "other": other})
    )

    assert row[0] == said


def test_a_name_is_looked_up_whatever_the_size_of_the_graph(filled, driver):
    for name in OF_A_NAME:
        plan = driver.execute_query(f"EXPLAIN {QUERIES[name].cypher}").summary.plan
        # What has gone altogether is only in the record, which is looked through for nothing else.
        allowed = ["change:RecordedChange"] if name == "07-history-of-a-name" else []
        assert list(scanned(plan)) == allowed, name


def scanned(plan):
    """What a plan looks through, rather than up."""
    if "Scan" in plan["operatorType"]:
        yield plan["args"]["Details"]
    for child in plan.get("children", ()):
        yield from scanned(child)


def asked(query, given):
    """A saved query with other values than those it starts with."""
    for name in query.values.keys() & given.keys():
        query = replace(query, cypher=query.with_value(name, given[name]))
    return query.cypher


def test_values_of_a_saved_query_are_the_ones_to_change():
    query = QUERIES["16-how-are-they-connected"]

    assert query.values == {"name": "'Marie Curie'", "other": "'Warsaw'"}
    assert '"O\'Hara" AS other' in query.with_value("other", "O'Hara")


def test_twenty_questions_or_more_have_titles_of_their_own():
    titles = {query.title for query in QUERIES.values()}

    assert len(titles) == len(QUERIES) >= 20


def test_saved_queries_only_read():
    writing = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|LOAD)\b")

    assert [name for name, query in QUERIES.items() if writing.search(query.cypher)] == []


def test_style_names_every_type_and_draws_bookkeeping_small(ontology):
    drawn = style(ontology)

    assert {f"node.{type_}" for type_ in ontology.entity_types} <= drawn.keys()
    assert drawn["node.Person"]["caption"] == "{name}"
    assert drawn["relationship.WORKS_IN"]["caption"] == "WORKS_IN {rule}"
    assert "{subject_name}" in drawn["node.RecordedChange"]["caption"]
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

    files = window_files(load_settings(), ontology)

    assert not any("hidden-word" in content for content in files.values())
