"""Why a fact is not in the graph: which premise the nearest rule lacks, or what else stops it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import LiteralString

from graphdb.asking.looking import keys_called
from graphdb.connection import Connection, Row
from graphdb.inference import Answer, about_entities
from graphdb.ontology import Ontology
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
    an inference would conclude it now."""

    def __str__(self) -> str:
        has = f"{self.rule} has {'; '.join(self.found)}"
        if self.missing:
            but = f"{has} but" if self.found else self.rule
            return f"{but} lacks {'; '.join(self.missing)}"
        if self.obstacles:
            but = f"{has} but" if self.found else f"{self.rule}:"
            return f"{but} {'; '.join(self.obstacles)}"
        return f"{has}: the next inference would conclude it"


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
    subjects = keys_called(connection, ontology, subject)
    objects = keys_called(connection, ontology, object_)
    misses = [
        _nearest(connection, rule, one, other)
        for rule in rules.rules
        if rule.conclusion.type == type_
        for one, other in product(subjects, objects)
    ]
    return sorted(
        misses,
        key=lambda miss: (len(miss.missing), len(miss.obstacles), -len(miss.found), miss.rule),
    )


def _nearest(connection: Connection, rule: Rule, subject: str, object_: str) -> NearMiss:
    """Bind premises one by one, leaving out those that are not there; keep the longest way."""
    if subject == object_:
        itself = ("nothing is concluded of an entity about itself",)
        return NearMiss(
            rule=rule.name, sentence=rule.sentence, found=(), missing=(), obstacles=itself
        )
    end = rule.conclusion
    patterns = [clause.atoms for clause in rule.clauses]
    ways = _ways(connection, patterns, {end.subject: subject, end.object: object_})
    binding, atoms_there = ways[0]
    obstacles: tuple[str, ...] = ()
    if len(atoms_there) == len(rule.atoms):
        complete = [way for way, atoms in ways if len(atoms) == len(rule.atoms)]
        obstacles, binding = _least_hindered(connection, rule, complete[:MAX_JUDGED])
    entities = _entities(connection, binding)
    return NearMiss(
        rule=rule.name,
        sentence=rule.sentence,
        found=tuple(_said(atom, binding, entities) for atom in atoms_there),
        missing=tuple(
            _said(atom, binding, entities) for atom in rule.atoms if atom not in atoms_there
        ),
        obstacles=obstacles,
    )


def _ways(connection: Connection, patterns: Sequence[Sequence[Atom]], start: Binding) -> list[Way]:
    """Return ways of binding patterns, with what was found of them, the longest first.

    Args:
        connection: To the graph.
        patterns: In each of them no relationship stands for two, as in one MATCH of Cypher.
        start: What is bound already.
    """
    ways: list[Way] = [(start, ())]
    # Each pattern lengthens every way by all that it matches, and leaves it as it was, too: the
    # premise that is missing may be any of them, not only the last.
    for atom in _ordered([atom for pattern in patterns for atom in pattern], start):
        (beside,) = (pattern for pattern in patterns if atom in pattern)
        longer: list[Way] = []
        for binding, atoms_there in ways:
            # Within one MATCH, Cypher binds no relationship twice, and the rule means that.
            taken = {_triple(each, binding) for each in atoms_there if each in beside}
            bindings = (binding | row for row in _matches(connection, atom, binding))
            longer += [
                (one, (*atoms_there, atom)) for one in bindings if _triple(atom, one) not in taken
            ]
            longer.append((binding, atoms_there))
        # The longest are kept: what is cut off at a hub has more premises missing.
        longer.sort(key=lambda way: -len(way[1]))
        ways = longer[:MAX_BINDINGS]
    return ways


def _triple(atom: Atom, binding: Binding) -> tuple[str, str, str]:
    return binding[atom.subject], atom.type, binding[atom.object]


def _least_hindered(
    connection: Connection, rule: Rule, ways: Sequence[Binding]
) -> tuple[tuple[str, ...], Binding]:
    """Return the way with the fewest obstacles, and these."""
    judged = ((_obstacles(connection, rule, way), way) for way in ways)
    best = next(judged)
    for each in judged:
        if not best[0]:
            break
        best = min(best, each, key=lambda one: len(one[0]))
    return best


def _obstacles(connection: Connection, rule: Rule, binding: Binding) -> tuple[str, ...]:
    """Return what stops a rule all of whose premises are there."""
    entities = _entities(connection, binding)
    # Types before the condition: the server is asked about it with entities of the right types.
    wrong = tuple(
        f"{entity['name']} is of type {entity['type']}, not {label}"
        for variable, label in rule.labels
        if label != "Entity" and (entity := entities[binding[variable]])["type"] != label
    )
    if wrong:
        return wrong
    named = {name: key for name, key in binding.items() if name[0] != " "}
    rows = connection.read(about_entities(rule), entities=named)
    if any(Answer(*each).holds for row in rows for each in row["found"]):
        return ()
    conditions = [" ".join(each.condition.split()) for each in rule.clauses if each.condition]
    there = tuple(
        f"{_said(atom, way, entities | _entities(connection, way))} is there"
        for absence in rule.absences
        if absence.is_bare
        for way, atoms_there in _ways(connection, [absence.atoms], binding)[:1]
        if len(atoms_there) == len(absence.atoms)
        for atom in atoms_there
    )
    return (*there, f"its condition fails: {' and '.join(conditions)}")


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
    # With neither end bound this would be all facts of the type, which say nothing of these two.
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
