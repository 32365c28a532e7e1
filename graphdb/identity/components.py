"""What hangs together by links: the connected components of keys; pure."""

from collections.abc import Iterable


def components(keys: Iterable[str], links: Iterable[frozenset[str]]) -> list[frozenset[str]]:
    """Return what hangs together by links, in order."""
    neighbours: dict[str, set[str]] = {key: set() for key in keys}
    for link in links:
        # A link may lead to keys that were not asked about: these are left out.
        for key in link & neighbours.keys():
            neighbours[key] |= link & neighbours.keys()
    groups, seen = [], set[str]()
    # From the least key on, so that groups come in the same order on every run.
    for start in sorted(neighbours):
        if start in seen:
            continue
        members, waiting = {start}, [start]
        while waiting:
            further = neighbours[waiting.pop()] - members
            members |= further
            waiting += further
        seen |= members
        groups.append(frozenset(members))
    return groups
