"""A rule tried on the graph as it is: what it would add, without writing anything."""

from dataclasses import dataclass

from graphdb.connection import Connection
from graphdb.inference.questions import everything
from graphdb.queries import cypher
from graphdb.rules import Rule
from graphdb.rules.server_check import explain_rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a rule concludes in one step from what is there."""

    rows: int
    """Ways in which its pattern is there."""
    facts: int
    """Different facts that it concludes."""
    new: int
    """Those of them that are not there yet."""
    examples: tuple[tuple[str, str, str], ...]
    """The first few new ones: names of subject and object round the type."""


def try_rule(connection: Connection, rule: Rule, limit: int = 20) -> Trial:
    """Return what a rule would add now, other rules and further rounds aside.

    Raises:
        RuleError: The server cannot read the rule.
    """
    explain_rules(connection, [rule])
    rows = connection.read(everything(rule))
    pairs = sorted({(row["subject"], row["object"]) for row in rows})
    pairs = [pair for pair in pairs if pair[0] != pair[1]]
    asked = [{"subject": subject, "object": object_} for subject, object_ in pairs]
    type_ = rule.conclusion.type
    there = {
        (row["subject"], row["object"])
        for row in connection.read(cypher("proof/present", type=type_), rows=asked)
    }
    new = [pair for pair in pairs if pair not in there]
    keys = sorted({key for pair in new[:limit] for key in pair})
    names = {row["key"]: row["name"] for row in connection.read(cypher("proof/names"), keys=keys)}
    return Trial(
        rows=len(rows),
        facts=len(pairs),
        new=len(new),
        examples=tuple((names[one], type_, names[other]) for one, other in new[:limit]),
    )
