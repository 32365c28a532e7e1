"""Why a fact is not in the graph: which premise the nearest rule lacks."""

from dataclasses import dataclass
from itertools import product
from typing import Any, LiteralString

from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.proof import keys_of
from graphdb.queries import cypher
from graphdb.rules import Atom, Rule, RuleSet

Binding = dict[str, str]

MAX_BINDINGS = 200
"""Ways of reading a rule that are followed; a hub offers thousands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule that would conclude the fact, and how far it gets."""

    rule: str
    sentence: str
    found: tuple[str, ...]
    """Premises that are there."""
    missing: tuple[str, ...]
    """Premises that are not; none if it is a condition that does not hold."""

    def __str__(self) -> str:
        has = f" has {'; '.join(self.found)} but" if self.found else ""
        lacks = f"lacks {'; '.join(self.missing)}" if self.missing else "its condition fails"
        return f"{self.rule}{has} {lacks}"


def why_not(
    connection: Connection,
    ontology: Ontology,
    rules: RuleSet,
    subject: str,
    type_: str,
    object_: str,
) -> list[NearMiss]:
    """Return for each rule that concludes the type how far it gets, the nearest first.

    An empty list says that no rule concludes it, or that the graph knows no such entities.
    """
    subjects = _known(connection, keys_of(subject, ontology))
    objects = _known(connection, keys_of(object_, ontology))
    misses = [
        _nearest(connection, rule, one, other)
        for rule in rules.rules
        if rule.conclusion.type == type_
        for one, other in product(subjects, objects)
    ]
    return sorted(misses, key=lambda miss: (len(miss.missing), -len(miss.found), miss.rule))


def _known(connection: Connection, keys: list[str]) -> list[str]:
    return [row["key"] for row in connection.read(cypher("proof/names"), keys=keys)]


def _nearest(connection: Connection, rule: Rule, subject: str, object_: str) -> NearMiss:
    """Bind premises one by one, leaving out those that are not there; keep the longest way."""
    start: Binding = {rule.conclusion.subject: subject, rule.conclusion.object: object_}
    ways: list[tuple[Binding, tuple[Atom, ...]]] = [(start, ())]
    for atom in _ordered(rule, start):
        longer: list[tuple[Binding, tuple[Atom, ...]]] = []
        for binding, found in ways:
            rows = _matches(connection, atom, binding)
            longer += [(binding | row, (*found, atom)) for row in rows]
            longer.append((binding, found))
        longer.sort(key=lambda way: -len(way[1]))
        ways = longer[:MAX_BINDINGS]
    binding, found = ways[0]
    names = {
        row["key"]: row["name"]
        for row in connection.read(cypher("proof/names"), keys=sorted(set(binding.values())))
    }
    return NearMiss(
        rule=rule.name,
        sentence=rule.sentence,
        found=tuple(_said(atom, binding, names) for atom in found),
        missing=tuple(_said(atom, binding, names) for atom in rule.atoms if atom not in found),
    )


def _ordered(rule: Rule, start: Binding) -> list[Atom]:
    """Return the premises so that each touches what is bound before it."""
    bound, left, ordered = set(start), list(rule.atoms), []
    while left:
        atom = max(left, key=lambda each: len({each.subject, each.object} & bound))
        left.remove(atom)
        ordered.append(atom)
        bound |= {atom.subject, atom.object}
    return ordered


def _matches(connection: Connection, atom: Atom, binding: Binding) -> list[Binding]:
    ends = {"subject": binding.get(atom.subject), "object": binding.get(atom.object)}
    if not any(ends.values()):
        return []
    name = "both" if all(ends.values()) else "subject" if ends["subject"] else "object"
    query: LiteralString = cypher(f"proof/from_{name}", type=atom.type)
    rows: list[dict[str, Any]] = connection.read(query, **ends, limit=MAX_BINDINGS)
    return [{atom.subject: row["subject"], atom.object: row["object"]} for row in rows]


def _said(atom: Atom, binding: Binding, names: dict[str, str]) -> str:
    ends = (binding.get(variable) for variable in (atom.subject, atom.object))
    subject, object_ = (names.get(key, key) if key else "…" for key in ends)
    return f"{subject} {atom.type} {object_}"
