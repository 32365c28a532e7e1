"""What a person asks first: what is known about an entity, and what did rules conclude."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphdb.asking.proof import Proof, prove
from graphdb.connection import Connection
from graphdb.queries import cypher
from graphdb.rules import RuleSet

_ALL = 2**63 - 1
_SHOWN = ("subject", "type", "object", "confidence")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact as a person reads it, with the keys of its ends."""

    key: str
    subject_key: str
    subject: str
    type: str
    object_key: str
    object: str
    confidence: float
    derived: bool
    witnesses: int
    """Documents that state it."""
    rule: str | None
    """Of a derived fact, the rule that it leans on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivedFact:
    """A fact that only rules conclude, with the rule that it leans on."""

    key: str
    subject: str
    type: str
    object: str
    confidence: float
    rule: str
    n_premises: int


def facts_about(
    connection: Connection, keys: Sequence[str], type_: str | None, limit: int
) -> list[KnownFact]:
    """Return facts of these entities, of one type or of all, stated ones first, the surest first.

    Args:
        connection: To the graph.
        keys: Of entities.
        type_: A relation type, or none for all.
        limit: Facts at most; 0 for all.
    """
    rows = connection.read(cypher("browse/about"), keys=list(keys), type=type_, limit=limit or _ALL)
    return [KnownFact(**row) for row in rows]


def derived_facts(connection: Connection, rules: RuleSet, limit: int) -> list[DerivedFact]:
    """Return some facts that only these rules conclude, the surest first."""
    type_by_rule = {rule.name: rule.conclusion.type for rule in rules.rules}
    leaned_on = {
        row["key"]: row
        for row in connection.read(cypher("browse/derived"), limit=10 * limit)
        if row["rule"] in type_by_rule
    }
    keys_by_type: defaultdict[str, list[str]] = defaultdict(list)
    for key, row in leaned_on.items():
        keys_by_type[type_by_rule[row["rule"]]].append(key)
    facts = [
        DerivedFact(**leaned_on[row["key"]], **{name: row[name] for name in _SHOWN})
        for type_, keys in sorted(keys_by_type.items())
        for row in connection.read(cypher("proof/facts", type=type_), keys=keys)
        if row["derived"]
    ]
    return sorted(facts, key=lambda fact: (-fact.confidence, fact.subject, fact.object))[:limit]


def proofs_of(connection: Connection, facts: Iterable[DerivedFact]) -> list[Proof]:
    """Return why each of these derived facts is in the graph."""
    rows = [
        {"key": fact.key, "derived": True} | {name: getattr(fact, name) for name in _SHOWN}
        for fact in facts
    ]
    return prove(connection, rows)
