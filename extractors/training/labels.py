"""What is labelled in a corpus: what is not says nothing, and nothing is learned from its absence.

People's corpora know some of the types that a model is to learn. A text without a label for a date
is no sign that it has no date, where nobody looked for dates.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.network import ModelConfig

BoolArray = npt.NDArray[np.bool_]


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

    def unlabelled_entities(self, config: ModelConfig) -> BoolArray:
        """Return `(E,)`: true for the model's entity types that nobody looked for."""
        return _missing(config.entity_types, self.entities)

    def unlabelled_relations(self, config: ModelConfig) -> BoolArray:
        """Return `(R,)`: true for the model's relation types that nobody looked for."""
        return _missing(config.relation_types, self.relations)


ALL_LABELLED = Labels()
"""All types, in every document."""


def _missing(types: Sequence[str], labelled_types: Sequence[str] | None) -> BoolArray:
    if labelled_types is None:
        return np.zeros(len(types), np.bool_)
    return np.array([type_ not in labelled_types for type_ in types], np.bool_)
