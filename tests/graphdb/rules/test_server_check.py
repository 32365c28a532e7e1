"""What only a server finds wrong with a rule is said with file and line."""

import pytest

from graphdb.errors import RuleError
from graphdb.rules import RuleSet, parse
from graphdb.rules.conditions import FUNCTIONS
from graphdb.rules.server_check import explain_rules
from tests.graphdb.rules.test_rule_files import HEADER, MATCH, RETURN

REFUSED = {
    "WHERE p.name =": 6,
    "WHERE p.name = 'a' AND": 6,
    "WHERE p.name = = 'a'": 5,
    "WHERE substring(p.name) = 'a'": 5,
    "WHERE p.name.key = 'a' AND any(x IN p.aliases)": 5,
}


def rule_with(condition):
    return parse(f"{HEADER}{MATCH}{condition}\n{RETURN};\n", name="r", where="rules/r.cypher")


@pytest.mark.parametrize("condition", REFUSED)
def test_condition_that_the_server_cannot_read_is_refused_with_its_line(condition, graph):
    with pytest.raises(RuleError, match="the server cannot read it: ") as refusal:
        explain_rules(graph.connection, [rule_with(condition)])

    assert refusal.value.rule == "rules/r.cypher"
    assert refusal.value.line == REFUSED[condition]
    assert "\n" not in str(refusal.value)


def test_rules_that_can_be_read_are_planned_and_not_run(graph, driver, ontology):
    rules = RuleSet.of([rule_with("WHERE toUpper(p.name) STARTS WITH 'A'")], ontology)
    sent = []
    graph.connection._tracer = lambda query, _: sent.append(query)

    explain_rules(graph.connection, rules.rules)

    assert sent == [f"EXPLAIN {rules.rules[0].query}"]


def test_trying_a_rule_that_the_server_cannot_read_names_the_file(graph):
    with pytest.raises(RuleError, match=r"rules/r\.cypher, line 6"):
        graph.try_rule(RuleSet.of((), graph.ontology), rule_with("WHERE p.name ="))


def test_every_function_that_a_rule_may_use_is_one_of_cypher(reader):
    there = {name.lower() for (name,) in reader.rows("SHOW FUNCTIONS YIELD name")}

    assert {name.lower() for name in FUNCTIONS} - there == set()
