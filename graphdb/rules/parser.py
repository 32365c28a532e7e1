"""From the text of a rule file to a `Rule`.

The shape is small on purpose, so that the engine can turn a rule round and ask what follows from
one new fact:

    file      = header clause+ return [";"]                                    header.py
    header    = "//" lines: a sentence, an empty line, "confidence: NUMBER" ["stratum: NUMBER"]
    clause    = MATCH path ("," path)* [WHERE condition]
    path      = node (("-[" variable ":" TYPE "]->" | "<-[" variable ":" TYPE "]-") node)*
    node      = "(" [variable] (":" Label)* ")"                                patterns.py
    condition = Cypher with known functions, and                               conditions.py
                NOT EXISTS "{" [MATCH] path ("," path)* [WHERE condition] "}"
    return    = RETURN v.key AS subject, 'TYPE' AS type, v.key AS object,      conclusion.py
                "[" v.key, … "]" AS premises
"""

from dataclasses import dataclass, field

from graphdb.rules.conclusion import read_conclusion
from graphdb.rules.conditions import AS_MANY, Reads, follow_brackets, read_condition
from graphdb.rules.cursor import Cursor
from graphdb.rules.header import read_header
from graphdb.rules.model import (
    MUTABLE_ENTITY_PROPERTIES,
    MUTABLE_FACT_PROPERTIES,
    Absence,
    Clause,
    Rule,
)
from graphdb.rules.patterns import Scope, check_joined, read_paths
from graphdb.rules.tokens import Token, check_characters, written, written_on_its_lines


def parse(text: str, *, name: str, where: str, closing: bool = False) -> Rule:
    """Read one rule.

    Args:
        text: The file.
        name: What derivations call the rule.
        where: The file's name, for messages.
        closing: See `Rule.closing`.

    Raises:
        RuleError: Says the line, what is wrong there, and the way out.
    """
    check_characters(text, where)
    header = read_header(text, where)
    cursor = Cursor(text, where)
    body = _body(cursor, closing=closing)
    conclusion, premises = read_conclusion(cursor, body.scope)
    cursor.accept(";")
    if not cursor.is_done:
        cursor.refuse(f"nothing may follow the RETURN, not even {cursor.peek().text!r}")
    reads, facts = body.reads, frozenset(body.scope.facts)
    return Rule(
        name=name,
        sentence=header.sentence,
        confidence=header.confidence,
        stratum=header.stratum,
        clauses=tuple(body.clauses),
        absences=tuple(body.absences),
        conclusion=conclusion,
        premises=premises,
        fact_conditions=reads.variables(MUTABLE_FACT_PROPERTIES) & facts,
        entity_conditions=reads.variables(MUTABLE_ENTITY_PROPERTIES) & body.scope.entities,
        direct_variables=reads.variables(frozenset(("indirect",))) & facts,
        labels=tuple(sorted(body.scope.labels)),
        other_labels=tuple(sorted(body.inner_labels | reads.labels)),
        text=text,
        query=written_on_its_lines(cursor.words),
        where=where,
        closing=closing,
    )


@dataclass(slots=True)
class _Body:
    """Everything between the header and the RETURN, as far as it has been read."""

    closing: bool
    clauses: list[Clause] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    reads: Reads = field(default_factory=Reads)
    inner_labels: set[tuple[str, str]] = field(default_factory=set)
    """Variables and entity types of the patterns in NOT EXISTS."""


def _body(cursor: Cursor, *, closing: bool) -> _Body:
    body = _Body(closing)
    while not body.clauses or cursor.at("MATCH"):
        body.clauses.append(_clause(cursor, body))
    check_joined(cursor, body.scope)
    return body


def _clause(cursor: Cursor, body: _Body) -> Clause:
    cursor.expect("MATCH", "a rule begins with MATCH")
    start = cursor.place
    atoms = read_paths(cursor, body.scope)
    pattern = written(cursor.read_since(start))
    condition = _condition(cursor, body, body.scope) if cursor.accept("WHERE") else ""
    return Clause(pattern, condition, atoms)


def _condition(cursor: Cursor, body: _Body, scope: Scope, *, within: bool = False) -> str:
    """Read a condition up to the clause that follows it, or the brace that closes it.

    Args:
        cursor: Stands after WHERE.
        body: Takes in what the condition reads, and its absences.
        scope: Of the patterns that the condition belongs to.
        within: Whether these stand in a NOT EXISTS.
    """
    cursor.peek()  # refuses a file that ends here
    start = cursor.place
    n_absences = len(body.absences)
    opened: list[Token] = []
    plain: list[Token] = []
    # A condition has no end sign of its own: it ends where the next clause begins.
    while not cursor.is_done:
        token = cursor.peek()
        if token.upper in ("MATCH", "RETURN") or (token.text == "}" and within):
            break
        cursor.check_keyword(token)
        if token.upper == "EXISTS":
            # Its words are read as patterns, so that the engine knows which types must be complete.
            body.absences.append(_absence(cursor, body, plain))
            continue
        follow_brackets(token, opened, cursor.refuse)
        plain.append(cursor.next())
    if opened:
        cursor.refuse(f"{opened[-1].text!r} is not closed; {AS_MANY}", opened[-1])
    if not plain and len(body.absences) == n_absences:
        cursor.refuse("WHERE needs a condition")
    # What stands inside sees the variables outside, as in Cypher; never the other way round.
    entities = scope.entities | body.scope.entities
    facts = scope.facts.keys() | body.scope.facts.keys()
    reads = read_condition(plain, entities, facts, cursor.refuse, closing=body.closing)
    own_entities = scope.entities - body.scope.entities
    if within and reads.variables(MUTABLE_ENTITY_PROPERTIES) & own_entities:
        # When a name changes, the rule is asked again around the entities of MATCH, not of these.
        cursor.refuse("name and aliases can be read outside NOT EXISTS only; use key or type")
    body.reads.add(reads)
    return written(cursor.read_since(start))


def _absence(cursor: Cursor, body: _Body, before: list[Token]) -> Absence:
    if not before or before[-1].upper != "NOT":
        cursor.refuse("what must be there belongs into MATCH, as a premise; only NOT EXISTS")
    cursor.next()
    if not cursor.accept("{"):
        cursor.refuse("write NOT EXISTS { (a)-[name:TYPE]->(b) }")
    cursor.accept("MATCH")
    inner = Scope()
    # Two relationships of one name would be one and the same: inside means something else.
    atoms = read_paths(cursor, inner, taken=body.scope.facts)
    if not atoms:
        cursor.refuse("NOT EXISTS needs a relationship")
    # The engine asks again around both ends of a fact that came or went; one that touches nothing
    # outside would have to be asked about everywhere.
    for atom in atoms:
        if not {atom.subject, atom.object} & body.scope.entities:
            cursor.refuse(
                f"{atom.variable} touches nothing outside NOT EXISTS;"
                " make the inner pattern a rule of its own and use its conclusion",
            )
    check_joined(cursor, inner, body.scope.entities)
    body.inner_labels |= inner.labels
    # `why-not` names what is there instead, but only where nothing else is asked of it.
    is_bare = all(label == "Entity" for _, label in inner.labels)
    if cursor.accept("WHERE"):
        is_bare = False
        _condition(cursor, body, inner, within=True)
    cursor.expect("}", "close NOT EXISTS with }")
    return Absence(atoms, is_bare)
