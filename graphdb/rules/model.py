"""What a rule is, once read: patterns it matches, conditions it sets, the triple it concludes."""

import hashlib
from dataclasses import dataclass

ENTITY_PROPERTIES = frozenset(("key", "type", "name", "aliases"))
MUTABLE_ENTITY_PROPERTIES = frozenset(("name", "aliases"))
FACT_PROPERTIES = frozenset(("key", "confidence", "witnesses"))
MUTABLE_FACT_PROPERTIES = frozenset(("confidence", "witnesses"))


@dataclass(frozen=True, slots=True)
class Atom:
    """One typed relationship of a pattern; `subject` and `object` are variables."""

    variable: str
    subject: str
    type: str
    object: str
    line: int


@dataclass(frozen=True, slots=True)
class Clause:
    """One MATCH as its author wrote it, with its condition."""

    pattern: str
    condition: str
    atoms: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """One NOT EXISTS: a pattern that must not be there."""

    atoms: tuple[Atom, ...]
    is_bare: bool
    """Whether relationships are all it asks for: no types of entities and no WHERE inside."""


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The triple that every row concludes; `subject` and `object` are variables."""

    subject: str
    type: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A sentence, and the read-only query that says it to the graph."""

    name: str
    sentence: str
    confidence: float
    clauses: tuple[Clause, ...]
    absences: tuple[Absence, ...]
    conclusion: Conclusion
    premises: tuple[str, ...]
    """Variables of the premises, in the order in which a derivation lists them."""
    fact_conditions: frozenset[str] = frozenset()
    """Premises of which a condition reads the confidence or the witnesses."""
    entity_conditions: frozenset[str] = frozenset()
    """Entity variables of which a condition reads the name or the aliases."""
    direct_variables: frozenset[str] = frozenset()
    """Premises that a closing rule wants to be direct: it asks that they are not `indirect`."""
    labels: tuple[tuple[str, str], ...] = ()
    """Variables and entity types that the patterns of MATCH ask of them."""
    other_labels: tuple[tuple[str, str], ...] = ()
    """Those that conditions and absences speak of."""
    text: str
    """The file."""
    query: str
    """The same rule as the server is asked it: without comments, written anew word by word."""
    where: str
    """The file, or what else to call it in a message."""
    closing: bool = False
    """Whether its conclusions merely close the type they conclude, as transitivity does."""
    stratum: int | None = None
    """Where its author expects it; never less than that of a rule that it builds on."""
    built_in: bool = False
    """Whether the ontology implies it; nobody wrote it."""

    @property
    def atoms(self) -> tuple[Atom, ...]:
        """The premises' patterns, in the order of the text."""
        return tuple(atom for clause in self.clauses for atom in clause.atoms)

    @property
    def atom_by_variable(self) -> dict[str, Atom]:
        """The premises' patterns by variable."""
        return {atom.variable: atom for atom in self.atoms}

    @property
    def premise_types(self) -> tuple[str, ...]:
        """Relation types of the premises, in the order in which a derivation lists them."""
        atoms = self.atom_by_variable
        return tuple(atoms[variable].type for variable in self.premises)

    @property
    def direct_premises(self) -> frozenset[int]:
        """Places of premises that must be more than a closing rule's conclusion.

        This is what keeps built-in transitivity linear: its first step is always such a fact.
        """
        places = enumerate(self.premises)
        return frozenset(place for place, variable in places if variable in self.direct_variables)

    @property
    def strict_types(self) -> frozenset[str]:
        """Types that must be complete before the rule is asked: absent, or read by a condition."""
        atoms = self.atom_by_variable
        absent = {atom.type for absence in self.absences for atom in absence.atoms}
        return frozenset(absent | {atoms[variable].type for variable in self.fact_conditions})

    @property
    def body_fingerprint(self) -> str:
        """Identify what the rule concludes from what, whatever its sentence and confidence."""
        parts = [f"{clause.pattern}\n{clause.condition}" for clause in self.clauses]
        parts += [repr(self.conclusion), repr(self.premises), str(self.closing)]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
