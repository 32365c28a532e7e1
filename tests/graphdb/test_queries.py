"""Every query is one the server takes, and none of them reads more than it must."""

import re
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
# An audit and a dump read everything: that is what they are for. So does a forgetting,
# and a rule when it is new; what it is asked every night begins at what is new: the last test.
# Violations of the ontology are looked for in all facts of the types that have constraints.
READ_EVERYTHING = (
    "audit/", "dump/", "counts/", "clear/", "forget/citing", "infer/facts_of_type", "rules/",
    "violations/", "forget/record", "forget/listed_record", "backup/nodes",
    "backup/relationships", "verdicts/least_certain", "forget/expand_conclusions",
)  # fmt: skip
SCANNING = [name for name in EVERY if name.startswith(READ_EVERYTHING)]
LOOK_UP = [name for name in EVERY if name not in SCANNING]
# Of one row: the change log's counter, that of an inference's transactions, the lease.
ONE_ROW = {"upsert/log", "infer/count_batch", "lease/release"}
# Deleting needs to have found first. What waits is ids and keys of the batch, no contents.
FIND_THEN_DELETE = {
    "clear/bookkeeping", "clear/decisions", "clear/nodes", "clear/verdicts", "decisions/delete",
    "decisions/forget", "keys/delete", "keys/leave", "keys/settle",
    "verdicts/delete", "verdicts/settle", "verdicts/withdraw",
    "decisions/settle", "decisions/withdraw", "names/delete", "names/leave",
    "names/review_decided", "names/review_forget",
    "forget/records", "record/prune_changes", "record/prune_documents",
    "record/prune_conclusions", "record/prune_runs", "forget/expand_conclusions",
    "infer/delete_derivations", "infer/delete_facts", "infer/delete_rules", "infer/end",
    "swap/delete_chunks", "swap/delete_documents",
    "swap/delete_entities",
}  # fmt: skip
# Once for a graph of an older version, so many documents at a time.
MARKS_ONCE = {"embed/mark"}
# What waits is rows of one batch, which the server holds as a parameter until the end anyway.
MADE_FROM_A_BATCH = {
    "backup/create_entities", "backup/create_nodes", "backup/create_relationships",
    "upsert/documents", "upsert/entities", "infer/create_facts",
}  # fmt: skip


def known_by(name: str) -> set[tuple[str, str]]:
    """Return the labels that a query names, each with the properties by which ours are known."""
    return set(re.findall(r"\(node:(\w+) AND ([^)]+)\)", cypher(name)))


def test_a_backup_takes_all_that_clear_deletes_but_what_a_graph_has_by_itself():
    """Cypher files cannot share a condition, so a test keeps the two lists alike."""
    deleted = known_by("clear/nodes") | known_by("clear/bookkeeping")
    kept = {(label, what) for label, what in deleted if label not in ("Lease", "SchemaVersion")}

    others = {label for label, _ in known_by("backup/nodes") - kept}
    assert kept <= known_by("backup/nodes")
    assert others == {"Decision", "Verdict"}


FILL = """
UNWIND range($first, $last) AS n
CREATE (document:Document {id: 'd' + n, source: 's', digest: 'x'})
CREATE (chunk:Chunk {key: 'c' + n, index: 0})
CREATE (entity:Entity:Person {key: 'e' + n, aliases: []})
CREATE (document)-[:HAS_CHUNK]->(chunk)
CREATE (chunk)-[:MENTIONS {text: 'x'}]->(entity)
CREATE (chunk)-[:STATES {fact: 'f' + n, type: 'KNOWS', object: 'e' + n}]->(entity)
CREATE (entity)-[:KNOWS {key: 'f' + n, derived: false}]->(entity)
CREATE (entity)-[:WORKS_FOR {key: 'w' + n, derived: false}]->(entity)
CREATE (entity)-[:BASED_IN {key: 'b' + n, derived: false}]->(entity)
CREATE (:Derivation {fact: 'f' + n, rule: 'r', first: 'f' + n, second: 'f' + n, premises: []})
CREATE (:FactChange {seq: n, facts: []})"""

MANY = {
    "documents": "CREATE (:Document {id: 'x' + n, source: 's', digest: 'x'})",
    "chunks": """
        MATCH (document:Document {id: 'd1'})
        CREATE (document)-[:HAS_CHUNK]->(:Chunk {key: 'x' + n, index: n})""",
    "entities": "CREATE (:Entity:Person {key: 'x' + n, aliases: []})",
    "mentions": """
        MATCH (chunk:Chunk {key: 'c1'}), (entity:Entity {key: 'e1'})
        CREATE (chunk)-[:MENTIONS {text: 'x' + n}]->(entity)""",
    "evidence": """
        MATCH (chunk:Chunk {key: 'c1'}), (entity:Entity {key: 'e1'})
        CREATE (chunk)-[:STATES {fact: 'f1', type: 'KNOWS', object: 'e1'}]->(entity)""",
    "facts": """
        MATCH (subject:Entity {key: 'e1'}), (object:Entity {key: 'e2'})
        CREATE (subject)-[:KNOWS {key: 'x' + n, derived: false}]->(object)
        CREATE (subject)-[:WORKS_FOR {key: 'y' + n, derived: false}]->(object)""",
    "derivations": "CREATE (:Derivation {fact: 'f1', rule: 'r', first: 'x' + n, premises: []})",
}
"""What there may be many of, beside a little of everything."""
NAMED_BY = {
    "documents": "Document", "chunks": "Chunk|HAS_CHUNK", "entities": "Entity|Person",
    "mentions": "MENTIONS", "evidence": "STATES", "facts": "KNOWS|WORKS_FOR",
    "derivations": "Derivation",
}  # fmt: skip
"""Of what a query speaks that is planned otherwise when there are many of them."""


def states(run):
    """Bring the graph into each state that a server may believe it to be in, and name the state.

    Beside its name comes a pattern for the queries that may be planned otherwise in it.

    A server counts labels at once, and looks at its indexes only when much has changed. So in the
    first night it believes them to be empty, and takes a scan of all that is in one to be as good
    as a look-up, unless the query says which it must be. After a database was emptied it believes
    them to be full.
    """
    look_at_indexes = "CALL db.prepareForReplanning(300)"
    run(EMPTY)
    run(look_at_indexes)
    yield "empty", ""
    run(FILL, first=1, last=3000)
    yield "filled", ""
    run(look_at_indexes)
    yield "filled and looked at", ""
    run(EMPTY)
    yield "emptied", ""
    for what, statement in MANY.items():
        run(EMPTY)
        run(FILL, first=1, last=50)
        run(look_at_indexes)
        run(f"UNWIND range(1, 5000) AS n {statement}")
        yield f"many {what}", NAMED_BY[what]
    run(look_at_indexes)
    yield f"many {what}, looked at", NAMED_BY[what]
    run(EMPTY)


@pytest.fixture(scope="module")
def rules(ontology):
    return ruleset(RULES, ontology)


@pytest.fixture(scope="module")
def questions(rules):
    """Every question that a night or `why-not` asks about rules, but for those that are new."""
    return [
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


@pytest.fixture(scope="module")
def plans(server, driver, ontology, prepared, rules, questions):
    """How the server means to answer each query, by state of the graph."""
    asked = {name: PLACEHOLDER.sub("KNOWS", queries._text(name)) for name in LOOK_UP}
    asked |= {question: question for question in questions}
    scanning = {name: PLACEHOLDER.sub("KNOWS", queries._text(name)) for name in SCANNING}
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as graph:
        make_indexes(graph.connection, rules.rules)
    with driver.session() as session:

        def run(query, **parameters):
            return session.run(query, parameters).consume()

        run(cypher("infer/index_facts", index="FactKey_KNOWS", type="KNOWS"))
        run(cypher("schema_await"), names=["FactKey_KNOWS"])
        plans = {}
        for state, speaks_of in states(run):
            now_asked = asked | (scanning if state == "filled" else {})
            plans[state] = {
                name: plan_of(run, query)
                for name, query in now_asked.items()
                if re.search(speaks_of, query)
            }
        return plans


def plan_of(run, query):
    parameters = dict.fromkeys(re.findall(r"\$(\w+)", query), None)
    return run(f"CYPHER replan=force EXPLAIN {query}", **parameters).plan


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


def scans(plan):
    return sorted({name for name, _ in operators(plan) if "Scan" in name})


@pytest.mark.parametrize("name", LOOK_UP)
def test_query_is_planned_without_scans(plans, name):
    """Whatever the server believes of its indexes."""
    scanned = {state: scans(by_name[name]) for state, by_name in plans.items() if name in by_name}

    assert len(scanned) >= 4
    assert {state: found for state, found in scanned.items() if found} == {}


def test_what_is_planned_once_is_among_what_is_never_scanned_for():
    """The first plan is kept however the graph grows, so it has to be good in any."""
    folders = {name.partition("/")[0] for name in SCANNING}

    assert not folders & queries.PLANNED_ONCE


@pytest.mark.parametrize("name", EVERY)
def test_no_eager_grows_with_the_batch(plans, name):
    growing = {
        state
        for state, by_name in plans.items()
        if name in by_name and ("Eager", False) in operators(by_name[name])
    }

    assert not growing or name in ONE_ROW | FIND_THEN_DELETE | MARKS_ONCE | MADE_FROM_A_BATCH


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


def test_rules_are_asked_about_what_is_new_without_scans(plans, questions):
    """Every question that a night or `why-not` asks begins by looking something up."""
    scanned = {
        (question, state): scans(by_name[question])
        for state, by_name in plans.items()
        for question in questions
        if question in by_name
    }

    assert len(questions) > 10
    assert {asked: found for asked, found in scanned.items() if found} == {}
