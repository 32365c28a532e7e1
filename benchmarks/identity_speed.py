"""How many new names a second resolution takes in, with many names in the graph and with few.

Documents of people and of companies are put into a graph until it has so many names, and all are
resolved. Then further documents come, each of whose names is new to the graph and has others like
it there: surnames and words of companies are shared by about five names. What is measured is their
resolution, from marked names to decisions that the documents follow.
"""

import time
from collections.abc import Iterator
from itertools import count, islice
from random import Random

from benchmarks.figures import Figure, figure
from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Mention, Relation, Span
from graphdb import Graph, Ontology

ONTOLOGY = Ontology.model_validate(
    {
        "entities": {
            "Person": {"identity": "resolved"},
            "Organization": {"identity": "resolved"},
        },
        "relations": {"WORKS_FOR": {"subject": ["Person"], "object": ["Organization"]}},
    }
)
SYLLABLES = "ka lo mi ren tas vel dor an bri ce du el fa gon hu is jo ley ton berg man ric den"
FIRST = "John Mary Peter Anna Thomas Clara James Edith Paul Nora Henry Alice Walter Ruth Simon Ida"
KIND = "Rail Steel Paper Glass Grain Power Water Timber Copper Textile Bank Works Union Partners"
SENTENCES = 25
"""Of a document; each names a person and a company."""
N_NEW = 4_000
"""Names that come new."""


def in_graphs(uri: str, auth: tuple[str, str], small: int, large: int) -> dict[str, Figure]:
    """Return new names a second at two sizes of the graph, and how much dearer the larger is.

    Args:
        uri: Address of a server whose graph is deleted.
        auth: User and password.
        small: Names in the graph at first.
        large: Names in the graph then.
    """
    writing = documents(Random(1), large)
    figures: dict[str, Figure] = {}
    taken = []
    with Graph.connect(uri, auth=auth, ontology=ONTOLOGY) as graph:
        graph.clear()
        graph.prepare()
        n_names = 0
        for size in (small, large):
            missing = (size - n_names) // (2 * SENTENCES)
            graph.upsert(islice(writing, missing))
            graph.resolve()
            graph.upsert(islice(writing, N_NEW // (2 * SENTENCES)))
            start = time.perf_counter()
            graph.resolve()
            taken.append(time.perf_counter() - start)
            n_names = size + N_NEW
            aims = {"floor": 500, "aim": 5_000} if size == large else {}
            figures[f"new names with {size:,} in the graph"] = figure(
                N_NEW / taken[-1], "a second", **aims
            )
        graph.clear()
    growth = figure(taken[1] / taken[0], "times", floor=1.5, aim=1.1, direction="<=")
    return figures | {f"time a new name takes at {large:,}, of that at {small:,}": growth}


def documents(chance: Random, n_names: int) -> Iterator[Extraction]:
    """Yield documents without end; a surname is one of a fifth of so many."""
    surnames = [_coined(chance, 4) for _ in range(n_names // 10)]
    firms = [_coined(chance, 4) for _ in range(n_names // 10)]
    seen: set[str] = set()

    def new(*pools: list[str]) -> str:
        while (name := " ".join(chance.choice(pool) for pool in pools)) in seen:
            pass
        seen.add(name)
        return name

    first, kind = FIRST.split(), KIND.split()
    for number in count():
        pairs = [(new(first, first, surnames), new(firms, kind, kind)) for _ in range(SENTENCES)]
        yield _document(f"d{number}", pairs)


def _document(id_: str, pairs: list[tuple[str, str]]) -> Extraction:
    text, entities, relations = "", [], []
    for person, firm in pairs:
        start = len(text)
        text += f"{person} works for {firm}. "
        ends = Span(start, start + len(person)), Span(len(text) - 2 - len(firm), len(text) - 2)
        who, where = (
            Entity(type_, name, (Mention(span, name, 0.9),))
            for type_, name, span in zip(
                ("Person", "Organization"), (person, firm), ends, strict=True
            )
        )
        entities += [who, where]
        relations.append(
            Relation(who, "WORKS_FOR", where, (Evidence(Span(start, len(text) - 1), 0.9),))
        )
    return Extraction(
        document=Document(id=id_, text=text),
        chunks=(Chunk(0, Span(0, len(text))),),
        entities=tuple(entities),
        relations=tuple(relations),
        extractor="made up",
    )


def _coined(chance: Random, n_syllables: int) -> str:
    return "".join(chance.choices(SYLLABLES.split(), k=n_syllables)).capitalize()
