"""Subject, predicate, object JSON lines with character offsets (Chinese equipment faults, "dgre").

A line is `{ID, text, spo_list}`; an item of the list is `{h, relation, t}` with
`{name, pos: [start, end]}` on both sides. Arguments have no types: all are of type `Entity`.
Mentions without a relation cannot be written.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_records, whole_number, write_json_lines
from extractors.corpora.grid import repeated
from extractors.corpora.labelled import (
    GOLD,
    Found,
    Ids,
    LabelledDocument,
    Note,
    evidence_in,
    flatten,
    mention_entity,
    unique,
    whole,
)
from extractors.facts import Document, Entity, Extraction, Relation, Span

TYPE = "Entity"


def read(path: Path) -> Iterator[Found]:
    """Yield each line of a file as a document.

    Raises:
        CorpusError: A line contradicts the format; says which.
    """
    ids = Ids()
    yield from read_records(path, lambda record: _document(record, ids))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write the relations of documents with the mentions they join."""
    write_json_lines(path, (_record(document) for document in documents))


def _document(record: Record, ids: Ids) -> LabelledDocument:
    data = record.data
    text = data["text"]
    notes: list[Note] = []
    relations = []
    for label in data["spo_list"]:
        subject = _argument(text, label["h"], record.where, notes)
        object_ = _argument(text, label["t"], record.where, notes)
        spans = subject.mentions[0].span, object_.mentions[0].span
        evidence = evidence_in(whole(text), *spans)
        relations.append(Relation(subject, label["relation"], object_, (evidence,)))
    once = unique(relations)
    entities = (entity for relation in once for entity in (relation.subject, relation.object))
    return LabelledDocument(
        extraction=Extraction(
            document=Document(id=ids.new(data.get("ID"), record.number), text=text, source="spo"),
            chunks=whole(text),
            entities=tuple(dict.fromkeys(entities)),
            relations=once,
            extractor=GOLD,
        ),
        format="spo",
        where=record.where,
        record={key: value for key, value in data.items() if key != "spo_list"},
        notes=(
            *notes,
            *repeated(record.where, n_mentions=0, n_relations=len(relations) - len(once)),
        ),
    )


def _argument(text: str, label: Mapping[str, Any], where: str, notes: list[Note]) -> Entity:
    start, end = map(whole_number, label["pos"])
    if end > len(text):
        raise ValueError(f"{start}:{end} lies beyond the {len(text)} characters of the text")
    entity = mention_entity(text, TYPE, Span(start, end))
    if entity.name != label["name"]:
        message = f"{label['name']!r} is labelled where {entity.name!r} stands"
        notes.append(Note("offset", where, message))
    return entity


def _record(document: LabelledDocument) -> dict[str, Any]:
    text = document.extraction.document.text
    facts = flatten(document.extraction)
    arguments = [
        {"name": text[span.start : span.end], "pos": [span.start, span.end]}
        for span, _ in facts.mentions
    ]
    record = document.record if document.format == "spo" else {}
    return {
        "ID": document.extraction.document.id,
        "text": text,
        **record,
        "spo_list": [
            {"h": arguments[subject], "t": arguments[object_], "relation": type_}
            for subject, type_, object_ in facts.relations
        ],
    }
