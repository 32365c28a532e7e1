"""DyGIE JSON lines: documents of sentences with mentions, relations and coreference (SciERC).

A line is `{doc_key, sentences, ner, relations, clusters}`; `ner` and `relations` are lists per
sentence. Tokens are counted from the start of the document and ends are *inclusive*.

Coreferent mentions of one cluster may have different types there, so by default every mention is
an entity of its own; with `entities="clusters"` a cluster is one entity of its commonest type.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from extractors.corpora.files import Record, read_records, whole_number, write_json_lines
from extractors.corpora.grid import grid_facts, repeated, token_span
from extractors.corpora.labelled import (
    GOLD,
    Found,
    Ids,
    LabelledDocument,
    Note,
    evidence_in,
    mention_entity,
    unique,
)
from extractors.corpora.text import chunks_of, entity_of, join_tokens
from extractors.facts import Document, Entity, Extraction, Relation, Span

_LABELS = ("sentences", "ner", "relations", "clusters", "doc_key")


def read(path: Path, *, entities: Literal["mentions", "clusters"] = "mentions") -> Iterator[Found]:
    """Yield each document of a DyGIE file.

    Args:
        path: JSON lines, or one JSON list.
        entities: What an entity is: one mention, or a cluster of coreferent ones.

    Raises:
        CorpusError: The file contradicts the format; says in which record and line.
    """
    ids = Ids()
    yield from read_records(
        path, lambda record: _Reader(record, ids, clustered=entities == "clusters").document()
    )


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as a DyGIE file; spans are widened to the tokens they touch.

    Entities of several mentions become clusters.
    """
    write_json_lines(path, (_record(document) for document in documents))


class _Reader:
    """Reads one record."""

    def __init__(self, record: Record, ids: Ids, *, clustered: bool) -> None:
        self._record = record
        self._ids = ids
        self._clustered = clustered
        self._data = record.data
        self._text, self._sentences = join_tokens(self._data["sentences"])
        self._chunks = chunks_of(self._text, self._sentences)
        self._tokens = [token for sentence in self._sentences for token in sentence]

    def document(self) -> LabelledDocument:
        labels = [
            (self._span(start, end), type_)
            for sentence in self._data.get("ner", [])
            for start, end, type_, *_ in sentence
        ]
        mentions = list(dict.fromkeys(labels))
        entity_by_mention, mixed = self._entities(mentions)
        first_of_span: dict[Span, Entity] = {}
        for (span, _), entity in entity_by_mention.items():
            first_of_span.setdefault(span, entity)
        relations = [
            self._relation(label, first_of_span)
            for sentence in self._data.get("relations", [])
            for label in sentence
        ]
        once = unique(relations)
        return LabelledDocument(
            extraction=Extraction(
                document=Document(
                    id=self._ids.new(self._data.get("doc_key"), self._record.number),
                    text=self._text,
                    source="dygie",
                ),
                chunks=self._chunks,
                entities=tuple(dict.fromkeys(entity_by_mention.values())),
                relations=once,
                extractor=GOLD,
            ),
            format="dygie",
            where=self._record.where,
            tokens=tuple(map(tuple, self._sentences)),
            record={key: value for key, value in self._data.items() if key not in _LABELS},
            notes=(
                *repeated(
                    self._record.where,
                    n_mentions=len(labels) - len(mentions),
                    n_relations=0 if self._clustered else len(relations) - len(once),
                ),
                *mixed,
            ),
        )

    def _entities(
        self, mentions: Sequence[tuple[Span, str]]
    ) -> tuple[Mapping[tuple[Span, str], Entity], tuple[Note, ...]]:
        """Return the entity each mention belongs to, and what was lost in making them."""
        entity_by_mention = {
            (span, type_): mention_entity(self._text, type_, span) for span, type_ in mentions
        }
        if not self._clustered:
            return entity_by_mention, ()
        types_by_span: dict[Span, str] = dict(reversed(mentions))
        notes = []
        for cluster in self._data.get("clusters", []):
            spans = [self._span(start, end) for start, end in cluster]
            types = Counter(types_by_span[span] for span in spans if span in types_by_span)
            if not types:
                notes.append(Note("cluster without types", self._record.where, f"{cluster}"))
                continue
            if len(types) > 1:
                notes.append(Note("cluster of mixed types", self._record.where, f"{dict(types)}"))
            type_ = types.most_common(1)[0][0]
            entity = entity_of(self._text, type_, spans)
            entity_by_mention |= {(span, types_by_span.get(span, type_)): entity for span in spans}
        return entity_by_mention, tuple(notes)

    def _relation(self, label: Sequence[Any], entity_by_span: Mapping[Span, Entity]) -> Relation:
        first, last, first_object, last_object, type_ = label[:5]
        subject, object_ = self._span(first, last), self._span(first_object, last_object)
        for span, bounds in ((subject, label[:2]), (object_, label[2:4])):
            if span not in entity_by_span:
                raise ValueError(f"a {type_} relation names {bounds}, which is no mention")
        evidence = evidence_in(self._chunks, subject, object_)
        return Relation(entity_by_span[subject], type_, entity_by_span[object_], (evidence,))

    def _span(self, first: int, last: int) -> Span:
        return token_span(self._tokens, first, whole_number(last) + 1)


def _record(document: LabelledDocument) -> dict[str, Any]:
    facts = grid_facts(document)
    starts = facts.starts
    ner: list[list[Any]] = [[] for _ in starts]
    relations: list[list[Any]] = [[] for _ in starts]
    for type_, start, end in facts.mentions:
        ner[bisect_right(starts, start) - 1].append([start, end - 1, type_])
    for subject, type_, object_ in facts.relations:
        _, start, end = facts.mentions[subject]
        _, start_object, end_object = facts.mentions[object_]
        relations[bisect_right(starts, start) - 1].append(
            [start, end - 1, start_object, end_object - 1, type_]
        )
    return {
        "doc_key": document.extraction.document.id,
        "sentences": [list(sentence) for sentence in facts.sentences],
        "ner": ner,
        "relations": relations,
        "clusters": [
            [[start, end - 1] for _, start, end in (facts.mentions[index] for index in cluster)]
            for cluster in facts.clusters
        ],
        **(document.record if document.format == "dygie" else {}),
    }
