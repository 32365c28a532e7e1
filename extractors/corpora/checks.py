"""Look through labelled documents before a model learns from them.

    report = check_corpora({"train": train, "dev": dev}, entity_types=…, relation_types=…)
    print(report.text())

Findings are of three kinds of weight: an *error* would teach something wrong or measure it wrongly
(a label outside the type list, a dev text that is also in train), a *warning* is worth a look (the
same span under two types, offsets that do not fit what they quote), and an *info* is a property of
the corpus that a model must be built for (nested mentions).
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any, Literal

from extractors.corpora.labelled import LabelledDocument
from extractors.corpora.similarity import Likeness, TextIndex
from extractors.corpora.text import lone_surrogate
from extractors.facts import Entity, Extraction, Mention

Weight = Literal["error", "warning", "info"]

WEIGHTS: Mapping[str, Weight] = {
    "type not allowed": "error",
    "arguments not allowed": "error",
    "text in two splits": "error",
    "nearly the same text in two splits": "error",
    "unreadable": "error",
    "no labels": "error",
    "lone surrogate": "error",
    "offset": "warning",
    "annotators disagree": "warning",
    "region without a label": "warning",
    "relation without a label": "warning",
    "relation without its region": "warning",
    "relation without its mention": "warning",
    "relation of an event": "warning",
    "region of another field": "warning",
    "not labelled": "warning",
    "empty document": "warning",
    "text twice": "warning",
    "nearly the same text twice": "warning",
    "id twice": "warning",
    "two types": "warning",
    "space at the edge": "warning",
    "cluster without types": "warning",
    "relation to itself": "warning",
    "mention in pieces": "warning",
}
"""How much a kind of finding matters; kinds that are not listed are for information."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing worth knowing about a corpus, and where it stands."""

    kind: str
    split: str
    where: str
    message: str

    @property
    def weight(self) -> Weight:
        """Say how much it matters."""
        return WEIGHTS.get(self.kind, "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitSummary:
    """What one split holds."""

    n_documents: int = 0
    n_chars: int = 0
    n_mentions: int = 0
    n_entities: int = 0
    n_relations: int = 0
    entity_types: Mapping[str, int] = field(default_factory=dict)
    """Mentions of each type."""
    relation_types: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class DataReport:
    """What the splits of a corpus hold, and what was found looking through them."""

    splits: Mapping[str, SplitSummary]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that would teach something wrong or measure it wrongly."""
        return tuple(finding for finding in self.findings if finding.weight == "error")

    def counts(self) -> dict[tuple[str, str], int]:
        """Count the findings by kind and split."""
        return dict(Counter((finding.kind, finding.split) for finding in self.findings))

    def _by_kind(self) -> Iterator[tuple[Weight, str, str, tuple[Finding, ...]]]:
        """Yield the findings of each kind in each split, errors first."""
        order = {"error": 0, "warning": 1, "info": 2}
        by_kind = sorted(self.findings, key=lambda f: (order[f.weight], f.kind, f.split))
        for (weight, kind, split), group in groupby(
            by_kind, key=lambda f: (f.weight, f.kind, f.split)
        ):
            yield weight, kind, split, tuple(group)

    def text(self, examples: int = 3) -> str:
        """Return the report as lines of text, with some findings of each kind."""
        lines = [
            f"{name}: {s.n_documents} documents, {s.n_mentions} mentions, "
            f"{s.n_entities} entities, {s.n_relations} relations"
            for name, s in self.splits.items()
        ]
        for weight, kind, split, alike in self._by_kind():
            lines.append(f"{weight}: {kind}, {split}: {len(alike)}")
            lines += [f"    {f.where}: {f.message}" for f in alike[:examples]]
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that JSON can hold."""
        return {
            "splits": {
                name: {
                    "documents": split.n_documents,
                    "characters": split.n_chars,
                    "mentions": split.n_mentions,
                    "entities": split.n_entities,
                    "relations": split.n_relations,
                    "entity_types": dict(split.entity_types),
                    "relation_types": dict(split.relation_types),
                }
                for name, split in self.splits.items()
            },
            "findings": [
                {
                    "weight": finding.weight,
                    "kind": finding.kind,
                    "split": finding.split,
                    "where": finding.where,
                    "message": finding.message,
                }
                for finding in self.findings
            ],
        }


def check_corpora(
    splits: Mapping[str, Iterable[LabelledDocument]],
    *,
    entity_types: Collection[str] | None = None,
    relation_types: Collection[str] | None = None,
    arguments: Mapping[str, Collection[tuple[str, str]]] | None = None,
) -> DataReport:
    """Look through the splits of a corpus, each read once and in order.

    Args:
        splits: Documents by the name of their split, the training data first: a text that turns up
            again is reported where it turns up again.
        entity_types: The allowed ones; any without it.
        relation_types: The allowed ones; any without it.
        arguments: For a relation type, the pairs of entity types it may join.
    """
    findings: list[Finding] = []
    summaries: dict[str, SplitSummary] = {}
    texts, ids = TextIndex(), dict[tuple[str, str], str]()
    for split, documents in splits.items():
        counts = _Counts()
        for document in documents:
            counts.add(document.extraction)
            for kind, where, message in (
                *((note.kind, note.where, note.message) for note in document.notes),
                *_same_id(document, split, ids),
                *_mention_findings(document),
                *_type_findings(document, entity_types, relation_types, arguments or {}),
                *_text_findings(document, split, texts),
            ):
                findings.append(Finding(kind=kind, split=split, where=where, message=message))
        summaries[split] = counts.summary()
    return DataReport(splits=summaries, findings=tuple(findings))


_Found = Iterator[tuple[str, str, str]]


@dataclass(slots=True)
class _Counts:
    """Counts one split, document by document."""

    n_documents: int = 0
    n_chars: int = 0
    n_entities: int = 0
    mentions: Counter[str] = field(default_factory=Counter)
    relations: Counter[str] = field(default_factory=Counter)

    def add(self, extraction: Extraction) -> None:
        self.n_documents += 1
        self.n_chars += len(extraction.document.text)
        self.n_entities += len(extraction.entities)
        self.relations.update(relation.type for relation in extraction.relations)
        for entity in extraction.entities:
            self.mentions[entity.type] += len(entity.mentions)

    def summary(self) -> SplitSummary:
        return SplitSummary(
            n_documents=self.n_documents,
            n_chars=self.n_chars,
            n_mentions=self.mentions.total(),
            n_entities=self.n_entities,
            n_relations=self.relations.total(),
            entity_types=dict(sorted(self.mentions.items())),
            relation_types=dict(sorted(self.relations.items())),
        )


def _same_id(document: LabelledDocument, split: str, ids: dict[tuple[str, str], str]) -> _Found:
    key = split, document.extraction.document.id
    if key in ids:
        yield "id twice", document.where, f"{key[1]!r} is also the id of {ids[key]}"
    ids.setdefault(key, document.where)


def _mention_findings(document: LabelledDocument) -> _Found:
    """Look at how the mentions of a document lie to each other and to white space."""
    where = document.where
    placed = sorted(
        (
            (mention, entity)
            for entity in document.extraction.entities
            for mention in entity.mentions
        ),
        key=lambda pair: (pair[0].span.start, -pair[0].span.end),
    )
    for mention, _ in placed:
        if mention.text != mention.text.strip():
            yield "space at the edge", where, f"{_quoted(mention)} begins or ends with white space"
    for index, (outer, entity) in enumerate(placed):
        for inner, other in islice(placed, index + 1, None):
            if inner.span.start >= outer.span.end:
                break
            yield from _overlap(where, (outer, entity), (inner, other))


def _overlap(where: str, first: tuple[Mention, Entity], second: tuple[Mention, Entity]) -> _Found:
    (outer, entity), (inner, other) = first, second
    if inner.span == outer.span:
        if entity.type != other.type:
            types = f"{entity.type} and {other.type}"
            yield "two types", where, f"{_quoted(outer)} is labelled {types}"
        elif entity != other:
            yield "mention of two entities", where, f"{_quoted(outer)} stands for more than one"
    elif inner.span.end <= outer.span.end:
        yield "nested mentions", where, f"{_quoted(inner)} lies inside {_quoted(outer)}"
    else:
        yield "crossing mentions", where, f"{_quoted(outer)} and {_quoted(inner)} overlap"


def _type_findings(
    document: LabelledDocument,
    entity_types: Collection[str] | None,
    relation_types: Collection[str] | None,
    arguments: Mapping[str, Collection[tuple[str, str]]],
) -> _Found:
    where = document.where
    for entity in document.extraction.entities:
        if entity_types is not None and entity.type not in entity_types:
            named = _quoted(entity.mentions[0])
            yield "type not allowed", where, f"{named} is labelled {entity.type}"
    for relation in document.extraction.relations:
        subject, object_ = relation.subject, relation.object
        joined = f"{relation.type} joins {subject.name!r} and {object_.name!r}"
        if subject == object_:
            yield "relation to itself", where, f"{relation.type} joins {subject.name!r} to itself"
        if relation_types is not None and relation.type not in relation_types:
            yield "type not allowed", where, joined
        pair = subject.type, object_.type
        if relation.type in arguments and pair not in arguments[relation.type]:
            yield "arguments not allowed", where, f"{joined}: {pair[0]} and {pair[1]}"


def _text_findings(document: LabelledDocument, split: str, texts: TextIndex) -> _Found:
    text = document.extraction.document.text
    if not text.strip():
        yield "empty document", document.where, "there is no text"
        return
    if (position := lone_surrogate(text)) is not None:
        message = f"character {position} is half a character: training sets the document aside"
        yield "lone surrogate", document.where, message
    likeness = texts.add(text, f"{split}, {document.where}", split)
    if likeness:
        yield _likeness_kind(likeness, split), document.where, _likeness_message(likeness)


def _likeness_kind(likeness: Likeness, split: str) -> str:
    if likeness.group == split:
        return "text twice" if likeness.share == 1 else "nearly the same text twice"
    if likeness.share == 1:
        return "text in two splits"
    return "nearly the same text in two splits"


def _likeness_message(likeness: Likeness) -> str:
    if likeness.share == 1:
        return f"the same words as {likeness.where}"
    return f"{likeness.share:.0%} of the word triples are those of {likeness.where}"


def _quoted(mention: Mention) -> str:
    text = mention.text if len(mention.text) <= 40 else f"{mention.text[:39]}…"
    return f"{text!r} at {mention.span.start}:{mention.span.end}"
