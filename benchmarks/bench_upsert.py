"""How fast documents get into the graph, and what a night costs when little has changed.

    python -m benchmarks.bench_upsert [--documents 10000] [--large 100000] [--json]

Everything is measured in one run against one warm server, an embedded one unless `--uri` names
another (whose graph is deleted!). The yardstick is plain UNWIND: the same rows, prepared before
the clock starts, each known to be new, written with CREATE and no bookkeeping at all.
"""

import argparse
import json
import resource
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import neo4j

from benchmarks import workload
from graphdb import Graph, GraphConfig
from graphdb.rows import document_rows

EMPTY = (
    "MATCH (n) WHERE NOT n:SchemaVersion CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS"
)
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
                session.execute_write(
                    lambda tx, query=query, batch=batch: tx.run(query, rows=batch).consume()
                )


def timed(action: Callable[[], object]) -> float:
    start = time.perf_counter()
    action()
    return time.perf_counter() - start


def empty(driver: neo4j.Driver) -> None:
    with driver.session() as session:
        session.run(EMPTY).consume()


def memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def first_load(graph: Graph, driver: neo4j.Driver, n: int, rounds: int, seed: int) -> dict:
    """The share of the ceiling, alternating, and the median of the rounds."""
    extractions = list(workload.documents(range(n), seed))
    rows = plain_rows(extractions, graph.ontology)
    ceilings, ours = [], []
    for _ in range(rounds + 1):  # the first round warms the server up
        empty(driver)
        ceilings.append(timed(lambda: write_plain(driver, rows)))
        empty(driver)
        ours.append(timed(lambda: graph.upsert(extractions)))
    counts = graph.counts()
    shares = [ceiling / own for ceiling, own in zip(ceilings[1:], ours[1:], strict=True)]
    own = statistics.median(ours[1:])
    return {
        "documents": n,
        "ceiling_documents_per_s": n / statistics.median(ceilings[1:]),
        "documents_per_s": n / own,
        "share_of_ceiling": statistics.median(shares),
        "shares": shares,
        "nodes_and_relationships_per_s": (counts.nodes + counts.relationships) / own,
    }


def load(graph: Graph, driver: neo4j.Driver, n: int, seed: int) -> dict:
    """A full load by streaming; the client's memory is looked at on the way."""
    empty(driver)
    memory, making = [], 0.0

    def stream() -> Iterator:
        nonlocal making
        for number in range(n):
            start = time.perf_counter()
            extraction = workload.document(number, seed)
            making += time.perf_counter() - start
            if number % max(n // 20, 1) == 0:
                memory.append(memory_mb())
            yield extraction

    seconds = timed(lambda: graph.upsert(stream())) - making
    return {
        "documents": n,
        "seconds": seconds,
        "client_memory_mb": [
            round(each) for each in (memory[1], memory[len(memory) // 2], memory[-1])
        ],
    }


def unchanged_night(graph: Graph, n: int, seed: int) -> dict:
    """What an unchanged document costs: one hash, one look-up in the ledger."""
    listed = [extraction.document for extraction in workload.documents(range(n), seed)]

    def plan() -> None:
        ledger = graph.ledger("bench")
        assert all(ledger[each.id].sha256 == each.sha256 for each in listed)

    return {"planned_documents_per_s": n / timed(plan)}


def changed_night(graph: Graph, n_changed: int, total: int, seed: int, rounds: int) -> list[float]:
    """Seconds for a night in which so many documents were edited."""
    seconds = []
    for version in range(1, rounds + 1):
        step = total // n_changed
        edited = list(workload.documents(range(version, total, step), seed, version))[:n_changed]
        seconds.append(timed(lambda edited=edited: graph.upsert(edited)))
    return seconds


def upsert_again(graph: Graph, n: int, seed: int) -> dict:
    extractions = list(workload.documents(range(n), seed))
    seconds = timed(lambda: graph.upsert(extractions))
    return {"upserted_again_documents_per_s": n / seconds}


def measure(graph: Graph, driver: neo4j.Driver, arguments: argparse.Namespace) -> dict:
    seed, n = arguments.seed, arguments.documents
    results: dict = {"seed": seed}
    results["first load"] = first_load(graph, driver, arguments.sample, 3, seed)
    full = load(graph, driver, n, seed)
    night = unchanged_night(graph, n, seed) | upsert_again(graph, min(n, 2000), seed)
    changed = changed_night(graph, n // 100, n, seed, 5)
    results["full load"] = full
    results["nothing changed"] = night
    results["1 % changed"] = {
        "documents": n // 100,
        "seconds": changed,
        "share_of_full_load": statistics.median(changed) / full["seconds"],
    }
    if arguments.large:
        large = load(graph, driver, arguments.large, seed)
        again = changed_night(graph, n // 100, arguments.large, seed, 5)
        results["large load"] = large
        results["as many changed in the large graph"] = {
            "seconds": again,
            "relative_to_small": statistics.median(again) / statistics.median(changed),
        }
    return results


@contextmanager
def server(arguments: argparse.Namespace) -> Iterator[tuple[str, tuple[str, str]]]:
    if arguments.uri:
        yield arguments.uri, (arguments.user, arguments.password)
        return
    from graphdb.embedded import EmbeddedConfig, EmbeddedServer

    with tempfile.TemporaryDirectory() as folder:
        config = EmbeddedConfig(home=Path(folder) / "home", bolt_port=27687, http_port=27474)
        with EmbeddedServer(config).running() as endpoint:
            yield endpoint.bolt_uri, (endpoint.user, endpoint.password)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sample", type=int, default=2000, help="documents against the ceiling")
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=0, help="0 leaves the large graph out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--uri", help="a server to use; its graph is deleted")
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password", default="")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with (
        server(arguments) as (uri, auth),
        Graph.connect(uri, auth=auth, ontology=workload.ontology(), config=GraphConfig()) as graph,
        neo4j.GraphDatabase.driver(uri, auth=auth) as driver,
    ):
        graph.prepare()
        results = measure(graph, driver, arguments)
    if arguments.json:
        print(json.dumps(results, indent=2))
        return
    for name, values in results.items():
        print(f"{name}: {values}")


if __name__ == "__main__":
    main()
