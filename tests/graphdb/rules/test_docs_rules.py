"""What docs/rules.md teaches is so: its rule derives, explains and goes; its commands exist."""

import re
from itertools import chain
from pathlib import Path
from urllib.parse import quote

import pytest

from graphdb.graph import Graph, GraphConfig
from graphdb.ontology import Ontology
from graphdb.rules import RuleSet, parse
from tests import strategies
from tests.strategies import extraction

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "rules.md").read_text("utf-8")
BIRTH = ("Ada", "PLACE_OF_BIRTH", "Ghent")
STATE = ("Ghent", "COUNTRY", "Belgium")


def blocks(language=""):
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture
def shipped(graph, monkeypatch):
    """A graph with the ontology that nightloom ships, and sentences of its types."""
    monkeypatch.setitem(strategies.ENDS, "PLACE_OF_BIRTH", ("Person", "Location"))
    monkeypatch.setitem(strategies.ENDS, "COUNTRY", ("Location", "Location"))
    ontology = Ontology.load(ROOT / "samples" / "ontology.toml")
    return Graph(graph.connection, ontology, GraphConfig())


@pytest.fixture
def rules(shipped):
    text, _ = blocks("cypher")
    rule = parse(text, name="citizens", where="citizens.cypher")
    return RuleSet.of([rule], shipped.ontology)


def test_first_rule_derives_explains_and_takes_back(shipped, reader, rules):
    shipped.upsert([extraction(BIRTH, id="birth")])
    shipped.upsert([extraction(STATE, id="state")])
    shipped.infer(rules)

    (proof,) = shipped.explain("Ada", "COUNTRY_OF_CITIZENSHIP", "Belgium")
    (miss, *_) = shipped.why_not(rules, "Ada", "COUNTRY_OF_CITIZENSHIP", "Ghent")
    shipped.retract("state")
    shipped.infer(rules)

    assert proof.fact.confidence == 0.7
    premises = proof.premises(proof.fact.rule_uses[0])
    assert [premise.witnesses[0].document_id for premise in premises] == ["birth", "state"]
    assert miss.missing
    assert reader.triples() == {BIRTH}


def test_rule_pastes_into_browser_as_it_is(shipped, reader, rules):
    shipped.upsert(extraction(BIRTH, STATE))

    ((_, type_, _, premises),) = reader.rows(blocks("cypher")[0])

    assert type_ == "COUNTRY_OF_CITIZENSHIP"
    assert len(premises) == 2


def test_query_that_hides_derived_facts_shows_stated_ones(shipped, reader, rules):
    shipped.upsert(extraction(BIRTH, STATE))
    shipped.infer(rules)
    (query,) = re.findall(r"`(MATCH p = .*?)`", PAGE)

    assert len(reader.rows(query)) == 2
    assert f"browser/?cmd=edit&arg={quote(query, safe='')})" in PAGE


def test_noisy_or_of_witnesses_counts_a_text_once(shipped, reader):
    """Two documents say it in their own words, and the second has a copy."""
    shipped.upsert(extraction((*BIRTH, 0.5), id="1"))
    shipped.upsert([extraction("Ada", (*BIRTH, 0.8), (*BIRTH, 0.7), id=id_) for id_ in ("2", "3")])

    ((type_, object_, surest, noisy_or),) = reader.rows(blocks("cypher")[1])

    assert (type_, object_, surest) == ("PLACE_OF_BIRTH", "Ghent", 0.8)
    assert noisy_or == pytest.approx(1 - 0.5 * 0.2)


def test_first_rule_can_be_checked_and_listed_by_the_commands_of_the_page(tmp_path, monkeypatch):
    """They need no server, no ontology of one's own and no setting but the one the page names."""
    typer_testing = pytest.importorskip("typer.testing")
    from flows.cli import app

    monkeypatch.chdir(tmp_path)
    file = tmp_path / re.search(r"Save this as `(.+?)`", PAGE)[1]
    file.parent.mkdir()
    file.write_text(blocks("cypher")[0])
    (said,) = (text for text in PAGE.split("```")[1::2] if "nightloom ingest" in text)
    for name, value in re.findall(r"^export (\w+)=(\S+)", said, re.MULTILINE):
        monkeypatch.setenv(name, value)
    told = re.findall(r"^nightloom (rules (?:check|list)[^#\n]*)", said, re.MULTILINE)

    results = [typer_testing.CliRunner().invoke(app, line.split()) for line in told]

    assert [result.exit_code for result in results] == [0, 0]
    assert "all can be used" in results[0].output
    assert file.stem in results[1].output


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
