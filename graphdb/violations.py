"""What contradicts the ontology: reported, never refused, for a person to look at.

Reads all facts of the types that the ontology says something about, stated and derived.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, LiteralString

from graphdb.audit import EXAMPLES, Violation
from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher

Check = tuple[str, LiteralString, dict[str, Any]]


def violations(connection: Connection, ontology: Ontology) -> list[Violation]:
    """Return what the ontology forbids and the graph says all the same."""
    found = []
    for name, query, parameters in _checks(ontology):
        rows = connection.stream(query, **parameters)
        first = [row["example"] for row in islice(rows, EXAMPLES)]
        if first:
            count = len(first) + sum(1 for _ in rows)
            meaning = query.split("\n", 1)[0].removeprefix("// ")
            found.append(
                Violation(invariant=name, meaning=meaning, count=count, examples=tuple(first))
            )
    return found


def _checks(ontology: Ontology) -> Iterator[Check]:
    for name, type_ in sorted(ontology.relation_types.items()):
        if type_.functional:
            yield f"functional {name}", cypher("violations/functional", type=name), {}
        for other in type_.disjoint_with:
            query = cypher("violations/disjoint", type=name, other=other)
            yield f"disjoint {name} {other}", query, {}
        if type_.subject:
            query = cypher("violations/domain", type=name)
            yield f"domain {name}", query, {"allowed": list(type_.subject)}
        if type_.object:
            query = cypher("violations/range", type=name)
            yield f"range {name}", query, {"allowed": list(type_.object)}
        if type_.transitive and not type_.symmetric:
            yield f"cycle {name}", cypher("violations/cycle", type=name), {}
