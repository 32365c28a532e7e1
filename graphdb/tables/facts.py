"""What the rows of mapped tables say, in place of what a model read there.

A row is evidence like a sentence, with confidence 1. It depends on the document, the mapping and
the rows that it names by key alone, so that rows are swapped, withdrawn and explained like
sentences.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractors.facts import Entity, Evidence, Extraction, Mention, Rejection, Relation, Span
from graphdb.tables.keys import (
    KeyedRow,
    NamedByKey,
    RowElsewhere,
    RowsElsewhere,
    no_rows,
    row_key,
    row_meant,
)
from graphdb.tables.mapping import Link, TableMapping, key_sets_of
from graphdb.tables.rows import Cell, Row, Table, column_name, tables_of

_Thing = tuple[str, str, str]
"""Type and name of an entity; of one that is named by the key of a row elsewhere, also that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TablesRead:
    """An extraction with the facts of its mapped tables."""

    extraction: Extraction
    rows: tuple[KeyedRow, ...] = ()
    """Its rows that other documents may name by key."""
    named: tuple[NamedByKey, ...] = ()
    """What it names by keys of other documents' rows, whether they are there or not."""
    elsewhere: Mapping[Entity, RowElsewhere] = field(default_factory=dict)
    """What entities mean that are named by key."""
    places: tuple[Span, ...] = ()
    """Where the mapped tables stand."""


def with_tables(extraction: Extraction, mappings: Sequence[TableMapping]) -> Extraction:
    """Return an extraction with the facts of its mapped tables; doing it again changes nothing.

    Facts with what rows of other documents stand for are not among them.
    """
    return read_tables(extraction, mappings).extraction


def read_tables(
    extraction: Extraction, mappings: Sequence[TableMapping], elsewhere: RowsElsewhere = no_rows
) -> TablesRead:
    """Return what the mapped tables of a document say.

    Args:
        extraction: What was read of it.
        mappings: What columns mean.
        elsewhere: Finds rows of other documents.
    """
    if not mappings or "|" not in extraction.document.text:
        return TablesRead(extraction=extraction)
    said = _Said(extraction.document.text, extraction.document.source, mappings)
    mapped = list(_mapped(extraction, mappings, said))
    if not mapped:
        rejected = _with(extraction.rejected, said.rejected)
        return TablesRead(extraction=replace(extraction, rejected=rejected))
    for table, mapping in mapped:
        said.read_keys(table, mapping)
    for table, mapping in mapped:
        said.ask(table, mapping)
    said.elsewhere = elsewhere(said.asked.keys()) if said.asked else {}
    for table, mapping in mapped:
        said.read(table, mapping)
    prose = _outside(extraction, [table.span for table, _ in mapped])
    entity_by_thing = said.entities()
    return TablesRead(
        extraction=replace(
            prose,
            entities=tuple(dict.fromkeys((*prose.entities, *entity_by_thing.values()))),
            relations=(*prose.relations, *said.relations(entity_by_thing)),
            rejected=_with(extraction.rejected, said.rejected),
        ),
        rows=tuple(said.keyed_rows()),
        named=tuple(said.named()),
        elsewhere={entity_by_thing[thing]: row for thing, row in said.row_by_thing.items()},
        places=tuple(table.span for table, _ in mapped),
    )


def _mapped(
    extraction: Extraction, mappings: Sequence[TableMapping], said: "_Said"
) -> Iterator[tuple[Table, TableMapping]]:
    """Yield the tables that a mapping means; one that lacks columns is named."""
    for table in tables_of(extraction.document):
        for mapping in mappings:
            if not mapping.fits(extraction.document.id, table.heading):
                continue
            known = table.index_by_column
            missing = [name for name in mapping.columns if column_name(name) not in known]
            if not missing:
                yield table, mapping
            elif not mapping.is_for_any:
                columns = ", ".join(cell.text for cell in table.header.cells if cell.text)
                names = ", ".join(map(repr, missing))
                what = f"the table {columns}" if columns else "a table"
                said.rejected.append(Rejection(what, f"has no column {names}: see [[tables]]"))


@dataclass(slots=True)
class _Said:
    """What the tables of one document say, before entities are made of it."""

    text: str
    source: str
    mappings: Sequence[TableMapping]
    spans: dict[_Thing, dict[Span, None]] = field(default_factory=dict)
    row_by_key: dict[str, KeyedRow] = field(default_factory=dict)
    """The rows of this document that have keys."""
    asked: dict[str, tuple[str, str, list[tuple[int, str]]]] = field(default_factory=dict)
    """Type and text of keys that none of them has, with the rows and columns that name them."""
    elsewhere: Mapping[str, Sequence[RowElsewhere]] = field(default_factory=dict)
    row_by_thing: dict[_Thing, RowElsewhere] = field(default_factory=dict)
    facts: dict[tuple[_Thing, str, _Thing], dict[Span, None]] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)

    def read_keys(self, table: Table, mapping: TableMapping) -> None:
        """Take down which row has which key, before any row names one."""
        if not mapping.key:
            return
        for row in table.rows:
            key, name = (_cell(table, row, column) for column in (mapping.key, mapping.name))
            if key.text and name.span:
                found = row_key(mapping.key_set, mapping.label, key.text)
                self.row_by_key.setdefault(found, KeyedRow(found, mapping.label, name.text))

    def ask(self, table: Table, mapping: TableMapping) -> None:
        """Take down which keys other documents have to be asked for."""
        links = [link for _, link in mapping.links() if link.by == "key"]
        for row in table.rows if links else ():
            if _cell(table, row, mapping.name).span is None:
                continue
            for link in links:
                for text, _ in _pieces(_cell(table, row, link.column), link.separator):
                    key = self.key_of(link, mapping, text)
                    if key not in self.row_by_key:
                        _, _, places = self.asked.setdefault(key, (link.type, text, []))
                        places.append((row.number, link.column))

    def key_of(self, link: Link, mapping: TableMapping, text: str) -> str:
        """Return the key of the rows that a cell names."""
        # An ontology that was checked leaves one.
        [key_set, *_] = [*key_sets_of(link, mapping, self.mappings), ""]
        return row_key(key_set, link.type, text)

    def read(self, table: Table, mapping: TableMapping) -> None:
        for row in table.rows:
            cell = _cell(table, row, mapping.name)
            if cell.span is None:
                if any(each.text for each in row.cells):
                    self._reject(row, f"has nothing in the column {mapping.name!r}")
                continue
            thing = mapping.label, cell.text, ""
            self.spans.setdefault(thing, {})[cell.span] = None
            for type_, link in mapping.links():
                for other in self._named(table, row, link, mapping):
                    ends = (other, thing) if link.reverse else (thing, other)
                    self.facts.setdefault((ends[0], type_, ends[1]), {})[row.span] = None

    def _named(self, table: Table, row: Row, link: Link, mapping: TableMapping) -> Iterator[_Thing]:
        """Yield what a cell names: entities with a place in the text."""
        for text, span in _pieces(_cell(table, row, link.column), link.separator):
            if link.by == "name":
                self.spans.setdefault((link.type, text, ""), {})[span] = None
                yield link.type, text, ""
                continue
            key = self.key_of(link, mapping, text)
            if own := self.row_by_key.get(key):
                yield link.type, own.name, ""
            elif found := row_meant(self.elsewhere.get(key, ()), self.source):
                thing = link.type, text, key
                self.row_by_thing[thing] = found
                self.spans.setdefault(thing, {})[span] = None
                yield thing

    def _reject(self, row: Row, reason: str) -> None:
        self.rejected.append(Rejection(f"row {row.number}", reason))

    def keyed_rows(self) -> Iterator[KeyedRow]:
        """Yield the rows with keys that columns may hold: in most ontologies none."""
        if any(link.by == "key" for mapping in self.mappings for _, link in mapping.links()):
            yield from self.row_by_key.values()

    def named(self) -> Iterator[NamedByKey]:
        """Yield what is named by keys of other documents' rows."""
        for key, (type_, text, places) in self.asked.items():
            rows, columns = zip(*dict.fromkeys(places), strict=True)
            yield NamedByKey(key, type_, text, rows, columns)

    def entities(self) -> dict[_Thing, Entity]:
        return {
            (type_, name, key): Entity(
                type_,
                name,
                tuple(Mention(span, self.text[span.start : span.end]) for span in sorted(spans)),
            )
            for (type_, name, key), spans in self.spans.items()
        }

    def relations(self, entity_by_thing: dict[_Thing, Entity]) -> Iterator[Relation]:
        for (subject, type_, object_), spans in self.facts.items():
            evidence = tuple(Evidence(span) for span in sorted(spans))
            yield Relation(entity_by_thing[subject], type_, entity_by_thing[object_], evidence)


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
            new_by_old[entity] = entity.left_with(mentions)
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
