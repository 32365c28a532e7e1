"""CoNLL columns: one token a line, its tag in the last column, a blank line after each sentence.

    Ada    NNP  B-Person
    works  VBZ  O

BIO2 is written; read are also BIO1 (`I-` begins a mention after `O` or another type), BIOES and
BILOU. A file with `-DOCSTART-` lines is read document by document, any other sentence by sentence.
Columns hold mentions only, without overlaps: of overlapping ones the longest is written, the first
of these, and relations are not.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from extractors.corpora.files import at, opened, write_text
from extractors.corpora.grid import GridFacts, grid_facts, token_span
from extractors.corpora.labelled import GOLD, Ids, LabelledDocument, mention_entity
from extractors.corpora.text import chunks_of, join_tokens
from extractors.errors import CorpusError
from extractors.facts import Document, Extraction

_DOCUMENT_START = "-DOCSTART-"
# B, I, O; then what BIOES and BILOU add: S and U are mentions of one token, E and L end one.
_BEGIN, _END = frozenset("BSU"), frozenset("ESLU")
_TAGS = frozenset("BIESLU")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    columns: tuple[str, ...]

    @property
    def tag(self) -> tuple[str, str]:
        """The kind and the type of the tag; nothing for `O`."""
        tag = self.columns[-1]
        if tag == "O":
            return "", ""
        kind, dash, type_ = tag.partition("-")
        if kind not in _TAGS or not dash or not type_:
            raise ValueError(f"a tag is O or like B-Person, not {tag!r}")
        return kind, type_


@dataclass(frozen=True, slots=True)
class _Block:
    """The sentences of one document, and what a writer needs to write it back."""

    sentences: tuple[tuple[_Row, ...], ...]
    header: str
    """The `-DOCSTART-` line, if there is one."""
    separator: str


def read(path: Path) -> Iterator[LabelledDocument]:
    """Yield each document of a file in columns, or each sentence where it has no documents.

    Raises:
        CorpusError: A line has a tag of no known kind, or lacks its columns.
    """
    ids = Ids()
    for number, block in enumerate(_blocks(path)):
        yield _document(path, block, ids.new(None, number))


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents in columns, BIO2, the columns between token and tag as they came.

    White space inside a token becomes `_`.
    """
    write_text(path, _all_lines(documents))


@dataclass(slots=True)
class _Gathering:
    """Lines on their way to becoming a block."""

    sentences: list[list[_Row]] = field(default_factory=lambda: [[]])
    header: str = ""
    separator: str = " "

    def add(self, row: _Row, separator: str) -> None:
        self.sentences[-1].append(row)
        self.separator = separator

    def end_sentence(self) -> None:
        if self.sentences[-1]:
            self.sentences.append([])

    def block(self) -> _Block | None:
        sentences = tuple(tuple(rows) for rows in self.sentences if rows)
        return _Block(sentences, self.header, self.separator) if sentences else None


def _blocks(path: Path) -> Iterator[_Block]:
    gathering = _Gathering()
    with opened(path) as file:
        for number, raw in enumerate(file, start=1):
            line = raw.rstrip("\r\n")
            starts_document = line.startswith(_DOCUMENT_START)
            if starts_document or (not line.strip() and not gathering.header):
                if block := gathering.block():
                    yield block
                gathering = _Gathering(header=line if starts_document else "")
            elif not line.strip():
                gathering.end_sentence()
            else:
                separator = "\t" if "\t" in line else " "
                columns = tuple(column for column in line.split(separator) if column)
                if len(columns) < 2:
                    raise CorpusError(path, f"line {number}", "a row has a token and a tag")
                gathering.add(_Row(number, columns), separator)
    if block := gathering.block():
        yield block


def _document(path: Path, block: _Block, id_: str) -> LabelledDocument:
    words = [[row.columns[0] for row in rows] for rows in block.sentences]
    text, sentences = join_tokens(words)
    entities = [
        mention_entity(text, type_, token_span(tokens, start, end))
        for rows, tokens in zip(block.sentences, sentences, strict=True)
        for type_, start, end in _mentions(path, rows)
    ]
    return LabelledDocument(
        extraction=Extraction(
            document=Document(id=id_, text=text, source="conll"),
            chunks=chunks_of(text, sentences),
            entities=tuple(entities),
            extractor=GOLD,
        ),
        format="conll",
        where=f"line {block.sentences[0][0].line}",
        tokens=tuple(map(tuple, sentences)),
        record=block,
    )


def _mentions(path: Path, rows: Sequence[_Row]) -> Iterator[tuple[str, int, int]]:
    """Yield type, first token and the one after the last of each mention of a sentence."""
    tags = []
    for row in rows:
        with at(path, f"line {row.line}"):
            tags.append(row.tag)
    starts = [
        index
        for index, ((before, type_before), (kind, type_)) in enumerate(pairwise([("", ""), *tags]))
        if kind and (kind in _BEGIN or not before or type_before != type_ or before in _END)
    ]
    for start in starts:
        end = start + 1
        while end < len(tags) and tags[end][0] and end not in starts:
            end += 1
        yield tags[start][1], start, end


def _all_lines(documents: Iterable[LabelledDocument]) -> Iterator[str]:
    has_headers = False
    for document in documents:
        block = document.record if document.format == "conll" else None
        header = block.header if block else ""
        facts = grid_facts(document)
        # After a header every document needs one: without it it would go on with the last.
        has_headers = has_headers or bool(header) or len(facts.sentences) > 1
        if has_headers:
            yield f"{header or f'{_DOCUMENT_START} O'}\n\n"
        yield from _lines(facts, block)


def _lines(facts: GridFacts, block: _Block | None) -> Iterator[str]:
    separator = block.separator if block else " "
    tags = iter(_tags(facts))
    for number, sentence in enumerate(facts.sentences):
        for index, token in enumerate(sentence):
            between = block.sentences[number][index].columns[1:-1] if block else ()
            yield separator.join(("_".join(token.split()) or "_", *between, next(tags))) + "\n"
        yield "\n"


def _tags(facts: GridFacts) -> list[str]:
    tags = ["O"] * sum(map(len, facts.sentences))
    for type_, start, end in sorted(facts.mentions, key=lambda mention: mention[1] - mention[2]):
        if all(tag == "O" for tag in tags[start:end]):
            tags[start:end] = [f"B-{type_}", *[f"I-{type_}"] * (end - start - 1)]
    return tags
