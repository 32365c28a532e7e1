"""What a reader gave, checked before anybody believes it: the one place where that is done.

The whole document is set aside if its extraction contradicts itself or the text. Single rows are
rejected by name, and the rest is taken, if they are of a type that the reader did not announce, or
cite no sentence that mentions both ends of a fact.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from extractors.errors import DocumentRejectedError
from extractors.facts import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Mention,
    Rejection,
    Relation,
    extraction_from_dict,
)
from extractors.readers.words import named, one_line

Said = TypeVar("Said", Mention, Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """What an extraction of one reader has to keep to."""

    reader: str
    """What messages call the reader."""
    fingerprint: str
    entity_types: Collection[str]
    relation_types: Collection[str]
    mention_threshold: float | None = None
    relation_threshold: float | None = None

    def checked(self, answer: Extraction, document: Document) -> Extraction:
        """Return what can be taken of an answer, as an extraction of this document.

        Raises:
            DocumentRejectedError: The answer contradicts itself or the document's text.
        """
        try:
            # Written and read back: what is no number, no text or no place for JSON is found now.
            extraction = extraction_from_dict(answer.to_dict())
        except Exception as error:  # whatever a reader built there
            raise self.rejected(document, f"gave what is no extraction ({named(error)})") from error
        if extraction.document.text != document.text:
            raise self.rejected(document, "answered for another text than the one it was given")
        entities, relations, rejected = self._taken(extraction)
        return replace(
            extraction,
            document=document,
            extractor=self.fingerprint,
            entities=entities,
            relations=relations,
            rejected=tuple(
                Rejection(one_line(rejection.what), one_line(rejection.reason))
                for rejection in (*extraction.rejected, *rejected)
            ),
        )

    def rejected(self, document: Document, what: str) -> DocumentRejectedError:
        """Return the error that sets a document aside for what the reader did."""
        return DocumentRejectedError(document.id, f"the reader {self.reader} {what}")

    def _taken(
        self, extraction: Extraction
    ) -> tuple[tuple[Entity, ...], tuple[Relation, ...], list[Rejection]]:
        """Return the entities and relations that can be taken, and why the others cannot."""
        rejected: list[Rejection] = []
        taken_by_given: dict[Entity, Entity] = {}
        unannounced: set[Entity] = set()
        for entity in extraction.entities:
            if entity.type not in self.entity_types:
                unannounced.add(entity)
                reason = f"is of the type {entity.type!r}, which the reader did not announce"
                rejected.append(Rejection(entity.name, reason))
            elif kept := self._sure_mentions(entity):
                taken_by_given[entity] = kept
        relations: list[Relation] = []
        for relation in extraction.relations:
            if reason := self._why_not(relation, unannounced):
                what = f"{relation.subject.name} {relation.type} {relation.object.name}"
                rejected.append(Rejection(what, reason))
            else:
                relations += self._sure_relation(relation, taken_by_given)
        return tuple(dict.fromkeys(taken_by_given.values())), tuple(relations), rejected

    def _why_not(self, relation: Relation, unannounced: Collection[Entity]) -> str:
        """Say why a relation cannot be taken; empty if it can."""
        if relation.type not in self.relation_types:
            return f"is of the type {relation.type!r}, which the reader did not announce"
        if relation.subject in unannounced or relation.object in unannounced:
            return "joins an entity that was rejected"
        if not relation.mentions_both_ends:
            return "cites no sentence that mentions both"
        return ""

    def _sure_mentions(self, entity: Entity) -> Entity | None:
        """Return an entity with the mentions that are sure enough; None if no mention is."""
        mentions = _surer(entity.mentions, self.mention_threshold)
        if not mentions:
            return None
        names = [mention.text for mention in mentions]
        name = entity.name if entity.name in names else max(names, key=len)
        return Entity(entity.type, name, mentions)

    def _sure_relation(
        self, relation: Relation, taken_by_given: dict[Entity, Entity]
    ) -> Iterator[Relation]:
        """Yield a relation with the evidence that is sure enough, if there is any."""
        evidence = _surer(relation.evidence, self.relation_threshold)
        subject, object_ = map(taken_by_given.get, (relation.subject, relation.object))
        if evidence and subject and object_:
            yield Relation(subject, relation.type, object_, evidence)


def _surer(said: Iterable[Said], threshold: float | None) -> tuple[Said, ...]:
    return tuple(each for each in said if threshold is None or each.confidence >= threshold)
