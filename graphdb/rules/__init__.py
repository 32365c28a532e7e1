"""Rule files: a sentence, a confidence and a read-only query with four columns."""

from graphdb.rules.model import Absence, Atom, Clause, Conclusion, Rule
from graphdb.rules.parser import parse
from graphdb.rules.ruleset import MAX_PREMISES, RuleSet, read_rule, read_rules
from graphdb.rules.server_check import explain_rules
from graphdb.rules.strata import strata
from graphdb.rules.suggest import SuggestConfig, SuggestedRule, SuggestedRules, suggest

__all__ = [
    "MAX_PREMISES",
    "Absence",
    "Atom",
    "Clause",
    "Conclusion",
    "Rule",
    "RuleSet",
    "SuggestConfig",
    "SuggestedRule",
    "SuggestedRules",
    "explain_rules",
    "parse",
    "read_rule",
    "read_rules",
    "strata",
    "suggest",
]
