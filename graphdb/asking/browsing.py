"""What a person asks first: what is known about a name, and what did rules conclude."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from graphdb.asking.proof import Proof, explain, keys_of
from graphdb.connection import Connection
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rules import RuleSet


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEntity:
    """An entity and what documents call it."""

    key: str
    name: str
    type: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownFact:
    """A fact as a person reads it, with the keys of its ends."""

    subject_key: str
    subject: str
    type: str
    object_key: str
    object: str
    confidence: float
    derived: bool


def entities_called(connection: Connection, ontology: Ontology, name: str) -> list[NamedEntity]:
    """Return the entities with this name or key, one for each type that has it."""
    rows = connection.read(cypher("browse/entities"), keys=keys_of(name, ontology))
    return [
        NamedEntity(
            key=row["key"], name=row["name"], type=row["type"], aliases=tuple(row["aliases"] or ())
        )
        for row in rows
    ]


def facts_about(connection: Connection, keys: Sequence[str], limit: int) -> list[KnownFact]:
    """Return facts of these entities, stated ones first, the surest first."""
    rows = connection.read(cypher("browse/about"), keys=list(keys), limit=limit)
    return [KnownFact(**row) for row in rows]


def derived_facts(
    connection: Connection, ontology: Ontology, rules: RuleSet, limit: int
) -> list[Proof]:
    """Return some facts that only rules conclude, each with its proof, the surest first."""
    type_by_rule = {rule.name: rule.conclusion.type for rule in rules.rules}
    keys: defaultdict[str, list[str]] = defaultdict(list)
    for row in connection.read(cypher("browse/derived"), limit=10 * limit):
        if row["rule"] in type_by_rule:
            keys[type_by_rule[row["rule"]]].append(row["key"])
    found = [
        row
        for type_, several in sorted(keys.items())
        for row in connection.read(cypher("proof/facts", type=type_), keys=several)
        if row["derived"]
    ]
    found.sort(key=lambda row: (-row["confidence"], row["subject"], row["object"]))
    proofs = [
        proof
        for row in found[:limit]
        for proof in explain(connection, ontology, row["subject"], row["type"], row["object"])
        if proof.key == row["key"]
    ]
    return proofs[:limit]
