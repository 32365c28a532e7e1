"""What another model would make of the graph: the facts that would come, go and be re-weighed.

Scores on labelled documents say how good a model is in general. Whoever replaces the model of a
running graph wants to know what people would find changed in the morning, so both read a sample of
the real documents and what they state is compared as the graph would keep it: by the identity of
its ends, under the ontology. What rules would derive from it is not compared.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from extractors import ExtractionStore
from extractors.errors import DocumentRejectedError
from extractors.facts import Document, Entity, Extraction, Relation
from flows.night import Extractor, Watch
from flows.sources import SetAside
from graphdb import Ontology
from graphdb.identity import Context, identity

REWEIGHED = 0.1
"""Confidences that differ by less are much the same."""


class NamedExtractor(Extractor, Protocol):
    """One of the two models."""

    @property
    def name(self) -> str:
        """What people call it."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as one model states it: in which document, how surely, by which sentences."""

    subject: str
    type: str
    object: str
    confidence: float
    document: str
    cited: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FactChange:
    """A fact before and after; None where it is not stated."""

    before: Statement | None
    after: Statement | None

    @property
    def statement(self) -> Statement:
        """The fact as the later model states it, or else the earlier one."""
        stated = self.after or self.before
        assert stated  # one of them states it
        return stated

    @property
    def kind(self) -> str:
        """`added`, `removed`, `reweighed` or `kept`."""
        if self.before is None:
            return "added"
        if self.after is None:
            return "removed"
        apart = abs(self.before.confidence - self.after.confidence)
        return "reweighed" if apart >= REWEIGHED else "kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What two models state of the same documents."""

    before: str
    """The name of the model that the other would replace."""
    after: str
    n_documents: int
    changes: tuple[FactChange, ...]
    unread: tuple[str, ...] = ()
    """A sentence for each document that one of them could not read; it is not compared."""

    def of_kind(self, kind: str) -> list[FactChange]:
        """Return the changes of one kind, the surest first."""
        chosen = [change for change in self.changes if change.kind == kind]
        return sorted(chosen, key=lambda change: -change.statement.confidence)

    @property
    def removed_share(self) -> float:
        """Of the facts of the first model, the share that the other does not state."""
        n_before = sum(change.before is not None for change in self.changes)
        return len(self.of_kind("removed")) / n_before if n_before else 0.0

    @property
    def counts_by_type(self) -> dict[str, dict[str, int]]:
        """How many facts of each relation type are added, removed, reweighed and kept."""
        counts: dict[str, dict[str, int]] = defaultdict(
            lambda: dict.fromkeys(("added", "removed", "reweighed", "kept"), 0)
        )
        for change in self.changes:
            counts[change.statement.type][change.kind] += 1
        return dict(sorted(counts.items(), key=lambda row: (-sum(row[1].values()), row[0])))


def sampled(documents: Sequence[Document], size: int) -> list[Document]:
    """Return some documents, drawn by the digests of their ids: the same ones every time."""
    by_lot = sorted(documents, key=lambda each: hashlib.sha256(each.id.encode()).digest())
    return by_lot[:size]


def compare(
    documents: Sequence[Document],
    before: NamedExtractor,
    after: NamedExtractor,
    ontology: Ontology,
    store: ExtractionStore,
    watch: Watch,
) -> Comparison:
    """Have two models read the same documents, and compare what they state.

    What they read is kept in the store, so that nobody reads it again.

    Args:
        documents: Any.
        before: The model that reads them now.
        after: The one that would replace it.
        ontology: What it does not know is not compared, since the graph would not take it.
        store: Where extractions are looked for and kept.
        watch: Told what takes long.
    """
    unread: dict[str, str] = {}
    facts_by_model = []
    for reader in (before, after):
        read = _read(documents, reader, store, watch, unread)
        facts_by_model.append({said.document.id: list(_facts(said, ontology)) for said in read})
    compared = [document.id for document in documents if document.id not in unread]
    first, second = (
        _surest(fact for id_ in compared for fact in facts[id_]) for facts in facts_by_model
    )
    return Comparison(
        before=before.name,
        after=after.name,
        n_documents=len(compared),
        changes=tuple(FactChange(first.get(key), second.get(key)) for key in {**first, **second}),
        unread=tuple(unread.values()),
    )


_Key = tuple[str, str, str]


def _read(
    documents: Sequence[Document],
    reader: NamedExtractor,
    store: ExtractionStore,
    watch: Watch,
    unread: dict[str, str],
) -> list[Extraction]:
    """Return what one model says of the documents; what it cannot read goes to `unread`."""
    known: list[Extraction] = []
    missing: list[Document] = []
    for document in documents:
        if stored := store.get(document, reader.fingerprint):
            known.append(stored)
        else:
            missing.append(document)
    for answer in reader.extract(missing):
        if isinstance(answer, DocumentRejectedError):
            unread[answer.document_id] = f"{answer} (by {reader.name})"
        elif isinstance(answer, SetAside):
            unread[answer.document] = f"{answer} (by {reader.name})"
        else:
            store.put(answer)
            known.append(answer)
            watch(f"reading by {reader.name}", len(known), len(documents))
    return known


def _facts(extraction: Extraction, ontology: Ontology) -> Iterator[tuple[_Key, Statement]]:
    """Yield the facts that the graph would take, by what makes two of them one."""
    document = extraction.document
    context = Context(document_id=document.id, language=document.language, written=document.day)

    def key_of(entity: Entity) -> str:
        return identity(entity.type, ontology.entity_types[entity.type], entity.name, context).key

    for relation in extraction.relations:
        ends = relation.subject, relation.object
        known = all(entity.type in ontology.entity_types for entity in ends)
        if known and relation.type in ontology.relation_types:
            key = (key_of(relation.subject), relation.type, key_of(relation.object))
            yield key, _statement(relation, document)


def _statement(relation: Relation, document: Document) -> Statement:
    return Statement(
        subject=relation.subject.name,
        type=relation.type,
        object=relation.object.name,
        confidence=relation.confidence,
        document=document.id,
        cited=tuple(document.text[e.span.start : e.span.end] for e in relation.evidence),
    )


def _surest(facts: Iterable[tuple[_Key, Statement]]) -> dict[_Key, Statement]:
    """Return the surest statement of each fact, whichever document makes it."""
    surest: dict[_Key, Statement] = {}
    for key, statement in facts:
        if key not in surest or statement.confidence > surest[key].confidence:
            surest[key] = statement
    return surest
