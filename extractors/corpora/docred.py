"""DocRED and Re-DocRED: Wikipedia passages with entities, and relations named by Wikidata codes.

A file is a JSON list of `{title, sents, vertexSet, labels}`. Entity types and codes are given their
readable names; the table of codes lies beside this file. Types that are not in the tables keep
their names, so that other corpora can use the format.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_records, whole_number, write_json_list
from extractors.corpora.grid import token_span
from extractors.corpora.labelled import GOLD, Found, LabelledDocument, Note
from extractors.corpora.text import (
    chunks_of,
    entity_of,
    join_tokens,
    squeezed,
    token_range,
    tokenise,
)
from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Relation, Span

ENTITY_TYPES = {
    "PER": "Person",
    "LOC": "Location",
    "ORG": "Organization",
    "TIME": "Time",
    "NUM": "Number",
    "MISC": "Miscellaneous",
}
_CODE_BY_ENTITY_TYPE = {name: code for code, name in ENTITY_TYPES.items()}


@cache
def relation_names() -> dict[str, str]:
    """Map each Wikidata code of the corpus to its label in upper snake case."""
    labels = json.loads((files(__package__) / "wikidata_labels.json").read_text("utf-8"))
    return {code: relation_name(label) for code, label in labels.items()}


@cache
def relation_codes() -> dict[str, str]:
    """Map each relation type to its Wikidata code."""
    return {name: code for code, name in relation_names().items()}


def relation_name(label: str) -> str:
    """Spell a label as a relation type: `place of birth` as `PLACE_OF_BIRTH`."""
    return re.sub(r"[^A-Z0-9]+", "_", label.upper()).strip("_")


def read(path: Path) -> Iterator[Found]:
    """Yield each document of a DocRED file.

    Raises:
        CorpusError: The file contradicts the format; says in which record and line.
    """
    yield from read_records(path, lambda record: _document(record, f"{path.stem}/{record.number}"))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as a DocRED file; spans are widened to the tokens they touch.

    Evidence becomes the numbers of the sentences it touches. A mention over two sentences, which
    the format cannot say, ends with the first.
    """
    write_json_list(path, (_record(document) for document in documents))


def _document(record: Record, document_id: str) -> LabelledDocument:
    data = record.data
    text, tokens = join_tokens(data["sents"])
    chunks = chunks_of(text, tokens)
    entities = [_entity(vertices, text, tokens) for vertices in data["vertexSet"]]
    sentences = _sentence_spans(tokens, chunks)
    relations = _relations(data.get("labels", []), entities, sentences, text)
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=document_id, text=text, source="docred", title=data.get("title", "")
            ),
            chunks=chunks,
            entities=tuple(dict.fromkeys(entities)),
            relations=relations,
            extractor=GOLD,
        ),
        format="docred",
        where=record.where,
        tokens=tuple(map(tuple, tokens)),
        notes=tuple(_notes(record, len(entities) - len(set(entities)))),
    )


def _entity(
    vertices: Sequence[Mapping[str, Any]], text: str, tokens: Sequence[Sequence[Span]]
) -> Entity:
    spans = [
        token_span(tokens[whole_number(vertex["sent_id"])], *vertex["pos"]) for vertex in vertices
    ]
    type_ = vertices[0]["type"]
    return entity_of(text, ENTITY_TYPES.get(type_, type_), spans)


def _sentence_spans(tokens: Sequence[Sequence[Span]], chunks: Sequence[Chunk]) -> list[Span | None]:
    """Return the chunk of each sentence; an empty sentence has none."""
    remaining = iter(chunks)
    return [next(remaining).span if sentence else None for sentence in tokens]


def _relations(
    labels: Sequence[Mapping[str, Any]],
    entities: Sequence[Entity],
    sentences: Sequence[Span | None],
    text: str,
) -> tuple[Relation, ...]:
    evidence_by_triple: dict[tuple[Entity, str, Entity], set[Span]] = {}
    for label in labels:
        for end in (label["h"], label["t"]):
            if not 0 <= whole_number(end) < len(entities):
                raise ValueError(f"a relation names entity {end}, but there are {len(entities)}")
        type_ = relation_names().get(label["r"], label["r"])
        triple = entities[label["h"]], type_, entities[label["t"]]
        spans = evidence_by_triple.setdefault(triple, set())
        stated = [sentences[whole_number(index)] for index in label.get("evidence", [])]
        spans.update(span for span in stated if span)
    return tuple(
        Relation(
            *triple,
            tuple(Evidence(span) for span in sorted(spans or {Span(0, len(text))})),
        )
        for triple, spans in evidence_by_triple.items()
    )


def _notes(record: Record, n_repeated: int) -> Iterator[Note]:
    if n_repeated:
        yield Note("repeated entity", record.where, f"{n_repeated} said more than once")
    for vertices in record.data["vertexSet"]:
        types = sorted({vertex["type"] for vertex in vertices})
        if len(types) > 1:
            name = vertices[0].get("name", "")
            yield Note("cluster of mixed types", record.where, f"{name!r} is {', '.join(types)}")
        for vertex in vertices:
            stated = record.data["sents"][vertex["sent_id"]][slice(*vertex["pos"])]
            if "name" in vertex and squeezed("".join(stated)) != squeezed(vertex["name"]):
                message = f"{vertex['name']!r} is labelled where {' '.join(stated)!r} stands"
                yield Note("offset", record.where, message)


def _record(document: LabelledDocument) -> dict[str, Any]:
    extraction = document.extraction
    text = extraction.document.text
    sentences = document.tokens or tokenise(text, extraction.chunks)
    vertices_by_entity = {
        entity: vertices
        for entity in extraction.entities
        if (vertices := _vertices(entity, text, sentences))
    }
    index_by_entity = {entity: index for index, entity in enumerate(vertices_by_entity)}
    return {
        "title": extraction.document.title,
        "sents": [[text[token.start : token.end] for token in tokens] for tokens in sentences],
        "vertexSet": list(vertices_by_entity.values()),
        "labels": [
            {
                "h": index_by_entity[relation.subject],
                "t": index_by_entity[relation.object],
                "r": relation_codes().get(relation.type, relation.type),
                "evidence": _evidence(relation, len(text), sentences),
            }
            for relation in extraction.relations
            if {relation.subject, relation.object} <= index_by_entity.keys()
        ],
    }


def _vertices(
    entity: Entity, text: str, sentences: Sequence[Sequence[Span]]
) -> list[dict[str, Any]]:
    type_ = _CODE_BY_ENTITY_TYPE.get(entity.type, entity.type)
    places: dict[tuple[int, int, int], str] = {}
    for mention in entity.mentions:
        for number, tokens in enumerate(sentences):
            if bounds := token_range(tokens, mention.span):
                places.setdefault((number, *bounds), _words(text, tokens, *bounds))
                break
    return [
        {"name": name, "pos": [start, end], "sent_id": number, "type": type_}
        for (number, start, end), name in places.items()
    ]


def _words(text: str, tokens: Sequence[Span], start: int, end: int) -> str:
    return " ".join(text[token.start : token.end] for token in tokens[start:end])


def _evidence(relation: Relation, n_chars: int, sentences: Sequence[Sequence[Span]]) -> list[int]:
    spans = [evidence.span for evidence in relation.evidence]
    if spans == [Span(0, n_chars)]:
        return []
    return [
        number
        for number, tokens in enumerate(sentences)
        if any(token_range(tokens, span) for span in spans)
    ]
