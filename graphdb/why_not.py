"""Why a fact is not in the graph: which premise the nearest rule lacks, or what else stops it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import LiteralString

from graphdb.connection import Connection, Row
from graphdb.identity import fact_key
from graphdb.inference.engine import make_indexes
from graphdb.inference.questions import Answer, again_from_premise
from graphdb.ontology import Ontology
from graphdb.proof import keys_of
from graphdb.queries import cypher
from graphdb.rules import Atom, Rule, RuleSet

Binding = dict[str, str]
"""Entities by variable."""
Way = tuple[Binding, tuple[Atom, ...]]
"""Entities by variable, and the patterns that are there with them."""

MAX_BINDINGS = 200
"""Ways of reading a rule that are followed; a hub offers thousands."""
MAX_JUDGED = 20
"""Ways with all premises whose types and conditions are looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule that would conclude the fact, and how far it gets."""

    rule: str
    sentence: str
    found: tuple[str, ...]
    """Premises that are there."""
    missing: tuple[str, ...]
    """Premises that are not."""
    obstacles: tuple[str, ...] = ()
    """Where no premise is missing: entities of another type, or the condition that fails; none if
    the next inference will conclude it."""

    def __str__(self) -> str:
        has = f"{self.rule} has {'; '.join(self.found)}"
        if self.missing:
            but = f"{has} but" if self.found else self.rule
            return f"{but} lacks {'; '.join(self.missing)}"
        if self.obstacles:
            return f"{has} but {'; '.join(self.obstacles)}"
        return f"{has}: the next inference concludes it"


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
    end = rule.conclusion
    ways = _ways(connection, rule.atoms, {end.subject: subject, end.object: object_})
    binding, found = ways[0]
    obstacles: tuple[str, ...] = ()
    if len(found) == len(rule.atoms):
        complete = [way for way, atoms in ways if len(atoms) == len(rule.atoms)]
        judged = [(_obstacles(connection, rule, way), way) for way in complete[:MAX_JUDGED]]
        obstacles, binding = min(judged, key=lambda each: len(each[0]))
    entities = _entities(connection, binding)
    return NearMiss(
        rule=rule.name,
        sentence=rule.sentence,
        found=tuple(_said(atom, binding, entities) for atom in found),
        missing=tuple(_said(atom, binding, entities) for atom in rule.atoms if atom not in found),
        obstacles=obstacles,
    )


def _ways(connection: Connection, atoms: Sequence[Atom], start: Binding) -> list[Way]:
    """Return ways of binding patterns, with those that were found, the longest first."""
    ways: list[Way] = [(start, ())]
    for atom in _ordered(atoms, start):
        longer: list[Way] = []
        for binding, found in ways:
            rows = _matches(connection, atom, binding)
            longer += [(binding | row, (*found, atom)) for row in rows]
            longer.append((binding, found))
        longer.sort(key=lambda way: -len(way[1]))
        ways = longer[:MAX_BINDINGS]
    return ways


def _obstacles(connection: Connection, rule: Rule, binding: Binding) -> tuple[str, ...]:
    """Return what stops a rule all of whose premises are there."""
    entities = _entities(connection, binding)
    wrong = tuple(
        f"{entity['name']} is of type {entity['type']}, not {label}"
        for variable, label in rule.labels
        if label != "Entity" and (entity := entities[binding[variable]])["type"] != label
    )
    if wrong or _holds(connection, rule, binding):
        return wrong
    condition = " and ".join(
        " ".join(clause.condition.split()) for clause in rule.clauses if clause.condition
    )
    there = tuple(
        f"{_said(atom, way, entities | _entities(connection, way))} is there"
        for absence in rule.absences
        for way, found in _ways(connection, absence.atoms, binding)[:1]
        if len(found) == len(absence.atoms)
        for atom in found
    )
    return (*there, f"its condition fails: {condition}")


def _holds(connection: Connection, rule: Rule, binding: Binding) -> bool:
    make_indexes(connection, [rule])
    keys = [
        fact_key(binding[atom.subject], atom.type, binding[atom.object])
        for atom in (rule.atom_by_variable[variable] for variable in rule.premises)
    ]
    rows = connection.read(again_from_premise(rule, rule.premises[0]), groups=[keys[:1]])
    answers = (Answer(*each) for row in rows for each in row["found"])
    return any(answer.holds for answer in answers if answer.premises == keys)


def _entities(connection: Connection, binding: Binding) -> dict[str, Row]:
    keys = sorted(set(binding.values()))
    return {row["key"]: row for row in connection.read(cypher("proof/names"), keys=keys)}


def _ordered(atoms: Sequence[Atom], start: Binding) -> list[Atom]:
    """Return patterns so that each touches what is bound before it."""
    bound, left, ordered = set(start), list(atoms), []
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
    rows: list[Row] = connection.read(query, **ends, limit=MAX_BINDINGS)
    return [{atom.subject: row["subject"], atom.object: row["object"]} for row in rows]


def _said(atom: Atom, binding: Binding, entities: Mapping[str, Row]) -> str:
    ends = (binding.get(variable) for variable in (atom.subject, atom.object))
    subject, object_ = (entities[key]["name"] if key else "…" for key in ends)
    return f"{subject} {atom.type} {object_}"
