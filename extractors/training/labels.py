"""What is labelled in a corpus: what is not says nothing, and nothing is learned from its absence.

People's corpora know some of the types that a model is to learn. A text without a label for a date
is no sign that it has no date, where nobody looked for dates.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from extractors.facts import Extraction
from extractors.network import ModelConfig

BoolArray = npt.NDArray[np.bool_]

End = TypeVar("End")
"""What stands for an end of a fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Labels:
    """What somebody looked for in the documents of a corpus."""

    entities: tuple[str, ...] | None = None
    """Entity types; None: all."""
    relations: tuple[str, ...] | None = None
    """Relation types; None: all, and empty: none."""
    coreference: bool = True
    """Whether names of one thing are labelled as one entity."""
    complete: bool = True
    """Whether a pair without a label is known to have no relation of the types above."""
    every_name: bool = True
    """Whether every name of the types above has a label."""
    guide: str = ""
    """What the labels follow, if it is another guide than the model should follow in service."""

    def narrowed(self, asked: Collection[str] | None) -> "Labels":
        """Return what was looked for in one text of the corpus.

        Args:
            asked: The relation types that the text says were looked for in it; None: it does not
                say.
        """
        if asked is None:
            return self
        # Sorted, so that texts that were labelled alike are equal, whatever the order of the types.
        relations = sorted(set(asked))
        if self.relations is not None:
            relations = [type_ for type_ in relations if type_ in self.relations]
        return replace(self, relations=tuple(relations))

    def unlabelled_entities(self, config: ModelConfig) -> BoolArray:
        """Return `(E,)`: true for the model's entity types that nobody looked for."""
        return _missing(config.entity_types, self.entities)

    def unlabelled_relations(self, config: ModelConfig) -> BoolArray:
        """Return `(R,)`: true for the model's relation types that nobody looked for."""
        return _missing(config.relation_types, self.relations)


ALL_LABELLED = Labels()
"""All types, in every document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImpliedConfig:
    """What a labelled relation implies: such a fact is no error, and gives no loss either way."""

    same_way: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Relation types that a type implies between the same subject and object."""
    turned: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Relation types that a type implies from its object to its subject."""

    @property
    def types(self) -> tuple[str, ...]:
        """All relation types that it names."""
        tables = (self.same_way, self.turned)
        return tuple(
            dict.fromkeys(
                name
                for table in tables
                for type_, others in table.items()
                for name in (type_, *others)
            )
        )

    def following(
        self,
        subject: End,
        type: str,  # noqa: A002
        object: End,  # noqa: A002
    ) -> Iterator[tuple[End, str, End]]:
        """Yield what a fact implies: subject, type and object of each."""
        for other in self.same_way.get(type, ()):
            yield subject, other, object
        for other in self.turned.get(type, ()):
            yield object, other, subject

    def of(self, gold: Extraction) -> Extraction:
        """Return a labelled document with what its relations imply in place of them."""
        following = (
            replace(relation, subject=subject, type=type_, object=object_)
            for relation in gold.relations
            for subject, type_, object_ in self.following(
                relation.subject, relation.type, relation.object
            )
        )
        return replace(gold, relations=tuple(following))


NOTHING_IMPLIED = ImpliedConfig()


def _missing(types: Sequence[str], labelled_types: Sequence[str] | None) -> BoolArray:
    if labelled_types is None:
        return np.zeros(len(types), np.bool_)
    return np.array([type_ not in labelled_types for type_ in types], np.bool_)
