"""Which facts to show where there is room for a dozen: the surest, but not all of one kind."""

from collections import Counter
from collections.abc import Iterable, Sequence

from flows.night import Tools
from graphdb import Graph, StatedFact
from graphdb.asking import DerivedFact, Proof, derived_facts, proofs_of

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
    if not n:
        return []
    connection = tools.graph.connection
    candidates = derived_facts(connection, tools.rules, 2 * CANDIDATES * n)
    return proofs_of(connection, varied_derived_facts(candidates, n))


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


def varied_derived_facts(facts: Iterable[DerivedFact], n: int) -> list[DerivedFact]:
    """Return derived facts of many rules: the surest of each, then the second of each, and so on.

    What follows from several premises comes first: a mirror image of one fact says little.
    """
    rank: Counter[str] = Counter()
    ordered = []
    for fact in sorted(facts, key=lambda fact: -fact.confidence):
        rank[fact.rule] += 1
        is_mirror = fact.n_premises < 2
        ordered.append(((rank[fact.rule] + 2 * is_mirror, -fact.confidence, fact.key), fact))
    ordered.sort(key=lambda pair: pair[0])
    picked: dict[frozenset[str], DerivedFact] = {}
    for _, fact in ordered:
        picked.setdefault(frozenset((fact.subject, fact.object)), fact)
    return list(picked.values())[:n]


def _worth(fact: StatedFact, seen: Counter[tuple[str, str]]) -> float:
    worth = fact.confidence
    for kind, value in _kinds(fact):
        worth *= WEIGHT_OF_ANOTHER[kind] ** seen[kind, value]
    return worth


def _kinds(fact: StatedFact) -> list[tuple[str, str]]:
    return [
        ("type", fact.type),
        ("document", fact.cited[0].document_id),
        ("entity", fact.subject),
        ("entity", fact.object),
    ]
