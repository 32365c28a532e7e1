"""Promise 4: a document is in the graph whole, in one version."""

import threading

import neo4j

from tests.strategies import extraction

READ = """
MATCH (document:Document {id: 'x'})
SET document.id = document.id
WITH document
MATCH (document)-[:HAS_CHUNK]->(chunk)-[:MENTIONS]->(entity)
RETURN document.title AS title, count(*) AS mentions, collect(DISTINCT left(entity.name, 1)) AS who
"""


def test_reader_who_locks_the_document_sees_one_version_whole(graph, server):
    """Neo4j reads what is committed at each step, so a reader who must not straddle a commit
    takes the document's lock first, as writers do."""
    versions = [
        extraction(*[(f"{v} {n}", "WORKS_FOR", f"{v} {n}") for n in range(5)], id="x", title=v)
        for v in "AB"
    ]
    graph.upsert(versions[0])
    seen, done = set(), threading.Event()

    def read():
        with (
            neo4j.GraphDatabase.driver(server.uri, auth=server.auth) as driver,
            driver.session() as session,
        ):
            while not done.is_set():
                record = session.execute_write(lambda tx: tx.run(READ).single())
                seen.add((record["title"], record["mentions"], tuple(record["who"])))

    reading = threading.Thread(target=read)
    reading.start()
    for number in range(1, 21):
        graph.upsert(versions[number % 2])
    done.set()
    reading.join()

    assert seen == {("A", 10, ("A",)), ("B", 10, ("B",))}
