"""What other processes do to a graph while a test looks on; started with `python -m`.

    python -m tests.graphdb.writing URI USER ACTION [ARGUMENT]      (the password on standard input)

`write PART/PARTS` upserts its share of the corpus in which everybody meets, one small group after
the other, and prints how often it had to try again. `die MOMENT` is killed when that moment comes.
"""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from graphdb import Graph, GraphConfig, GroupConfig, Ontology
from tests.strategies import extraction

ONTOLOGY = Path(__file__).parent.parent / "ontology.toml"


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


def edited() -> list:
    """What the corpus becomes when a run is killed half way through changing it."""
    return [extraction(("Ada", "WORKS_FOR", "Bolt"), "Eve", id=f"{n:03}") for n in range(4)]


def start(server, *arguments: str) -> subprocess.Popen:
    """Start this module for a server; read its output with `communicate(server.password)`."""
    command = [sys.executable, "-m", "tests.graphdb.writing", server.uri, server.user, *arguments]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip


def main(uri: str, user: str, action: str, argument: str) -> None:
    def reached(moment: str) -> None:
        if action == "die" and moment == argument:
            os.kill(os.getpid(), signal.SIGKILL)

    statements = 0

    def tracer(*_: object) -> None:
        nonlocal statements
        statements += 1
        if action == "die" and argument == str(statements):
            os.kill(os.getpid(), signal.SIGKILL)

    auth = (user, sys.stdin.read())
    config = GraphConfig(group=GroupConfig(documents=5), patience_s=120)
    with Graph.connect(
        uri, auth=auth, ontology=Ontology.load(ONTOLOGY), config=config, tracer=tracer,
        reached=reached,
    ) as graph:  # fmt: skip
        if action == "write":
            part, parts = map(int, argument.split("/"))
            change = graph.upsert(corpus()[part::parts])
            result = {"upserted": change.upserted, "retries": graph.connection.retries}
            sys.stdout.write(json.dumps(result))
        else:
            graph.upsert(edited())
            graph.retract(["100"])


if __name__ == "__main__":
    main(*sys.argv[1:])
