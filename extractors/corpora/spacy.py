"""spaCy's JSON: documents of `Doc.to_json()`, and training data as `(text, annotations)` pairs.

    {"text": "Ada works for Acme.", "ents": [{"start": 0, "end": 3, "label": "Person"}],
     "spans": {"sc": [{"start": 14, "end": 18, "label": "Organization"}]}}
    [["Ada works for Acme.", {"entities": [[0, 3, "Person"]]}]]
    {"classes": ["Person"], "annotations": [["Ada works.", {"entities": [[0, 3, "Person"]]}]]}

Pairs may also stand on a line each, and entities may be lists as in pairs wherever they are.
The last form is what annotation tools for spaCy export. Spans of all groups are read; categories
of a whole text are not. There are no relations; they cannot be written.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_each_record, write_json_lines
from extractors.corpora.labelled import (
    Found,
    Ids,
    LabelledDocument,
    Note,
    flatten,
    not_labelled,
)
from extractors.corpora.standoff import Region, Standoff, standoff_document

_LABELS = ("ents", "spans")


def read(path: Path) -> Iterator[Found]:
    """Yield each document of a file.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    ids = Ids()
    return read_each_record(path, lambda record: _documents(record, ids), lists=True)


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write the mentions of documents as `Doc.to_json()` does, one document a line."""
    write_json_lines(path, (_record(document) for document in documents))


def _documents(record: Record, ids: Ids) -> Iterator[LabelledDocument | Note]:
    data = record.data
    if isinstance(data, list):
        yield standoff_document("spacy", record, _pair(data), ids)
    elif isinstance(data.get("annotations"), list):
        for number, pair in enumerate(data["annotations"]):
            place = _Place(number, record.line, pair)
            if pair is None:
                yield not_labelled(place.where, "it is empty")
            else:
                yield standoff_document("spacy", place, _pair(pair), ids)
    else:
        yield standoff_document("spacy", record, _doc(data), ids)


class _Place(Record):
    """An item of the one object that a tool exports."""

    @property
    def where(self) -> str:
        return f"annotation {self.number}"


def _pair(pair: Any) -> Standoff:
    if not isinstance(pair, list) or len(pair) != 2 or not isinstance(pair[1], Mapping):
        raise ValueError("an example is a list of a text and its annotations")
    text, annotations = pair
    return Standoff(
        text=text,
        regions=[_region(span) for span in annotations.get("entities") or []],
        kept={},
        not_read=_not_read(annotations),
    )


def _doc(data: Mapping[str, Any]) -> Standoff:
    if data.keys().isdisjoint(_LABELS):
        raise ValueError(f"there is no list of labels: one of {', '.join(_LABELS)}")
    groups = data.get("spans") or {}
    spans = [*(data.get("ents") or []), *(span for group in groups.values() for span in group)]
    regions = [_region(span) for span in spans]
    return Standoff(
        text=data["text"],
        # A span of the group that repeats the entities is the same label, not another one.
        regions=list(dict.fromkeys(regions)),
        id=data.get("id"),
        title=data.get("title"),
        kept={key: value for key, value in data.items() if key not in _LABELS},
        not_read=_not_read(data),
    )


def _region(span: Any) -> Region:
    if isinstance(span, list):
        start, end, type_, *_ = span
        return Region(start, end, type_)
    return Region(span["start"], span["end"], span["label"])


def _not_read(data: Mapping[str, Any]) -> list[str]:
    labels = {"cats": "which label a whole text", "links": "which name entries of a knowledge base"}
    return [f"{name}, {what}" for name, what in labels.items() if data.get(name)]


def _record(document: LabelledDocument) -> dict[str, Any]:
    given = document.extraction.document
    mentions = sorted(flatten(document.extraction).mentions)
    return {
        "id": given.id,
        "text": given.text,
        **(document.record if document.format == "spacy" else {}),
        "ents": [{"start": s.start, "end": s.end, "label": type_} for s, type_ in mentions],
    }
