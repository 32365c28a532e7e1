"""All rules that run together: read from a folder, joined by the ontology's, checked."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Self

from graphdb.errors import RuleError
from graphdb.ontology import Ontology
from graphdb.rules.model import Rule
from graphdb.rules.parser import parse
from graphdb.rules.strata import strata
from graphdb.rules.templates import built_in_rules

MAX_PREMISES = 4
"""A derivation is found by each of its premises, and each place has an index of its own."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """Checked rules and the order in which the types they conclude are completed."""

    rules: tuple[Rule, ...]
    strata: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, rules: Iterable[Rule], ontology: Ontology) -> Self:
        """Check rules against the ontology and each other; the ontology's own are added.

        Raises:
            RuleError: Names the rule, the line, what is wrong there, and the way out.
        """
        all_rules = (*rules, *built_in_rules(ontology))
        names: dict[str, str] = {}
        for rule in all_rules:
            _check(rule, ontology)
            # A derivation names its rule: two rules of one name could not be told apart.
            if names.setdefault(rule.name, rule.where) != rule.where:
                raise RuleError(
                    rule.where, 1, f"{names[rule.name]} has the same name; rename one of them"
                )
        return cls(all_rules, strata(all_rules, ontology.relation_types))

    @classmethod
    def load(cls, folder: Path | str | None, ontology: Ontology) -> Self:
        """Read every `.cypher` file below a folder; without a folder, only what is built in.

        Raises:
            RuleError: A file cannot be taken as a rule.
        """
        return cls.of(read_rules(Path(folder)) if folder else (), ontology)


def read_rules(folder: Path) -> list[Rule]:
    """Read the rule files below a folder, in order of their names.

    Raises:
        RuleError: A file cannot be read, or is not a rule.
    """
    if not folder.is_dir():
        raise RuleError(str(folder), 0, "there is no such folder of rules")
    return [read_rule(path) for path in sorted(folder.rglob("*.cypher"))]


def read_rule(path: Path) -> Rule:
    """Read one rule file; the file's name without its ending is the rule's.

    Raises:
        RuleError: It cannot be read, or is not a rule.
    """
    try:
        text = path.read_bytes().decode("utf-8")  # as it is: no line ending is translated
    except (OSError, UnicodeDecodeError) as error:
        raise RuleError(str(path), 0, f"the file cannot be read as UTF-8 text: {error}") from error
    return parse(text, name=path.stem, where=str(path))


def _check(rule: Rule, ontology: Ontology) -> None:
    _check_types(rule, ontology)
    if len(rule.premises) > MAX_PREMISES:
        why = f"at most {MAX_PREMISES} premises; conclude a step in between by a rule of its own"
        raise RuleError(rule.where, rule.atoms[MAX_PREMISES].line, why)
    _check_connected(rule)


def _check_types(rule: Rule, ontology: Ontology) -> None:
    absent = [atom for absence in rule.absences for atom in absence.atoms]
    used = [(atom.type, atom.line) for atom in (*rule.atoms, *absent)]
    last = rule.text.rstrip().count("\n") + 1
    for type_, line in (*used, (rule.conclusion.type, last)):
        if type_ not in ontology.relation_types:
            why = f"the ontology has no relation type {type_}{_nearest(type_, ontology)}"
            raise RuleError(rule.where, line, why)
    for _, label in (*rule.labels, *rule.other_labels):
        if label != "Entity" and label not in ontology.entity_types:
            line = next(
                (n for n, text in enumerate(rule.text.splitlines(), 1) if f":{label}" in text), 1
            )
            raise RuleError(rule.where, line, f"the ontology has no entity type {label}")


def _nearest(type_: str, ontology: Ontology) -> str:
    nearest_types = get_close_matches(type_, ontology.relation_types, 1)
    return f"; did you mean {nearest_types[0]}?" if nearest_types else ""


def _check_connected(rule: Rule) -> None:
    """Refuse patterns that have nothing in common: every pair of rows would be a row."""
    # Spread from one entity over all relationships: what is not reached is joined to nothing.
    joined = {rule.atoms[0].subject}
    atoms = list(rule.atoms)
    while True:
        touching = [atom for atom in atoms if {atom.subject, atom.object} & joined]
        if not touching:
            break
        for atom in touching:
            joined |= {atom.subject, atom.object}
            atoms.remove(atom)
    if atoms:
        why = (
            f"{atoms[0].variable} shares no entity with the patterns before it, so everything"
            " would be combined with everything; join them through an entity"
        )
        raise RuleError(rule.where, atoms[0].line, why)
