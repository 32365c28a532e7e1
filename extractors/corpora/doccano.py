"""doccano JSON lines: texts with labels at character offsets, and relations between them.

    {"id": 7, "text": "Ada works for Acme.", "label": [[0, 3, "Person"]], "Comments": []}
    {"id": 7, "text": "Ada works for Acme.",
     "entities": [{"id": 1, "label": "Person", "start_offset": 0, "end_offset": 3},
                  {"id": 2, "label": "Organization", "start_offset": 14, "end_offset": 18}],
     "relations": [{"id": 3, "from_id": 1, "to_id": 2, "type": "WORKS_FOR"}]}

The list may be called `label`, `labels` or, in exports of the first versions, `annotations`, whose
labels are numbers. `label` may also be an object of names by label with their places, as CLUENER
has it: `{"label": {"Person": {"Ada": [[0, 2]]}}}`. Labels that are objects may also say `start` and
`end`, and Dataturks' exports are read: `{"content": "Ada works.", "annotation": [{"label":
["Person"], "points": [{"start": 0, "end": 2, "text": "Ada"}]}]}`. The last character is counted in
or not: what is quoted decides. Labels of a whole text are none of a place in it and are refused.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extractors.corpora.files import read_records, whole_number, write_json_lines
from extractors.corpora.labelled import Found, Ids, LabelledDocument, flatten
from extractors.corpora.standoff import Link, Region, Standoff, standoff_document

_LISTS = ("label", "labels", "annotations", "annotation")
_LABELS = (*_LISTS, "entities", "relations")


def read(path: Path) -> Iterator[Found]:
    """Yield each line of an export as a document.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    ids = Ids()
    return read_records(
        path, lambda record: standoff_document("doccano", record, _said(record.data), ids)
    )


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents in the form with relations, which doccano imports."""
    write_json_lines(path, (_record(document) for document in documents))


def _said(data: Mapping[str, Any]) -> Standoff:
    if data.keys().isdisjoint(_LABELS):
        raise ValueError(f"there is no list of labels: one of {', '.join(_LABELS)}")
    regions = [region for name in _LISTS for region in _regions(data.get(name) or [])]
    regions += [_entity(label) for label in data.get("entities") or []]
    return Standoff(
        text=data["content"] if "text" not in data and "content" in data else data["text"],
        regions=regions,
        links=[
            Link(label["from_id"], label["type"], label["to_id"])
            for label in data.get("relations") or []
        ],
        id=data.get("id"),
        title=data.get("title"),
        kept={key: value for key, value in data.items() if key not in _LABELS},
    )


def _regions(labels: Any) -> Iterator[Region]:
    if isinstance(labels, Mapping):
        for type_, places_by_name in labels.items():
            for name, places in places_by_name.items():
                yield from (Region(start, end, type_, quoted=name) for start, end in places)
    elif isinstance(labels, list):
        for label in labels:
            is_dataturks = isinstance(label, Mapping) and "points" in label
            yield from _dataturks(label) if is_dataturks else (_region(label),)
    else:
        raise ValueError(f"{labels!r} labels a whole text: labels of places in it are needed")


def _region(label: Any) -> Region:
    if isinstance(label, Mapping):
        return _entity(label)
    if not isinstance(label, list):
        raise ValueError(f"{label!r} labels a whole text: labels of places in it are needed")
    start, end, type_ = label
    return Region(start, end, type_)


def _entity(label: Mapping[str, Any]) -> Region:
    if "start_offset" not in label and "start" in label:
        quoted = label.get("text") or ""
        return Region(label["start"], label["end"], label["label"], label.get("id"), quoted)
    return Region(label["start_offset"], label["end_offset"], label["label"], label.get("id"))


def _dataturks(label: Mapping[str, Any]) -> Iterator[Region]:
    types = label["label"] if isinstance(label["label"], list) else [label["label"]]
    for point in label["points"]:
        # Its last character is counted in; where nothing is quoted, too.
        end = point["end"] if point.get("text") else whole_number(point["end"]) + 1
        for type_ in types:
            yield Region(point["start"], end, type_, quoted=point.get("text") or "")


def _record(document: LabelledDocument) -> dict[str, Any]:
    facts = flatten(document.extraction)
    given = document.extraction.document
    n = len(facts.mentions)
    return {
        "id": given.id,
        "text": given.text,
        **(document.record if document.format == "doccano" else {}),
        "entities": [
            {"id": number, "label": type_, "start_offset": span.start, "end_offset": span.end}
            for number, (span, type_) in enumerate(facts.mentions, start=1)
        ],
        "relations": [
            {"id": number, "from_id": subject + 1, "to_id": object_ + 1, "type": type_}
            for number, (subject, type_, object_) in enumerate(facts.relations, start=n + 1)
        ],
    }
