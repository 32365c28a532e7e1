"""How fast documents get into the graph, and what a night costs when little has changed.

    python -m benchmarks.bench_upsert [--documents 10000] [--full] [--json]

`--full` adds a graph of 100,000 documents, which takes longer than ten minutes.

Everything is measured in one run against one warm server, an embedded one unless `--uri` names
another (whose graph is deleted!). The yardstick is plain UNWIND: the same rows, prepared before
the clock starts, each known to be new, written with CREATE and no bookkeeping at all.
"""

import argparse
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import neo4j

from benchmarks import graph_server, workload
from benchmarks.figures import Figure, figure, show
from benchmarks.graph_server import empty
from graphdb import Graph, GraphConfig
from graphdb.writing.rows import document_rows

PLAIN = {
    "documents": """
UNWIND $rows AS row
CREATE (document:Document)
SET document = row""",
    "chunks": """
UNWIND $rows AS row
MATCH (document:Document {id: row.document})
CREATE (document)-[:HAS_CHUNK]->(:Chunk {
  key: row.key, index: row.index, start: row.start, end: row.end, text: row.text})""",
    "entities": """
UNWIND $rows AS row
CREATE (entity:Entity {key: row.key, name: row.name, type: row.type})
SET entity:$(row.type)""",
    "mentions": """
UNWIND $rows AS row
MATCH (chunk:Chunk {key: row.chunk})
MATCH (entity:Entity {key: row.entity})
CREATE (chunk)-[:MENTIONS {
  start: row.start, end: row.end, text: row.text, confidence: row.confidence}]->(entity)""",
    "states": """
UNWIND $rows AS row
MATCH (chunk:Chunk {key: row.chunk})
MATCH (entity:Entity {key: row.entity})
CREATE (chunk)-[:STATES {
  fact: row.fact, type: row.type, object: row.object,
  start: row.start, end: row.end, confidence: row.confidence}]->(entity)""",
    "facts": """
UNWIND $rows AS row
MATCH (subject:Entity {key: row.subject})
MATCH (object:Entity {key: row.object})
CREATE (subject)-[:$(row.type) {
  key: row.key, confidence: row.confidence, witnesses: 1, derived: false}]->(object)""",
}
BATCH = 10_000
ROUNDS = 5
LARGE = 100_000


def plain_rows(extractions, ontology) -> dict[str, list[dict]]:
    rows = {kind: [] for kind in PLAIN}
    entities, facts = {}, {}
    for extraction in extractions:
        document = document_rows(extraction, ontology)
        rows["documents"].append({"id": document.id, **document.properties})
        for chunk in document.chunks:
            here = {"document": document.id, "chunk": chunk["key"]}
            rows["mentions"] += [mention | here for mention in chunk["mentions"]]
            rows["states"] += [stated | here for stated in chunk["states"]]
            rows["chunks"].append(
                {name: chunk[name] for name in ("key", "index", "start", "end", "text")} | here
            )
        for key, type_ in document.types_by_entity.items():
            name = min(document.texts_by_entity[key])
            entities[key] = {"key": key, "type": type_, "name": name}
        for key, triple in document.triples_by_fact.items():
            facts[key] = {
                "key": key,
                "subject": triple.subject,
                "type": triple.type,
                "object": triple.object,
                "confidence": document.confidence_by_fact[key],
            }
    return rows | {"entities": list(entities.values()), "facts": list(facts.values())}


def write_plain(driver: neo4j.Driver, rows: dict[str, list[dict]]) -> None:
    with driver.session() as session:
        for kind, query in PLAIN.items():
            for start in range(0, len(rows[kind]), BATCH):
                batch = rows[kind][start : start + BATCH]
                # Planned once, as ours are: a ceiling that plans anew in each round would flatter.
                session.execute_write(
                    lambda tx, query=f"CYPHER replan=skip {query}", batch=batch: tx.run(
                        query, rows=batch
                    ).consume()
                )


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def first_load(graph: Graph, driver: neo4j.Driver, n: int, rounds: int) -> dict[str, Figure]:
    """Ours and the ceiling by turns; the median of the rounds, and their spread."""
    extractions = list(workload.documents(range(n)))
    rows = plain_rows(extractions, graph.ontology)
    ceilings, ours = [], []
    for _ in range(rounds + 1):  # the first round warms the server up
        empty(driver)
        ceilings.append(timed(lambda: write_plain(driver, rows)))
        empty(driver)
        ours.append(timed(lambda: graph.upsert(extractions)))
    counts = graph.counts()
    shares = sorted(ceiling / own for ceiling, own in zip(ceilings[1:], ours[1:], strict=True))
    own = statistics.median(ours[1:])
    things = (counts.nodes + counts.relationships) / own
    name = f"first load of {n:,} documents"
    return {
        f"{name}, share of plain UNWIND": figure(
            statistics.median(shares), "ratio", floor=0.8, aim=0.95
        ),
        f"{name}, lowest share of {rounds} rounds": figure(shares[0], "ratio"),
        f"{name}, highest share": figure(shares[-1], "ratio"),
        f"{name}, documents": figure(n / own, "documents/s"),
        f"{name}, nodes and relationships": figure(things, "1/s", floor=25_000, aim=35_000),
    }


def load(graph: Graph, driver: neo4j.Driver, n: int) -> tuple[float, list[float]]:
    """Load by streaming; return the seconds, and the client's memory on the way, in MB."""
    empty(driver)
    memory, making = [], 0.0

    def stream() -> Iterator:
        nonlocal making
        for number in range(n):
            start = time.perf_counter()
            extraction = workload.document(number)
            making += time.perf_counter() - start
            if number % max(n // 20, 1) == 0:
                memory.append(memory_mb())
            yield extraction

    seconds = timed(lambda: graph.upsert(stream()))
    return seconds - making, memory


def unchanged_night(graph: Graph, n: int) -> float:
    """Return seconds for a night of unchanged documents: a hash each, and a look-up."""
    listed = [extraction.document for extraction in workload.documents(range(n))]

    def plan() -> None:
        ledger = graph.ledger("bench")
        assert all(ledger[each.id].sha256 == each.sha256 for each in listed)

    return timed(plan)


def changed_night(graph: Graph, n_changed: int, total: int, rounds: int) -> float:
    """Return the median seconds of a night in which so many documents were edited."""
    seconds = []
    for version in range(1, rounds + 1):
        step = total // n_changed
        edited = list(workload.documents(range(version, total, step), 0, version))[:n_changed]
        seconds.append(timed(lambda edited=edited: graph.upsert(edited)))
    return statistics.median(seconds)


def nights(graph: Graph, driver: neo4j.Driver, n: int) -> tuple[dict[str, Figure], float]:
    """Return the figures of a graph of `n` documents, and seconds for a night of 1 % changes."""
    seconds, memory = load(graph, driver, n)
    unchanged = n / unchanged_night(graph, n)
    changed_s = changed_night(graph, n // 100, n, 5)
    return {
        f"load of {n:,} documents": figure(n / seconds, "documents/s"),
        f"client memory at the end of loading {n:,}": figure(
            memory[-1], "MB", floor=500, aim=500, direction="<="
        ),
        f"client memory, second half of loading {n:,}": figure(
            memory[-1] - memory[len(memory) // 2], "MB more", direction="<="
        ),
        f"nothing changed in {n:,}": figure(unchanged, "documents/s", floor=2_000, aim=10_000),
        f"1 % changed in {n:,}, share of the full load": figure(
            changed_s / seconds, "ratio", floor=0.02, aim=0.012, direction="<="
        ),
    }, changed_s


def measure(graph: Graph, driver: neo4j.Driver, options: argparse.Namespace) -> dict[str, Figure]:
    n = options.documents
    figures = first_load(graph, driver, options.sample, ROUNDS)
    small, changed_s = nights(graph, driver, n)
    figures |= small
    if options.full:
        seconds, memory = load(graph, driver, LARGE)
        again_s = changed_night(graph, n // 100, LARGE, 5)
        growth = memory[-1] - memory[len(memory) // 2]
        figures |= {
            f"load of {LARGE:,} documents": figure(LARGE / seconds, "documents/s"),
            f"client memory at the end of loading {LARGE:,}": figure(
                memory[-1], "MB", floor=500, aim=500, direction="<="
            ),
            f"client memory, second half of loading {LARGE:,}": figure(
                growth, "MB more", direction="<="
            ),
            f"{n // 100} changed in {LARGE:,}, relative to {n:,}": figure(
                again_s / changed_s, "ratio", floor=1.5, aim=1.1, direction="<="
            ),
        }
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=2000, help="documents against the ceiling")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--json", action="store_true")
    graph_server.add_options(parser)
    options = parser.parse_args()
    with (
        graph_server.server(options) as (uri, auth),
        Graph.connect(uri, auth=auth, ontology=workload.ontology(), config=GraphConfig()) as graph,
        neo4j.GraphDatabase.driver(uri, auth=auth) as driver,
    ):
        graph.prepare()
        figures = measure(graph, driver, options)
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
