"""SpERT JSON: sentences of tokens with mentions and relations between them (CoNLL04, ADE, SciERC).

A file is a JSON list of `{tokens, entities, relations, orig_id}`. An entity is `{type, start, end}`
in tokens, `end` exclusive; a relation is `{type, head, tail}`, indices into the entities. Every
mention is an entity of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from extractors.corpora.files import Record, read_records, whole_number, write_json_list
from extractors.corpora.grid import grid_facts, repeated, token_span
from extractors.corpora.labelled import (
    GOLD,
    Found,
    Ids,
    LabelledDocument,
    evidence_in,
    mention_entity,
    unique,
)
from extractors.corpora.text import chunks_of, join_tokens
from extractors.facts import Chunk, Document, Entity, Extraction, Relation

_LABELS = ("tokens", "entities", "relations")


def read(path: Path) -> Iterator[Found]:
    """Yield each sentence of a SpERT file as a document.

    Raises:
        CorpusError: The file contradicts the format; says in which record and line.
    """
    ids = Ids()
    yield from read_records(path, lambda record: _document(record, ids))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as a SpERT file; spans are widened to the tokens they touch."""
    write_json_list(path, (_record(document) for document in documents))


def _document(record: Record, ids: Ids) -> LabelledDocument:
    data = record.data
    text, [tokens] = join_tokens([data["tokens"]])
    chunks = chunks_of(text, [tokens])
    entities = [
        mention_entity(text, entity["type"], token_span(tokens, entity["start"], entity["end"]))
        for entity in data["entities"]
    ]
    relations = [_relation(label, entities, chunks) for label in data.get("relations", [])]
    once = tuple(dict.fromkeys(entities))
    relations_once = unique(relations)
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=ids.new(data.get("orig_id"), record.number), text=text, source="spert"
            ),
            chunks=chunks,
            entities=once,
            relations=relations_once,
            extractor=GOLD,
        ),
        format="spert",
        where=record.where,
        tokens=(tuple(tokens),),
        record={key: value for key, value in data.items() if key not in _LABELS},
        notes=repeated(
            record.where,
            n_mentions=len(entities) - len(once),
            n_relations=len(relations) - len(relations_once),
        ),
    )


def _relation(
    label: dict[str, Any], entities: Sequence[Entity], chunks: Sequence[Chunk]
) -> Relation:
    for end in (label["head"], label["tail"]):
        if not 0 <= whole_number(end) < len(entities):
            raise ValueError(f"a relation names entity {end}, but there are {len(entities)}")
    subject, object_ = entities[label["head"]], entities[label["tail"]]
    spans = subject.mentions[0].span, object_.mentions[0].span
    return Relation(subject, label["type"], object_, (evidence_in(chunks, *spans),))


def _record(document: LabelledDocument) -> dict[str, Any]:
    facts = grid_facts(document)
    return {
        "tokens": [token for sentence in facts.sentences for token in sentence],
        "entities": [{"type": type_, "start": a, "end": b} for type_, a, b in facts.mentions],
        "relations": [{"type": type_, "head": h, "tail": t} for h, type_, t in facts.relations],
        **(document.record if document.format == "spert" else {}),
    }
