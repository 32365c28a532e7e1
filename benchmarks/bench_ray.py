"""Measures reading on Ray with 1, 2 and 4 workers, on this machine, against the ideal.

    python -m benchmarks.bench_ray [--json] [--documents 120] [--rounds 5] [--workers 1 2 4]

A worker reads with one thread. The ideal of so many workers is that many times what one reads, as
far as there are processors for them. All clusters stand while one after the other reads, in turns,
so that a busy moment meets all; starting them is not measured, and neither are stores and graphs.
The process of a run reads the same with as many threads as there are processors, for comparison.
"""

import argparse
import os
import statistics
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from benchmarks.figures import Figure, figure, show
from extractors.facts import Document
from flows.catalogue import load_ontology
from flows.extractor import named_extractor
from flows.night import Extractor
from flows.scale import opened_readers
from flows.setting_groups import RaySettings
from flows.settings import load_settings
from flows.text import counted

SENTENCES = (
    "Microsoft was founded by Bill Gates and Paul Allen in 1975 and is based in Redmond.",
    "The river rises in the north of the country and flows through three towns.",
    "She studied at Cambridge, where she met the composer Benjamin Britten.",
)
MODEL = "general"


def documents(n: int) -> list[Document]:
    """Return documents of 130 to 330 words."""
    texts = (f"Number {number}. " + " ".join(SENTENCES * (3 + number % 6)) for number in range(n))
    return [Document(id=f"bench/{number}", text=text) for number, text in enumerate(texts)]


def seconds(extractor: Extractor, texts: Iterable[Document]) -> float:
    """Return how long documents take from text to what they say."""
    started = time.perf_counter()
    n_read = sum(1 for _ in extractor.extract(texts))
    assert n_read
    return time.perf_counter() - started


def opened(stack: ExitStack, workers: Iterable[int]) -> Iterator[tuple[str, Extractor]]:
    """Yield what reads, by name: the process of a run, and Ray with so many workers."""
    settings = load_settings()
    own = replace(settings.extractor, model=MODEL, device="cpu")
    ontology = load_ontology(settings)
    for n_workers in (0, *workers):
        update = {
            "scale": "ray" if n_workers else "",
            "ray": RaySettings(workers=n_workers),
            "extractor": replace(own, threads=1 if n_workers else os.cpu_count()),
        }
        mine = settings.model_copy(update=update)
        extractor = named_extractor(mine, ontology, lambda *_: None)
        name = counted(n_workers, "worker") if n_workers else "one process"
        yield name, stack.enter_context(opened_readers(mine, extractor, ontology, lambda *_: None))


def measure(n: int, rounds: int, workers: list[int]) -> dict[str, Figure]:
    texts = documents(n)
    with ExitStack() as stack:
        readers = dict(opened(stack, workers))
        for reader in readers.values():  # started, with models that have read
            seconds(reader, texts)
        taken = [
            {name: seconds(reader, texts) for name, reader in readers.items()}
            for _ in range(rounds)
        ]
    first = counted(workers[0], "worker")
    figures = {
        f"{name}, documents read": figure(
            n / statistics.median(each[name] for each in taken), "documents/s"
        )
        for name in readers
    }
    for n_workers in workers[1:]:
        name, ideal = counted(n_workers, "worker"), min(n_workers, os.cpu_count() or 1) / workers[0]
        shares = sorted(each[first] / each[name] / ideal for each in taken)
        share = statistics.median(shares)
        figures[f"{name}, share of the ideal"] = figure(share, "ratio", floor=0.8, aim=0.9)
        figures[f"… lowest of {rounds} rounds, {name}"] = figure(shares[0], "ratio")
        figures[f"… highest, {name}"] = figure(shares[-1], "ratio")
    best = counted(max(workers), "worker")
    beside = statistics.median(each["one process"] / each[best] for each in taken)
    figures[f"{best}, beside one process with all processors"] = figure(beside, "ratio")
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    arguments = parser.parse_args()
    measured = measure(arguments.documents, arguments.rounds, arguments.workers)
    show(measured, as_json=arguments.json)


if __name__ == "__main__":
    main()
