"""What contradicts the ontology: reported, never refused, for a person to look at.

Reads the facts of the types that the ontology says something about, stated and derived: one query
for each kind of contradiction.
"""

from collections.abc import Iterator
from itertools import groupby, islice
from typing import Any

from graphdb.checks.audit import EXAMPLES, Violation
from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher, summary

Check = tuple[str, tuple[str, ...], dict[str, Any]]
"""Name of the kind, relation types that it is about, parameters of the query."""


def violations(connection: Connection, ontology: Ontology) -> list[Violation]:
    """Return what the ontology forbids and the graph says all the same."""
    contradictions = []
    for kind, types, parameters in _checks(ontology):
        if not types:
            continue
        rows = connection.stream(cypher(f"violations/{kind}", types=types), **parameters)
        for type_, same_type in groupby(rows, lambda row: str(row["type"])):
            first = tuple(row["example"] for row in islice(same_type, EXAMPLES))
            contradictions.append(
                Violation(
                    invariant=f"{kind} {type_}",
                    meaning=summary(f"violations/{kind}").replace("TYPE", type_),
                    count=len(first) + sum(1 for _ in same_type),
                    examples=first,
                )
            )
    return contradictions


def _checks(ontology: Ontology) -> Iterator[Check]:
    types = dict(sorted(ontology.relation_types.items()))
    disjoint = {name: list(each.disjoint_with) for name, each in types.items()}
    subjects = {name: list(each.subject) for name, each in types.items()}
    objects = {name: list(each.object) for name, each in types.items()}
    circular = (name for name, each in types.items() if each.transitive and not each.symmetric)
    yield "functional", tuple(name for name, each in types.items() if each.functional), {}
    yield "disjoint", _said(disjoint), {"disjoint": disjoint}
    yield "domain", _said(subjects), {"allowed": subjects}
    yield "range", _said(objects), {"allowed": objects}
    yield "cycle", tuple(circular), {}


def _said(values: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(name for name, names in values.items() if names)
