"""Set-up: once, by whoever comes first, and again without harm."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from graphdb import SchemaConflictError, SchemaVersionError
from graphdb.inference.engine import make_indexes
from graphdb.queries import cypher, names
from tests.rules import RULES, ruleset
from tests.strategies import extraction


def test_every_file_is_a_constraint_or_index_of_its_name(graph, reader):
    found = {name for (name,) in reader.rows("SHOW INDEXES YIELD name RETURN name")}

    assert {name.removeprefix("schema/") for name in names("schema")} <= found


def test_preparing_at_once_is_safe(graph, reader):
    """Concurrent DDL deadlocks, and the driver does not repeat it by itself."""
    for name in ("document_source", "states_fact", "entity_key"):
        kind = "CONSTRAINT" if name.endswith("key") else "INDEX"
        reader.rows(f"DROP {kind} {name}")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: graph.prepare(), range(6)))

    found = {name for (name,) in reader.rows("SHOW INDEXES YIELD name RETURN name")}
    assert {"document_source", "states_fact", "entity_key"} <= found
    assert reader.rows("MATCH (v:SchemaVersion) RETURN count(v)") == [(1,)]


def test_writing_goes_on_when_what_its_plans_stand_on_was_made_again(graph, reader):
    """Its statements keep their plans for as long as the server runs."""
    facts = "MATCH (:Entity)-[fact]->(:Entity) RETURN type(fact)"
    graph.upsert(extraction(("Ada", "WORKS_FOR", "Acme"), id="a"))
    reader.rows("DROP INDEX states_fact")
    reader.rows("DROP CONSTRAINT entity_key")
    graph.prepare()

    graph.upsert(extraction(("Acme", "BASED_IN", "Ghent"), id="a"))

    assert reader.rows(facts) == [("BASED_IN",)]


def test_constraint_that_somebody_is_making_is_waited_for(graph, reader, without):
    """However long it takes to fill its index, which is there before the constraint."""
    reader.rows("""
        UNWIND range(1, 100000) AS n
        CALL (n) { CREATE (:Chunk {key: 'a key of some length ' + n}) } IN TRANSACTIONS""")
    without("DROP CONSTRAINT chunk_key")
    filling = "SHOW INDEXES YIELD name, state WHERE name = 'chunk_key' RETURN state"

    with ThreadPoolExecutor(1) as pool:
        making = pool.submit(reader.rows, cypher("schema/chunk_key"))
        while not making.done() and reader.rows(filling) != [("POPULATING",)]:
            pass
        graph.prepare()

    assert reader.rows("SHOW CONSTRAINTS YIELD name WHERE name = 'chunk_key' RETURN name")


def test_graph_of_another_version_is_not_touched(graph, reader):
    reader.rows("MATCH (v:SchemaVersion) SET v.schema = 99")
    try:
        with pytest.raises(SchemaVersionError, match="schema 99") as caught:
            graph.prepare()
    finally:
        reader.rows("MATCH (v:SchemaVersion) SET v.schema = 1")

    assert caught.value.wanted.startswith("1 ")


@pytest.fixture
def without(reader, graph):
    """Drop a constraint or index of ours; afterwards make theirs go and ours come back."""
    theirs = []

    def without(drop, *instead):
        reader.rows(drop)
        for statement in instead:
            reader.rows(statement)
            theirs.append(statement.split()[1:3])

    yield without
    reader.rows("MATCH (n) WHERE NOT n:SchemaVersion DETACH DELETE n")
    ours = {name.removeprefix("schema/") for name in names("schema")}
    on_cats = "SHOW INDEXES YIELD name, labelsOrTypes AS on WHERE on = ['Cat'] RETURN name"
    for kind, name in theirs:
        if name not in ours or (name,) in reader.rows(on_cats):
            reader.rows(f"DROP {kind} {name} IF EXISTS")
    graph.prepare()


def test_name_of_ours_on_something_of_theirs_is_refused(graph, reader, without):
    """`IF NOT EXISTS` is content with a name: 50 keys once became 114 entities by four writers."""
    without("DROP CONSTRAINT entity_key", "CREATE INDEX entity_key FOR (n:Cat) ON (n.name)")

    with pytest.raises(SchemaConflictError, match="DROP INDEX `entity_key`") as caught:
        graph.prepare()

    assert "on Cat (name)" in str(caught.value)
    assert caught.value.name == "entity_key"
    reader.rows("DROP INDEX entity_key")
    graph.prepare()
    (constraint,) = reader.rows(
        "SHOW CONSTRAINTS YIELD labelsOrTypes AS on, properties, name WHERE name = 'entity_key'"
        " RETURN on, properties"
    )
    assert constraint == (["Entity"], ["key"])


def test_constraint_of_theirs_that_is_what_we_need_serves(graph, reader, without):
    without(
        "DROP CONSTRAINT entity_key",
        "CREATE CONSTRAINT theirs FOR (n:Entity) REQUIRE n.key IS UNIQUE",
    )

    graph.prepare()

    rows = reader.rows(
        "SHOW CONSTRAINTS YIELD name, labelsOrTypes AS on WHERE 'Entity' IN on RETURN name"
    )
    assert rows == [("theirs",)]


def test_index_of_theirs_in_the_place_of_a_constraint_is_named(graph, without):
    without("DROP CONSTRAINT entity_key", "CREATE INDEX theirs FOR (n:Entity) ON (n.key)")

    with pytest.raises(SchemaConflictError, match="DROP INDEX `theirs`"):
        graph.prepare()


def test_nodes_of_theirs_that_break_a_constraint_are_named(graph, reader, without):
    without("DROP CONSTRAINT entity_key")
    reader.rows("CREATE (:Entity {key: 'x'}), (:Entity {key: 'x'})")

    with pytest.raises(SchemaConflictError, match="label `Entity` and property `key` = 'x'"):
        graph.prepare()


@pytest.mark.parametrize(
    ("constraint", "forbids"),
    [
        ("FOR (n:Person) REQUIRE n.name IS UNIQUE", True),
        ("FOR (n:Document) REQUIRE n.title IS UNIQUE", True),
        ("FOR (n:Chunk) REQUIRE (n.text, n.start) IS UNIQUE", True),
        ("FOR ()-[r:WORKS_FOR]-() REQUIRE r.confidence IS UNIQUE", True),
        ("FOR (n:Person) REQUIRE n.email IS UNIQUE", False),
        ("FOR (n:Person) REQUIRE (n.name, n.email) IS UNIQUE", False),
        ("FOR (n:Cat) REQUIRE n.name IS UNIQUE", False),
    ],
)
def test_constraint_of_theirs_that_refuses_what_we_write_is_named(
    graph, without, constraint, forbids
):
    without("RETURN 1", f"CREATE CONSTRAINT theirs {constraint}")

    if forbids:
        with pytest.raises(SchemaConflictError, match="DROP CONSTRAINT `theirs`"):
            graph.prepare()
    else:
        graph.prepare()


def test_index_of_facts_is_known_by_what_it_is(graph, reader, without):
    without(
        "DROP INDEX FactKey_WORKS_FOR IF EXISTS",
        "CREATE INDEX FactKey_WORKS_FOR FOR (n:Cat) ON (n.name)",
    )

    with pytest.raises(SchemaConflictError, match="DROP INDEX `FactKey_WORKS_FOR`"):
        make_indexes(graph.connection, ruleset(RULES, graph.ontology).rules)
