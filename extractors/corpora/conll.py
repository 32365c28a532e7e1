"""CoNLL columns: one token a line with its tag, a blank line after each sentence.

    Ada    NNP  B-Person
    works  VBZ  O

Which columns hold tokens and tags is told from the rows; `columns` says which layouts there are.
BIO2 is written; read are also BIO1 (`I-` begins a mention after `O` or another type), BIOES and
BILOU. A file with `-DOCSTART-` lines is read document by document, any other sentence by sentence.
Where rows of a CoNLL-U file say what is written without a space, the text is written so; a word of
several (`1-2 zum`) is one token.
Columns hold mentions only, without overlaps on a level: of overlapping ones the longest is written,
the first of these, and relations are not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path

from extractors.corpora.columns import TAG, Layout, find_layout, is_comment, split
from extractors.corpora.files import at, opened, write_text
from extractors.corpora.grid import GridFacts, grid_facts, token_span
from extractors.corpora.labelled import GOLD, Found, Ids, LabelledDocument, mention_entity
from extractors.corpora.text import chunks_of, join_tokens
from extractors.errors import CorpusError
from extractors.facts import Document, Extraction

_DOCUMENT_START = "-DOCSTART-"
# B, I, O; then what BIOES and BILOU add: S and U are mentions of one token, E and L end one.
_BEGIN, _END = frozenset("BSU"), frozenset("ESLU")
_BLOCKS_LOOKED_AT = 200
_RANGE = re.compile(r"(\d+)-(\d+)")


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """A token: one row, or a range of CoNLL-U with the rows of its words."""

    rows: tuple[_Row, ...]

    def tag(self, layout: Layout, level: int) -> tuple[str, str]:
        """Return the kind and the type of the tag; nothing for `O`."""
        tags = [layout.tag(row.columns, level) for row in self.rows]
        tag = next((tag for tag in tags if tag not in ("O", "_")), "O")
        if tag == "O":
            return "", ""
        if not TAG.fullmatch(tag):
            raise ValueError(f"a tag is O or like B-Person, not {tag!r}")
        return tag[0], tag[2:]


@dataclass(frozen=True, slots=True)
class _Block:
    """The sentences of one document, and what a writer needs to write it back."""

    sentences: tuple[tuple[_Row, ...], ...]
    header: str
    """The `-DOCSTART-` line, if there is one."""
    separator: str
    layout: Layout

    @property
    def line(self) -> int:
        """The line of the first row."""
        return self.sentences[0][0].line

    def tokens(self) -> list[list[_Token]]:
        """Return the tokens of each sentence."""
        return [_tokens(rows, self.layout) for rows in self.sentences]


def read(
    path: Path, *, token_column: int | None = None, tag_column: int | None = None
) -> Iterator[Found]:
    """Yield each document of a file in columns, or each sentence where it has no documents.

    Args:
        path: The file.
        token_column: The column of the tokens, counted from 1; told from the rows without it.
        tag_column: The column of the tags, counted from 1; told from the rows without it.

    Raises:
        CorpusError: It cannot be told which column holds the tags.
    """
    ids = Ids()
    blocks = _blocks(path)
    first = list(islice(blocks, _BLOCKS_LOOKED_AT))
    layout = _layout(path, first, token_column, tag_column)
    number = 0
    for source in (first, blocks):
        for block in source:
            rows = [
                tuple(row for row in rows if not (layout.numbered and row.columns[0][:1] == "#"))
                for rows in block.sentences
            ]
            given = _Block(tuple(filter(None, rows)), block.header, block.separator, layout)
            if not given.sentences:
                continue
            try:
                yield _document(path, given, ids.new(None, number))
            except CorpusError as error:
                yield error
            number += 1


def write(documents: Iterable[LabelledDocument], path: Path) -> None:
    """Write documents in columns, BIO2, the other columns as they came.

    White space inside a token becomes `_`.
    """
    write_text(path, _all_lines(documents))


def _layout(
    path: Path, blocks: Sequence[_Block], token_column: int | None, tag_column: int | None
) -> Layout:
    if tag_column is not None:
        return Layout((token_column or 1) - 1, (tag_column - 1,), numbered=token_column == 2)
    sentences = [
        [row.columns for row in rows if not row.columns[0].startswith("#")]
        for block in blocks
        for rows in block.sentences
    ]
    layout = find_layout(path, sentences)
    if token_column is not None:
        return Layout(token_column - 1, layout.tags, layout.numbered, layout.feature)
    return layout


@dataclass(slots=True)
class _Gathering:
    """Lines on their way to becoming a block."""

    sentences: list[list[_Row]] = field(default_factory=lambda: [[]])
    header: str = ""
    separator: str = " "

    def add(self, number: int, line: str) -> None:
        columns, self.separator = split(line)
        self.sentences[-1].append(_Row(number, columns))

    def end_sentence(self) -> None:
        if self.sentences[-1]:
            self.sentences.append([])

    def block(self) -> _Block | None:
        sentences = tuple(tuple(rows) for rows in self.sentences if rows)
        return _Block(sentences, self.header, self.separator, Layout()) if sentences else None


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
            elif not is_comment(line, starts_sentence=not gathering.sentences[-1]):
                gathering.add(number, line)
    if block := gathering.block():
        yield block


def _tokens(rows: Sequence[_Row], layout: Layout) -> list[_Token]:
    """Return the tokens of a sentence; an empty node (`3.1`), which nobody wrote, is none."""
    if not layout.numbered:
        return [_Token((row,)) for row in rows]
    tokens: list[_Token] = []
    last_of_range = 0
    for row in rows:
        number = row.columns[0]
        if found := _RANGE.fullmatch(number):
            last_of_range = int(found[2])
            tokens.append(_Token((row,)))
        elif number.isdecimal() and 0 < int(number) <= last_of_range:
            tokens[-1] = _Token((*tokens[-1].rows, row))
        elif "." not in number:
            tokens.append(_Token((row,)))
    return tokens


def _document(path: Path, block: _Block, id_: str) -> LabelledDocument:
    layout = block.layout
    for rows in block.sentences:
        for row in rows:
            if len(row.columns) < layout.n_columns:
                raise CorpusError(path, f"line {row.line}", "a row has a token and a tag")
    given = block.tokens()
    words = [[token.rows[0].columns[layout.token] for token in tokens] for tokens in given]
    text, sentences = join_tokens(words, glued_after=_glued(given, layout))
    entities = dict.fromkeys(
        mention_entity(text, type_, token_span(spans, start, end))
        for tokens, spans in zip(given, sentences, strict=True)
        for level in range(len(layout.tags))
        for type_, start, end in _mentions(path, tokens, layout, level)
    )
    return LabelledDocument(
        extraction=Extraction(
            document=Document(id=id_, text=text, source="conll"),
            chunks=chunks_of(text, sentences),
            entities=tuple(entities),
            extractor=GOLD,
        ),
        format="conll",
        where=f"line {block.line}",
        tokens=tuple(map(tuple, sentences)),
        record=block,
    )


def _glued(given: Sequence[Sequence[_Token]], layout: Layout) -> list[list[bool]] | None:
    """Return what is written without a space after it; None where the file does not say it."""
    if not layout.feature:
        return None
    return [
        ["SpaceAfter=No" in token.rows[0].columns[-1].split("|") for token in tokens]
        for tokens in given
    ]


def _mentions(
    path: Path, tokens: Sequence[_Token], layout: Layout, level: int
) -> Iterator[tuple[str, int, int]]:
    """Yield type, first token and the one after the last of each mention of a sentence."""
    tags = []
    for token in tokens:
        with at(path, f"line {token.rows[0].line}"):
            tags.append(token.tag(layout, level))
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
        yield from _lines_as_they_came(facts, block) if block else _plain_lines(facts)


def _plain_lines(facts: GridFacts) -> Iterator[str]:
    tags = iter(_tags(facts, 1))
    for sentence in facts.sentences:
        for token in sentence:
            yield f"{'_'.join(token.split()) or '_'} {next(tags)[0]}\n"
        yield "\n"


def _lines_as_they_came(facts: GridFacts, block: _Block) -> Iterator[str]:
    layout = block.layout
    tags = iter(_tags(facts, len(layout.tags)))
    nothing = ["O"] * len(layout.tags)
    for tokens in block.tokens():
        for token in tokens:
            first, *words = token.rows
            yield block.separator.join(layout.tagged(first.columns, next(tags))) + "\n"
            for word in words:
                yield block.separator.join(layout.tagged(word.columns, nothing)) + "\n"
        yield "\n"


def _tags(facts: GridFacts, n_levels: int) -> list[list[str]]:
    """Return the tags of each token, on as many levels as the file has; the longest first."""
    levels = [["O"] * sum(map(len, facts.sentences)) for _ in range(n_levels)]
    for type_, start, end in sorted(facts.mentions, key=lambda mention: mention[1] - mention[2]):
        free = (tags for tags in levels if all(tag == "O" for tag in tags[start:end]))
        if tags := next(free, None):
            tags[start:end] = [f"B-{type_}", *[f"I-{type_}"] * (end - start - 1)]
    return [list(tags) for tags in zip(*levels, strict=True)]
