"""PowerPoint: slides as pages, with their titles, items, tables and notes."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import pptx
from lxml import etree
from pptx.exc import PythonPptxError

from flows.sources.conversions.blocks import Block, content_of, folded
from flows.sources.conversions.office import checked
from flows.sources.values import Content, UnreadableError

PACKAGES = ("pptx",)
"""What is loaded as a whole before walls are put up."""

MAX_DEPTH = 20
"""How deep shapes are grouped in one another."""


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "Ada"
    slide.notes_slide.notes_text_frame.text = "Notes"
    buffer = io.BytesIO()
    deck.save(buffer)
    assert convert(buffer.getvalue(), "").title


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - XML names its own
    """Return what stands on slides, and in their notes.

    Raises:
        UnreadableError: It is damaged, locked or empty.
    """
    about = checked(content)
    try:
        slides = list(pptx.Presentation(io.BytesIO(content)).slides)
        blocks = [block for page, slide in enumerate(slides, 1) for block in _slide(slide, page)]
    except (PythonPptxError, KeyError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise UnreadableError(f"is a damaged PowerPoint file ({error}): save it anew") from error
    except etree.LxmlError as error:
        raise UnreadableError(f"is a damaged PowerPoint file ({error}): save it anew") from error
    if not blocks:
        raise UnreadableError("is empty: give it a text or delete it")
    return content_of(blocks, **about)


def _slide(slide: Any, page: int) -> Iterator[Block]:
    title = slide.shapes.title
    if title is not None and folded(title.text_frame.text):
        yield Block(kind="heading", text=title.text_frame.text, page=page)
    for shape in _shapes(slide.shapes, 0):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if shape.has_text_frame:
            yield from _frame(shape, page)
        elif getattr(shape, "has_table", False) and shape.has_table:
            for row in shape.table.rows:
                cells = tuple(cell.text_frame.text for cell in row.cells)
                yield Block(kind="row", cells=cells, page=page)
    if slide.has_notes_slide:
        frame = slide.notes_slide.notes_text_frame
        for paragraph in frame.paragraphs if frame is not None else ():
            yield Block(text=paragraph.text, page=page)


def _shapes(shapes: Any, depth: int) -> Iterator[Any]:
    """Yield shapes, also those that are grouped; a group has no text of its own."""
    for shape in shapes:
        inner = getattr(shape, "shapes", None)
        if inner is None:
            yield shape
        elif depth < MAX_DEPTH:
            yield from _shapes(inner, depth + 1)


def _frame(shape: Any, page: int) -> Iterator[Block]:
    """Yield the paragraphs of a text; several in a body are items, as slides show them."""
    kind = str(shape.placeholder_format.type) if shape.is_placeholder else ""
    if any(name in kind for name in ("DATE", "FOOTER", "SLIDE_NUMBER", "HEADER")):
        return
    paragraphs = [paragraph for paragraph in shape.text_frame.paragraphs if folded(paragraph.text)]
    for paragraph in paragraphs:
        if len(paragraphs) > 1:
            level = paragraph.level + 1
            yield Block(kind="item", text=paragraph.text, level=level, page=page)
        else:
            yield Block(text=paragraph.text, page=page)
