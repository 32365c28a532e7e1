"""Which names are compared at all: those that share a block, a text or a list; pure.

The live graph keeps the same blocks in an index (`graphdb.resolution.records`); here they are held
in memory, for whoever has all names at hand.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from graphdb.resolution.evidence import NameEvidence

RULES_VERSION = 3
"""Changes whenever blocks, reasons or weights do: the next resolution weighs all names anew."""
LARGEST_BLOCK = 50
"""Names of a block that are compared; what more names have in common says too little of any."""


def blocks_of(evidence: NameEvidence) -> frozenset[str]:
    """Return the blocks of all texts of a name."""
    return frozenset().union(*(name.blocks() for name in evidence.names))


def pairs(names: Mapping[str, NameEvidence]) -> Iterator[tuple[str, str]]:
    """Yield the keys of names that are to be compared, each pair once."""
    members: defaultdict[str, set[str]] = defaultdict(set)
    for key, evidence in names.items():
        # An entry of a list is a block: its names are compared, however different they look.
        for block in (*blocks_of(evidence), *evidence.known):
            members[block].add(key)
    # A set, because two names may share several blocks.
    compared = {
        pair
        for keys in members.values()
        if len(keys) <= LARGEST_BLOCK
        for pair in combinations(sorted(keys), 2)
    }
    # A name and the one in brackets behind it need not share a block: "Big Blue (IBM)".
    compared |= {(min(pair), max(pair)) for pair in _equated(names)}
    yield from sorted(compared)


def _equated(names: Mapping[str, NameEvidence]) -> Iterable[tuple[str, str]]:
    return (
        (key, other)
        for key, evidence in names.items()
        for other in evidence.equated
        if other in names
    )
