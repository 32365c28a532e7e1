"""What contradicts the ontology: reported, never refused, for a person to look at.

Reads the facts of the types that the ontology says something about, stated and derived: one query
for each kind of contradiction.
"""

from collections.abc import Iterator
from itertools import chain, groupby, islice
from typing import Any

from graphdb.asking import by_document, witnesses
from graphdb.checks.audit import EXAMPLES, Violation
from graphdb.connection import Connection, Row
from graphdb.ontology import Ontology
from graphdb.queries import cypher, summary

Check = tuple[str, tuple[str, ...], dict[str, Any]]
"""Name of the kind, relation types that it is about, parameters of the query."""

MOST_FACTS = 4
"""Facts of one example of which the sentences are given."""


def violations(connection: Connection, ontology: Ontology) -> list[Violation]:
    """Return what the ontology forbids and the graph says all the same."""
    contradictions = []
    for kind, types, parameters in _checks(ontology):
        if not types:
            continue
        rows = connection.stream(cypher(f"violations/{kind}", types=types), **parameters)
        for type_, same_type in groupby(rows, lambda row: str(row["type"])):
            first = list(islice(same_type, EXAMPLES))
            n_more = sum(1 for _ in same_type)  # noqa: B031 - it goes on where islice stopped
            contradictions.append((kind, type_, first, n_more))
    return [
        Violation(
            invariant=f"{kind} {type_}",
            meaning=summary(f"violations/{kind}").replace("TYPE", type_),
            count=len(first) + n_more,
            examples=tuple(row["example"] for row in first),
            sentences=_sentences(connection, first),
        )
        for kind, type_, first, n_more in contradictions
    ]


def contradicting_facts(connection: Connection, ontology: Ontology, limit: int) -> list[str]:
    """Return the keys of facts that cannot all be right, so many at most."""
    keys: dict[str, None] = {}
    for kind, types, parameters in _checks(ontology):
        rows = (
            connection.stream(cypher(f"violations/{kind}", types=types), **parameters)
            if types
            else ()
        )
        for row in rows:
            keys |= dict.fromkeys(fact for fact in row["facts"][:MOST_FACTS] if fact)
            if len(keys) >= limit:
                return list(keys)[:limit]
    return list(keys)


def _sentences(connection: Connection, rows: list[Row]) -> tuple[tuple[str, ...], ...]:
    """Return what each example's facts are stated by, as the document that is surest has it.

    Relationships that others put between entities have no key, and no sentences.
    """
    facts_by_row = [[fact for fact in row["facts"][:MOST_FACTS] if fact] for row in rows]
    by_fact = witnesses(connection, sorted(set(chain.from_iterable(facts_by_row))))
    return tuple(
        tuple(
            f"“{' … '.join(witness.text for witness in cited)}” {cited[0].document_id}"
            for fact in facts
            for cited in by_document(by_fact[fact])[:1]
        )
        for facts in facts_by_row
    )


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
    before = {name: list(each.before) for name, each in types.items()}
    years = {name: each.within_years for name, each in types.items() if each.within_years}
    yield "before", _said(before), {"before": before}
    yield "within", tuple(years), {"years": years}


def _said(values: dict[str, list[str]]) -> tuple[str, ...]:
    return tuple(name for name, names in values.items() if names)
