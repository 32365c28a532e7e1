"""What the labels of a token classifier say of its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.errors import CheckpointError

BEGINS, GOES_ON, ENDS = frozenset("BSU"), frozenset("IEL"), frozenset("ELSU")
"""What the position of a tag says of its word."""


@dataclass(frozen=True, slots=True)
class Tag:
    """What a label says of a word."""

    position: str
    """`B` and `I`; of other schemes also `E` or `L` for the last word, `S` or `U` for the only one;
    "" outside."""
    type: str


def tags_of(labels: Sequence[str]) -> tuple[Tag, ...]:
    """Read labels: `O`, and `B-Person` or of another scheme; a bare type is one that goes on.

    Raises:
        CheckpointError: No label stands for words outside of mentions.
    """
    tags = []
    for label in labels:
        position, _, type_ = label.partition("-")
        if label in ("O", "0"):
            tags.append(Tag("", ""))
        elif type_ and position in BEGINS | GOES_ON:
            tags.append(Tag(position, type_))
        else:
            tags.append(Tag("I", label))
    if Tag("", "") not in tags:
        raise CheckpointError(
            f"no label O for words outside of mentions, only {', '.join(labels)}: name the labels "
            "in id2label of its config.json"
        )
    return tuple(tags)


def bio_labels(entity_types: Sequence[str]) -> list[str]:
    """Return the labels that training gives to these types."""
    return ["O", *(f"{position}-{type_}" for type_ in entity_types for position in "BI")]
