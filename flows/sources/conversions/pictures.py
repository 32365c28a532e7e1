"""A page of a PDF as a picture, with a sentence marked where it stands."""

import math
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from flows.sources.values import UnreadableError

PACKAGES = ("pypdfium2",)
"""What is loaded as a whole before walls are put up."""

MAX_PIXELS = 4_000_000
SCALE = 2.0
"""Pixels for a point of the page, where that does not give more than `MAX_PIXELS`."""

MARK = (255, 225, 0, 110)
"""Red, green, blue and how much it covers."""

_IGNORED = frozenset("-\u00ad\u0002\u2010")
"""Hyphens, also as pdfium writes one at a line's end: a text has them joined."""


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    from flows.sources.conversions.pdf import SAMPLE

    assert picture(SAMPLE, 1, "Ada Lovelace").startswith(b"\x89PNG")


def picture(content: bytes, number: int, sentence: str) -> bytes:
    """Return a page as a PNG file.

    Args:
        content: The bytes of the PDF.
        number: Number of the page, from 1.
        sentence: What is to be marked; nothing is if it does not stand there.

    Raises:
        UnreadableError: There is no such page, or no such PDF.
    """
    try:
        document = pypdfium2.PdfDocument(content)
        if not 1 <= number <= len(document):
            raise UnreadableError(f"has no page {number}: it has {len(document)}")
        page = document[number - 1]
        for left, bottom, right, top in list(_places(page.get_textpage(), sentence)):
            _mark(page, left, bottom, right - left, top - bottom)
        width, height = page.get_size()
        scale = min(SCALE, math.sqrt(MAX_PIXELS / max(width * height, 1)))
        bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False)
        return _png(bitmap)
    except pypdfium2.PdfiumError as error:
        raise UnreadableError(f"is a damaged PDF ({error}): save it anew") from error


def _places(text: Any, sentence: str) -> Iterator[tuple[float, float, float, float]]:
    """Yield a rectangle for each line of a sentence, whatever its line ends and hyphens are."""
    written = text.get_text_range()
    indices = [n for n, letter in enumerate(written) if _counts(letter)]
    wanted = "".join(filter(_counts, sentence))
    start = "".join(written[n] for n in indices).find(wanted) if wanted else -1
    if start < 0:
        return
    first, last = indices[start], indices[start + len(wanted) - 1]
    for n in range(text.count_rects(first, last + 1 - first)):
        yield text.get_rect(n)


def _counts(letter: str) -> bool:
    return not letter.isspace() and letter not in _IGNORED and letter.isprintable()


def _mark(page: Any, left: float, bottom: float, width: float, height: float) -> None:
    mark = pdfium.FPDFPageObj_CreateNewRect(left, bottom, width, height)
    pdfium.FPDFPageObj_SetFillColor(mark, *MARK)
    pdfium.FPDFPath_SetDrawMode(mark, pdfium.FPDF_FILLMODE_WINDING, 0)
    pdfium.FPDFPageObj_SetBlendMode(mark, b"Multiply")
    pdfium.FPDFPage_InsertObject(page.raw, mark)


def _png(bitmap: Any) -> bytes:
    """Return a picture as PNG: rows of red, green and blue, packed by zlib."""
    pixels = bytes(bitmap.buffer)
    n_channels, width = bitmap.n_channels, bitmap.width
    rows = []
    for y in range(bitmap.height):
        row = pixels[y * bitmap.stride : y * bitmap.stride + width * n_channels]
        rows.append(b"\0" + row)
    kind = {1: 0, 3: 2, 4: 6}[n_channels]  # grey, colours, colours and how much they cover
    header = struct.pack("!IIBBBBB", width, bitmap.height, 8, kind, 0, 0, 0)
    packed = zlib.compress(b"".join(rows), 6)
    parts = ((b"IHDR", header), (b"IDAT", packed), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack("!I", len(data)) + name + data + struct.pack("!I", zlib.crc32(name + data))
        for name, data in parts
    )
