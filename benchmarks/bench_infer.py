"""How fast rules derive, and what taking back and adding one fact in a hundred costs.

    python -m benchmarks.bench_infer [--nodes 20000] [--universities 1,2,4] [--json]

The closure of a transitive type over a tree in which every node has four children, with all its
derivations; then eleven rules over universities. Everything is measured in one run against one warm
server, an embedded one unless `--uri` names another (whose graph is deleted!). The yardstick is
plain UNWIND: the same derived relationships and derivation nodes, known beforehand, written with
CREATE under the same indexes. Memory is the client's highest resident set while it derives, less
that before.
"""

import argparse
import gc
import random
import re
import resource
import statistics
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from benchmarks import graph_server, university
from benchmarks.figures import Figure, figure, show
from graphdb import Graph, GraphConfig
from graphdb.identity import entity_key, fact_key
from graphdb.inference import InferenceReport
from graphdb.ontology import EntityType, Ontology, RelationType
from graphdb.rules import RuleSet

TREE = Ontology(
    entities={"Thing": EntityType()}, relations={"PART_OF": RelationType(transitive=True)}
)
CHILDREN = 4
ROUNDS = 7
"""Of deletion and insertion, each time other facts; the median counts."""
WARMING_ROUNDS = 3
"""Of the same on a small tree beforehand."""
ENTITIES = """
UNWIND $rows AS row
CREATE (:Entity:$(row.type) {key: row.key, name: row.key, type: row.type, aliases: []})"""
STATE = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CREATE (subject)-[:$(row.type) {
  key: row.key, confidence: 0.9, witnesses: 1, derived: false}]->(object)"""
UNSTATE = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})-[fact {key: row.key}]->(:Entity)
DELETE fact"""
LOG = """
MERGE (log:ChangeLog {name: 'facts'})
SET log.seq = coalesce(log.seq, 0) + 1
CREATE (:FactChange {seq: log.seq, added: $added, changed: [], removed: $removed, entities: [],
  facts: $facts, types: $types, subjects: $subjects, objects: $objects})"""
PLAIN_FACTS = """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CREATE (subject)-[fact:$(row.type)]->(object)
SET fact = row.properties"""
PLAIN_DERIVATIONS = """
UNWIND $rows AS row
CREATE (derivation:Derivation)
SET derivation = row"""
DERIVED = """
MATCH (subject:Entity)-[fact]->(object:Entity) WHERE fact.derived
RETURN subject.key AS subject, type(fact) AS type, object.key AS object,
  properties(fact) AS properties"""
UNDERIVE = (
    "MATCH (n:Derivation) CALL (n) { DELETE n } IN TRANSACTIONS OF 10000 ROWS",
    "MATCH ()-[f]->() WHERE f.derived CALL (f) { DELETE f } IN TRANSACTIONS OF 10000 ROWS",
)
Stated = dict[str, str]


class Bench:
    """A graph with stated facts, and rules over them."""

    def __init__(self, graph: Graph, rules: RuleSet) -> None:
        self.graph = graph
        self.rules = rules
        self.grown_mb = 0.0
        """By how much the last inference let this process grow, at its largest."""

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

    def load(self, triples: Iterable[university.Triple], type_by_entity: dict[str, str]) -> None:
        """Put facts into the empty graph."""
        graph_server.empty(self.graph.connection._driver)
        rows = [{"key": key, "type": type_} for key, type_ in type_by_entity.items()]
        self.write(ENTITIES, rows)
        self.change([stated(*triple) for triple in triples], there=True)

    def change(self, facts: list[Stated], *, there: bool) -> None:
        """State facts or take the statements back, as an upsert would."""
        self.write(STATE if there else UNSTATE, facts)
        keys = [fact["key"] for fact in facts]
        log = {
            "added": keys if there else [],
            "removed": [] if there else keys,
            "facts": keys,
            "types": [fact["type"] for fact in facts],
            "subjects": [fact["subject"] for fact in facts],
            "objects": [fact["object"] for fact in facts],
        }
        self.graph.connection.write(lambda tx: tx.run(LOG, **log))

    def infer(self) -> tuple[float, InferenceReport]:
        """Infer, and return the seconds and the report."""
        gc.collect()  # what an earlier inference knew is not this one's to clear away
        with suppress(OSError):  # Linux alone can take the highest size back to the present one
            Path("/proc/self/clear_refs").write_text("5")
        before_mb = memory_mb("VmRSS")
        started = time.monotonic()
        report = self.graph.infer(self.rules)
        seconds = time.monotonic() - started
        self.grown_mb = memory_mb("VmHWM") - before_mb
        return seconds, report

    def out_and_in(
        self, edges: list[university.Triple], n: int, seed: int
    ) -> tuple[float, float, int]:
        """Take facts away and state them again: seconds of each inference, and facts lost."""
        some = [stated(*edge) for edge in random.Random(seed).sample(edges, n)]
        self.change(some, there=False)
        deletion_s, deleted = self.infer()
        self.change(some, there=True)
        insertion_s, inserted = self.infer()
        assert deleted.removed == inserted.added
        return deletion_s, insertion_s, deleted.removed

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


def memory_mb(name: str) -> float:
    """Return the resident set of this process, now (VmRSS) or at its largest (VmHWM)."""
    with suppress(OSError):
        status = Path("/proc/self/status").read_text()
        if line := re.search(rf"^{name}:\s+(\d+) kB", status, re.MULTILINE):
            return int(line[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def stated(subject: str, type_: str, object_: str) -> Stated:
    key = fact_key(subject, type_, object_)
    return {"key": key, "subject": subject, "type": type_, "object": object_}


def tree(n_nodes: int) -> list[university.Triple]:
    keys = [entity_key("Thing", f"n{n}") for n in range(n_nodes)]
    return [(keys[n], "PART_OF", keys[(n - 1) // CHILDREN]) for n in range(1, n_nodes)]


def full_derivation(
    bench: Bench, n_nodes: int
) -> tuple[list[university.Triple], float, InferenceReport]:
    """Derive the closure of a tree from nothing; return its edges, the seconds and the report."""
    edges = tree(n_nodes)
    nodes = dict.fromkeys((key for one, _, other in edges for key in (one, other)), "Thing")
    bench.load(edges, nodes)
    return edges, *bench.infer()


def closure_of_a_tree(graph: Graph, n_nodes: int, seed: int) -> dict[str, Figure]:
    bench = Bench(graph, RuleSet.of((), TREE))
    # A server is several times slower cold, at taking back as at deriving.
    edges, _, _ = full_derivation(bench, 2_000)
    for n in range(WARMING_ROUNDS):
        bench.out_and_in(edges, len(edges) // 10, seed + ROUNDS + n)
    edges, full_s, report = full_derivation(bench, n_nodes)
    grown_mb = bench.grown_mb
    rounds = [bench.out_and_in(edges, len(edges) // 100, seed + n) for n in range(ROUNDS)]
    deletions = [deletion_s / full_s for deletion_s, _, _ in rounds]
    insertions = [insertion_s / full_s for _, insertion_s, _ in rounds]
    idle_s, _ = bench.infer()
    plain_s = bench.plain()  # last: what it writes lies elsewhere in the store
    return {
        "derived facts": figure(report.added, "facts"),
        "derived facts a second": figure(report.added / full_s, "facts/s", floor=7_000, aim=12_000),
        "share of plain UNWIND": figure(plain_s / full_s, "ratio", floor=0.75, aim=0.9),
        "client memory while deriving": figure(
            grown_mb, "MB more", floor=100, aim=60, direction="<="
        ),
        "facts lost with 1 % of the base": figure(
            statistics.median(n for _, _, n in rounds), "facts"
        ),
        **shares("1 % deleted", deletions, floor=0.03, aim=0.02),
        **shares("1 % inserted", insertions, floor=0.05, aim=0.02),
        "nothing changed": figure(idle_s, "s", direction="<="),
    }


def shares(what: str, measured: list[float], *, floor: float, aim: float) -> dict[str, Figure]:
    """Return the median and the highest of what changes took, as shares of a full derivation."""
    median = statistics.median(measured)
    return {
        f"{what}, share of a full derivation": figure(
            median, "ratio", floor=floor, aim=aim, direction="<="
        ),
        f"{what}, highest share": figure(max(measured), "ratio", direction="<="),
    }


def universities(graph: Graph, sizes: list[int]) -> dict[str, Figure]:
    bench = Bench(graph, university.rule_set())
    figures = {}
    rates = []
    for n in sizes:
        triples = list(
            dict.fromkeys(t for number in range(n) for t in university.university(number))
        )
        types: dict[str, str] = {}
        for subject, type_, object_ in triples:
            types[subject] = "Organization" if type_ == "PART_OF" else "Person"
            ends = {
                "TEACHES": "Course",
                "TAKES": "Course",
                "AUTHOR_OF": "Work",
                "ADVISED_BY": "Person",
            }
            types.setdefault(object_, ends.get(type_, "Organization"))
        bench.load(triples, types)
        seconds, report = bench.infer()
        rates.append(report.added / seconds)
        name = f"{n} universities, {len(triples):,} stated and {report.added:,} derived facts"
        figures[name] = figure(rates[-1], "facts/s")
    figures["rate of the largest, share of the smallest's"] = figure(rates[-1] / rates[0], "ratio")
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=20_000)
    parser.add_argument("--universities", default="1,2,4", help="how many, in turn; empty for none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    graph_server.add_options(parser)
    options = parser.parse_args()
    figures: dict[str, Figure] = {}
    with graph_server.server(options) as (uri, auth):
        with Graph.connect(uri, auth=auth, ontology=TREE, config=GraphConfig()) as graph:
            graph.prepare()
            figures |= closure_of_a_tree(graph, options.nodes, options.seed)
        sizes = [int(n) for n in options.universities.split(",") if n]
        if sizes:
            with Graph.connect(uri, auth=auth, ontology=university.ONTOLOGY) as graph:
                figures |= universities(graph, sizes)
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
