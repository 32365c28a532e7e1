"""The rules that an ontology implies: symmetric, transitive, inverse and wider types.

They are rule files like anybody's (`cypher/rules/`), with the types filled in. A transitive type
is closed linearly, one direct step at a time, so that a fact has one derivation for each first
step and not one for each place where its path could be cut: on a tree, one instead of 3.4.

For that, a fact of a transitive type is called indirect while nothing but such closing supports
it. A fact that was only turned round (symmetric, inverse) must count as indirect, too: every fact
of such a type can be turned round, so otherwise every fact would be a direct step. Where a direct
step is stated in the other direction, a rule of its own steps over it backwards.
"""

from collections.abc import Iterator
from dataclasses import replace

from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rules.model import Rule
from graphdb.rules.parser import parse


def built_in_rules(ontology: Ontology) -> tuple[Rule, ...]:
    """Return the rules that the ontology implies, ordered by name."""
    rules = {rule.name: rule for rule in _rules(ontology)}
    return tuple(rules[name] for name in sorted(rules))


def _rules(ontology: Ontology) -> Iterator[Rule]:
    types = ontology.relation_types
    inverses = _inverses(ontology)
    symmetric = {name for name, type_ in types.items() if type_.symmetric}
    transitive = {name for name, type_ in types.items() if type_.transitive}
    # The inverse of a transitive type is transitive, too, whether the ontology says so or not.
    closed = transitive | {b for a in transitive for b in inverses[a]}
    for name in sorted(symmetric):
        yield _rule(f"symmetric {name}", "symmetric", closing=name in transitive, type=name)
    for name, others in sorted(inverses.items()):
        for other in sorted(others):
            # Both symmetric and an inverse is rare; all its facts are direct, right but not linear.
            closing = other in closed and not {name, other} & symmetric
            rule_name = f"inverse {name} {other}"
            yield _rule(rule_name, "inverse", closing=closing, type=name, inverse=other)
    for name, type_ in sorted(types.items()):
        if type_.sub_property_of and type_.sub_property_of != name:
            wider = type_.sub_property_of
            yield _rule(f"sub_property {name} {wider}", "sub_property", type=name, wider=wider)
    done: set[str] = set()
    for name in sorted(transitive):
        if inverses[name] & done and name not in symmetric:
            continue  # the inverse of what is closed already
        done.add(name)
        yield _rule(f"transitive {name}", "transitive", closing=True, type=name)
        for other in sorted(inverses[name] | ({name} & symmetric)):
            rule_name = f"transitive {name} {other}"
            yield _rule(rule_name, "transitive_inverse", closing=True, type=name, inverse=other)


def _inverses(ontology: Ontology) -> dict[str, set[str]]:
    inverses: dict[str, set[str]] = {name: set() for name in ontology.relation_types}
    for name, type_ in ontology.relation_types.items():
        if type_.inverse_of and type_.inverse_of != name:
            inverses[name].add(type_.inverse_of)
            inverses[type_.inverse_of].add(name)
    return inverses


def _rule(name: str, template: str, *, closing: bool = False, **types: str) -> Rule:
    text = cypher(f"rules/{template}", **types)
    rule = parse(text, name=name, where=f"the ontology's rule {name!r}", closing=closing)
    return replace(rule, built_in=True)
