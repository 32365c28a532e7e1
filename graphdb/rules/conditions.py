"""What a condition of a rule reads, and whether it keeps to what the engine can follow."""

from collections.abc import Callable, Collection, Set
from dataclasses import dataclass, field
from typing import NoReturn

from graphdb.rules.model import ENTITY_PROPERTIES, FACT_PROPERTIES
from graphdb.rules.tokens import Token

# The same arguments always give the same value: no clock, no dice, no look at the graph.
# fmt: off
FUNCTIONS = frozenset(
    ("abs", "all", "any", "btrim", "ceil", "char_length", "coalesce", "floor", "head",
     "isEmpty", "last", "left", "lower", "lTrim", "none", "replace", "reverse",
     "right", "round", "rTrim", "sign", "single", "size", "split", "sqrt", "substring", "tail",
     "toBoolean", "toFloat", "toInteger", "toLower", "toString", "toUpper", "trim", "upper")
)
_WORDS = frozenset(
    ("AND", "OR", "XOR", "NOT", "IN", "IS", "NULL", "TRUE", "FALSE", "STARTS", "ENDS", "WITH",
     "CONTAINS", "WHERE", "CASE", "WHEN", "THEN", "ELSE", "END")
)
# fmt: on
_FUNCTIONS = frozenset(name.lower() for name in FUNCTIONS)
AS_MANY = "write the condition with as many ( as ) and as many [ as ]"
_PATTERN = "write a pattern in WHERE as NOT EXISTS { (a)-[name:TYPE]->(b) }"


@dataclass(slots=True)
class Reads:
    """Which properties of which variables conditions read."""

    properties: set[tuple[str, str]] = field(default_factory=set)
    labels: set[tuple[str, str]] = field(default_factory=set)

    def add(self, other: "Reads") -> None:
        """Take in what another condition reads."""
        self.properties |= other.properties
        self.labels |= other.labels

    def variables(self, properties: Set[str]) -> frozenset[str]:
        """Return the variables of which one of these properties is read."""
        return frozenset(variable for variable, name in self.properties if name in properties)


def follow_brackets(
    token: Token, opened: list[Token], refuse: Callable[[str, Token], NoReturn]
) -> None:
    """Keep count of the brackets that are open; a condition may close none that is not its own.

    The engine puts brackets of its own around the condition: one closed too early would end these.
    """
    if token.text in ("(", "["):
        opened.append(token)
    elif token.text in (")", "]"):
        if not opened or opened[-1].text + token.text not in ("()", "[]"):
            refuse(f"{token.text!r} closes nothing; {AS_MANY}", token)
        opened.pop()


def read_condition(
    tokens: list[Token],
    entities: Collection[str],
    facts: Collection[str],
    refuse: Callable[[str, Token], NoReturn],
    *,
    closing: bool = False,
) -> Reads:
    """Check the words of a condition and return what it reads.

    Args:
        tokens: The words, those of each NOT EXISTS left out.
        entities: Variables of entities.
        facts: Variables of facts.
        refuse: Is told why, and at which word.
        closing: Whether the rule may ask which facts are `indirect`; see `Rule.closing`.

    Raises:
        RuleError: Through `refuse`.
    """
    reads = Reads()
    local: set[str] = set()
    of_facts = FACT_PROPERTIES | {"indirect"} if closing else FACT_PROPERTIES
    for place, token in enumerate(tokens):
        before = tokens[place - 1].text if place else ""
        after = tokens[place + 1].text if place + 1 < len(tokens) else ""
        # A bare pattern would be a premise that no derivation names.
        if token.text in ("->", "<-") or (token.text == "-" and after == "["):
            refuse(_PATTERN, token)
        if token.text in ("{", "}", ";"):
            refuse(f"{token.text!r} has no place in a condition", token)
        if token.kind != "word":
            continue
        readable = of_facts if token.text in facts else ENTITY_PROPERTIES
        is_variable = token.text in entities or token.text in facts
        # `person {.name}` reads properties that the checks below would not see.
        if is_variable and after == "{":
            refuse(f"say which property of {token.text}, for instance {token.text}.key", token)
        if called := _called(tokens, place):
            if called.lower() not in _FUNCTIONS:
                call = f"{called} {{}}" if after == "{" else f"{called}()"
                allowed = ", ".join(sorted(FUNCTIONS, key=str.lower))
                refuse(f"no such function in a rule: {call}; it may use {allowed}", token)
        elif before in (".", ":", "::") or token.upper in _WORDS or _is_of_a_call(tokens, place):
            continue
        elif is_variable:
            _read(reads, tokens, place, token.text in facts, readable, refuse)
        # `x` of `any(x IN …)`; from here on the condition may use it.
        elif _opens_loop(tokens, place):
            local.add(token.text)
        elif token.text not in local:
            refuse(f"{token.text} is not a variable of the rule", token)
    return reads


def _called(tokens: list[Token], place: int) -> str:
    """Return the function that the word is the last part of, `apoc.text.clean`; empty if none."""
    first, after = place, tokens[place + 1].text if place + 1 < len(tokens) else ""
    if after not in ("(", "{") or tokens[place].upper in _WORDS:
        return ""
    # A plug-in's function has dots in its name: `apoc.text.clean`.
    while first > 1 and tokens[first - 1].text == ".":
        first -= 2
    return "".join(token.text for token in tokens[first : place + 1])


def _is_of_a_call(tokens: list[Token], place: int) -> bool:
    """Say whether the word begins the name of a function, as `apoc` does `apoc.text.clean(…)`."""
    while place + 2 < len(tokens) and tokens[place + 1].text == ".":
        place += 2
    return bool(_called(tokens, place))


def _opens_loop(tokens: list[Token], place: int) -> bool:
    """Say whether the word is `x` in `any(x IN …)`."""
    follows = place + 1 < len(tokens) and tokens[place + 1].upper == "IN"
    return follows and place > 0 and tokens[place - 1].text in ("(", "[")


def _read(
    reads: Reads,
    tokens: list[Token],
    place: int,
    is_fact: bool,
    readable: Set[str],
    refuse: Callable[[str, Token], NoReturn],
) -> None:
    token = tokens[place]
    rest = [other.text for other in tokens[place + 1 : place + 3]]
    if rest[:1] == [":"] and len(rest) == 2 and not is_fact:
        reads.labels.add((token.text, rest[1]))
        return
    if rest[:1] != ["."] or len(rest) < 2:
        # `a = b` compares two entities as wholes; a fact as a whole would have all its properties.
        if is_fact or not _is_compared(tokens, place):
            refuse(f"say which property of {token.text}, for instance {token.text}.key", token)
        return
    if rest[1] not in readable:
        allowed = ", ".join(sorted(FACT_PROPERTIES if is_fact else ENTITY_PROPERTIES))
        what = "facts" if is_fact else "entities"
        refuse(f"{what} have no property {rest[1]} that a rule may read, only {allowed}", token)
    reads.properties.add((token.text, rest[1]))


def _is_compared(tokens: list[Token], place: int) -> bool:
    """Say whether the word is a side of `a = b` or `a <> b`."""
    around = [tokens[other].text for other in (place - 1, place + 1) if 0 <= other < len(tokens)]
    return bool({"=", "<>"} & set(around))
