"""Compare the mentions and entities of two extractions of one document."""

from extractors.evaluation.relations import Place, places_of
from extractors.evaluation.scores import Score, TypedScore, exact_score, exact_typed_score
from extractors.facts import Extraction


def boundary_score(gold: Extraction, predicted: Extraction) -> Score:
    """Count the spans that are mentions, whatever their type."""
    return exact_score(
        {place for _, place in _mentions(gold)}, {place for _, place in _mentions(predicted)}
    )


def mention_score(gold: Extraction, predicted: Extraction) -> TypedScore:
    """Count the spans that are mentions of the right type."""
    return exact_typed_score(_mentions(gold), _mentions(predicted))


def entity_score(gold: Extraction, predicted: Extraction) -> TypedScore:
    """Count the entities with exactly the gold mentions and the gold type."""
    return exact_typed_score(_entities(gold), _entities(predicted))


def _mentions(extraction: Extraction) -> set[tuple[str, Place]]:
    return {(entity.type, place) for entity in extraction.entities for place in places_of(entity)}


def _entities(extraction: Extraction) -> set[tuple[str, frozenset[Place]]]:
    return {(entity.type, places_of(entity)) for entity in extraction.entities}
