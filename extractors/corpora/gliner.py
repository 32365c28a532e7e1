"""Training data of GLiNER and GLiREL: tokens with mentions and relations between them.

    {"tokenized_text": ["Ada", "works", "for", "Acme", "."],
     "ner": [[0, 0, "person"], [3, 3, "organization"]], "relations": [[0, 1, "works for"]]}

Tokens are counted from 0 and the last one of a mention is counted in. A relation names two mentions
by their number, or, as GLiREL has it, by their places: `{"head": {"position": [0, 0]}, "tail":
{"position": [3, 3]}, "relation_text": "works for"}`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from extractors.corpora.standoff import type_of
from extractors.corpora.text import chunks_of, join_tokens
from extractors.facts import Document, Entity, Extraction, Relation, Span

_LABELS = ("tokenized_text", "ner", "relations")


def read(path: Path) -> Iterator[Found]:
    """Yield each example as a document.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    ids = Ids()
    return read_records(path, lambda record: _document(record, ids))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as training data; spans are widened to the tokens they touch."""
    write_json_list(path, (_record(document) for document in documents))


def _document(record: Record, ids: Ids) -> LabelledDocument:
    data = record.data
    text, [tokens] = join_tokens([data["tokenized_text"]])
    chunks = chunks_of(text, [tokens])
    entities = [
        mention_entity(text, type_of(type_), _span(tokens, first, last))
        for first, last, type_, *_ in data.get("ner") or []
    ]
    relations = [
        Relation(
            subject,
            type_,
            object_,
            (evidence_in(chunks, subject.mentions[0].span, object_.mentions[0].span),),
        )
        for subject, type_, object_ in (
            _related(label, entities, tokens) for label in data.get("relations") or []
        )
    ]
    once, relations_once = tuple(dict.fromkeys(entities)), unique(relations)
    return LabelledDocument(
        extraction=Extraction(
            document=Document(
                id=ids.new(data.get("id"), record.number), text=text, source="gliner"
            ),
            chunks=chunks,
            entities=once,
            relations=relations_once,
            extractor=GOLD,
        ),
        format="gliner",
        where=record.where,
        tokens=(tuple(tokens),),
        record={key: value for key, value in data.items() if key not in _LABELS},
        notes=repeated(
            record.where,
            n_mentions=len(entities) - len(once),
            n_relations=len(relations) - len(relations_once),
        ),
    )


def _related(
    label: Any, entities: Sequence[Entity], tokens: Sequence[Span]
) -> tuple[Entity, str, Entity]:
    if isinstance(label, Mapping):
        ends = [_at(label[end]["position"], entities, tokens) for end in ("head", "tail")]
        return ends[0], type_of(label["relation_text"]), ends[1]
    head, tail, type_ = label
    for end in (head, tail):
        if not 0 <= whole_number(end) < len(entities):
            raise ValueError(f"a relation names mention {end}, but there are {len(entities)}")
    return entities[head], type_of(type_), entities[tail]


def _at(position: Sequence[Any], entities: Sequence[Entity], tokens: Sequence[Span]) -> Entity:
    span = _span(tokens, *position)
    for entity in entities:
        if entity.mentions[0].span == span:
            return entity
    raise ValueError(f"a relation names tokens {list(position)}, which are no mention")


def _span(tokens: Sequence[Span], first: object, last: object) -> Span:
    return token_span(tokens, whole_number(first), whole_number(last) + 1)


def _record(document: LabelledDocument) -> dict[str, Any]:
    facts = grid_facts(document)
    return {
        "tokenized_text": [token for sentence in facts.sentences for token in sentence],
        "ner": [[start, end - 1, type_] for type_, start, end in facts.mentions],
        "relations": [[head, tail, type_] for head, type_, tail in facts.relations],
        **(document.record if document.format == "gliner" else {}),
    }
