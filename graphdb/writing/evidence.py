"""What a set of document versions says, of those that leave or of those that come."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from graphdb.history import FactState
from graphdb.identity import Properties
from graphdb.writing.rows import DocumentRows, Triple


@dataclass(slots=True)
class Evidence:
    """What a set of document versions says: which facts, and which texts for which entities."""

    triples: dict[str, Triple] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    texts: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, Properties] = field(default_factory=dict)
    types_by_name: dict[str, str] = field(default_factory=dict)
    """Types by the key that a name is read as, of those that resolution weighs."""
    support: dict[str, FactState] = field(default_factory=dict)
    documents: dict[str, set[str]] = field(default_factory=dict)
    """Which of the documents state each fact."""

    @classmethod
    def of(cls, documents: Iterable[DocumentRows]) -> "Evidence":
        """Return what documents say that are to come."""
        evidence = cls()
        for document in documents:
            evidence._add(document)
        return evidence

    def _add(self, rows: DocumentRows) -> None:
        self.triples |= rows.triples_by_fact
        for key in rows.triples_by_fact:
            self.documents.setdefault(key, set()).add(rows.id)
        self.values |= rows.values_by_entity
        self.types_by_name |= rows.types_by_name
        for key, texts in rows.texts_by_entity.items():
            self.types[key] = rows.types_by_entity[key]
            self.texts.setdefault(key, set()).update(texts)
        for key, confidence in rows.confidence_by_fact.items():
            self.support[key] = FactState(confidence, 1).joined(self.support.get(key))
