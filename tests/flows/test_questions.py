"""What an assistant may ask of the graph: the same answers as the commands give, and no writing."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import Client

from flows.questions import questions
from tests.rules import ruleset
from tests.strategies import extraction


def in_a_loop(asking):
    """Run a coroutine in a thread of its own: a browser's test may leave a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(asking())).result()


@pytest.fixture
def asked(graph, ontology):
    """Ask one question of a graph with two stated facts and one that a rule derives."""
    rules = ruleset(["works-in"], ontology)
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))
    graph.infer(rules)
    server = questions(graph, rules, "1")

    def ask(tool: str, **arguments):
        async def answer():
            async with Client(server) as client:
                return await client.call_tool(tool, arguments)

        return in_a_loop(answer)

    return ask


def test_entity_is_found_by_any_case_and_its_facts_are_listed(asked):
    found = asked("find", name="ADA").structured_content
    assert [entity["name"] for entity in found["called"]] == ["Ada"]

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
    assert there == {"in_graph": True, "rules": []}


@pytest.mark.parametrize(
    ("tool", "arguments", "sentence"),
    [
        ("facts", {"entity": "Nobody"}, "no entity is called 'Nobody'"),
        ("facts", {"entity": "Ada", "type": "ADORES"}, "no relation type 'ADORES'"),
        ("explain", {"subject": "Ada", "type": "KNOWS", "object": "Acme"}, "why_not"),
        ("explain", {"subject": "Ada", "type": "X`]->() DETACH DELETE n//", "object": "a"}, "type"),
    ],
)
def test_question_that_has_no_answer_is_refused_in_one_sentence(asked, tool, arguments, sentence):
    answer = asked(tool, **arguments)

    assert answer.is_error
    assert sentence in answer.content[0].text


def test_no_question_takes_cypher_or_writes(graph, ontology, asked):
    server = questions(graph, ruleset(["works-in"], ontology), "1")

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
    }
    assert list(graph.dump()) == before
