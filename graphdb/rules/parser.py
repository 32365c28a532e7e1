"""From the text of a rule file to a `Rule`.

The shape is small on purpose, so that the engine can turn a rule round and ask what follows from
one new fact:

    file      = header clause+ return [";"]
    header    = "//" lines: a sentence, an empty line, "confidence: NUMBER" ["stratum: NUMBER"]
    clause    = MATCH path ("," path)* [WHERE condition]
    path      = node (("-[" variable ":" TYPE "]->" | "<-[" variable ":" TYPE "]-") node)*
    node      = "(" [variable] (":" Label)* ")"
    condition = Cypher with known functions, and
                NOT EXISTS "{" [MATCH] path ("," path)* [WHERE condition] "}"
    return    = RETURN v.key AS subject, 'TYPE' AS type, v.key AS object,
                "[" v.key, … "]" AS premises
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import NoReturn

from graphdb.errors import RuleError
from graphdb.rules.conditions import Reads, read_condition
from graphdb.rules.model import (
    MUTABLE_ENTITY_PROPERTIES,
    MUTABLE_FACT_PROPERTIES,
    Absence,
    Atom,
    Clause,
    Conclusion,
    Rule,
)
from graphdb.rules.tokens import Token, line_of, tokens

_WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "LOAD", "DROP", "INSERT")
)
_TOO_MUCH = frozenset(
    ("UNWIND", "WITH", "UNION", "OPTIONAL", "ORDER", "SKIP", "LIMIT", "USE", "FINISH", "SHOW")
)
_KEYWORDS = _WRITES | _TOO_MUCH | {"MATCH", "WHERE", "RETURN", "CALL", "EXISTS", "NOT", "AS"}
_SHAPE = (
    "end with RETURN x.key AS subject, 'TYPE' AS type, y.key AS object, [a.key, b.key] AS premises"
)
_AS_MANY = "write the condition with as many ( as ) and as many [ as ]"


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
    return _Parser(text, where, closing).rule(name, _header(text, where))


@dataclass(frozen=True, slots=True)
class _Header:
    """What stands above the query."""

    sentence: str
    confidence: float
    stratum: int | None


def _header(text: str, where: str) -> _Header:
    lines: list[str] = []
    confidence: float | None = None
    stratum: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("//"):
            break
        content = line.removeprefix("//").strip()
        setting = re.fullmatch(r"(\w+):\s*(\S+)", content)
        if setting is None:
            lines.append(content)
        elif setting[1] == "confidence":
            confidence = _confidence(setting[2], where, number)
        elif setting[1] == "stratum":
            stratum = _stratum(setting[2], where, number)
        else:
            why = f"unknown setting {setting[1]!r}; only confidence and stratum are"
            raise RuleError(where, number, why)
    sentence = " ".join(filter(None, lines))
    if not sentence:
        raise RuleError(where, 1, "begin with a sentence that says what the rule says: // …")
    if confidence is None:
        raise RuleError(
            where, 1, "say how sure the rule is in a line of its own: // confidence: 0.8"
        )
    return _Header(sentence, confidence, stratum)


def _confidence(text: str, where: str, line: int) -> float:
    try:
        confidence = float(text)
    except ValueError:
        confidence = -1.0
    if not 0 < confidence <= 1:
        raise RuleError(where, line, f"the confidence {text} is not a number above 0 and up to 1")
    return confidence


def _stratum(text: str, where: str, line: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise RuleError(where, line, f"the stratum {text} is not a whole number such as 0, 1, 2")
    return int(text)


@dataclass(slots=True)
class _Scope:
    """The variables of a rule, or of one NOT EXISTS within it."""

    entities: set[str] = field(default_factory=set)
    facts: dict[str, Atom] = field(default_factory=dict)
    alone: dict[str, Token] = field(default_factory=dict)
    """Where an entity stands in a pattern without a relationship."""
    labels: set[tuple[str, str]] = field(default_factory=set)


class _Parser:
    def __init__(self, text: str, where: str, closing: bool) -> None:
        self.text = text
        self.where = where
        self.closing = closing
        self.tokens = tokens(text, where)
        self.place = 0
        self.scope = _Scope()
        self.absences: list[Absence] = []
        self.other_labels: set[tuple[str, str]] = set()
        self.reads = Reads()
        self.anonymous = 0

    # The grammar, from the top.

    def rule(self, name: str, header: _Header) -> Rule:
        clauses = [self.clause()]
        while self.at("MATCH"):
            clauses.append(self.clause())
        self.check_joined(self.scope)
        conclusion, premises = self.returned()
        self.accept(";")
        if self.place < len(self.tokens):
            self.refuse(f"nothing may follow the RETURN, not even {self.peek().text!r}")
        return Rule(
            name=name,
            sentence=header.sentence,
            confidence=header.confidence,
            stratum=header.stratum,
            clauses=tuple(clauses),
            absences=tuple(self.absences),
            conclusion=conclusion,
            premises=premises,
            fact_conditions=frozenset(
                self.reads.variables(MUTABLE_FACT_PROPERTIES) & self.scope.facts.keys()
            ),
            entity_conditions=frozenset(
                self.reads.variables(MUTABLE_ENTITY_PROPERTIES) & self.scope.entities
            ),
            labels=tuple(sorted(self.scope.labels)),
            other_labels=tuple(sorted(self.other_labels | self.reads.labels)),
            text=self.text,
            where=self.where,
            closing=self.closing,
        )

    def clause(self) -> Clause:
        self.expect("MATCH", "a rule begins with MATCH")
        start = self.start()
        atoms = self.paths(self.scope)
        pattern = self.text[start : self.end()]
        condition = self.condition(self.scope) if self.accept("WHERE") else ""
        return Clause(pattern, condition, atoms)

    def paths(self, scope: _Scope) -> tuple[Atom, ...]:
        atoms = self.path(scope)
        while self.accept(","):
            atoms += self.path(scope)
        return tuple(atoms)

    def path(self, scope: _Scope) -> list[Atom]:
        first = self.peek()
        left = self.node(scope)
        atoms: list[Atom] = []
        while self.at("-") or self.at("<-"):
            backwards = self.next().text == "<-"
            self.expect("[", "write relationships as -[name:TYPE]->")
            if not self.at_variable():
                self.refuse("a relationship needs a name, so that it can be a premise: [name:TYPE]")
            variable = self.next()
            self.expect(
                ":", f"say the one relation type of {variable.text}: [{variable.text}:TYPE]"
            )
            type_ = self.word("a relation type")
            if self.at("*") or self.at("|") or self.at("{"):
                self.refuse("one type and one step a relationship, without properties")
            self.expect("]", "one type and one step a relationship, without properties")
            if backwards and self.at("->"):
                self.refuse("a relationship has one direction")
            if not backwards and self.at("-"):
                self.refuse(
                    "give the relationship a direction (-> or <-); for both ways, write a second"
                    " rule or declare the type symmetric in the ontology"
                )
            self.expect("-" if backwards else "->", "write relationships as -[name:TYPE]->")
            right = self.node(scope)
            subject, object_ = (right, left) if backwards else (left, right)
            atom = Atom(variable.text, subject, type_.text, object_, self.line(variable))
            if variable.text in self.scope.facts or variable.text in scope.facts:
                self.refuse(f"two relationships are called {variable.text}", variable)
            scope.facts[variable.text] = atom
            atoms.append(atom)
            left = right
        if not atoms:
            scope.alone.setdefault(left, first)
        return atoms

    def check_joined(self, scope: _Scope, outside: Collection[str] = ()) -> None:
        """Refuse an entity that no relationship touches: every one would go with every row."""
        joined = {end for atom in scope.facts.values() for end in (atom.subject, atom.object)}
        for variable, token in scope.alone.items():
            if variable not in joined and variable not in outside:
                what = "the nameless entity" if variable.startswith(" ") else variable
                self.refuse(
                    f"nothing joins {what} to the rest, so everything would be combined with"
                    " everything; give it a relationship to the others, or leave it out",
                    token,
                )

    def node(self, scope: _Scope) -> str:
        self.expect("(", "a pattern is (a:Entity)-[name:TYPE]->(b:Entity)")
        if self.at_variable():
            variable = self.next().text
        else:
            self.anonymous += 1
            variable = f" anonymous {self.anonymous}"
        while self.accept(":"):
            scope.labels.add((variable, self.word("an entity type").text))
        if self.at("{"):
            self.refuse("put the properties of entities into WHERE")
        self.expect(")", "a node is (name:Type)")
        scope.entities.add(variable)
        return variable

    def condition(self, scope: _Scope, *, within: bool = False) -> str:
        """Read a condition up to the clause that follows it, or the brace that closes it."""
        start = self.start()
        opened: list[Token] = []
        plain: list[Token] = []
        while self.place < len(self.tokens):
            token = self.peek()
            if token.upper in ("MATCH", "RETURN") or (token.text == "}" and within):
                break
            self.check_keyword(token)
            if token.upper == "EXISTS":
                self.absence(plain)
                continue
            self.follow_brackets(token, opened)
            plain.append(self.next())
        if opened:
            self.refuse(f"{opened[-1].text!r} is not closed; {_AS_MANY}", opened[-1])
        if not plain and not self.absences:
            self.refuse("WHERE needs a condition")
        entities = scope.entities | self.scope.entities
        facts = scope.facts.keys() | self.scope.facts.keys()
        self.reads.add(read_condition(plain, entities, facts, self.refuse, closing=self.closing))
        if within:
            local = self.reads.variables(MUTABLE_ENTITY_PROPERTIES) - self.scope.entities
            if local & scope.entities:
                self.refuse("name and aliases can be read outside NOT EXISTS only; use key or type")
        return self.text[start : self.end()]

    def follow_brackets(self, token: Token, opened: list[Token]) -> None:
        if token.text in ("(", "["):
            opened.append(token)
        elif token.text in (")", "]"):
            if not opened or opened[-1].text + token.text not in ("()", "[]"):
                self.refuse(f"{token.text!r} closes nothing; {_AS_MANY}", token)
            opened.pop()

    def absence(self, before: list[Token]) -> None:
        if not before or before[-1].upper != "NOT":
            self.refuse("what must be there belongs into MATCH, as a premise; only NOT EXISTS")
        self.next()
        if not self.accept("{"):
            self.refuse("write NOT EXISTS { (a)-[name:TYPE]->(b) }")
        self.accept("MATCH")
        inner = _Scope()
        atoms = self.paths(inner)
        if not atoms:
            self.refuse("NOT EXISTS needs a relationship")
        for atom in atoms:
            if not {atom.subject, atom.object} & self.scope.entities:
                self.refuse(
                    f"{atom.variable} touches nothing outside NOT EXISTS;"
                    " make the inner pattern a rule of its own and use its conclusion",
                )
        self.check_joined(inner, self.scope.entities)
        self.other_labels |= inner.labels
        is_bare = all(label == "Entity" for _, label in inner.labels)
        if self.accept("WHERE"):
            is_bare = False
            self.condition(inner, within=True)
        self.expect("}", "close NOT EXISTS with }")
        self.absences.append(Absence(atoms, is_bare))

    def returned(self) -> tuple[Conclusion, tuple[str, ...]]:
        if self.place < len(self.tokens):
            self.check_keyword(self.peek())
        line = self.expect("RETURN", _SHAPE)
        if self.peek().upper == "DISTINCT":
            self.refuse("leave out DISTINCT; the engine knows a row that it has seen")
        subject = self.key("subject")
        self.expect(",", _SHAPE)
        type_ = self.next()
        if type_.kind != "string":
            self.refuse("the type of the conclusion is a relation type in quotes: 'TYPE'", type_)
        self.named("type")
        self.expect(",", _SHAPE)
        object_ = self.key("object")
        self.expect(",", _SHAPE)
        premises = self.premises()
        for variable in (subject, object_):
            if variable.text not in self.scope.entities:
                self.refuse(
                    f"the conclusion is unbound: no pattern has an entity {variable.text}", variable
                )
        facts = self.scope.facts
        for variable in premises:
            if variable.text not in facts:
                self.refuse(f"no MATCH has a relationship {variable.text}", variable)
        names = [variable.text for variable in premises]
        missing = [variable for variable in facts if variable not in names]
        if missing or len(set(names)) < len(names):
            what = f"{missing[0]} is not among them" if missing else "one is there twice"
            self.refuse(f"list every relationship of MATCH once as a premise: {what}", line)
        return Conclusion(subject.text, type_.text[1:-1], object_.text), tuple(names)

    def premises(self) -> list[Token]:
        self.expect("[", _SHAPE)
        found = [self.key()]
        while self.accept(","):
            found.append(self.key())
        self.expect("]", _SHAPE)
        self.named("premises")
        return found

    def key(self, column: str = "") -> Token:
        """Read `variable.key`, and `AS column` if it is one."""
        variable = self.word("a variable")
        self.expect(".", _SHAPE)
        if self.next().text != "key":
            self.refuse(f"name things by their key: {variable.text}.key", variable)
        if column:
            self.named(column)
        return variable

    def named(self, column: str) -> None:
        self.expect("AS", _SHAPE)
        if self.next().text != column:
            self.refuse(_SHAPE)

    # One word at a time.

    def check_keyword(self, token: Token) -> None:
        if token.upper in _WRITES and not self.is_property(token):
            self.refuse(f"a rule only reads, so no {token.upper}: the engine writes its conclusion")
        if token.upper == "CALL" and not self.is_property(token):
            self.refuse(
                "a rule calls no procedure and has no subquery; say it with MATCH and WHERE"
            )
        if token.upper in _TOO_MUCH - {"WITH"} and not self.is_property(token):
            self.refuse(f"a rule has no {token.upper}: only MATCH, WHERE, NOT EXISTS and RETURN")
        if token.upper == "WITH" and self.tokens[self.place - 1].upper not in ("STARTS", "ENDS"):
            self.refuse("a rule has no WITH: only MATCH, WHERE, NOT EXISTS and RETURN")

    def is_property(self, token: Token) -> bool:
        return self.place > 0 and self.tokens[self.place - 1].text == "." and token.kind == "word"

    def peek(self) -> Token:
        if self.place == len(self.tokens):
            self.refuse(f"the file ends too soon; {_SHAPE}")
        return self.tokens[self.place]

    def next(self) -> Token:
        token = self.peek()
        self.place += 1
        return token

    def at(self, text: str) -> bool:
        if self.place == len(self.tokens):
            return False
        token = self.tokens[self.place]
        return token.text == text or (bool(token.upper) and token.upper == text)

    def at_variable(self) -> bool:
        token = self.peek()
        return token.kind == "word" and token.upper not in _KEYWORDS

    def accept(self, text: str) -> bool:
        found = self.at(text)
        self.place += found
        return found

    def expect(self, text: str, otherwise: str) -> Token:
        if self.place < len(self.tokens):
            self.check_keyword(self.tokens[self.place])
        if not self.at(text):
            found = repr(self.peek().text) if self.place < len(self.tokens) else "the end"
            self.refuse(f"{text} is expected, not {found}: {otherwise}")
        return self.next()

    def word(self, what: str) -> Token:
        token = self.next()
        if token.kind != "word":
            self.refuse(f"{what} is expected, not {token.text!r}", token)
        return token

    def start(self) -> int:
        return self.peek().start

    def end(self) -> int:
        return self.tokens[self.place - 1].end

    def line(self, token: Token) -> int:
        return line_of(self.text, token.start)

    def refuse(self, why: str, token: Token | None = None) -> NoReturn:
        if token is None:
            token = self.tokens[min(self.place, len(self.tokens) - 1)] if self.tokens else None
        raise RuleError(self.where, self.line(token) if token else 1, why)
