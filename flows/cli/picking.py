"""Which facts to show where there is room for a dozen: the surest, but not all of one kind."""

from collections import Counter
from collections.abc import Iterable, Sequence

from flows.night import Tools
from graphdb import Graph, StatedFact
from graphdb.asking import Proof, derived_facts

N_DOCUMENTS_ASKED = 1_000
"""Documents of which facts are shown: there is room for a dozen."""

CANDIDATES = 15
"""Facts looked at for each that is shown, so that they are not all of one kind."""

WEIGHT_OF_ANOTHER = {"type": 0.6, "document": 0.8, "entity": 0.85}
"""What a fact's confidence counts for each time its like has been picked already."""


def some_facts(graph: Graph, source: str, n: int) -> list[StatedFact]:
    """Return stated facts of a source to show to somebody who sees the graph for the first time."""
    ids = list(graph.ledger(source))[:N_DOCUMENTS_ASKED]
    return varied_facts(graph.facts(ids, limit=CANDIDATES * n), n) if n else []


def some_proofs(tools: Tools, n: int) -> list[Proof]:
    """Return derived facts to show, with their proofs."""
    graph = tools.graph
    if not n:
        return []
    found = derived_facts(graph.connection, graph.ontology, tools.rules, 2 * CANDIDATES * n)
    return varied_proofs(found, n)


def varied_facts(facts: Sequence[StatedFact], n: int) -> list[StatedFact]:
    """Return the surest facts of many types, documents and entities, the surest first."""
    picked: list[StatedFact] = []
    seen: Counter[tuple[str, str]] = Counter()
    pairs: set[frozenset[str]] = set()
    left = list(facts)
    while left and len(picked) < n:
        best = max(left, key=lambda fact: _worth(fact, seen))
        left.remove(best)
        if frozenset((best.subject, best.object)) in pairs:
            continue
        pairs.add(frozenset((best.subject, best.object)))
        seen.update(_kinds(best))
        picked.append(best)
    return sorted(picked, key=lambda fact: (-fact.confidence, fact.key))


def varied_proofs(found: Iterable[Proof], n: int) -> list[Proof]:
    """Return derived facts of many rules: the surest of each, then the second of each, and so on.

    What follows from several premises comes first: a mirror image of one fact says little.
    """
    rank: Counter[str] = Counter()
    ordered = []
    for proof in sorted(found, key=lambda proof: -proof.confidence):
        rule = proof.steps[0].rule if proof.steps else ""
        rank[rule] += 1
        is_mirror = not proof.steps or len(proof.steps[0].premises) < 2
        ordered.append(((rank[rule] + 2 * is_mirror, -proof.confidence, proof.key), proof))
    ordered.sort(key=lambda pair: pair[0])
    picked: dict[frozenset[str], Proof] = {}
    for _, proof in ordered:
        picked.setdefault(frozenset((proof.subject, proof.object)), proof)
    return list(picked.values())[:n]


def _worth(fact: StatedFact, seen: Counter[tuple[str, str]]) -> float:
    worth = fact.confidence
    for kind, value in _kinds(fact):
        worth *= WEIGHT_OF_ANOTHER[kind] ** seen[kind, value]
    return worth


def _kinds(fact: StatedFact) -> list[tuple[str, str]]:
    return [
        ("type", fact.type),
        ("document", fact.best.document_id),
        ("entity", fact.subject),
        ("entity", fact.object),
    ]
