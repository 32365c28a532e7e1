"""The RETURN of a rule: the triple that it concludes, and every relationship as a premise."""

from graphdb.rules.cursor import SHAPE, Cursor
from graphdb.rules.model import Conclusion
from graphdb.rules.patterns import Scope
from graphdb.rules.tokens import Token


def read_conclusion(cursor: Cursor, scope: Scope) -> tuple[Conclusion, tuple[str, ...]]:
    """Read the four columns; return the conclusion, and the variables of the premises in order.

    Raises:
        RuleError: A column is missing, speaks of what no pattern has, or leaves a premise out.
    """
    if not cursor.is_done:
        cursor.check_keyword(cursor.peek())
    start = cursor.expect("RETURN", SHAPE)
    if cursor.peek().upper == "DISTINCT":
        cursor.refuse("leave out DISTINCT; the engine knows a row that it has seen")
    subject = _key(cursor, "subject")
    cursor.expect(",", SHAPE)
    # A type in a variable would have to be looked up in every row; a rule concludes one type.
    type_ = cursor.next()
    if type_.kind != "string":
        cursor.refuse("the type of the conclusion is a relation type in quotes: 'TYPE'", type_)
    _named(cursor, "type")
    cursor.expect(",", SHAPE)
    object_ = _key(cursor, "object")
    cursor.expect(",", SHAPE)
    premises = _premises(cursor)
    # Entities that only NOT EXISTS names are not in the scope: there is none to conclude about.
    for variable in (subject, object_):
        if variable.text not in scope.entities:
            why = f"the conclusion is unbound: no pattern has an entity {variable.text}"
            cursor.refuse(why, variable)
    for variable in premises:
        if variable.text not in scope.facts:
            cursor.refuse(f"no MATCH has a relationship {variable.text}", variable)
    names = tuple(variable.text for variable in premises)
    missing = [variable for variable in scope.facts if variable not in names]
    # A derivation lives while all its premises do: one left out could go without taking it along.
    if missing or len(set(names)) < len(names):
        what = f"{missing[0]} is not among them" if missing else "one is there twice"
        cursor.refuse(f"list every relationship of MATCH once as a premise: {what}", start)
    return Conclusion(subject.text, type_.value, object_.text), names


def _premises(cursor: Cursor) -> list[Token]:
    cursor.expect("[", SHAPE)
    variables = [_key(cursor)]
    while cursor.accept(","):
        variables.append(_key(cursor))
    cursor.expect("]", SHAPE)
    _named(cursor, "premises")
    return variables


def _key(cursor: Cursor, column: str = "") -> Token:
    """Read `variable.key`, and `AS column` if it is one."""
    variable = cursor.word("a variable")
    cursor.expect(".", SHAPE)
    if cursor.next().text != "key":
        cursor.refuse(f"name things by their key: {variable.text}.key", variable)
    if column:
        _named(cursor, column)
    return variable


def _named(cursor: Cursor, column: str) -> None:
    cursor.expect("AS", SHAPE)
    if cursor.next().text != column:
        cursor.refuse(SHAPE)
