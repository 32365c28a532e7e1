"""What an assistant may ask of the graph: the same answers as the commands give, and no writing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import Client

from flows.embedding import Encoders, TextSearch
from flows.questions import questions
from flows.window import saved_queries
from graphdb.history import record_run
from tests.rules import ruleset
from tests.strategies import extraction


def in_a_loop(asking):
    """Run a coroutine in a thread of its own: a browser's test may leave a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asking())).result()


@pytest.fixture
def rules(ontology):
    return ruleset(["works-in"], ontology)


@pytest.fixture
def ask(graph, rules):
    """Ask one question of the graph, as an assistant does."""
    server = questions(graph, rules, "1", TextSearch(Encoders()))

    def ask(tool: str, **arguments):
        async def answer():
            async with Client(server) as client:
                return await client.call_tool(tool, arguments)

        return in_a_loop(answer)

    return ask


@pytest.fixture
def asked(graph, rules, ask):
    """Ask one question of a graph with two stated facts and one that a rule derives."""
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))
    graph.infer(rules)
    return ask


@pytest.fixture
def nights(graph, ask):
    """Ask after two nights: in the second Ada gets another employer, and the first is surer."""
    graph.prepare()
    ada = ("Ada", "WORKS_FOR", "Acme")
    second = [extraction((*ada, 0.75), id="a"), extraction(("Ada", "WORKS_FOR", "Bolt"), id="b")]
    for run, read in (("first", [extraction((*ada, 0.5), id="a")]), ("second", second)):
        with graph.lease("test", run) as lease:
            record_run(graph.connection, lease, "notes")
            graph.upsert(read, lease)
    return ask


def test_entity_is_found_by_any_case_and_its_facts_are_listed(asked):
    found = asked("find", name="ADA").structured_content
    assert [entity["name"] for entity in found["called"]] == ["Ada"]
    assert [passage["found_by"] for passage in found["passages"]] == [["words"]]
    assert "nightloom embed" in found["passages_note"]

    facts = asked("facts", entity="ada").structured_content

    assert {(f["subject"], f["type"], f["object"], f["derived"]) for f in facts["facts"]} == {
        ("Ada", "WORKS_FOR", "Acme", False),
        ("Ada", "WORKS_IN", "Ghent", True),
    }
    assert not facts["there_are_more"]


def test_derived_fact_is_explained_down_to_sentences(asked):
    answer = asked("explain", subject="Ada", type="WORKS_IN", object="Ghent").structured_content

    assert [use["rule"] for use in answer["derivations"]] == ["works-in"]
    assert len(answer["witnesses"]) == 2
    assert all(witness["text"] for witness in answer["witnesses"])


def test_what_is_missing_is_said(asked):
    answer = asked("why_not", subject="Ada", type="KNOWS", object="Acme").structured_content

    assert answer["in_graph"] is False
    there = asked("why_not", subject="Ada", type="WORKS_FOR", object="Acme").structured_content
    assert there == {"in_graph": True, "denied": [], "rules": []}


def test_fact_that_somebody_called_wrong_is_said_to_be_denied(graph, asked):
    (fact,) = [each for each in graph.doubtful_facts(9) if each.type == "WORKS_FOR"]
    graph.judge(fact.verdict("wrong", by="eve", at="2026-12-01"))

    answer = asked("why_not", subject="Ada", type="WORKS_FOR", object="Acme").structured_content

    assert answer["in_graph"] is False
    (verdict,) = answer["denied"]
    assert (verdict["kind"], verdict["by"]) == ("wrong", "eve")


def test_sentences_of_a_fact_are_quoted_with_their_places(graph, asked):
    less_sure = extraction(("Ada", "WORKS_FOR", "Acme", 0.75), id="b", title="Staff")
    graph.upsert(less_sure)

    answer = asked("evidence", subject="ada", type="WORKS_FOR", object="ACME").structured_content

    (fact,) = answer["facts"]
    assert (fact["subject"], fact["object"], fact["documents"]) == ("Ada", "Acme", 2)
    first, second = answer["witnesses"]
    assert (first["document_id"], first["place"], first["page"]) == ("a", "a", None)
    assert (second["document_id"], second["title"], second["confidence"]) == ("b", "Staff", 0.75)
    assert second["text"]
    assert second["text"] in less_sure.document.text
    assert {first["fact"], second["fact"]} == {fact["key"]}


def test_fact_with_many_sentences_leaves_room_for_the_others(graph, asked):
    """What is left out is said, and of a fact that has sentences none is missing for it."""
    graph.upsert([extraction(("Ada", "WORKS_FOR", "Acme"), id=id_) for id_ in "bcd"])

    few = asked("evidence", subject="Acme", limit=2).structured_content
    whole = asked("evidence", subject="Acme").structured_content

    assert {fact["type"] for fact in few["facts"]} == {"WORKS_FOR", "BASED_IN"}
    assert (len(few["witnesses"]), few["there_are_more"]) == (2, True)
    assert (len(whole["witnesses"]), whole["there_are_more"]) == (5, False)


def test_what_rules_conclude_has_no_sentences_of_its_own(asked):
    answer = asked("evidence", subject="Ada", type="WORKS_IN", object="Ghent").structured_content

    assert [fact["derived"] for fact in answer["facts"]] == [True]
    assert answer["witnesses"] == []


def test_changes_are_told_by_night_by_time_and_by_entity(nights):
    last = nights("changes").structured_content
    since = nights("changes", since="2026-01-01", limit=1).structured_content
    bolt = nights("changes", entity="bolt").structured_content

    assert "run second" in last["of"]
    assert [(f["kind"], f["object"]) for f in last["facts"]] == [
        ("came", "Bolt"),
        ("restated", "Acme"),
    ]
    assert last["facts"][0]["documents"] == ["b"]
    assert (len(since["facts"]), since["counts"]["came"], since["left_out"]) == (1, 2, 1)
    assert [fact["object"] for fact in bolt["facts"]] == ["Bolt"]
    assert bolt["left_out"] == 0
    restated = nights("changes", kind="restated").structured_content
    assert [(f["kind"], f["object"]) for f in restated["facts"]] == [("restated", "Acme")]
    assert (restated["counts"]["came"], restated["left_out"]) == (1, 0)


def test_facts_are_told_as_they_stood_on_a_date(nights):
    now = nights("as_of", date="2999-01-01", entity="ada").structured_content
    first = nights("as_of", date="2999-01-01", entity="ada", limit=1).structured_content

    assert [(f["object"], f["confidence"]) for f in now["facts"]] == [("Bolt", 1.0), ("Acme", 0.75)]
    assert (now["left_out"], first["left_out"], len(first["facts"])) == (0, 1, 1)


def test_history_is_in_order_and_says_how_many_earlier_changes_it_leaves_out(nights):
    whole = nights("history", subject="Ada", type="WORKS_FOR", object="Acme").structured_content
    last = nights("history", subject="Ada", type="WORKS_FOR", object="Acme", limit=1)

    assert [change["kind"] for change in whole["changes"]] == ["came", "restated"]
    assert (whole["left_out"], bool(whole["recorded_since"])) == (0, True)
    assert last.structured_content["changes"] == whole["changes"][-1:]
    assert last.structured_content["left_out"] == 1


def test_saved_queries_are_listed_and_run_with_their_parameters(asked):
    listed = asked("saved_queries").structured_content["queries"]
    assert len(listed) == len(saved_queries())
    about = next(query for query in listed if query["name"] == "02-everything-about")
    assert about["parameters"] == {"name": "Marie Curie"}

    answer = asked("run_saved_query", name=about["name"], parameters={"name": "Ada"})

    said = answer.structured_content
    assert {row["path"] for row in said["rows"]} == {"Ada – Acme", "Ada – Ghent"}
    assert {node["name"] for node in said["nodes"]} == {"Ada", "Acme", "Ghent"}
    assert {link["type"] for link in said["links"]} == {"WORKS_FOR", "WORKS_IN"}
    assert not said["there_are_more"]


def test_rows_of_a_saved_query_are_bounded(asked):
    answer = asked("run_saved_query", name="23-read-last", limit=0).structured_content
    types = asked("run_saved_query", name="22-how-much-of-everything", limit=2).structured_content

    assert (len(answer["rows"]), answer["there_are_more"]) == (1, False)
    assert (len(types["rows"]), types["there_are_more"]) == (2, True)


def test_parameters_of_a_saved_query_are_never_its_text(graph, asked):
    before = list(graph.dump())
    evil = {"name": "x' MATCH (n) DETACH DELETE n //"}

    answer = asked("run_saved_query", name="02-everything-about", parameters=evil)

    [row] = answer.structured_content["rows"]
    assert row["about"] == f"nothing is called {evil['name']}"
    assert list(graph.dump()) == before


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("evidence", {"subject": "Nobody"}, "no entity is called 'Nobody': find says"),
        ("evidence", {"subject": "Ada", "type": "KNOWS", "object": "Acme"}, "why_not says"),
        ("evidence", {"subject": "Ada", "object": "Acme"}, "the type is missing"),
        ("history", {"subject": "Ada", "object": "Acme"}, "the type is missing"),
        ("history", {"subject": "Nobody"}, "no entity is called Nobody"),
        ("changes", {}, "no night is on record yet"),
        ("changes", {"since": "yesterday"}, "yesterday is no date: write it as 2026-11-29"),
        ("changes", {"since": "2026-01-01", "run": "x"}, "exclude each other"),
        ("changes", {"run": "x"}, "nothing is recorded of a run x"),
        ("changes", {"since": "2026-01-01", "kind": "gone"}, "gone is no kind of change"),
        ("as_of", {"date": "yesterday", "entity": "Ada"}, "yesterday is no date"),
        ("as_of", {"date": "2001-01-01", "entity": "Ada"}, "ask for a later date"),
        ("run_saved_query", {"name": "neighborhood"}, "the nearest are 15-neighbourhood,"),
        ("run_saved_query", {"name": "MATCH (n) DETACH DELETE n"}, "there is no saved query"),
        (
            "run_saved_query",
            {"name": "16-how-are-they-connected", "parameters": {"name": "Ada", "other": " "}},
            "16-how-are-they-connected wants other: give parameters such as"
            ' {"name": "Marie Curie", "other": "Warsaw"}',
        ),
        (
            "run_saved_query",
            {"name": "02-everything-about", "parameters": {"who": "Ada"}},
            "has no parameter 'who': it has name",
        ),
        (
            "run_saved_query",
            {"name": "23-read-last", "parameters": {"limit": 5}},
            "has no parameter 'limit': it has none",
        ),
        (
            "run_saved_query",
            {"name": "18-by-page", "parameters": {"document": "a", "page": "one"}},
            "page is a whole number, not 'one'",
        ),
        (
            "run_saved_query",
            {"name": "02-everything-about", "parameters": {"name": ["Ada"]}},
            "name is a text or a whole number, not ['Ada']",
        ),
        ("facts", {"entity": "Nobody"}, "no entity is called 'Nobody'"),
        ("facts", {}, "the argument entity of facts is missing"),
        ("facts", {"entity": "Ada", "limit": "ten"}, "the argument limit of facts is 'ten'"),
        (
            "facts",
            {"entity": "Ada", "kind": "KNOWS"},
            "no argument 'kind': it has entity,",
        ),
        ("why_not", {"subject": ["Ada"]}, "the argument subject of why_not is ['Ada']"),
        ("facts", {"entity": "Ada", "type": "ADORES"}, "no relation type 'ADORES'"),
        ("explain", {"subject": "Ada", "type": "KNOWS", "object": "Acme"}, "why_not"),
        ("explain", {"subject": "Ada", "type": "X`]->() DETACH DELETE n//", "object": "a"}, "type"),
    ],
)
def test_question_that_has_no_answer_is_refused_in_one_sentence(asked, tool, arguments, sentence):
    answer = asked(tool, **arguments)

    assert answer.is_error
    assert sentence in answer.content[0].text
    assert "\n" not in answer.content[0].text


def test_no_question_takes_cypher_or_writes(graph, rules, asked):
    server = questions(graph, rules, "1", TextSearch(Encoders()))

    async def tools():
        async with Client(server) as client:
            return (await client.list_tools()).tools

    offered = in_a_loop(tools)
    before = list(graph.dump())
    for tool in offered:
        assert tool.annotations.read_only_hint
        wanted = tool.input_schema.get("required", [])
        asked(tool.name, **dict.fromkeys(wanted, "WORKS_FOR"))

    assert {tool.name for tool in offered} == {
        "relation_types",
        "find",
        "facts",
        "explain",
        "why_not",
        "contradictions",
        "evidence",
        "changes",
        "history",
        "as_of",
        "saved_queries",
        "run_saved_query",
    }
    assert list(graph.dump()) == before
