"""Tasks for Label Studio, written: regions, relations, and the labels to offer."""

import colorsys
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

from extractors.corpora.files import write_json_list
from extractors.corpora.label_studio.offsets import SAME, Utf16
from extractors.corpora.labelled import GOLD, FlatFacts, LabelledDocument, flatten
from extractors.facts import Extraction

_FROM, _TO = "label", "text"
"""The names by which tasks and labelling configuration speak of the same controls."""


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write tasks: what people said as annotations, what a model said as predictions.

    A relation between entities of several mentions joins two of them, and `Equiv` relations join
    the mentions of an entity. Where a relation is stated the format cannot say.
    """
    write_json_list(path, (_task(document) for document in documents))


def labelling_config(entity_types: Sequence[str], relation_types: Sequence[str]) -> str:
    """Return the XML that tells Label Studio which labels to offer for the tasks written here."""
    relations = "".join(
        f'    <Relation value="{escape(type_)}"/>\n' for type_ in (*relation_types, SAME)
    )
    labels = "".join(
        f'    <Label value="{escape(type_)}" background="{_colour(index, len(entity_types))}"/>\n'
        for index, type_ in enumerate(entity_types)
    )
    return (
        f"<View>\n  <Relations>\n{relations}  </Relations>\n"
        f'  <Labels name="{_FROM}" toName="{_TO}">\n{labels}  </Labels>\n'
        f'  <Text name="{_TO}" value="$text"/>\n</View>\n'
    )


def _task(document: LabelledDocument) -> dict[str, Any]:
    extraction = document.extraction
    given = extraction.document
    task = document.record if document.format == "label_studio" else None
    if task is None:
        title = {"title": given.title} if given.title else {}
        task = {"data": {"id": given.id, **title, "text": given.text}}
    if extraction.extractor == GOLD:
        return {**task, "annotations": [{"was_cancelled": False, "result": _result(extraction)}]}
    prediction: dict[str, Any] = {
        "model_version": extraction.extractor,
        "result": _result(extraction),
    }
    sure = [mention.confidence for entity in extraction.entities for mention in entity.mentions]
    sure += [relation.confidence for relation in extraction.relations]
    if sure:
        prediction["score"] = sum(sure) / len(sure)
    return {**task, "predictions": [prediction]}


def _result(extraction: Extraction) -> list[dict[str, Any]]:
    facts = flatten(extraction)
    text = extraction.document.text
    utf16 = Utf16(text)
    regions: list[dict[str, Any]] = []
    for index, (span, type_) in enumerate(facts.mentions):
        start, end = utf16.units(span)
        quoted = text[span.start : span.end]
        value = {"start": start, "end": end, "text": quoted, "labels": [type_]}
        names = {"from_name": _FROM, "to_name": _TO, "type": "labels"}
        regions.append({"id": _region_id(index), **names, "value": value})
    same = [(subject, SAME, object_) for subject, object_ in _same(extraction, facts)]
    return regions + [
        {
            "type": "relation",
            "from_id": _region_id(subject),
            "to_id": _region_id(object_),
            "direction": "right",
            "labels": [type_],
        }
        for subject, type_, object_ in (*facts.relations, *same)
    ]


def _same(extraction: Extraction, facts: FlatFacts) -> Iterator[tuple[int, int]]:
    """Yield pairs of neighbouring mentions of one entity, by their indices."""
    index_by_mention = {mention: index for index, mention in enumerate(facts.mentions)}
    for entity in extraction.entities:
        yield from pairwise(
            index_by_mention[mention.span, entity.type] for mention in entity.mentions
        )


def _region_id(index: int) -> str:
    return f"T{index + 1}"


def _colour(index: int, n: int) -> str:
    """Return one of `n` light colours that are as far from each other as can be."""
    red, green, blue = colorsys.hls_to_rgb(index / max(n, 1), 0.78, 0.7)
    return "#" + "".join(f"{round(255 * part):02x}" for part in (red, green, blue))
