"""Writes documents for people to label, with what a model already says of them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from extractors.calibration import Calibration
from extractors.corpora import (
    LabelledDocument,
    annotation_conf,
    labelling_config,
    write_labelled,
    write_text,
)
from extractors.facts import Entity, Extraction, Mention


def kept(extraction: Extraction, calibration: Calibration) -> Extraction:
    """Return what of an extraction is as sure as this calibration wants it."""
    least = min(calibration.argument_threshold, calibration.mention_threshold)
    relations = [
        relation
        for relation in extraction.relations
        if relation.confidence >= calibration.relation_threshold
        and all(_surest(end) >= least for end in (relation.subject, relation.object))
    ]
    arguments = {end for relation in relations for end in (relation.subject, relation.object)}
    entity_by_old: dict[Entity, Entity] = {}
    for entity in extraction.entities:
        sure = _surer(entity, calibration.mention_threshold)
        # An argument is shown by its doubtful mentions rather than not at all.
        mentions = sure or (_surer(entity, least) if entity in arguments else ())
        if mentions:
            named = any(mention.text == entity.name for mention in mentions)
            name = entity.name if named else max((m.text for m in mentions), key=len)
            entity_by_old[entity] = replace(entity, name=name, mentions=mentions)
    return replace(
        extraction,
        entities=tuple(dict.fromkeys(entity_by_old.values())),
        relations=tuple(
            replace(
                relation,
                subject=entity_by_old[relation.subject],
                object=entity_by_old[relation.object],
            )
            for relation in relations
        ),
    )


def _surest(entity: Entity) -> float:
    return max(mention.confidence for mention in entity.mentions)


def _surer(entity: Entity, threshold: float) -> tuple[Mention, ...]:
    return tuple(mention for mention in entity.mentions if mention.confidence >= threshold)


def write_tasks(
    extractions: Iterable[Extraction],
    folder: Path,
    entity_types: Sequence[str],
    relation_types: Sequence[str],
) -> None:
    """Write documents to be labelled, with what is known of them, for Label Studio and for brat.

    `label-studio.json` are the tasks and `label-studio.xml` the labelling configuration; the folder
    `brat` has the same documents and its own configuration.
    """
    documents = [
        LabelledDocument(extraction=extraction, format="", where="") for extraction in extractions
    ]
    write_labelled(documents, folder / "label-studio.json", "label_studio")
    write_text(folder / "label-studio.xml", [labelling_config(entity_types, relation_types)])
    write_labelled(documents, folder / "brat", "brat")
    write_text(folder / "brat" / "annotation.conf", [annotation_conf(entity_types, relation_types)])
