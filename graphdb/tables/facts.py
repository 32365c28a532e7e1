"""What the rows of mapped tables say, in place of what a model read there.

A row is evidence like a sentence, with confidence 1. It depends on the document and the mapping
alone, so that rows are swapped, withdrawn and explained like sentences.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from extractors.facts import Entity, Evidence, Extraction, Mention, Rejection, Relation, Span
from graphdb.tables.mapping import Link, TableMapping
from graphdb.tables.rows import Cell, Row, Table, column_name, tables_of

_Name = tuple[str, str]
"""Type and name of an entity."""


def with_tables(extraction: Extraction, mappings: Sequence[TableMapping]) -> Extraction:
    """Return an extraction with the facts of its mapped tables; doing it again changes nothing."""
    if not mappings or "|" not in extraction.document.text:
        return extraction
    said = _Said(extraction.document.text)
    mapped = list(_mapped(extraction, mappings, said))
    if not mapped:
        return replace(extraction, rejected=_with(extraction.rejected, said.rejected))
    for table, mapping in mapped:
        said.read_keys(table, mapping)
    for table, mapping in mapped:
        said.read(table, mapping)
    prose = _outside(extraction, [table.span for table, _ in mapped])
    entity_by_name = said.entities()
    return replace(
        prose,
        entities=tuple(dict.fromkeys((*prose.entities, *entity_by_name.values()))),
        relations=(*prose.relations, *said.relations(entity_by_name)),
        rejected=_with(extraction.rejected, said.rejected),
    )


def _mapped(
    extraction: Extraction, mappings: Sequence[TableMapping], said: "_Said"
) -> Iterator[tuple[Table, TableMapping]]:
    """Yield the tables that a mapping means; one that lacks columns is named."""
    for table in tables_of(extraction.document.text):
        for mapping in mappings:
            if not mapping.fits(extraction.document.id, table.heading):
                continue
            known = table.index_by_column
            missing = [name for name in mapping.columns if column_name(name) not in known]
            if not missing:
                yield table, mapping
            elif not mapping.is_for_any:
                columns = ", ".join(cell.text for cell in table.header.cells)
                names = ", ".join(map(repr, missing))
                what = f"the table {columns}" if columns else "a table"
                said.rejected.append(Rejection(what, f"has no column {names}: see [[tables]]"))


@dataclass(slots=True)
class _Said:
    """What the tables of one document say, before entities are made of it."""

    text: str
    spans: dict[_Name, dict[Span, None]] = field(default_factory=dict)
    name_by_key: dict[tuple[str, str], str] = field(default_factory=dict)
    facts: dict[tuple[_Name, str, _Name], dict[Span, None]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)

    def read_keys(self, table: Table, mapping: TableMapping) -> None:
        """Take down which row has which key, before any row names one."""
        if not mapping.key:
            return
        for row in table.rows:
            key, name = (_cell(table, row, column) for column in (mapping.key, mapping.name))
            if key.text and name.span:
                self.name_by_key.setdefault((mapping.label, key.text), name.text)

    def read(self, table: Table, mapping: TableMapping) -> None:
        for row in table.rows:
            cell = _cell(table, row, mapping.name)
            if cell.span is None:
                if any(each.text for each in row.cells):
                    self._reject(row, f"has nothing in the column {mapping.name!r}")
                continue
            thing = mapping.label, cell.text
            self.spans.setdefault(thing, {})[cell.span] = None
            for type_, link in mapping.links():
                for other in self._named(table, row, link):
                    ends = (other, thing) if link.reverse else (thing, other)
                    self.facts.setdefault((ends[0], type_, ends[1]), {})[row.span] = None

    def _named(self, table: Table, row: Row, link: Link) -> Iterator[_Name]:
        """Yield what a cell names: entities with a place in the text."""
        for text, span in _pieces(_cell(table, row, link.column), link.separator):
            if link.by == "name":
                self.spans.setdefault((link.type, text), {})[span] = None
                yield link.type, text
            elif (name := self.name_by_key.get((link.type, text))) is not None:
                yield link.type, name
            else:
                what = f"names the {link.type} {text!r} in {link.column!r}"
                self._reject(row, f"{what}, and no row of this document has that key")

    def _reject(self, row: Row, reason: str) -> None:
        self.rejected.append(Rejection(f"row {row.number}", reason))

    def entities(self) -> dict[_Name, Entity]:
        return {
            (type_, name): Entity(
                type_,
                name,
                tuple(Mention(span, self.text[span.start : span.end]) for span in sorted(spans)),
            )
            for (type_, name), spans in self.spans.items()
        }

    def relations(self, entity_by_name: dict[_Name, Entity]) -> Iterator[Relation]:
        for (subject, type_, object_), spans in self.facts.items():
            evidence = tuple(Evidence(span) for span in sorted(spans))
            yield Relation(entity_by_name[subject], type_, entity_by_name[object_], evidence)


def _cell(table: Table, row: Row, column: str) -> Cell:
    """Return the cell of a column; a row that is too short has an empty one."""
    index = table.index_by_column[column_name(column)]
    return row.cells[index] if index < len(row.cells) else Cell("", None)


def _pieces(cell: Cell, separator: str) -> Iterator[tuple[str, Span]]:
    """Yield the names in a cell and where they stand."""
    if cell.span is None:
        return
    start = cell.span.start
    for piece in cell.text.split(separator) if separator else [cell.text]:
        text = piece.strip()
        if text:
            at = start + len(piece) - len(piece.lstrip())
            yield text, Span(at, at + len(text))
        start += len(piece) + len(separator)


def _outside(extraction: Extraction, tables: Sequence[Span]) -> Extraction:
    """Return what was read outside of these tables."""

    def is_outside(span: Span) -> bool:
        return not any(span.overlaps(table) for table in tables)

    new_by_old: dict[Entity, Entity] = {}
    for entity in extraction.entities:
        mentions = tuple(each for each in entity.mentions if is_outside(each.span))
        if mentions:
            texts = [mention.text for mention in mentions]
            name = entity.name if entity.name in texts else max(texts, key=len)
            new_by_old[entity] = replace(entity, name=name, mentions=mentions)
    relations = tuple(
        replace(relation, subject=new_by_old[relation.subject], object=new_by_old[relation.object])
        for relation in extraction.relations
        if {relation.subject, relation.object} <= new_by_old.keys()
        and all(is_outside(evidence.span) for evidence in relation.evidence)
    )
    return replace(
        extraction, entities=tuple(dict.fromkeys(new_by_old.values())), relations=relations
    )


def _with(before: tuple[Rejection, ...], more: Sequence[Rejection]) -> tuple[Rejection, ...]:
    return tuple(dict.fromkeys((*before, *more)))
