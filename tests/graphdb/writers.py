"""What other processes do to a graph while a test looks on; started with `python -m`.

    python -m tests.graphdb.writers URI USER ACTION [ARGUMENT …]    (password on standard input)

`write PART/PARTS` upserts its share of the corpus in which everybody meets, one small group after
the other, and prints how often it had to try again. `die MOMENT [N] [ROWS]` spends a night and is
killed when that moment comes for the N-th time; an inference of more than ROWS rows is written in
several transactions.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from graphdb import Graph, GraphConfig, GroupConfig, Ontology
from graphdb.inference import InferenceConfig
from graphdb.rules import RuleSet, parse
from tests.strategies import extraction

ONTOLOGY = Path(__file__).parent.parent / "ontology.toml"

WORKS_IN = """// Who works for an organization works in the place where it is based.
//
// confidence: 0.8
MATCH (person:Entity)-[job:WORKS_FOR]->(org:Entity)-[seat:BASED_IN]->(place:Entity)
RETURN person.key AS subject, 'WORKS_IN' AS type, place.key AS object,
  [job.key, seat.key] AS premises
"""


def rules(ontology: Ontology) -> RuleSet:
    """What follows from the corpus."""
    return RuleSet.of([parse(WORKS_IN, name="works-in", where="works-in.cypher")], ontology)


def corpus(n: int = 120) -> list:
    """Documents that all speak of the same few hubs, in changing order, and of one of their own."""
    hubs = ["Acme", "Bolt", "Core"]
    return [
        extraction(
            ("Ada", "WORKS_FOR", hubs[number % 3], number / n),
            (f"Person {number}", "WORKS_FOR", hubs[(number + 1) % 3]),
            (hubs[(number + 2) % 3], "BASED_IN", "Ghent"),
            "ADA" if number % 5 == 0 else "Ada",
            id=f"{number:03}",
        )
        for number in range(n)
    ]


def atlas():
    """A document that stays as it is."""
    return extraction(
        ("Rome", "LOCATED_IN", "Italy"), ("Ghent", "LOCATED_IN", "Flanders"), id="atlas"
    )


def first_night(graph: Graph) -> None:
    """Three documents of the corpus and the atlas, and what follows from them."""
    graph.upsert(
        [*(each for each in corpus() if each.document.id in {"000", "001", "100"}), atlas()]
    )
    graph.infer(rules(graph.ontology))


def second_night(graph: Graph) -> None:
    """Documents are edited, added and deleted; conclusions go, and others come one by another."""
    edited = [
        extraction(("Ada", "WORKS_FOR", "Bolt"), ("Bolt", "BASED_IN", "Rome"), "Eve", id=f"{n:03}")
        for n in range(4)
    ]
    graph.upsert([*edited, atlas()])
    graph.retract(["100"])
    graph.infer(rules(graph.ontology))


def at(moment: str, n: int, act: Callable[[], None]) -> tuple[Callable, Callable]:
    """Return a `reached` and a `tracer` that act when a moment comes for the n-th time.

    The moment is a named one, or the number of the statement before which it is.
    """
    left = n
    statements = 0

    def reached(name: str) -> None:
        nonlocal left
        if name == moment:
            left -= 1
            if not left:
                act()

    def tracer(*_: object) -> None:
        nonlocal statements
        statements += 1
        reached(str(statements))

    return reached, tracer


def start(server, *arguments: str) -> subprocess.Popen:
    """Start this module for a server; its first line of input is the server's password."""
    command = [sys.executable, "-m", "tests.graphdb.writers", server.uri, server.user, *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(uri: str, user: str, action: str, what: str, n: str = "1", rows: str = "2000") -> None:
    auth = (user, sys.stdin.readline().strip())
    reached, tracer = at(what, int(n), die)
    config = GraphConfig(
        group=GroupConfig(documents=5),
        patience_s=120,
        inference=InferenceConfig(transaction_rows=int(rows), batch_rows=2),
    )
    with Graph.connect(
        uri, auth=auth, ontology=Ontology.load(ONTOLOGY), config=config, tracer=tracer,
        reached=reached,
    ) as graph:  # fmt: skip
        if action == "write":
            part, parts = map(int, what.split("/"))
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            sys.stdin.readline()  # until all are
            change = graph.upsert(corpus()[part::parts])
            result = {"upserted": change.upserted, "retries": graph.connection.retries}
            sys.stdout.write(json.dumps(result))
        else:
            second_night(graph)


if __name__ == "__main__":
    main(*sys.argv[1:])
