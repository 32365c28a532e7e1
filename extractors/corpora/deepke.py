"""DeepKE and OpenNRE: one relation a record, between a head and a tail.

    sentence,relation,head,head_offset,tail,tail_offset
    Ada works for Acme.,WORKS_FOR,Ada,0,Acme,14

    {"token": ["Ada", "works", "for", "Acme", "."], "relation": "WORKS_FOR",
     "h": {"name": "Ada", "pos": [0, 1]}, "t": {"name": "Acme", "pos": [3, 4]}}

The table is a `.csv` file, or JSON with the same fields, `head_type` and `tail_type` among them if
anybody knows them; without them all arguments are of type `Entity`. Instead of `token` there may be
a `text`, whose places count characters. Records of one sentence that follow each other are one
document. A relation called `None`, `NA` or `no_relation` says that there is none.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from extractors.corpora.files import (
    Record,
    at,
    json_records,
    opened,
    suffix_of,
    whole_number,
    write_json_lines,
    write_text,
)
from extractors.corpora.grid import token_span
from extractors.corpora.labelled import Found, Ids, LabelledDocument, flatten
from extractors.corpora.standoff import Link, Region, Standoff, standoff_document, text_of
from extractors.corpora.text import join_tokens
from extractors.errors import CorpusError

TYPE = "Entity"
COLUMNS = ("sentence", "relation", "head", "head_offset", "tail", "tail_offset")
_TYPES = ("head_type", "tail_type")
_NO_RELATION = frozenset({"none", "na", "no_relation", "other", ""})


def read(path: Path) -> Iterator[Found]:
    """Yield each sentence as a document, with all relations that follow each other in it.

    Raises:
        CorpusError: The file cannot be read, or not further.
    """
    ids = Ids()
    records = _rows(path) if suffix_of(path) == ".csv" else json_records(path)
    for _, group in groupby(records, key=_sentence):
        yield _document(path, list(group), ids)


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write the relations of documents, one a record: a `.csv` file has the table.

    A document without a relation becomes a record without one.
    """
    rows = (row for document in documents for row in _written(document))
    if suffix_of(path) == ".csv":
        write_text(path, _csv_lines(rows))
    else:
        write_json_lines(path, rows)


def _rows(path: Path) -> Iterator[Record | CorpusError]:
    with opened(path) as file:
        table = csv.DictReader(file)
        try:
            for number, row in enumerate(table):
                yield Record(number, table.line_num, row)
        except csv.Error as error:
            raise CorpusError(path, f"line {table.line_num}", str(error)) from error


def _sentence(record: Record | CorpusError) -> object:
    """Return what records of one document have in common."""
    if isinstance(record, CorpusError) or not isinstance(record.data, dict):
        return id(record)
    return repr([record.data.get(name) for name in ("sentence", "text", "token")])


def _document(
    path: Path, group: Sequence[Record | CorpusError], ids: Ids
) -> LabelledDocument | CorpusError:
    regions: list[Region] = []
    links: list[Link] = []
    text = ""
    first = group[0]
    for record in group:
        if isinstance(record, CorpusError):
            return record
        try:
            with at(path, record.where):
                text, ends, type_ = _said(record.data)
        except CorpusError as error:
            return error
        if ends:
            regions += ends
            if str(type_ or "").casefold() not in _NO_RELATION:
                links.append(Link(ends[0].id, type_, ends[1].id))
    assert isinstance(first, Record)
    # An argument of several relations is said with each of them.
    said = Standoff(text=text, regions=list(dict.fromkeys(regions)), links=links)
    try:
        with at(path, first.where):
            return standoff_document("deepke", first, said, ids)
    except CorpusError as error:
        return error


def _said(data: Any) -> tuple[str, tuple[Region, Region] | None, object]:
    """Return the text, both arguments and the relation of a record; no arguments: there are none.

    Raises:
        KeyError: A field is missing.
        ValueError: A field is wrong.
    """
    if "sentence" in data:
        text = text_of(data["sentence"])
        ends = [_of_table(text, data, end) for end in ("head", "tail") if data.get(end)]
    else:
        tokens: Sequence[Any] = []
        if "token" in data:
            text, [tokens] = join_tokens([data["token"]])
        else:
            text = text_of(data["text"])
        ends = [_of_object(tokens, data[end]) for end in ("h", "t") if data.get(end)]
    if len(ends) not in (0, 2):
        raise ValueError("a relation has a head and a tail")
    return text, ((ends[0], ends[1]) if ends else None), data["relation"]


def _of_table(text: str, data: Mapping[str, Any], end: str) -> Region:
    name, offset = text_of(data[end]), data[f"{end}_offset"]
    # A table holds numbers as text; Chinese offsets count characters, others sometimes words.
    start = int(offset) if isinstance(offset, str) else whole_number(offset)
    if not text.startswith(name, start):
        if text.count(name) != 1:
            raise ValueError(f"{name!r} does not stand at {start}")
        start = text.index(name)
    return _region(start, start + len(name), data.get(f"{end}_type"), name)


def _of_object(tokens: Sequence[Any], argument: Mapping[str, Any]) -> Region:
    position = argument["pos"]
    if tokens:
        span = token_span(tokens, *position)
        return _region(span.start, span.end, argument.get("type"))
    start, end = map(whole_number, position)
    return _region(start, end, argument.get("type"), text_of(argument.get("name") or ""))


def _region(start: int, end: int, type_: object, quoted: str = "") -> Region:
    type_ = type_ or TYPE
    return Region(start, end, type_, (start, end, type_), quoted)


def _written(document: LabelledDocument) -> Iterator[dict[str, Any]]:
    facts = flatten(document.extraction)
    text = document.extraction.document.text
    for subject, type_, object_ in facts.relations:
        row: dict[str, Any] = {"sentence": text, "relation": type_}
        for name, index in (("head", subject), ("tail", object_)):
            span, entity_type = facts.mentions[index]
            row |= {name: text[span.start : span.end], f"{name}_offset": span.start}
            row |= {f"{name}_type": entity_type}
        yield row
    if not facts.relations:
        yield {"sentence": text, "relation": "None", "head": "", "tail": ""}


def _csv_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    lines: list[str] = []
    # All fields are quoted: the module leaves out quotes that a lone carriage return needs.
    table = csv.DictWriter(
        _Lines(lines), [*COLUMNS, *_TYPES], lineterminator="\n", quoting=csv.QUOTE_ALL
    )
    table.writeheader()
    for row in rows:
        table.writerow(row)
        yield from lines
        lines.clear()
    yield from lines


class _Lines:
    """What a writer of tables writes to."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines

    def write(self, line: str) -> None:
        self._lines.append(line)
