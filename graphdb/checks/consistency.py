"""What an ontology says that can hardly be meant: remarks, for its author to look at.

A file that `Ontology.load` takes is safe to use. It may still say two things that do not go
together, or something that no fact can ever meet. Nothing is refused for that.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from graphdb.ontology import Ontology, RelationType


@dataclass(frozen=True, slots=True)
class Remark:
    """One table of an ontology file, and a sentence about it that names the way out."""

    table: str
    sentence: str

    def __str__(self) -> str:
        return f"[{self.table}] {self.sentence}"


def remarks(ontology: Ontology) -> list[Remark]:
    """Return what looks wrong in an ontology, in the order of its tables."""
    return [*_entity_remarks(ontology), *_relation_remarks(ontology)]


def _entity_remarks(ontology: Ontology) -> Iterator[Remark]:
    relations = ontology.relation_types.values()
    joins_any = any(not each.subject or not each.object for each in relations)
    joined_types = {type_ for each in relations for type_ in (*each.subject, *each.object)}
    for name in ontology.entity_types:
        if name not in joined_types and not joins_any:
            yield Remark(
                f"entities.{name}",
                "no relation type joins it: name it as a subject or object, or leave it out",
            )


def _relation_remarks(ontology: Ontology) -> Iterator[Remark]:
    for name, relation in ontology.relation_types.items():
        table = f"relations.{name}"
        for sentence in _sentences_about(name, relation, ontology):
            yield Remark(table, sentence)


def _sentences_about(name: str, relation: RelationType, ontology: Ontology) -> Iterator[str]:
    if name in relation.related_types():
        yield "it names itself: leave that out"
    ends_differ = bool(
        relation.subject and relation.object and set(relation.subject) != set(relation.object)
    )
    if relation.symmetric and ends_differ:
        yield (
            "it is symmetric and its ends differ, so half of its facts contradict it: "
            "give subject and object the same types"
        )
    if relation.transitive and not _overlap(relation.subject, relation.object):
        yield (
            "it is transitive and no type is both subject and object, so no two of its facts "
            "ever join: leave transitive out"
        )
    if relation.transitive and relation.functional:
        yield ("it is transitive and functional: every chain of two facts contradicts it: keep one")
    if relation.symmetric and relation.inverse_of not in (None, name):
        yield "it is symmetric and has an inverse: its own facts turned round are enough"
    if relation.inverse_of and relation.inverse_of != name:
        yield from _inverse_sentences(name, relation, ontology)
    wider_name = relation.sub_property_of
    if wider_name and wider_name != name:
        yield from _wider_sentences(relation, wider_name, ontology.relation_types[wider_name])
    if wider_name and wider_name in relation.disjoint_with:
        yield f"every fact of it is one of {wider_name}, and it is disjoint with that: keep one"


def _inverse_sentences(name: str, relation: RelationType, ontology: Ontology) -> Iterator[str]:
    inverse_name = relation.inverse_of or ""
    inverse = ontology.relation_types[inverse_name]
    if inverse.inverse_of not in (None, name):
        yield (
            f"its inverse {inverse_name} says inverse_of = {inverse.inverse_of!r}: "
            "let the two name each other"
        )
    if not _within(relation.object, inverse.subject) or not _within(
        relation.subject, inverse.object
    ):
        yield (
            f"turned round, some of its facts do not fit the types of {inverse_name}: give the "
            "inverse this type's objects as subjects and this type's subjects as objects"
        )


def _wider_sentences(relation: RelationType, wider_name: str, wider: RelationType) -> Iterator[str]:
    if not _within(relation.subject, wider.subject) or not _within(relation.object, wider.object):
        yield (
            f"some of its facts do not fit the types of {wider_name}, which it is a kind of: "
            f"let {wider_name} allow the same types or more"
        )


def _overlap(these: tuple[str, ...], those: tuple[str, ...]) -> bool:
    """Say whether two lists of types meet; an empty list stands for any type."""
    return not these or not those or bool(set(these) & set(those))


def _within(these: tuple[str, ...], those: tuple[str, ...]) -> bool:
    """Say whether the one list allows no more than the other; an empty list allows any type."""
    return not those or (bool(these) and set(these) <= set(those))
