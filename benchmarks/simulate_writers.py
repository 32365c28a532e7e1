"""What several writers would gain: a simulation of transactions that wait for each other's locks.

    python -m benchmarks.simulate_writers [--documents 20000] [--json]

A transaction of some documents prepares its rows, locks all entities that these mention, in order,
works, and lets go of them when it commits. Two that mention the same entity go one after the other.
Entities are drawn as in `benchmarks.workload`: 12 a document, Zipf over 20,000. Nothing is measured
here but the times of one transaction, which come from `bench_upsert`; processors are not modelled,
so this is the most that locks would allow, on a server with enough of them.
"""

import argparse
import heapq
import random
from dataclasses import dataclass

from benchmarks.figures import Figure, figure, show
from benchmarks.workload import draw

PER_DOCUMENT_S = 1 / 289
"""Measured for one writer (`bench_upsert`, 2 idle cores)."""
CLIENT_SHARE = 0.25
"""Of that, what the client does before it holds a lock (processor times of client and server)."""
PER_TRANSACTION_S = 0.065
"""Round trips and the commit, whatever is in it: transactions of one document take 20 times as
long as those of a hundred, document for document."""
ENTITY_SHARE = 0.4
"""Of the work with locks, what is about entities and facts and not about documents and chunks."""
WRITERS = (1, 2, 4, 8, 16, 64)


@dataclass(frozen=True, slots=True)
class Design:
    """Which entities a transaction holds until it commits."""

    name: str
    documents: int
    """Of one transaction."""
    hubs_free: int
    """So many of the most frequent entities are not locked at all."""


DESIGNS = (
    Design("as it is: 100 documents, every entity", 100, 0),
    Design("one document, every entity", 1, 0),
    Design("100 documents, all but the 1,000 most frequent", 100, 1_000),
    Design("one document, all but the 1,000 most frequent", 1, 1_000),
)


def speed(design: Design, writers: int, documents: int, seed: int = 0) -> float:
    """Return documents a second, with so many writers that take transactions from one queue."""
    dice = random.Random(seed)
    free_at: dict[int, float] = {}
    """When the last transaction that locks an entity is done with it."""
    idle = [0.0] * writers
    ended = 0.0
    for _ in range(documents // design.documents):
        begun = heapq.heappop(idle)
        entities = {
            entity
            for _ in range(design.documents)
            for entity in draw(dice)
            if entity >= design.hubs_free
        }
        prepared = begun + design.documents * PER_DOCUMENT_S * CLIENT_SHARE
        held = max([prepared, *(free_at.get(entity, 0.0) for entity in entities)])
        done = held + design.documents * PER_DOCUMENT_S * (1 - CLIENT_SHARE) + PER_TRANSACTION_S
        free_at.update(dict.fromkeys(entities, done))
        heapq.heappush(idle, done)
        ended = max(ended, done)
    return documents / ended


def speed_of_owners(writers: int, documents: int, batch: int = 100, seed: int = 0) -> float:
    """Return documents a second if evidence is written first, and facts by who owns their entity.

    The first step locks nothing that others need. In the second each owner takes what came for its
    entities in batches; the owner of the most frequent entities has the most to do.
    """
    dice = random.Random(seed)
    mine = [0] * writers
    for _ in range(documents):
        for entity in draw(dice):
            mine[hash((entity, seed)) % writers] += 1
    a_document = (
        PER_DOCUMENT_S * (1 - ENTITY_SHARE * (1 - CLIENT_SHARE)) + PER_TRANSACTION_S / batch
    )
    first = documents * a_document / writers
    an_entity = PER_DOCUMENT_S * ENTITY_SHARE * (1 - CLIENT_SHARE) / (sum(mine) / documents)
    n_batches = documents / batch
    second = max(mine) * an_entity + n_batches * PER_TRANSACTION_S / writers
    return documents / (first + second)


def simulate(documents: int) -> dict[str, Figure]:
    """Return the speed-up of each design over one writer of it."""
    figures = {}
    for design in DESIGNS:
        alone = speed(design, 1, documents)
        figures[f"{design.name}: one writer"] = figure(alone, "documents/s")
        for writers in WRITERS[1:]:
            gain = speed(design, writers, documents) / alone
            figures[f"{design.name}: {writers} writers"] = figure(gain, "times one writer")
    alone = speed_of_owners(1, documents)
    figures["evidence first, facts by owners: one"] = figure(alone, "documents/s")
    for writers in WRITERS[1:]:
        gain = speed_of_owners(writers, documents) / alone
        figures[f"evidence first, facts by owners: {writers}"] = figure(gain, "times one owner")
    return figures


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--documents", type=int, default=20_000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    show(simulate(options.documents), as_json=options.json)


if __name__ == "__main__":
    main()
