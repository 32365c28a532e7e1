"""Rules as questions to the graph: all they conclude, or what follows from something new.

The author's own MATCH and WHERE stay as they are; a question only says where to begin. So a rule
means the same here as when it is pasted into Browser.
"""

from functools import cache

from graphdb.rules import Atom, Rule


@cache
def everything(rule: Rule) -> str:
    """Return the query for all that the rule concludes."""
    return _query(rule)


@cache
def from_premise(rule: Rule, variable: str) -> str:
    """Return the query for what follows from `$keys`, facts that stand for one premise."""
    return _query(rule, "UNWIND $keys AS __key", premise=variable)


@cache
def again_from_premise(rule: Rule, variable: str) -> str:
    """Return the query that asks whether the condition `holds` wherever a premise is in `$keys`."""
    return _query(rule, "UNWIND $keys AS __key", premise=variable, holds=True)


@cache
def again_from_entity(rule: Rule, variable: str) -> str:
    """Return the query that asks whether the condition `holds` wherever an entity is in `$keys`."""
    begin = f"UNWIND $keys AS __key\nMATCH ({variable}:Entity {{key: __key}})"
    return _query(rule, begin, holds=True)


@cache
def again_from_absent(rule: Rule, atom: Atom) -> str:
    """Return the query that asks whether the condition `holds` around the ends of `$rows`.

    The rows are facts that have come or gone and that the rule wants absent.
    """
    outside = {name for each in rule.atoms for name in (each.subject, each.object)}
    lines = ["UNWIND $rows AS __row"]
    for variable, end in ((atom.subject, "subject"), (atom.object, "object")):
        if variable in outside:
            lines.append(f"MATCH ({variable}:Entity {{key: __row.{end}}})")
    return _query(rule, "\n".join(lines), holds=True)


def _query(rule: Rule, begin: str = "", *, premise: str = "", holds: bool = False) -> str:
    lines = [begin] if begin else []
    for clause in rule.clauses:
        lines.append(f"MATCH {clause.pattern}")
        conditions = [] if holds else [clause.condition]
        for atom in clause.atoms:
            if atom.variable == premise:
                lines.append(f"USING INDEX {premise}:{atom.type}(key)")
                conditions.append(f"{premise}.key = __key")
        given = [f"({condition})" for condition in conditions if condition]
        if given:
            lines.append("WHERE " + "\n  AND ".join(given))
    end = rule.conclusion
    columns = [
        f"{end.subject}.key AS subject",
        f"{end.object}.key AS object",
        f"[{', '.join(f'{name}.key' for name in rule.premises)}] AS premises",
        f"[{', '.join(f'{name}.confidence' for name in rule.premises)}] AS confidences",
    ]
    if holds:
        given = [f"({clause.condition})" for clause in rule.clauses if clause.condition]
        columns.append(f"coalesce({' AND '.join(given) or 'true'}, false) AS holds")
    lines.append(f"RETURN {', '.join(columns)}")
    return "\n".join(lines)
