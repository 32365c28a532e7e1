"""How much sooner a load is done if several processes write it at once, and that it is the same.

    python -m benchmarks.bench_writers [--json] [--documents 1000] [--rounds 5] [--writers 2 4 8]

Each writer is a process of its own and has every n-th document; all of them meet in the same
frequent entities (`benchmarks.workload`). They take no lease, as nobody else is there: the locks of
documents and entities alone keep them apart. After each load the canonical dump must be what one
writer made. By turns, after one round in which the server and all writers warm up.
"""

import argparse
import hashlib
import multiprocessing
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from multiprocessing.connection import Connection as Pipe

import neo4j

from benchmarks import graph_server, workload
from benchmarks.figures import Figure, figure, show
from benchmarks.graph_server import empty
from graphdb import Graph

Auth = tuple[str, str]


def write_whenever_told(pipe: Pipe, uri: str, auth: Auth, numbers: range) -> None:
    """Write the documents with these numbers each time that something comes through the pipe."""
    extractions = list(workload.documents(numbers))
    with Graph.connect(uri, auth=auth, ontology=workload.ontology()) as graph:
        pipe.send("ready")
        while pipe.recv():
            graph.upsert(extractions)
            pipe.send(graph.connection.retries)


@contextmanager
def writers(n: int, uri: str, auth: Auth, n_documents: int) -> Iterator[list[Pipe]]:
    """Give the pipes of so many writers, which are ready."""
    context = multiprocessing.get_context("spawn")
    pipes, processes = [], []
    for part in range(n):
        mine, theirs = context.Pipe()
        numbers = range(part, n_documents, n)
        process = context.Process(target=write_whenever_told, args=(theirs, uri, auth, numbers))
        process.start()
        pipes.append(mine)
        processes.append(process)
    for pipe in pipes:
        pipe.recv()
    try:
        yield pipes
    finally:
        for pipe in pipes:
            pipe.send(False)
        for process in processes:
            process.join()


def load(pipes: list[Pipe]) -> tuple[float, int]:
    """Have all documents written; return the seconds, and transactions repeated so far."""
    started = time.perf_counter()
    for pipe in pipes:
        pipe.send(True)
    retries = sum(pipe.recv() for pipe in pipes)
    return time.perf_counter() - started, retries


def digest(graph: Graph) -> str:
    """Return a hash of the canonical dump."""
    lines = hashlib.sha256()
    for line in graph.dump():
        lines.update(line.encode())
    return lines.hexdigest()


def measure(uri: str, auth: Auth, options: argparse.Namespace) -> dict[str, Figure]:
    """Load by turns with one writer and with more."""
    counts = [1, *options.writers]
    seconds: dict[int, list[float]] = {n: [] for n in counts}
    retries: dict[int, int] = {}
    with (
        ExitStack() as stack,
        Graph.connect(uri, auth=auth, ontology=workload.ontology()) as graph,
        neo4j.GraphDatabase.driver(uri, auth=auth) as driver,
    ):
        graph.prepare()
        pipes = {n: stack.enter_context(writers(n, uri, auth, options.documents)) for n in counts}
        made: set[str] = set()
        for n_round in range(options.rounds + 1):
            for n in counts:
                empty(driver)
                taken, retries[n] = load(pipes[n])
                made.add(digest(graph))
                if n_round:
                    seconds[n].append(taken)
    figures = {"graphs that differ from one writer's": figure(len(made) - 1, "", direction="<=")}
    rate = options.documents / statistics.median(seconds[1])
    figures["1 writer"] = figure(rate, "documents/s")
    for n in options.writers:
        gains = sorted(one / own for one, own in zip(seconds[1], seconds[n], strict=True))
        asked = {"floor": 1.3, "aim": 1.7} if n == 4 else {}
        figures |= {
            f"{n} writers, times as fast": figure(statistics.median(gains), "ratio", **asked),
            f"… lowest of {options.rounds} rounds, {n} writers": figure(gains[0], "ratio"),
            f"… highest, {n} writers": figure(gains[-1], "ratio"),
            f"… transactions repeated, {n} writers": figure(retries[n], "in all"),
        }
    return figures


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--writers", type=int, nargs="+", default=[2, 4, 8])
    graph_server.add_options(parser)
    options = parser.parse_args()
    with graph_server.server(options) as (uri, auth):
        figures = measure(uri, auth, options)
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
