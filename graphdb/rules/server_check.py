"""Rules as the server reads them: what only a parser of all of Cypher can find wrong.

A rule file is read here word by word, which does not tell `WHERE person.name =` from a condition.
The server is asked to plan each rule, without running it, so that its refusal names the file. Its
plan also says whether the rule only reads.
"""

import re
from collections.abc import Iterable

from graphdb.connection import Connection, Transaction
from graphdb.errors import RuleError, StatementRefusedError
from graphdb.rules.model import Rule

_PLACE = re.compile(r"\s*\(line (?P<line>\d+), column \d+.*", re.DOTALL)


def explain_rules(connection: Connection, rules: Iterable[Rule]) -> None:
    """Let the server plan each rule that somebody wrote; nothing is run or written.

    Raises:
        RuleError: The server refuses a rule, and would again in the night.
    """
    for rule in rules:
        if not rule.built_in:
            _explain(connection, rule)


def _explain(connection: Connection, rule: Rule) -> None:
    def unit(tx: Transaction) -> bool:
        tx.run("EXPLAIN " + rule.query)
        return tx.only_reads

    try:
        only_reads = connection.write(unit, access="READ")
    except StatementRefusedError as error:
        message = str(error)
        place = _PLACE.search(message)
        why = _PLACE.sub("", message).split("\n", 1)[0]
        line = int(place["line"]) if place else rule.atoms[0].line
        raise RuleError(rule.where, line, f"the server cannot read it: {why}") from error
    if not only_reads:
        raise RuleError(rule.where, rule.atoms[0].line, "the server would write for it: only read")
