"""The order in which types are completed: what is asked for in its absence comes first.

Types that conclude each other (recursion) share a stratum. A type that a rule needs complete,
because it looks for its absence or reads its confidence, must lie in an earlier one.
"""

from collections.abc import Iterable, Mapping, Sequence

from graphdb.errors import RuleError
from graphdb.rules.model import Rule


def strata(rules: Sequence[Rule], also: Iterable[str] = ()) -> tuple[frozenset[str], ...]:
    """Return sets of relation types, each complete when those before it are.

    Args:
        rules: All rules that will run together.
        also: Types to place although no rule speaks of them.

    Raises:
        RuleError: A type would have to be complete before itself, or a rule's stratum says that
            it comes before one that it builds on.
    """
    needs: dict[str, set[str]] = {type_: set() for type_ in also}
    for rule in rules:
        wanted = needs.setdefault(rule.conclusion.type, set())
        wanted |= set(rule.premise_types) | rule.strict_types
        for type_ in wanted:
            needs.setdefault(type_, set())
    ordered = tuple(_components({type_: needs[type_] for type_ in sorted(needs)}))
    for rule in rules:
        # A type in its own stratum is not complete before the rule is asked: there is no order.
        together = next(types for types in ordered if rule.conclusion.type in types)
        for type_ in sorted(rule.strict_types & together):
            raise RuleError(
                rule.where,
                _line(rule, type_),
                f"{rule.conclusion.type} would have to be complete before itself: it follows from"
                f" the absence or the confidence of {type_}, and {type_} follows from"
                f" {rule.conclusion.type}; break the circle by concluding another type",
            )
    _check_expected(rules, needs)
    return ordered


def _check_expected(rules: Sequence[Rule], needs: Mapping[str, set[str]]) -> None:
    """Refuse what authors expect of the order where it is not so."""
    expected = [(rule, rule.stratum) for rule in rules if rule.stratum is not None]
    for rule, stratum in expected:
        # The order follows from what types need, and not from what authors write. So a wrong
        # number changes nothing; it is refused because its author expects something else.
        below = _all_needed(rule.conclusion.type, needs)
        for other, earlier in expected:
            if stratum < earlier and other.conclusion.type in below:
                lines = enumerate(rule.text.splitlines(), 1)
                line = next((number for number, text in lines if "stratum:" in text), 1)
                why = (
                    f"{rule.conclusion.type} follows from {other.conclusion.type}, which"
                    f" {other.where} concludes in stratum {earlier}: this one comes no earlier, so"
                    f" write stratum: {earlier} or more, or leave the line out"
                )
                raise RuleError(rule.where, line, why)


def _all_needed(type_: str, needs: Mapping[str, set[str]]) -> set[str]:
    """Return the types that a type follows from, by however many steps."""
    needed_types: set[str] = set()
    waiting = [type_]
    while waiting:
        for needed in needs[waiting.pop()] - needed_types:
            needed_types.add(needed)
            waiting.append(needed)
    return needed_types


def _line(rule: Rule, type_: str) -> int:
    atoms = [atom for absence in rule.absences for atom in absence.atoms] + list(rule.atoms)
    return next((atom.line for atom in atoms if atom.type == type_), 1)


def _components(needs: Mapping[str, set[str]]) -> list[frozenset[str]]:
    """Return the strongly connected components, what is needed first (Tarjan)."""
    number: dict[str, int] = {}
    # The lowest number on the stack that a type leads back to; its own if it leads to none.
    low: dict[str, int] = {}
    stack: list[str] = []
    components: list[frozenset[str]] = []

    def visit(type_: str) -> None:
        number[type_] = low[type_] = len(number)
        stack.append(type_)
        for needed in sorted(needs[type_]):
            if needed not in number:
                visit(needed)
                low[type_] = min(low[type_], low[needed])
            elif needed in stack:
                low[type_] = min(low[type_], number[needed])
        if low[type_] == number[type_]:
            place = stack.index(type_)
            # Nothing above this type on the stack leads further back: together they are one circle.
            components.append(frozenset(stack[place:]))
            del stack[place:]

    for type_ in needs:
        if type_ not in number:
            visit(type_)
    return components
