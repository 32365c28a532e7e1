"""Nightloom's own JSON lines: whole extractions, or texts with labels anybody can write.

Either what `Extraction.to_dict` returns, one a line, or

    {"id": "a", "text": "Ada works for Acme.",
     "entities": [{"start": 0, "end": 3, "type": "Person"},
                  {"mentions": [[14, 18]], "type": "Organization"}],
     "relations": [{"subject": 0, "type": "WORKS_FOR", "object": 1}]}

Offsets are half-open code points. `id`, `title`, `entities` and `relations` may be missing; a
relation may name its arguments by the entities' `id`s, and say `start` and `end` of where it is
stated. A text in which only some relation types were looked for names them:

    {"text": "Ada works for Acme.", "asked": ["WORKS_FOR"], "entities": …, "relations": …}

Labels of texts that may not be handed on name the passage they are of, by the id of a document in
another corpus, code points and the first digits of the passage's sha256; that corpus is given as
the option `texts`:

    {"passage": {"of": "a", "start": 0, "end": 19, "sha256": "0fcb…"}, "entities": …}

Beside these there may be `source`, and `meta` with anything at all. Another field is an error: a
list of labels under a name that nobody reads would teach that there are none.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from extractors.corpora.files import Record, read_records, whole_number, write_json_lines
from extractors.corpora.labelled import GOLD, Found, Ids, LabelledDocument, Note, unique, whole
from extractors.corpora.text import entity_of
from extractors.facts import (
    Document,
    Entity,
    Evidence,
    Extraction,
    Relation,
    Span,
    extraction_from_dict,
)

_LABELS = ("entities", "relations", "asked")
"""The fields of a text that say what is labelled in it."""
_FIELDS = ("id", "title", "text", "passage", "source", "meta", *_LABELS)
_LEAST_DIGITS = 8
"""Of a passage's sha256."""


@dataclass(frozen=True, slots=True)
class _Texts:
    """The texts of another corpus."""

    path: Path
    by_id: Mapping[str, str]
    """By their documents' ids."""

    @classmethod
    def read(cls, path: Path) -> Self:
        found = (each for each in read(path) if isinstance(each, LabelledDocument))
        documents = (each.extraction.document for each in found)
        return cls(path, {document.id: document.text for document in documents})


def read(path: Path, texts: Path | None = None) -> Iterator[Found]:
    """Yield each line of a file as a document.

    Args:
        path: The file.
        texts: A file in this format that holds the texts of which passages are labelled.

    Raises:
        CorpusError: A line contradicts the format; says which. Or `texts` cannot be read.
    """
    ids, read_texts = Ids(), _Texts.read(texts) if texts else None
    yield from read_records(
        path,
        lambda record: (
            _whole(record) if "document" in record.data else _simple(record, ids, read_texts)
        ),
    )


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write whole extractions, or the simple form where a document came in it.

    The simple form holds no confidences.
    """
    write_json_lines(path, (_record(document) for document in documents))


def _whole(record: Record) -> LabelledDocument:
    for number in _positions(record.data):
        whole_number(number)
    extraction = extraction_from_dict(record.data)
    return LabelledDocument(
        extraction=extraction, format="jsonl", where=record.where, asked=_asked(record.data)
    )


def _asked(data: Mapping[str, Any]) -> tuple[str, ...] | None:
    """Return the relation types that a text says were looked for in it."""
    types = data.get("asked")
    if types is None:
        return None
    if not isinstance(types, list) or not all(isinstance(type_, str) for type_ in types):
        raise ValueError(f"asked is a list of relation types, not {types!r}")
    return tuple(types)


def _positions(data: Mapping[str, Any]) -> Iterator[object]:
    """Yield every position and index in a whole extraction."""
    places = [
        *data["chunks"],
        *(place for entity in data["entities"] for place in entity["mentions"]),
        *(place for relation in data["relations"] for place in relation["evidence"]),
    ]
    for start, end, *_ in places:
        yield from (start, end)
    for relation in data["relations"]:
        yield from (relation["subject"], relation["object"])


def _passage(place: Mapping[str, Any], texts: _Texts | None) -> str:
    """Return the text of a passage, if it is still the one that was labelled."""
    if texts is None:
        raise ValueError("its text stands in another corpus: give that as `texts`")
    if place["of"] not in texts.by_id:
        raise ValueError(f"there is no document {place['of']!r} in {texts.path}")
    passage = texts.by_id[place["of"]][whole_number(place["start"]) : whole_number(place["end"])]
    digits = str(place["sha256"])
    if len(digits) < _LEAST_DIGITS:
        raise ValueError(f"a passage says {_LEAST_DIGITS} digits of its sha256, not {digits!r}")
    if not hashlib.sha256(passage.encode()).hexdigest().startswith(digits):
        raise ValueError(f"{place['of']!r} has another text there than the one that was labelled")
    return passage


def _simple(record: Record, ids: Ids, texts: _Texts | None) -> LabelledDocument:
    data = record.data
    if "passage" in data and "text" not in data:
        data = {**data, "text": _passage(data["passage"], texts)}
    text = data["text"]
    if not isinstance(text, str):
        raise ValueError(f"a text is a string, not {text!r}")
    if unknown := sorted(data.keys() - set(_FIELDS)):
        names = ", ".join(map(repr, unknown))
        raise ValueError(f"nobody reads {names}: the fields are {', '.join(_FIELDS)}")
    labels = data.get("entities", [])
    entities = [_entity(text, label) for label in labels]
    entity_by_name: dict[object, Entity] = dict(enumerate(entities))
    entity_by_name |= {
        label["id"]: entity for label, entity in zip(labels, entities, strict=True) if "id" in label
    }
    relations = unique(_relations(text, data.get("relations", []), entity_by_name))
    once = tuple(dict.fromkeys(entities))
    n_repeated = len(entities) - len(once)
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=ids.new(data.get("id"), record.number),
                text=text,
                source=data.get("source", "jsonl"),
                title=data.get("title", ""),
            ),
            chunks=whole(text),
            entities=once,
            relations=relations,
            extractor=GOLD,
        ),
        format="jsonl",
        where=record.where,
        record={key: value for key, value in record.data.items() if key not in _LABELS},
        asked=_asked(data),
        notes=(Note("repeated mention", record.where, f"{n_repeated} said more than once"),)
        if n_repeated
        else (),
    )


def _entity(text: str, label: Mapping[str, Any]) -> Entity:
    places: Sequence[Sequence[int]] = label.get("mentions") or [(label["start"], label["end"])]
    spans = [Span(whole_number(start), whole_number(end)) for start, end, *_ in places]
    for span in spans:
        if span.end > len(text):
            raise ValueError(f"{span.start}:{span.end} lies beyond {len(text)} characters")
    return entity_of(text, label["type"], spans)


def _relations(
    text: str, labels: Iterable[Mapping[str, Any]], entity_by_name: Mapping[object, Entity]
) -> Iterator[Relation]:
    for label in labels:
        ends = [label["subject"], label["object"]]
        for end in ends:
            # `true` would find the entity with the number 1.
            if isinstance(end, bool) or end not in entity_by_name:
                raise ValueError(f"{label['type']} names entity {end!r}, which is not there")
        subject, object_ = (entity_by_name[end] for end in ends)
        start, end = label.get("start", 0), label.get("end", len(text))
        stated = Span(whole_number(start), whole_number(end))
        yield Relation(subject, label["type"], object_, (Evidence(stated),))


def _record(document: LabelledDocument) -> dict[str, Any]:
    asked = {} if document.asked is None else {"asked": list(document.asked)}
    if document.format != "jsonl" or document.record is None:
        return {**document.extraction.to_dict(), **asked}
    extraction = document.extraction
    index_by_entity = {entity: index for index, entity in enumerate(extraction.entities)}
    return {
        **document.record,
        **asked,
        "entities": [_entity_label(entity) for entity in extraction.entities],
        "relations": [
            {
                "subject": index_by_entity[relation.subject],
                "type": relation.type,
                "object": index_by_entity[relation.object],
                "start": evidence.span.start,
                "end": evidence.span.end,
            }
            for relation in extraction.relations
            for evidence in relation.evidence
        ],
    }


def _entity_label(entity: Entity) -> dict[str, Any]:
    places = [[mention.span.start, mention.span.end] for mention in entity.mentions]
    if len(places) > 1:
        return {"mentions": places, "type": entity.type}
    return {"start": places[0][0], "end": places[0][1], "type": entity.type}
