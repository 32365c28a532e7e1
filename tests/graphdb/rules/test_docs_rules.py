"""What docs/rules.md teaches is so: its rule derives, explains and goes; its commands exist."""

import re
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import pytest

from graphdb.rules import RuleSet, parse
from tests.strategies import extraction

PAGE = (Path(__file__).parents[3] / "docs" / "rules.md").read_text("utf-8")


def blocks(language=""):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def rules(ontology):
    (text,) = blocks("cypher")
    return RuleSet.of([parse(text, name="works-in", where="works-in.cypher")], ontology)


def test_first_rule_derives_explains_and_takes_back(graph, reader, rules):
    graph.upsert([extraction(("Ada", "WORKS_FOR", "Acme"), id="job")])
    graph.upsert([extraction(("Acme", "BASED_IN", "Ghent"), id="seat")])
    graph.infer(rules)

    (proof,) = graph.explain("Ada", "WORKS_IN", "Ghent")
    (miss, *_) = graph.why_not(rules, "Acme", "WORKS_IN", "Ghent")
    graph.retract("seat")
    graph.infer(rules)

    assert proof.confidence == 0.8
    assert [premise.witnesses[0].document_id for premise in proof.steps[0].premises] == [
        "job",
        "seat",
    ]
    assert miss.missing
    assert reader.triples() == {("Ada", "WORKS_FOR", "Acme")}


def test_rule_pastes_into_browser_as_it_is(graph, reader, rules):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))

    ((_, type_, _, premises),) = reader.rows(blocks("cypher")[0])

    assert type_ == "WORKS_IN"
    assert len(premises) == 2


def test_query_that_hides_derived_facts_shows_stated_ones(graph, reader, rules):
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), ("Acme", "BASED_IN", "Ghent")))
    graph.infer(rules)
    (query,) = re.findall(r"`(MATCH p = .*?)`", PAGE)

    assert len(reader.rows(query)) == 2
    assert f"browser/?cmd=edit&arg={quote(query, safe='')})" in PAGE


def test_commands_of_the_page_exist():
    typer_testing = pytest.importorskip("typer.testing")
    from flows.cli import app

    code = [*PAGE.split("```")[1::2], *re.findall(r"`(nightloom [^`]+)`", PAGE)]
    found = (re.findall(r"^nightloom ((?:rules )?[a-z-]+)", text, re.MULTILINE) for text in code)
    commands = set(chain.from_iterable(found))

    assert {"rules check", "rules try", "explain", "why-not", "rules suggest"} <= commands
    for command in sorted(commands):
        result = typer_testing.CliRunner().invoke(app, [*command.split(), "--help"])
        assert result.exit_code == 0, command
