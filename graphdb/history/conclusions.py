"""What becomes of facts because of rules, recorded in lists of some hundred facts.

Rules conclude many facts at a time. A node for each of them would cost the server twice what the
facts themselves do.
"""

from collections.abc import Iterable, Sequence
from itertools import accumulate, chain
from typing import Any, LiteralString, NamedTuple

from graphdb.connection import Row
from graphdb.leases import Lease
from graphdb.queries import cypher

FACTS_A_NODE = 200
"""Facts that one node records. Whoever asks for an entity reads whole nodes."""

_NOT_THERE = -1.0


class Concluded(NamedTuple):
    """What has become of one fact because of rules."""

    fact: str
    type: str
    subject: str
    object: str
    rule: str | None
    """The rule because of which it changed, if it is known."""
    premises: Sequence[str]
    """Keys of the facts on which the rule was used."""
    before: float | None
    """Its confidence; None: it was not there."""
    after: float | None
    """Its confidence; None: it has gone."""


def recording_conclusions(
    conclusions: Iterable[Concluded], lease: Lease | None
) -> list[tuple[LiteralString, dict[str, Any]]]:
    """Return the statement that records these, with its parameters; none if there are none.

    Args:
        conclusions: What has become of facts; their ends are still there, with the names they had.
        lease: Names the run; without one it is nobody's.
    """
    recorded = list(conclusions)
    if not recorded:
        return []
    parts = [
        recorded[start : start + FACTS_A_NODE] for start in range(0, len(recorded), FACTS_A_NODE)
    ]
    ends = {end for each in recorded for end in (each.subject, each.object)}
    places = {key: place for place, key in enumerate(sorted(ends))}
    parameters = {
        "run": lease.run if lease else "",
        "epoch": lease.epoch if lease else None,
        "keys": list(places),
        "rows": [_row(part, places) for part in parts],
    }
    return [(cypher("record/conclusions"), parameters)]


def _row(part: Sequence[Concluded], places: dict[str, int]) -> Row:
    """Return lists in which each fact has the same place."""
    facts, types, subjects, objects, rules, premises, before, after = map(
        list, zip(*part, strict=True)
    )
    return {
        "facts": facts,
        "types": types,
        "subjects": subjects,
        "objects": objects,
        "subject_places": [places[key] for key in subjects],
        "object_places": [places[key] for key in objects],
        "confidences_before": [_NOT_THERE if value is None else value for value in before],
        "confidences": [_NOT_THERE if value is None else value for value in after],
        "rules": [rule or "" for rule in rules],
        "premises": list(chain.from_iterable(premises)),
        "premise_ends": list(accumulate(map(len, premises))),
    }
