"""Every query is one the server takes, and none of them reads more than it must."""

import re
from functools import cache
from pathlib import Path

import pytest

from graphdb import Graph, queries
from graphdb.errors import UnsafeIdentifierError
from graphdb.inference.engine import make_indexes
from graphdb.inference.questions import (
    about_entities,
    again_from_absent,
    again_from_entity,
    from_premise,
)
from graphdb.queries import PLACEHOLDER, cypher
from tests.conftest import EMPTY
from tests.rules import RULES, ruleset

CYPHER = Path(queries.__file__).parent / "cypher"
# What is in no folder, and the schema, are commands without a plan of this kind.
EVERY = sorted(
    str(path.relative_to(CYPHER).with_suffix(""))
    for path in CYPHER.rglob("*.cypher")
    if path.parent not in (CYPHER, CYPHER / "schema")
)
# An audit and a dump read everything: that is what they are for. So does the proof of a forgetting,
# and a rule when it is new; what it is asked every night begins at what is new: the last test.
# Violations of the ontology are looked for in all facts of the types that have constraints.
READ_EVERYTHING = (
    "audit/", "dump/", "counts/", "clear/", "forget/citing", "infer/facts_of_type", "rules/",
    "violations/",
)  # fmt: skip
# Of one row: the change log's counter, that of an inference's transactions, the lease.
ONE_ROW = {"upsert/log", "infer/count_batch", "lease/release"}
# Deleting needs to have found first. What waits is ids and keys of the batch, no contents.
FIND_THEN_DELETE = {
    "clear/nodes", "infer/delete_changes", "infer/delete_derivations", "infer/delete_facts",
    "infer/delete_rules", "swap/delete_chunks", "swap/delete_documents", "swap/delete_entities",
}  # fmt: skip


FILL = """
UNWIND range(1, 3000) AS n
CREATE (document:Document {id: 'd' + n, source: 's'})-[:HAS_CHUNK]->(chunk:Chunk {key: 'c' + n})
CREATE (chunk)-[:MENTIONS]->(entity:Entity:Person {key: 'e' + n})<-[:STATES {fact: 'f' + n}]-(chunk)
CREATE (entity)-[:KNOWS {key: 'f' + n}]->(entity)
CREATE (:Derivation {fact: 'f' + n, rule: 'r', first: 'f' + n, second: 'f' + n})
CREATE (:FactChange {seq: n})"""


@pytest.fixture(scope="module")
def filled(driver, prepared):
    """A graph that was empty a moment ago, as in the first night.

    The server still believes its indexes to be empty then, and takes a scan of all that is in them
    to be as good as a look-up, unless the query says which it must be.
    """
    with driver.session() as session:
        session.run(EMPTY).consume()
        session.run(cypher("infer/index_facts", index="FactKey_KNOWS", type="KNOWS")).consume()
        session.run(cypher("schema_await"), names=["FactKey_KNOWS"]).consume()
        session.run(FILL).consume()
    yield
    with driver.session() as session:
        session.run(EMPTY).consume()


@pytest.fixture(scope="module")
def plan(driver, filled):
    @cache
    def plan(name):
        query = PLACEHOLDER.sub("KNOWS", queries._text(name))
        parameters = dict.fromkeys(re.findall(r"\$(\w+)", query), None)
        with driver.session() as session:
            return session.run(f"CYPHER replan=force EXPLAIN {query}", parameters).consume().plan

    return plan


def operators(plan):
    """Yield each operator with whether it runs once a row rather than once a statement."""
    pending = [(plan, False)]
    while pending:
        operator, per_row = pending.pop()
        name = operator["operatorType"].removesuffix("@neo4j")
        yield name, per_row
        for index, child in enumerate(operator.get("children", ())):
            inner = per_row or (index == 1 and name in {"Apply", "SubqueryForeach"})
            pending.append((child, inner))


@pytest.mark.parametrize("name", EVERY)
def test_query_is_planned_without_scans(plan, name):
    found = {operator for operator, _ in operators(plan(name))}

    assert found
    if not name.startswith(READ_EVERYTHING):
        assert not {operator for operator in found if "Scan" in operator}


@pytest.mark.parametrize("name", EVERY)
def test_no_eager_grows_with_the_batch(plan, name):
    growing = {operator for operator, per_row in operators(plan(name)) if not per_row}

    assert "Eager" not in growing or name in ONE_ROW | FIND_THEN_DELETE


@pytest.mark.parametrize("name", EVERY)
def test_query_begins_with_a_sentence(name):
    assert re.fullmatch(r"[A-Z].*\.|[A-Z].*; .*\.", queries.summary(name))


@pytest.mark.parametrize(
    "identifier", ["A`) DETACH DELETE n //", "\\u0060", "Ａ", "a", "", "A B", "A\n"]
)
def test_unsafe_identifiers_never_reach_a_query(identifier):
    with pytest.raises(UnsafeIdentifierError):
        cypher("counts/facts", type=identifier)


def test_file_and_call_must_agree():
    with pytest.raises(ValueError, match="needs"):
        cypher("counts/facts", label="KNOWS")


def test_several_identifiers_become_alternatives():
    assert "[fact:KNOWS|WORKS_FOR]" in cypher("upsert/restate", types=("KNOWS", "WORKS_FOR"))


def test_rules_are_asked_about_what_is_new_without_scans(server, driver, ontology, filled):
    """Every question that a night or `why-not` asks begins by looking something up."""
    rules = ruleset(RULES, ontology)
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        make_indexes(graph.connection, rules.rules)
    asked = [
        *(from_premise(rule, premise) for rule in rules.rules for premise in rule.premises),
        *(again_from_entity(rule, name) for rule in rules.rules for name in rule.entity_conditions),
        *(about_entities(rule) for rule in rules.rules),
        *(
            again_from_absent(rule, atom)
            for rule in rules.rules
            for absence in rule.absences
            for atom in absence.atoms
        ),
    ]

    assert len(asked) > 10
    for query in asked:
        with driver.session() as session:
            explained = f"CYPHER replan=force EXPLAIN {query}"
            plan = session.run(explained, groups=None, entities={}).consume().plan
        assert not {name for name, _ in operators(plan) if "Scan" in name}, query
