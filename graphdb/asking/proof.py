"""Why a fact is in the graph: a tree of rules and premises, down to sentences.

Every fact below the first is shown by the derivation it leans on; that chain never comes back to
where it was. What else supports the first fact is listed beside it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from graphdb.asking.provenance import Witness, witnesses
from graphdb.connection import Connection
from graphdb.identity import entity_key
from graphdb.ontology import Ontology
from graphdb.queries import cypher

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A fact with all that supports it."""

    key: str
    subject: str
    type: str
    object: str
    confidence: float
    is_derived: bool
    witnesses: tuple[Witness, ...]
    """Sentences that state it, the surest first."""
    steps: tuple["Step", ...]
    """Uses of rules that conclude it, first the one it leans on."""

    def lines(self, indent: str = "") -> Iterator[str]:
        """Yield the tree as text, a line for each fact, rule and sentence."""
        yield f"{indent}{self.subject} {self.type} {self.object}  ({self.confidence:.2f})"
        for witness in self.witnesses:
            text = " ".join(witness.text.split())
            yield f"{indent}  “{text}”  {witness.document_id} ({witness.confidence:.2f})"
        for step in self.steps:
            yield f"{indent}  by {step.rule}: {step.sentence}  ({step.rule_confidence:.2f})"
            for premise in step.premises:
                yield from premise.lines(indent + "    ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One use of a rule."""

    rule: str
    sentence: str
    rule_confidence: float
    confidence: float
    """What rule and premises make together."""
    premises: tuple[Proof, ...]


def explain(
    connection: Connection, ontology: Ontology, subject: str, type_: str, object_: str
) -> list[Proof]:
    """Return why there is such a fact, one proof for each pair of entities with these names.

    Args:
        connection: To the graph.
        ontology: Says which types entities of a name may have.
        subject: Name or key of the subject.
        type_: Relation type.
        object_: Name or key of the object.
    """
    rows = connection.read(
        cypher("proof/between", type=type_),
        subjects=keys_of(subject, ontology),
        objects=keys_of(object_, ontology),
    )
    builder = _Builder(connection)
    builder.look_up(rows)
    return [builder.proof(row["key"], alternatives=True) for row in rows]


def keys_of(name: str, ontology: Ontology) -> list[str]:
    """Return the keys that an entity of this name, or with this key, may have."""
    return [name, *(entity_key(type_, name) for type_ in sorted(ontology.entity_types))]


class _Builder:
    """Looks facts up level by level, then puts the tree together."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.facts: dict[str, Row] = {}
        self.derivations: dict[str, list[Row]] = defaultdict(list)
        self.witnesses: dict[str, list[Witness]] = {}

    def look_up(self, rows: Sequence[Row]) -> None:
        """Know these facts and all that they follow from."""
        level = [row for row in rows if row["key"] not in self.facts]
        is_first = True
        while level:
            keys = [row["key"] for row in level]
            self.facts.update(zip(keys, level, strict=True))
            self.witnesses.update(witnesses(self.connection, keys))
            wanted: dict[str, set[str]] = defaultdict(set)
            for row in self.connection.read(cypher("proof/derivations"), keys=keys):
                several = self.derivations[row["key"]]
                if several and not is_first:
                    continue
                several.append(row)
                for type_, premise in zip(row["premise_types"], row["premises"], strict=True):
                    if premise not in self.facts:
                        wanted[type_].add(premise)
            is_first = False
            level = [
                row
                for type_, premises in sorted(wanted.items())
                for row in self.connection.read(
                    cypher("proof/facts", type=type_), keys=sorted(premises)
                )
            ]

    def proof(
        self, key: str, *, alternatives: bool = False, above: frozenset[str] = frozenset()
    ) -> Proof:
        row = self.facts[key]
        found = self.derivations[key]
        if not alternatives:
            found = [] if self.witnesses[key] else found[:1]
        path = above | {key}
        return Proof(
            key=key,
            subject=row["subject"],
            type=row["type"],
            object=row["object"],
            confidence=row["confidence"],
            is_derived=row["derived"],
            witnesses=tuple(self.witnesses[key]),
            steps=tuple(
                self.step(each, path) for each in found if not path & set(each["premises"])
            ),
        )

    def step(self, row: Row, path: frozenset[str]) -> Step:
        return Step(
            rule=row["rule"],
            sentence=row["sentence"],
            rule_confidence=row["rule_confidence"],
            confidence=row["confidence"],
            premises=tuple(self.proof(premise, above=path) for premise in row["premises"]),
        )
