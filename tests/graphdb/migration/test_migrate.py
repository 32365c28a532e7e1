"""A graph of an older identity becomes the graph that its documents would give today.

`identity-1.jsonl` is the canonical dump of a graph that nightloom of identity version 1 made of
`DOCUMENTS`; it was kept, and nothing can make it again.
"""

import json
from pathlib import Path

import pytest

from graphdb import GraphConfig, GroupConfig, SchemaVersionError
from graphdb.graph import Graph
from graphdb.identity import IDENTITY_VERSION
from graphdb.rules import RuleSet
from tests.strategies import extraction

KEPT = Path(__file__).with_name("identity-1.jsonl")

DOCUMENTS = [
    extraction(
        ("Ada", "WORKS_FOR", "Acme Corp."),
        ("Acme Corp.", "BASED_IN", "St. Louis"),
        id="kept/a",
        title="On Ada",
        source="kept",
    ),
    extraction(
        ("ADA", "WORKS_FOR", "acme corp", 0.5),
        ("St. Louis", "LOCATED_IN", "Missouri", 0.75),
        id="kept/b",
        source="kept",
    ),
    extraction(
        ("J.R.R. Tolkien", "WORKS_FOR", "I.B.M."),
        ("J.R.R. Tolkien", "MARRIED_TO", "Edith"),
        id="kept/c",
        source="kept",
        extractor="v2",
    ),
    extraction(
        ("J. R. R. Tolkien", "WORKS_FOR", "IBM", 0.25),
        ("Saint Louis", "LOCATED_IN", "U.S."),
        id="kept/d",
        source="kept",
        chunk_sentences=2,
    ),
    extraction(("Missouri", "LOCATED_IN", "US"), "José", "Jose", id="kept/e", source="kept"),
    extraction(
        ("C", "PART_OF", ".NET"),
        ("C", "PART_OF", "Net", 0.5),
        ("Cl-", "PART_OF", "salt"),
        ("Cl", "PART_OF", "water"),
        id="kept/f",
        source="kept",
    ),
    extraction(id="kept/empty", source="kept"),
]

LOADING = {
    "Document": "CREATE (n:Document) SET n = $row",
    "Chunk": "MATCH (d:Document {id: $of}) CREATE (d)-[:HAS_CHUNK]->(n:Chunk) SET n = $row",
    "Entity": "CREATE (n:Entity) SET n = $row, n:$($row.type)",
    "Derivation": "CREATE (n:Derivation) SET n = $row, n.best = true",
}
JOINING = "MATCH (a {key: $of}), (b:Entity {key: $to}) CREATE (a)-[r:$($kind)]->(b) SET r = $row"


@pytest.fixture
def old_graph(graph, reader):
    """The kept graph, under its version."""
    rows = [json.loads(line) for line in KEPT.read_text(encoding="utf-8").splitlines()]
    for row in [row for row in rows if "node" in row]:
        kind, of = row.pop("node"), row.pop("document", None)
        row.pop("labels", None)
        reader.rows(LOADING[kind], row=row, of=of)
    for row in [row for row in rows if "relationship" in row]:
        kind, of, to = row.pop("relationship"), row.pop("start_key"), row.pop("end_key")
        reader.rows(JOINING, kind=kind, of=of, to=to, row=row)
    _put_version(reader, 1)
    yield graph
    _put_version(reader, IDENTITY_VERSION)


def _put_version(reader, version):
    reader.rows("MATCH (v:SchemaVersion) SET v.identity = $version", version=version)


@pytest.fixture
def rules(ontology):
    return RuleSet.of([], ontology)


def _fresh(graph, rules):
    graph.clear()
    graph.prepare()
    graph.upsert(DOCUMENTS)
    graph.infer(rules)
    return list(graph.dump())


@pytest.mark.parametrize("n_stored", [0, 3, len(DOCUMENTS)])
def test_migrated_graph_is_the_one_of_today(old_graph, reader, rules, n_stored):
    """Whether documents come from a store or from what the graph says of them."""
    with pytest.raises(SchemaVersionError, match="nightloom migrate"):
        old_graph.prepare()

    migration = old_graph.migrate(DOCUMENTS[:n_stored])
    old_graph.infer(rules)

    assert (migration.found, migration.from_store) == (1, n_stored)
    assert migration.change.upserted == len(DOCUMENTS)
    old_graph.prepare()
    assert old_graph.audit() == []
    migrated = list(old_graph.dump())
    assert migrated == _fresh(old_graph, rules)


def test_names_that_were_one_by_mistake_are_two_and_keep_their_facts(old_graph, reader, rules):
    assert {("Cl", "PART_OF", "salt"), ("Cl", "PART_OF", "water")} <= reader.triples()

    old_graph.migrate()

    assert {("Cl-", "PART_OF", "salt"), ("Cl", "PART_OF", "water")} <= reader.triples()
    assert ("Cl", "PART_OF", "salt") not in reader.triples()
    assert reader.aliases("J.R.R. Tolkien") == ["J. R. R. Tolkien"]


def test_migration_that_is_stopped_goes_on_where_it_was(old_graph, rules):
    """Documents come one by one; an index on the way refuses one of them the first time."""
    one_by_one = GraphConfig(group=GroupConfig(documents=1))
    graph = Graph(old_graph.connection, old_graph.ontology, one_by_one)

    def stopped():
        yield from DOCUMENTS[:3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        graph.migrate(stopped())
    with pytest.raises(SchemaVersionError):
        graph.prepare()
    graph.infer(rules)
    migration = graph.migrate()
    graph.infer(rules)

    assert migration.change.upserted == len(DOCUMENTS) - 2  # the third was not written yet
    assert list(graph.dump()) == _fresh(graph, rules)


def test_migrating_twice_changes_nothing(old_graph, reader, rules):
    old_graph.migrate()
    old_graph.infer(rules)
    before = list(old_graph.dump()), reader.totals()

    migration = old_graph.migrate(DOCUMENTS)

    assert (migration.found, migration.change.upserted) == (IDENTITY_VERSION, 0)
    assert (list(old_graph.dump()), reader.totals()) == before


def test_graph_of_a_newer_version_is_left_alone(old_graph, reader):
    _put_version(reader, IDENTITY_VERSION + 1)
    before = reader.totals()

    with pytest.raises(SchemaVersionError):
        old_graph.migrate()

    assert reader.totals() == before
