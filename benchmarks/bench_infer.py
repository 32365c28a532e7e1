"""How fast rules derive, and what taking back and adding one fact in a hundred costs.

    python -m benchmarks.bench_infer [--nodes 20000] [--uri bolt://… --password …] [--json]

The closure of a transitive type over a tree in which every node has five children, with all its
derivations. Everything is measured in one run against one warm server, an embedded one unless
`--uri` names another (whose graph is deleted!). The yardstick is plain UNWIND: the same derived
relationships and derivation nodes, known beforehand, written with CREATE under the same indexes.
"""

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from graphdb import Graph, GraphConfig
from graphdb.identity import entity_key, fact_key
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet

TYPE = "PART_OF"
ONTOLOGY = Ontology(
    entities={"Thing": EntityType()}, relations={TYPE: RelationType(transitive=True)}
)
EMPTY = (
    "MATCH (n) WHERE NOT n:SchemaVersion CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
)
ENTITIES = """
UNWIND $rows AS row
CREATE (:Entity:Thing {key: row, name: row, type: 'Thing', aliases: []})"""
STATE = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CREATE (subject)-[:PART_OF {
  key: row.key, confidence: 0.9, witnesses: 1, derived: false}]->(object)"""
UNSTATE = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})-[fact:PART_OF {key: row.key}]->(:Entity)
DELETE fact"""
LOG = """
MERGE (log:ChangeLog {name: 'facts'})
SET log.seq = coalesce(log.seq, 0) + 1
CREATE (:FactChange {seq: log.seq, added: $added, changed: [], removed: $removed, entities: [],
  facts: $facts, types: [fact IN $facts | 'PART_OF'], subjects: $subjects, objects: $objects})"""
PLAIN_FACTS = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CREATE (subject)-[fact:PART_OF]->(object)
SET fact = row.properties"""
PLAIN_DERIVATIONS = """
UNWIND $rows AS row
CREATE (derivation:Derivation)
SET derivation = row"""
DERIVED = """
MATCH (subject:Entity)-[fact:PART_OF]->(object:Entity) WHERE fact.derived
RETURN subject.key AS subject, object.key AS object, properties(fact) AS properties"""
UNDERIVE = (
    "MATCH (n:Derivation) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH ()-[f:PART_OF]->() WHERE f.derived CALL (f) { DELETE f } IN TRANSACTIONS OF 10000 ROWS",
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--uri")
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password", default="")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.uri:
        results = measured(options.uri, (options.user, options.password), options)
    else:
        from graphdb.embedded import EmbeddedConfig, EmbeddedServer

        with tempfile.TemporaryDirectory() as folder:
            config = EmbeddedConfig(home=Path(folder), bolt_port=17697, http_port=17484)
            with EmbeddedServer(config).running() as endpoint:
                auth = (endpoint.user, endpoint.password)
                results = measured(endpoint.bolt_uri, auth, options)
    if options.json:
        print(json.dumps(results))
    else:
        for name, value in results.items():
            print(f"{name:40} {value}")


def measured(uri: str, auth: tuple[str, str], options: argparse.Namespace) -> dict[str, float]:
    """Return all figures by name."""
    with Graph.connect(uri, auth=auth, ontology=ONTOLOGY, config=GraphConfig()) as graph:
        graph.prepare()
        bench = Bench(graph)
        bench.load(min(options.nodes, 2_000))  # a cold server is several times slower
        bench.infer()
        facts = bench.load(options.nodes)
        full_s, report = bench.infer()
        plain_s = bench.plain()
        some = random.Random(options.seed).sample(facts, max(1, len(facts) // 100))
        bench.change(some, stated=False)
        deletion_s, deleted = bench.infer()
        bench.change(some, stated=True)
        insertion_s, inserted = bench.infer()
        idle_s, _ = bench.infer()
    return {
        "nodes": options.nodes,
        "facts_derived": report.added,
        "derivations": report.derivations,
        "full_s": round(full_s, 2),
        "facts_per_s": round(report.added / full_s),
        "share_of_plain_unwind": round(plain_s / full_s, 3),
        "deleted_facts": deleted.removed,
        "deletion_share_of_full": round(deletion_s / full_s, 3),
        "inserted_facts": inserted.added,
        "insertion_share_of_full": round(insertion_s / full_s, 3),
        "idle_s": round(idle_s, 3),
    }


class Bench:
    """A graph that holds a tree."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.rules = RuleSet.of((), ONTOLOGY)

    def run(self, query: str) -> None:
        """Run one statement outside a transaction of ours."""
        with self.graph.connection._driver.session() as session:
            session.run(query).consume()

    def write(self, query: str, rows: list) -> float:
        """Write rows in batches and return the seconds."""
        started = time.monotonic()
        for first in range(0, len(rows), 10_000):
            batch = rows[first : first + 10_000]
            self.graph.connection.write(lambda tx, batch=batch: tx.run(query, rows=batch))
        return time.monotonic() - started

    def load(self, n_nodes: int) -> list[dict[str, str]]:
        """Put a tree into the empty graph and return its edges."""
        self.run(EMPTY)
        keys = [entity_key("Thing", f"n{n}") for n in range(n_nodes)]
        self.write(ENTITIES, keys)
        facts = [
            {
                "key": fact_key(keys[n], TYPE, keys[(n - 1) // 5]),
                "subject": keys[n],
                "object": keys[(n - 1) // 5],
            }
            for n in range(1, n_nodes)
        ]
        self.change(facts, stated=True)
        return facts

    def change(self, facts: list[dict[str, str]], *, stated: bool) -> None:
        """State facts or take the statements back, as an upsert would."""
        self.write(STATE if stated else UNSTATE, facts)
        keys = [fact["key"] for fact in facts]
        log = {
            "added": keys if stated else [],
            "removed": [] if stated else keys,
            "facts": keys,
            "subjects": [fact["subject"] for fact in facts],
            "objects": [fact["object"] for fact in facts],
        }
        self.graph.connection.write(lambda tx: tx.run(LOG, **log))

    def infer(self):
        """Infer, and return the seconds and the report."""
        started = time.monotonic()
        report = self.graph.infer(self.rules)
        return time.monotonic() - started, report

    def plain(self) -> float:
        """Write what has been derived once more, without thinking, and return the seconds."""
        facts = self.graph.connection.read(DERIVED)
        derivations = [
            row["d"]
            for row in self.graph.connection.read("MATCH (n:Derivation) RETURN properties(n) AS d")
        ]
        for query in UNDERIVE:
            self.run(query)
        return self.write(PLAIN_FACTS, facts) + self.write(PLAIN_DERIVATIONS, derivations)


if __name__ == "__main__":
    main()
