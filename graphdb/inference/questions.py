"""Rules as questions to the graph: what follows from some facts, and what no longer does.

The author's MATCH and WHERE are asked word by word; a question only says where to begin. So a rule
means the same here as when its file is pasted into Browser.

Questions about something new take `$groups`, lists of what is new, and answer each group in one
row: a row for every answer would cost the driver more than the answer costs the server.
"""

import itertools
import re
from functools import cache
from typing import NamedTuple

from graphdb.rules import Atom, Rule

EACH_GROUP = "UNWIND range(0, size($groups) - 1) AS __group"
EACH_KEY = f"{EACH_GROUP}\nUNWIND $groups[__group] AS __key"


class Answer(NamedTuple):
    """One way in which a rule's premises are there."""

    subject: str
    object: str
    premises: tuple[str, ...]
    confidences: tuple[float, ...]
    """Of the premises."""
    holds: bool = True
    """Whether the rule's condition does, where that was asked."""


@cache
def from_premise(rule: Rule, variable: str) -> str:
    """Return the query for what follows from facts that stand for one premise."""
    return _query(rule, EACH_KEY, premise=variable)


@cache
def again_from_premise(rule: Rule, variable: str) -> str:
    """Return the query that asks whether the condition `holds` wherever one premise is of these."""
    return _query(rule, EACH_KEY, premise=variable, holds=True)


@cache
def again_from_entity(rule: Rule, variable: str) -> str:
    """Return the query that asks whether the condition `holds` wherever an entity is of these."""
    begin = f"{EACH_KEY}\n{_look_up(variable, '__key')}"
    return _query(rule, begin, holds=True)


@cache
def again_from_absent(rule: Rule, atom: Atom) -> str:
    """Return the query that asks whether the condition `holds` around the ends of facts.

    Facts that have come or gone, as `subject` and `object`, and that the rule wants absent.
    """
    # An end of the absent fact that no premise has may be anything: nothing is looked up by it.
    outside = {name for premise in rule.atoms for name in (premise.subject, premise.object)}
    lines = [f"{EACH_GROUP}\nUNWIND $groups[__group] AS __row"]
    for variable, end in ((atom.subject, "subject"), (atom.object, "object")):
        if variable in outside:
            lines.append(_look_up(variable, f"__row.{end}"))
    return _query(rule, "\n".join(lines), holds=True)


@cache
def about_entities(rule: Rule) -> str:
    """Return the query that asks whether the condition `holds` where all named entities are given.

    It takes `$entities`, keys by variable, in place of groups.
    """
    named = {name for atom in rule.atoms for name in (atom.subject, atom.object)}
    # A nameless entity has a name that begins with a space; nobody can say which one it is to be.
    begin = [_look_up(name, f"$entities.{name}") for name in sorted(named) if name[0] != " "]
    return _query(rule, "\n".join(["UNWIND [0] AS __group", *begin]), holds=True)


def _look_up(variable: str, key: str) -> str:
    return f"MATCH ({variable}:Entity {{key: {key}}})\nUSING INDEX SEEK {variable}:Entity(key)"


# A string, which may look like anything, or the brackets of a relationship.
_RELATIONSHIP = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|\[\s*(?P<variable>\w*)\s*:\s*(?P<type>\w+)\s*\]"""
)


def _ours(text: str) -> str:
    """Return a pattern or condition that sees nightloom's facts and no relationship of others."""
    numbers = itertools.count()

    def marked(match: re.Match[str]) -> str:
        if not match["type"]:  # a string of the author, which stays as it is
            return match[0]
        # People may draw relationships of their own between our entities. Ours alone have
        # `derived`, true or false.
        variable = match["variable"] or f"__fact{next(numbers)}"
        return f"[{variable}:{match['type']} WHERE {variable}.derived IS NOT NULL]"

    return _RELATIONSHIP.sub(marked, text)


def _query(rule: Rule, begin: str, *, premise: str = "", holds: bool = False) -> str:
    lines = [begin]
    for clause in rule.clauses:
        lines.append(f"MATCH {_ours(clause.pattern)}")
        # Where it is asked whether the condition holds, it is a column and filters nothing.
        conditions = [] if holds else [_ours(clause.condition)]
        for atom in clause.atoms:
            if atom.variable == premise:
                # The planner cannot know how few keys are given, and may begin at another end of
                # the pattern, with all facts of a type.
                lines.append(f"USING INDEX SEEK {premise}:{atom.type}(key)")
                conditions.append(f"{premise}.key = __key")
        given = [f"({condition})" for condition in conditions if condition]
        if given:
            lines.append("WHERE " + "\n  AND ".join(given))
    end = rule.conclusion
    columns = {
        "subject": f"{end.subject}.key",
        "object": f"{end.object}.key",
        "premises": f"[{', '.join(f'{name}.key' for name in rule.premises)}]",
        "confidences": f"[{', '.join(f'{name}.confidence' for name in rule.premises)}]",
    }
    if holds:
        # A condition over a missing value is null in Cypher, and WHERE takes null for false.
        given = [f"({_ours(clause.condition)})" for clause in rule.clauses if clause.condition]
        columns["holds"] = f"coalesce({' AND '.join(given) or 'true'}, false)"
    lines.append(f"RETURN __group, collect([{', '.join(columns.values())}]) AS found")
    return "\n".join(lines)
