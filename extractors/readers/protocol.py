"""What a reader of somebody else's is, and what it may ask for when it is made.

    factory(setup) ──► Reader ── read(documents) ──► Extraction …

Whatever makes facts of text can be a reader: a regular expression, a table, a language model.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Extraction


class Reader(Protocol):
    """Turns documents into extractions; `docs/readers.md` shows one in fifteen lines.

    A reader may also have `languages`, the codes of the languages that it reads (`("en",)`).
    """

    @property
    def version(self) -> str:
        """Changes whenever the reader would read a document otherwise: all are read again."""

    @property
    def entity_types(self) -> Iterable[str]:
        """Every entity type that it may find, compared with the ontology before it reads."""

    @property
    def relation_types(self) -> Iterable[str]:
        """Every relation type that it may find."""

    def read(self, documents: Iterable[Document]) -> Iterable[Extraction | DocumentRejectedError]:
        """Answer once for each document: what it says, or why it cannot be read.

        A document in which nothing is found has an extraction without entities. The next document
        may be asked for before the last one is answered.
        """


@dataclass(frozen=True, slots=True)
class EntityLabel:
    """An entity type of the ontology, for readers that are told what to look for."""

    type: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class RelationLabel:
    """A relation type of the ontology, and between which entity types it may hold."""

    type: str
    description: str = ""
    subject: tuple[str, ...] = ()
    """Entity types allowed as subject; empty: any."""
    object: tuple[str, ...] = ()
    """Entity types allowed as object; empty: any."""

    def allows(self, subject_type: str, object_type: str) -> bool:
        """Say whether the relation may hold between entities of these types."""
        return (not self.subject or subject_type in self.subject) and (
            not self.object or object_type in self.object
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSetup:
    """What a factory is given if it takes an argument."""

    argument: str = ""
    """What stands behind the reader's name in the setting: `NAME:ARGUMENT`."""
    entities: tuple[EntityLabel, ...] = ()
    """The entity types of the ontology."""
    relations: tuple[RelationLabel, ...] = ()
    """The relation types of the ontology."""
    device: str = "auto"
    """The processor that the settings name."""
    mention_threshold: float | None = None
    """Mentions below are dropped, whatever the reader does; unset: none are."""
    relation_threshold: float | None = None
    """Evidence below is dropped, whatever the reader does; unset: none is."""
