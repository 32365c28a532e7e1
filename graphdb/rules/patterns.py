"""The patterns of a rule: entities in round brackets, named relationships of one type between."""

from collections.abc import Collection
from dataclasses import dataclass, field

from graphdb.rules.cursor import Cursor
from graphdb.rules.model import Atom
from graphdb.rules.tokens import Token


@dataclass(slots=True)
class Scope:
    """The variables of a rule, or of one NOT EXISTS within it."""

    entities: set[str] = field(default_factory=set)
    facts: dict[str, Atom] = field(default_factory=dict)
    alone: dict[str, Token] = field(default_factory=dict)
    """Where an entity stands in a pattern without a relationship."""
    labels: set[tuple[str, str]] = field(default_factory=set)
    """Variables, and the entity types that are asked of them."""


def read_paths(cursor: Cursor, scope: Scope, taken: Collection[str] = ()) -> tuple[Atom, ...]:
    """Read patterns with commas between, and add their variables to the scope.

    Args:
        cursor: Stands before the first pattern.
        scope: Takes in what the patterns name.
        taken: Names of relationships outside, which may not be given again.

    Raises:
        RuleError: A pattern has more than typed, directed, named relationships.
    """
    atoms = _path(cursor, scope, taken)
    while cursor.accept(","):
        atoms += _path(cursor, scope, taken)
    return tuple(atoms)


def check_joined(cursor: Cursor, scope: Scope, outside: Collection[str] = ()) -> None:
    """Refuse an entity that no relationship touches: every one would go with every row."""
    joined = {end for atom in scope.facts.values() for end in (atom.subject, atom.object)}
    for variable, token in scope.alone.items():
        if variable not in joined and variable not in outside:
            what = "the nameless entity" if variable.startswith(" ") else variable
            cursor.refuse(
                f"nothing joins {what} to the rest, so everything would be combined with"
                " everything; give it a relationship to the others, or leave it out",
                token,
            )


def _path(cursor: Cursor, scope: Scope, taken: Collection[str]) -> list[Atom]:
    first = cursor.peek()
    left = _node(cursor, scope)
    atoms: list[Atom] = []
    while cursor.at("-") or cursor.at("<-"):
        variable, type_, backwards = _relationship(cursor)
        right = _node(cursor, scope)
        subject, object_ = (right, left) if backwards else (left, right)
        if variable.text in scope.facts or variable.text in taken:
            cursor.refuse(f"two relationships are called {variable.text}", variable)
        atom = Atom(variable.text, subject, type_, object_, variable.line)
        scope.facts[variable.text] = atom
        atoms.append(atom)
        left = right  # `(a)-[…]->(b)-[…]->(c)` goes on from b
    # Another pattern may still join it: `check_joined` decides when all have been read.
    if not atoms:
        scope.alone.setdefault(left, first)
    return atoms


def _relationship(cursor: Cursor) -> tuple[Token, str, bool]:
    """Read one arrow; return its variable, its type, and whether it points to the left."""
    backwards = cursor.next().text == "<-"
    cursor.expect("[", "write relationships as -[name:TYPE]->")
    if not cursor.at_variable():
        cursor.refuse("a relationship needs a name, so that it can be a premise: [name:TYPE]")
    variable = cursor.next()
    cursor.expect(":", f"say the one relation type of {variable.text}: [{variable.text}:TYPE]")
    type_ = cursor.word("a relation type")
    # Each premise is one fact of one type: the engine looks facts up by type and key.
    if cursor.at("*") or cursor.at("|") or cursor.at("{"):
        cursor.refuse("one type and one step a relationship, without properties")
    cursor.expect("]", "one type and one step a relationship, without properties")
    if backwards and cursor.at("->"):
        cursor.refuse("a relationship has one direction")
    if not backwards and cursor.at("-"):
        cursor.refuse(
            "give the relationship a direction (-> or <-); for both ways, write a second"
            " rule or declare the type symmetric in the ontology"
        )
    cursor.expect("-" if backwards else "->", "write relationships as -[name:TYPE]->")
    return variable, type_.text, backwards


def _node(cursor: Cursor, scope: Scope) -> str:
    cursor.expect("(", "a pattern is (a:Entity)-[name:TYPE]->(b:Entity)")
    variable = cursor.next().text if cursor.at_variable() else cursor.anonymous()
    while cursor.accept(":"):
        scope.labels.add((variable, cursor.word("an entity type").text))
    if cursor.at("{"):
        cursor.refuse("put the properties of entities into WHERE")
    cursor.expect(")", "a node is (name:Type)")
    scope.entities.add(variable)
    return variable
