"""PubTator: titles and abstracts with mentions named by concept (BioRED, CDR).

    10491763|t|A title.
    10491763|a|An abstract.
    10491763	2	7	title	Type	D003409
    10491763	Association	D003409	6528	Novel

Offsets count code points of title, a space, and abstract. The mentions of one concept are one
entity; a mention of several concepts (`D001943,D010051` or `D001943|D010051`) belongs to each of
them, one of none (`-` or `-1`) is an entity of its own. Relations join concepts; one of a concept
that is mentioned nowhere in the text is noted and left out. Further columns are not read.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise, product
from pathlib import Path

from extractors.corpora.files import at, opened, write_text
from extractors.corpora.labelled import GOLD, Found, Ids, LabelledDocument, Note, unique
from extractors.corpora.text import entity_of
from extractors.errors import CorpusError
from extractors.facts import Chunk, Document, Entity, Evidence, Extraction, Relation, Span

_PASSAGE = re.compile(r"([^|\t]+)\|([ta])\|(.*)")
_NO_CONCEPT = ("-", "-1", "")
# Variants are named with `|` inside, such as `c|SUB|C|592|T`.
_COMPOSITE = re.compile(r"(?:\w+:)?[A-Z]?\d{2,}(?:[|;](?:\w+:)?[A-Z]?\d{2,})+")


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    text: str

    @property
    def where(self) -> str:
        return f"line {self.number}"


def read(path: Path) -> Iterator[Found]:
    """Yield each abstract of a PubTator file.

    Raises:
        CorpusError: The file contradicts the format; says in which line.
    """
    ids = Ids()
    for number, block in enumerate(_blocks(path)):
        try:
            yield _Reader(path, block).document(ids, number)
        except CorpusError as error:
            yield error


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents as a PubTator file.

    Gold entities keep their concepts; entities a model found are numbered `E1`, `E2`, …
    """
    write_text(path, map(_block, documents))


def _blocks(path: Path) -> Iterator[list[_Line]]:
    """Yield the lines of each document; blank lines stand between documents."""
    block: list[_Line] = []
    with opened(path) as file:
        for number, line in enumerate(file, start=1):
            text = line.rstrip("\r\n")
            if text.strip():
                block.append(_Line(number, text))
            elif block:
                yield block
                block = []
    if block:
        yield block


@dataclass(slots=True)
class _Reader:
    """Reads the lines of one document."""

    path: Path
    lines: list[_Line]
    text: str = ""
    chunks: tuple[Chunk, ...] = ()
    places: dict[tuple[str, str], list[Span]] = field(default_factory=dict)
    """Where each concept of each type is mentioned."""
    notes: list[Note] = field(default_factory=list)

    def document(self, ids: Ids, number: int) -> LabelledDocument:
        own_id, title = self._passages()
        rows = [(line, line.text.split("\t")) for line in self.lines[2:]]
        for line, row in rows:
            if self._is_mention(row):
                with at(self.path, line.where):
                    self._add_mention(line, row)
        entity_by_concept = {
            concept: entity_of(self.text, concept[1], spans)
            for concept, spans in self.places.items()
        }
        relations = [
            relation
            for line, row in rows
            if not self._is_mention(row)
            for relation in self._relations(line, row, entity_by_concept)
        ]
        once = unique(relations)
        if len(once) < len(relations):
            n = len(relations) - len(once)
            self._note("repeated relation", self.lines[0], f"{n} said more than once")
        return LabelledDocument(
            extraction=Extraction(
                document=Document(
                    id=ids.new(own_id, number), text=self.text, source="pubtator", title=title
                ),
                chunks=self.chunks,
                entities=tuple(dict.fromkeys(entity_by_concept.values())),
                relations=once,
                extractor=GOLD,
            ),
            format="pubtator",
            where=self.lines[0].where,
            record=len(title),
            entity_ids=_ids(entity_by_concept),
            notes=tuple(self.notes),
        )

    def _passages(self) -> tuple[str, str]:
        """Read the first two lines; return the document's id and its title."""
        passages = [_PASSAGE.fullmatch(line.text) for line in self.lines[:2]]
        if len(passages) < 2 or not passages[0] or not passages[1]:
            raise CorpusError(
                self.path,
                self.lines[0].where,
                "a document starts with ID|t|title and ID|a|abstract",
            )
        own_id, title, abstract = passages[0][1], passages[0][3], passages[1][3]
        self.text = f"{title} {abstract}"
        bounds = [0, len(title) + 1, len(self.text)] if abstract else [0, len(self.text)]
        self.chunks = tuple(
            Chunk(index, Span(start, end)) for index, (start, end) in enumerate(pairwise(bounds))
        )
        return own_id, title

    @staticmethod
    def _is_mention(row: list[str]) -> bool:
        return len(row) > 2 and row[1].isdecimal() and row[2].isdecimal()

    def _add_mention(self, line: _Line, row: list[str]) -> None:
        span = Span(int(row[1]), int(row[2]))
        read_text = self.text[span.start : span.end]
        if len(read_text) != len(span):
            raise ValueError(f"{span.start}:{span.end} lies beyond the {len(self.text)} characters")
        if read_text != row[3]:
            self._note("offset", line, f"{row[3]!r} is labelled where the text reads {read_text!r}")
        concepts = _concepts(row[5]) if len(row) > 5 else ["-"]
        for concept in concepts:
            name = f"-{line.number}" if concept in _NO_CONCEPT else concept
            spans = self.places.setdefault((name, row[4]), [])
            if span in spans:
                self._note("repeated mention", line, f"{row[3]!r} is labelled more than once")
            spans.append(span)

    def _relations(
        self, line: _Line, row: list[str], entity_by_concept: Mapping[tuple[str, str], Entity]
    ) -> list[Relation]:
        """Return what a row says: several relations if an end is several concepts."""
        if len(row) < 4:
            raise CorpusError(self.path, line.where, "a relation has a type and two concepts")
        _, type_, *concepts = row[:4]
        ends = []
        for concept in concepts:
            parts = {concept, *_concepts(concept)}
            found_parts = {
                name: entity for (name, _), entity in entity_by_concept.items() if name in parts
            }
            if not found_parts:
                message = f"{type_} names {concept}, of which there is no mention"
                self._note("relation without its mention", line, message)
                return []
            ends.append(list(found_parts.values()))
        evidence = (Evidence(Span(0, len(self.text))),)
        return [Relation(subject, type_, object_, evidence) for subject, object_ in product(*ends)]

    def _note(self, kind: str, line: _Line, message: str) -> None:
        self.notes.append(Note(kind, line.where, message))


def _concepts(given: str) -> list[str]:
    return [
        concept
        for part in given.split(",")
        for concept in (re.split(r"[|;]", part) if _COMPOSITE.fullmatch(part) else [part])
    ]


def _ids(entity_by_concept: Mapping[tuple[str, str], Entity]) -> dict[Entity, str]:
    """Name entities by their concepts; concepts with the same mentions are one entity."""
    names: dict[Entity, list[str]] = {}
    for (name, _), entity in entity_by_concept.items():
        names.setdefault(entity, []).append(name)
    return {entity: ",".join(concepts) for entity, concepts in names.items()}


def _block(document: LabelledDocument) -> str:
    extraction = document.extraction
    own_id = re.sub(r"[|\t\r\n]", "_", extraction.document.id)
    title, abstract = _title_and_abstract(document)
    name_by_entity = {
        entity: document.entity_ids.get(entity, f"E{index}")
        for index, entity in enumerate(extraction.entities, start=1)
    }
    lines = [f"{own_id}|t|{title}", f"{own_id}|a|{abstract}"]
    text = f"{title} {abstract}"
    for (span, type_), names in _names_by_mention(name_by_entity).items():
        quoted = text[span.start : span.end]
        concept = "-" if all(name.startswith("-") for name in names) else ",".join(names)
        lines.append("\t".join([own_id, str(span.start), str(span.end), quoted, type_, concept]))
    for relation in extraction.relations:
        # Any one of the concepts of an entity names it: the reader gives it all its mentions.
        ends = [
            name_by_entity[entity].split(",")[0] for entity in (relation.subject, relation.object)
        ]
        lines.append("\t".join([own_id, relation.type, *ends]))
    return "\n".join(lines) + "\n\n"


def _names_by_mention(name_by_entity: Mapping[Entity, str]) -> dict[tuple[Span, str], list[str]]:
    names: dict[tuple[Span, str], list[str]] = {}
    for entity, name in name_by_entity.items():
        for mention in entity.mentions:
            names.setdefault((mention.span, entity.type), []).append(name)
    return dict(sorted(names.items()))


def _title_and_abstract(document: LabelledDocument) -> tuple[str, str]:
    """Split the text where its title ends; line ends become spaces, so that offsets stay."""
    text = re.sub(r"[\r\n\t]", " ", document.extraction.document.text)
    cut = document.record if document.format == "pubtator" else text.find(". ") + 1
    if not cut or text[cut : cut + 1] != " ":
        cut = text.find(" ")
    # A text without any space has no second passage; its title ends with the text.
    return (text[:cut], text[cut + 1 :]) if cut >= 0 else (text, "")
