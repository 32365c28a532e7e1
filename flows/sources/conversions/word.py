"""Word: headings, lists, tables, footnotes and text boxes of a `.docx` file.

python-docx opens the file and knows its styles; the text is read from the XML itself, because what
was inserted while changes were tracked, footnotes and text boxes are in none of its paragraphs.
"""

import io
import re
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.conversions.office import checked
from flows.sources.values import Content, UnreadableError

PACKAGES = ("docx",)
"""What is loaded as a whole before walls are put up."""

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _BREAKS = qn("w:t"), frozenset({qn("w:tab"), qn("w:br"), qn("w:cr")})
_HYPHEN = qn("w:noBreakHyphen")
_BOX = qn("w:txbxContent")
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset({qn("w:del"), qn("w:moveFrom"), qn("w:instrText"), qn("w:pPr"), _FALLBACK})
"""Deleted text, the code of fields, and what stands there twice for older programs."""

_HEADING = re.compile(r"(?:heading|überschrift|titre) (\d)", re.IGNORECASE)
_TITLES = {"title": 1, "subtitle": 2}
_FOOTNOTES = ("footnotes", "endnotes")
_NOTES_OF_PROGRAMS = frozenset({"separator", "continuationSeparator", "continuationNotice"})


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    document = docx.Document()
    document.add_heading("Ada", 1)
    buffer = io.BytesIO()
    document.save(buffer)
    assert convert(buffer.getvalue(), "").title


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - XML names its own
    """Return the text of a document.

    Raises:
        UnreadableError: It is damaged, locked or empty.
    """
    about = checked(content)
    try:
        document = docx.Document(io.BytesIO(content))
    except (OpcError, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        raise UnreadableError(f"is a damaged Word file ({error}): save it anew") from error
    blocks = list(_Reader(document).blocks())
    if not blocks:
        raise UnreadableError("is empty: give it a text or delete it")
    return content_of(blocks, **about)


class _Reader:
    """Reads the body of a document, then its notes."""

    def __init__(self, document: Any) -> None:
        self._document = document
        # Without styles of its own python-docx would read a file for them.
        has_styles = any(each.reltype == RT.STYLES for each in document.part.rels.values())
        styles = document.styles if has_styles else ()
        self._style_by_id = {style.style_id: style for style in styles}
        self._kind_by_number = _numbering(document)
        self._counts: dict[tuple[str, int], int] = {}

    def blocks(self) -> Iterator[Block]:
        yield from self._inside(self._document.element.body)
        for relation in self._document.part.rels.values():
            if relation.reltype.endswith(_FOOTNOTES) and not relation.is_external:
                notes = etree.fromstring(
                    relation.target_part.blob, etree.XMLParser(resolve_entities=False)
                )
                for note in notes:
                    if note.get(qn("w:type")) not in _NOTES_OF_PROGRAMS:
                        yield from self._inside(note)

    def _inside(self, element: Any) -> Iterator[Block]:
        for child in element:
            if child.tag == _PARAGRAPH:
                yield from self._paragraph(child)
            elif child.tag == _TABLE:
                yield from self._table(child)
            elif child.tag not in _SKIPPED:
                yield from self._inside(child)  # content controls, changes

    def _paragraph(self, paragraph: Any) -> Iterator[Block]:
        text = _text_of(paragraph)
        style_name, level, number = self._format_of(paragraph)
        if level:
            yield Block(kind="heading", text=text, level=level)
        elif number is not None and text.strip():
            yield self._item(text, *number)
        elif text.strip() and style_name not in ("header", "footer"):
            yield Block(text=text)
        for box in paragraph.iter(_BOX):
            if not any(above.tag == _FALLBACK for above in box.iterancestors()):
                yield from self._inside(box)

    def _item(self, text: str, number_id: str, level: int) -> Block:
        self._counts[number_id, level] = self._counts.get((number_id, level), 0) + 1
        for known_id, deeper in list(self._counts):
            if known_id == number_id and deeper > level:
                del self._counts[known_id, deeper]
        kind = self._kind_by_number.get((number_id, level), "bullet")
        marker = "-" if kind in ("bullet", "none") else f"{self._counts[number_id, level]}."
        return Block(kind="item", text=text, level=level + 1, marker=marker)

    def _format_of(self, paragraph: Any) -> tuple[str, int, tuple[str, int] | None]:
        """Return a paragraph's style, its level as a heading or 0, and its list, if any."""
        properties = paragraph.find(qn("w:pPr"))
        style_id = _value(properties, "w:pStyle")
        style = self._style_by_id.get(style_id)
        number = _number(properties)
        name = ""
        for _ in range(10):  # styles that stand on one another
            if style is None:
                break
            name = name or (style.name or "").lower()
            heading = _HEADING.match(style.name or "")
            level = int(heading[1]) if heading else _TITLES.get((style.name or "").lower(), 0)
            if level:
                return name, level, None
            number = number or _number(style.element.find(qn("w:pPr")))
            style = style.base_style
        is_list = number is not None and number[0] != "0"
        return name, 0, number if is_list else None

    def _table(self, table: Any) -> Iterator[Block]:
        for row in table.iter(_ROW):
            if next(row.iterancestors(_TABLE)) is not table:
                continue  # of a table within a cell, whose text is that cell's
            cells = [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW)) is row]
            texts = [
                " ".join(_text_of(paragraph) for paragraph in cell.iter(_PARAGRAPH))
                for cell in cells
            ]
            if len(texts) == 1:
                yield Block(text=texts[0])
            else:
                yield Block(kind="row", cells=tuple(texts))


def _text_of(paragraph: Any) -> str:
    """Return the text of a paragraph as it reads with all changes accepted; boxes are apart."""
    pieces: list[str] = []
    waiting = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag == _TEXT:
            pieces.append(element.text or "")
        elif element.tag in _BREAKS:
            pieces.append(" ")
        elif element.tag == _HYPHEN:
            pieces.append("-")
        elif element.tag not in _SKIPPED and element.tag != _BOX:
            waiting += reversed(element)
    return "".join(pieces)


def _numbering(document: Any) -> dict[tuple[str, int], str]:
    """Return what the items of each list begin with, by its number and level."""
    relations = document.part.rels.values()
    part = next((r.target_part for r in relations if r.reltype.endswith("/numbering")), None)
    if part is None:
        return {}
    kinds_by_abstract = {
        abstract.get(qn("w:abstractNumId")): {
            int(level.get(qn("w:ilvl"), "0")): _value(level, "w:numFmt")
            for level in abstract.iter(qn("w:lvl"))
        }
        for abstract in part.element.iter(qn("w:abstractNum"))
    }
    return {
        (number.get(qn("w:numId")), level): kind
        for number in part.element.iter(qn("w:num"))
        for level, kind in kinds_by_abstract.get(_value(number, "w:abstractNumId"), {}).items()
    }


def _number(properties: Any) -> tuple[str, int] | None:
    number = None if properties is None else properties.find(qn("w:numPr"))
    number_id = _value(number, "w:numId")
    if not number_id:
        return None
    level = _value(number, "w:ilvl")
    return number_id, int(level) if level.isdigit() else 0


def _value(element: Any, name: str) -> str:
    found = None if element is None else element.find(qn(name))
    return "" if found is None else found.get(qn("w:val"), "")
