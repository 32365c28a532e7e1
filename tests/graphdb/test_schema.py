"""Set-up: once, by whoever comes first, and again without harm."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from graphdb import SchemaVersionError
from graphdb.queries import names


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


def test_graph_of_another_version_is_not_touched(graph, reader):
    reader.rows("MATCH (v:SchemaVersion) SET v.schema = 99")
    try:
        with pytest.raises(SchemaVersionError, match="schema 99") as caught:
            graph.prepare()
    finally:
        reader.rows("MATCH (v:SchemaVersion) SET v.schema = 1")

    assert caught.value.wanted.startswith("1 ")
