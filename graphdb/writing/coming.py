"""Documents that are to come, with all that can be made ready before their transaction begins."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from graphdb.connection import Row
from graphdb.identity import Clusters, Properties, canonical_name
from graphdb.ontology import Ontology
from graphdb.writing.evidence import Evidence
from graphdb.writing.rows import DocumentRows


@dataclass(frozen=True, slots=True)
class Naming:
    """How entities are called by the texts that documents use for them."""

    ontology: Ontology
    clusters: Clusters

    def of(self, type_: str, key: str, texts: Iterable[str]) -> tuple[str, list[str]]:
        """Return the name of an entity with these texts, and its aliases."""
        distinct_texts = set(texts)
        policy = self.ontology.entity_type(type_)
        name = canonical_name(type_, key, distinct_texts, policy, self.clusters.named_by(key))
        return name, sorted(distinct_texts - {name})

    def entity_row(
        self, type_: str, key: str, texts: Iterable[str], value: Properties | None = None
    ) -> Row:
        """Return what makes an entity, should it not be there yet.

        Days of a value stand apart, because the server makes dates of them.
        """
        name, aliases = self.of(type_, key, texts)
        value = value or {}
        days = {each: value.get(each) for each in ("earliest", "latest")}
        rest = {each: value[each] for each in value.keys() - days.keys()}
        return {"key": key, "type": type_, "name": name, "aliases": aliases, "value": rest} | days


@dataclass(frozen=True, slots=True)
class Coming:
    """Documents that come in one transaction, and the rows of its statements."""

    documents: Sequence[DocumentRows]
    naming: Naming
    evidence: Evidence
    entity_rows: dict[str, Row]
    """By key, in order of key."""
    places: dict[str, int]
    """Where each entity stands among the keys: rows name it by its place."""
    document_rows: list[Row]

    @classmethod
    def of(cls, documents: Sequence[DocumentRows], naming: Naming) -> Self:
        """Make all rows that do not depend on what is in the graph."""
        evidence = Evidence.of(documents)
        entity_rows = {
            key: naming.entity_row(type_, key, evidence.texts[key], evidence.values.get(key))
            for key, type_ in sorted(evidence.types.items())
        }
        places = {key: place for place, key in enumerate(entity_rows)}
        document_rows = [
            {
                "id": document.id,
                "properties": document.properties,
                "chunks": [_with_places(chunk, places) for chunk in document.chunks],
            }
            for document in documents
        ]
        return cls(documents, naming, evidence, entity_rows, places, document_rows)


def _with_places(chunk: Row, places: Mapping[str, int]) -> Row:
    # What a row does not have is no property: most have nothing of the half that is optional.
    return {name: value for name, value in chunk.items() if value is not None} | {
        kind: [
            {name: value for name, value in row.items() if value is not None and name != "entity"}
            | {"place": places[row["entity"]]}
            for row in chunk[kind]
        ]
        for kind in ("mentions", "states", "withheld")
    }
