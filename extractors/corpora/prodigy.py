"""Prodigy JSON lines: annotated tasks with spans, relations between them, and an answer.

    {"text": "Ada works for Acme.", "answer": "accept",
     "tokens": [{"text": "Ada", "start": 0, "end": 3, "id": 0, "ws": true}],
     "spans": [{"start": 0, "end": 3, "label": "Person", "token_start": 0, "token_end": 0},
               {"start": 14, "end": 18, "label": "Organization"}],
     "relations": [{"head": 0, "child": 3, "label": "WORKS_FOR",
                    "head_span": {"start": 0, "end": 3}, "child_span": {"start": 14, "end": 18}}]}

A relation goes from its head to its child. Tasks that were rejected or ignored are not labelled.
Choices and labels of a whole text are not read.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_records, write_json_lines
from extractors.corpora.labelled import (
    Found,
    Ids,
    LabelledDocument,
    Note,
    flatten,
    not_labelled,
)
from extractors.corpora.standoff import Link, Region, Standoff, standoff_document
from extractors.facts import Span

# `tokens` are of the text and not of its labels: they stay.
_LABELS = ("spans", "relations", "answer")
_OF_WHOLE_TEXTS = ("label", "accept")


def read(path: Path) -> Iterator[Found]:
    """Yield each accepted task as a document.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    ids = Ids()

    def document(record: Record) -> LabelledDocument | Note:
        answer = record.data.get("answer", "accept")
        if answer != "accept":
            return not_labelled(record.where, f"the answer is {answer!r}")
        return standoff_document("prodigy", record, _said(record.data), ids)

    return read_records(path, document)


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as tasks that were accepted."""
    write_json_lines(path, (_record(document) for document in documents))


def _said(data: Mapping[str, Any]) -> Standoff:
    meta = data.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    of_whole_texts = [name for name in _OF_WHOLE_TEXTS if data.get(name)]
    return Standoff(
        text=data["text"],
        regions=[
            Region(span["start"], span["end"], span["label"], (span["start"], span["end"]))
            for span in data.get("spans") or []
        ],
        links=[
            Link(_place(label["head_span"]), label["label"], _place(label["child_span"]))
            for label in data.get("relations") or []
        ],
        id=data.get("id", meta.get("id")),
        title=data.get("title", meta.get("title")),
        kept={key: value for key, value in data.items() if key not in _LABELS},
        not_read=[f"{name}, which labels a whole text" for name in of_whole_texts],
    )


def _place(span: Mapping[str, Any]) -> tuple[object, object]:
    return span["start"], span["end"]


def _record(document: LabelledDocument) -> dict[str, Any]:
    facts = flatten(document.extraction)
    given = document.extraction.document
    own: dict[str, Any] = {"meta": {"id": given.id}}
    record = document.record if document.format == "prodigy" else own
    tokens = record.get("tokens") or []
    spans = [_placed(span, tokens) | {"label": type_} for span, type_ in facts.mentions]
    return {
        "text": given.text,
        **record,
        "spans": spans,
        "relations": [
            {"head_span": spans[subject], "child_span": spans[object_], "label": type_}
            | _tokens_of(spans[subject], spans[object_])
            for subject, type_, object_ in facts.relations
        ],
        "answer": "accept",
    }


def _placed(span: Span, tokens: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return where a span is, in tokens, too, where the task has them: both ends inclusive."""
    touched = [t["id"] for t in tokens if t["start"] < span.end and span.start < t["end"]]
    place: dict[str, Any] = {"start": span.start, "end": span.end}
    return place | ({"token_start": touched[0], "token_end": touched[-1]} if touched else {})


def _tokens_of(subject: Mapping[str, Any], object_: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tokens that Prodigy draws a relation between: the last of each span."""
    if "token_end" not in subject or "token_end" not in object_:
        return {}
    return {"head": subject["token_end"], "child": object_["token_end"]}
