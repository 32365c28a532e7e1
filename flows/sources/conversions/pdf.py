"""PDF: blocks with their pages and boxes, in the order in which a person reads them.

liteparse finds the blocks; it joins hyphenated line ends and leaves out running heads and page
numbers. pypdfium2 says first what the file is: how many pages, who wrote it, whether it is locked.
"""

import re
from collections.abc import Iterator
from typing import Any

import liteparse
import pypdfium2

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.values import Content, UnreadableError

MAX_PAGES = 10_000

PACKAGES = ("pypdfium2",)
"""What is loaded as a whole before walls are put up."""

SAMPLE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F "
    b"5 0 R>>>>>>endobj\n4 0 obj<</Length 41>>stream\nBT /F 12 Tf 20 200 Td (Ada Lovelace) Tj ET"
    b"\nendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\n"
    b"trailer<</Root 1 0 R>>\n"
)
"""A page with two words, and no table of its objects: it is found anew, as in damaged files."""

_DATE = re.compile(r"D:(\d{4})(\d{2})?(\d{2})?")
_NO_TITLE = re.compile(
    r"untitled|.*\.(docx?|rtf|odt|indd|tex|dvi|pdf|ps|xlsx?|pptx?)|microsoft \w+ - .*",
    re.IGNORECASE,
)
"""Titles that programs write of themselves: names of files."""
_NUMBER = re.compile(r"\(?(\d{1,3}|[a-zA-Z])[.)]")
_COLUMNS = re.compile(r"\s{2,}|\t")
_ENDS = (".", "!", "?", ":", ";", "。", "！", "？", "”", '"', ")")


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    assert convert(SAMPLE, "").text.strip() == "Ada Lovelace"


def convert(content: bytes, encoding: str) -> Content:  # noqa: ARG001 - a PDF knows its own
    """Return the text of a PDF, its pages and what it says of itself.

    Raises:
        UnreadableError: It is damaged, locked, too long, or holds pictures alone.
    """
    about = _about(content)
    parser = liteparse.LiteParse(
        ocr_enabled=False, quiet=True, num_workers=1, extract_blocks=True, max_pages=MAX_PAGES
    )
    try:
        pages = parser.parse(content).pages
    except (liteparse.ParseError, RuntimeError, ValueError) as error:
        raise UnreadableError(f"is a damaged PDF ({error}): save it anew") from error
    blocks = list(_joined(_blocks(pages)))
    if not blocks:
        raise UnreadableError(
            f"is a PDF of {len(pages)} pages without text, perhaps a scan: have the text of its "
            "pictures recognised (OCR) first"
        )
    title = about.get("Title", "").strip()
    return content_of(
        blocks,
        title="" if _NO_TITLE.fullmatch(title) else title,
        author=about.get("Author", ""),
        date=_iso_date(about.get("CreationDate", "")),
    )


def _about(content: bytes) -> dict[str, str]:
    """Return what a PDF says of itself, if it can be read at all."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("is a PDF with a password: save it without one") from error
        raise UnreadableError(
            "is no PDF that can be read, or a part of one: save it anew"
        ) from error
    try:
        n_pages = len(document)
        if n_pages > MAX_PAGES:
            raise UnreadableError(f"has {n_pages} pages, more than {MAX_PAGES}: split it")
        about: dict[str, str] = document.get_metadata_dict(skip_empty=True)
        return about
    finally:
        document.close()


def _blocks(pages: list[Any]) -> Iterator[Block]:
    for page in pages:
        for found in page.blocks or ():
            box = found.bbox
            edges = box and (
                round(box.x, 1),
                round(box.y, 1),
                round(box.x + box.width, 1),
                round(box.y + box.height, 1),
            )
            where: dict[str, Any] = {"page": page.page_num, "box": edges or None}
            if found.kind == "heading":
                yield Block(kind="heading", text=found.text, level=found.level or 1, **where)
            elif found.kind == "paragraph":
                yield Block(text=found.text or "", **where)
            elif found.kind == "list_item":
                marker = (found.marker or "").strip()
                yield Block(
                    kind="item",
                    text=found.text or "",
                    level=(found.level or 0) + 1,
                    marker=marker if _NUMBER.fullmatch(marker) else "-",
                    **where,
                )
            elif found.kind == "table":
                for row in [found.header or [], *(found.rows or ())]:
                    yield Block(kind="row", cells=tuple(cell.text for cell in row), **where)
            else:  # what stands in columns, or is set as code
                for line in found.lines or ():
                    cells = _COLUMNS.split(line.strip())
                    if len(cells) > 1:
                        yield Block(kind="row", cells=tuple(cells), **where)
                    else:
                        yield Block(text=line, **where)


def _joined(blocks: Iterator[Block]) -> Iterator[Block]:
    """Join a paragraph that goes on at the top of the next page; it stands where it begins."""
    before: Block | None = None
    for block in blocks:
        if before is None:
            before = block
        elif _goes_on(before, block):
            ends_in_hyphen = before.text.rstrip().endswith("-")
            text = before.text.rstrip().removesuffix("-") + ("" if ends_in_hyphen else " ")
            before = Block(text=text + block.text.lstrip(), page=before.page, box=before.box)
        else:
            yield before
            before = block
    if before:
        yield before


def _goes_on(before: Block, block: Block) -> bool:
    if not (before.kind == block.kind == "paragraph" and block.page == before.page + 1):
        return False
    text = before.text.rstrip()
    return bool(text) and not text.endswith(_ENDS) and block.text.lstrip()[:1].islower()


def _iso_date(written: str) -> str:
    """Return the day of a date as PDF writes it.

    >>> _iso_date("D:20240301120000+01'00'")
    '2024-03-01'
    """
    match = _DATE.match(written)
    return "-".join(part for part in match.groups() if part) if match else ""
