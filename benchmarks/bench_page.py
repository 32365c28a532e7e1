"""How long the page takes to show an entity's card, in a graph of 100,000 entities.

    python -m benchmarks.bench_page [--entities 100000] [--cards 300] [--vectors] [--json]

The graph is written by UNWIND under our own schema: two facts a document, a document for every two
entities, and a hub that ten thousand facts join. Cards are asked for over HTTP, one after the
other, from the page as `nightloom up` serves it; which ones is drawn by chance. With `--vectors`
every passage has one, drawn by chance, and questions are looked for by their meaning, too.
"""

import argparse
import random
import socket
import statistics
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import neo4j
import numpy as np
import uvicorn

from benchmarks import graph_server
from benchmarks.figures import Figure, figure, show
from flows.page import asgi
from flows.settings import load_settings
from graphdb import Graph, Ontology
from graphdb.identity import entity_key, fact_key
from graphdb.rules import RuleSet

WORD = "nightloom:benchmark"
BATCH = 5_000
HUB_FACTS = 10_000
SENTENCE = "Person {n} works for Company {c} and has met Person {m} there. "

WRITE = """
UNWIND $rows AS row
CREATE (one:Entity:Person {key: row.one, name: row.one_name, type: 'Person', aliases: []})
CREATE (two:Entity:Organization {
  key: row.two, name: row.two_name, type: 'Organization', aliases: []})
CREATE (document:Document {id: row.id, title: row.id, source: 'b', digest: row.id, extractor: 'b'})
CREATE (chunk:Chunk {key: row.id, index: 0, start: 0, end: size(row.text), text: row.text})
CREATE (document)-[:HAS_CHUNK]->(chunk)
CREATE (chunk)-[:MENTIONS {start: 0, end: 9, text: row.one_name, confidence: 0.9}]->(one)
CREATE (chunk)-[:MENTIONS {start: 20, end: 29, text: row.two_name, confidence: 0.9}]->(two)
CREATE (chunk)-[:STATES {fact: row.fact, type: 'WORKS_FOR', object: row.two,
  start: 0, end: size(row.text), confidence: 0.9}]->(one)
CREATE (one)-[:WORKS_FOR {key: row.fact, confidence: 0.9, witnesses: 1, derived: false}]->(two)
"""
JOIN = """
UNWIND $rows AS row
MATCH (one:Entity {key: row.one}), (hub:Entity {key: row.hub})
USING INDEX SEEK one:Entity(key)
USING INDEX SEEK hub:Entity(key)
CREATE (one)-[:WORKS_FOR {
  key: row.fact, confidence: row.sure, witnesses: 1, derived: false}]->(hub)
"""


EMBED = """
UNWIND $rows AS row
MATCH (chunk:Chunk {key: row.key})
CALL db.create.setNodeVectorProperty(chunk, 'embedding_en', row.vector)
FINISH
"""
EMBEDDED = "MATCH (document:Document {id: 'b/0'}) SET document.embedded = 'en'"
WIDTH = 384


def fill(driver: neo4j.Driver, n: int) -> tuple[list[str], str]:
    """Write a graph of so many entities; return the keys of all, and of its hub."""
    keys: list[str] = []
    rows = []
    for number in range(n // 2):
        names = f"Person {number}", f"Company {number}"
        one, two = entity_key("Person", names[0]), entity_key("Organization", names[1])
        text = SENTENCE.format(n=number, c=number, m=number + 1) * 5
        keys += [one, two]
        rows.append(
            {
                "one": one, "one_name": names[0], "two": two, "two_name": names[1],
                "id": f"b/{number}", "text": text, "fact": fact_key(one, "WORKS_FOR", two),
            }
        )  # fmt: skip
    hub = keys[1]
    joins = [
        {
            "one": key,
            "hub": hub,
            "fact": fact_key(key, "WORKS_FOR", hub),
            "sure": (number % 97) / 100,
        }
        for number, key in enumerate(keys[2 : 2 * HUB_FACTS + 2 : 2])
    ]
    with driver.session() as session:
        for query, all_rows in ((WRITE, rows), (JOIN, joins)):
            for start in range(0, len(all_rows), BATCH):
                session.run(query, rows=all_rows[start : start + BATCH]).consume()
    return keys, hub


def embed(driver: neo4j.Driver, n_passages: int) -> float:
    """Give passages vectors that lie about a few hundred directions; return seconds for each."""
    chance = np.random.default_rng(20)
    subjects = chance.normal(size=(300, WIDTH))
    started = time.perf_counter()
    with driver.session() as session:
        for start in range(0, n_passages, 1_000):
            numbers = range(start, min(start + 1_000, n_passages))
            vectors = subjects[chance.integers(300, size=len(numbers))]
            vectors = vectors + 0.7 * chance.normal(size=vectors.shape)
            rows = [
                {"key": f"b/{number}", "vector": vector}
                for number, vector in zip(numbers, vectors.tolist(), strict=True)
            ]
            session.run(EMBED, rows=rows).consume()
        session.run(EMBEDDED).consume()
    return (time.perf_counter() - started) / n_passages


def timed_ms(ask: Callable[[], httpx.Response]) -> float:
    started = time.perf_counter()
    answer = ask()
    seconds = time.perf_counter() - started
    answer.raise_for_status()
    return 1000 * seconds


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--entities", type=int, default=100_000)
    parser.add_argument("--cards", type=int, default=300)
    parser.add_argument("--vectors", action="store_true")
    parser.add_argument("--json", action="store_true")
    graph_server.add_options(parser)
    options = parser.parse_args()
    settings = load_settings()
    ontology = Ontology.load(Path("tests/ontology.toml"))
    with (
        graph_server.server(options) as (uri, auth),
        neo4j.GraphDatabase.driver(uri, auth=auth) as driver,
        Graph.connect(uri, auth=auth, ontology=ontology) as graph,
    ):
        graph_server.empty(driver)
        graph.prepare()
        keys, hub = fill(driver, options.entities)
        embedding_s = embed(driver, options.entities // 2) if options.vectors else 0.0
        app = asgi(settings, graph, RuleSet.of([], ontology), WORD)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        config = uvicorn.Config(app, port=port, log_level="error", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while thread.is_alive() and not server.started:
            time.sleep(0.05)
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as person:
            person.post("/login", data={"word": WORD}).read()
            some = random.Random(20).sample(keys, options.cards + 20)
            for key in some[:20]:  # plans are made, and the server's code is compiled
                timed_ms(lambda key=key: person.get(f"/entity/{key}"))
            cards = [timed_ms(lambda key=key: person.get(f"/entity/{key}")) for key in some[20:]]
            hubs = [timed_ms(lambda: person.get(f"/entity/{hub}")) for _ in range(20)]
            searches = [
                timed_ms(lambda n=n: person.get(f"/?q=Person {n}")) for n in range(7, 7 + 40)
            ]
            asked = [
                timed_ms(lambda n=n: person.get(f"/?q=Who has met colleague {n} at the company?"))
                for n in range(120 if options.vectors else 0)
            ][20:]
        server.should_exit = True
        thread.join()
        graph_server.empty(driver)
    measured = figures(options.entities, cards, hubs, searches)
    if asked:
        measured |= of_questions(options.entities, asked, embedding_s)
    show(measured, as_json=options.json)


def figures(
    n: int, cards: list[float], hubs: list[float], searches: list[float]
) -> dict[str, Figure]:
    """Return what was measured, in milliseconds."""
    p95 = statistics.quantiles(cards, n=20)[-1]
    return {
        f"a card, {n:,} entities, p95": figure(p95, "ms", floor=300, aim=100, direction="<="),
        f"a card, {n:,} entities, median": figure(statistics.median(cards), "ms"),
        f"the card of a hub, {HUB_FACTS:,} facts, median": figure(statistics.median(hubs), "ms"),
        "a search for a name, median": figure(statistics.median(searches), "ms"),
    }


def of_questions(n: int, asked: list[float], embedding_s: float) -> dict[str, Figure]:
    """Return what looking by meaning takes, and what a vector takes to be written."""
    p95 = statistics.quantiles(asked, n=20)[-1]
    return {
        f"a question by words and meaning, {n:,} entities, p95": figure(
            p95, "ms", floor=300, direction="<="
        ),
        "a question by words and meaning, median": figure(statistics.median(asked), "ms"),
        "a vector written and indexed": figure(1000 * embedding_s, "ms"),
    }


if __name__ == "__main__":
    main()
