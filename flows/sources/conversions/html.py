"""HTML: the main text of a page, without navigation and what else stands around it.

Trafilatura finds it. Of a page that is too short or too plain for that, all of the body is read
that is no navigation by its own markup.
"""

import re
from typing import Any

import lxml.html
import trafilatura
from lxml import etree

from flows.sources.conversions.blocks import Block, content_of
from flows.sources.conversions.trees import blocks_of
from flows.sources.formats import decoded
from flows.sources.values import Content, UnreadableError

_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?([\w-]{2,40})""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DECLARED_IN = 4096

PACKAGES = ("trafilatura", "justext", "htmldate", "courlan")
"""What is loaded as a whole before walls are put up."""

SAMPLE = (
    b"<html lang='en'><head><title>A</title><meta name='date' content='2024-01-02'></head><body>"
    b"<article><h1>A</h1><p>"
    + b"Ada Lovelace worked in London, and wrote about machines. " * 20
    + b"</p><ul><li>B</li></ul><table><tr><td>C</td><td>D</td></tr></table></article></body></html>"
)


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    convert(SAMPLE, "")
    convert(b"<p>Z\xfcrich</p>", "")


def convert(content: bytes, encoding: str) -> Content:
    """Return the main text of a page.

    Raises:
        UnreadableError: It is no HTML, or nothing stands in it.
    """
    tree = parsed(content, encoding)
    language = tree.get("lang") or ""
    page: Any = trafilatura.bare_extraction(
        tree,
        include_comments=False,
        include_tables=True,
        with_metadata=True,
        favor_recall=True,
        # A date that is guessed from what the text says would be anybody's.
        date_extraction_params={"original_date": True, "extensive_search": False},
    )
    if page is None:
        tree = parsed(content, encoding)  # trafilatura takes the tree apart
        title = tree.findtext(".//title") or ""
        return content_of(all_blocks(tree), title=title, language=language)
    return content_of(
        _titled(list(blocks_of(page.body, frozenset())), page.title or ""),
        title=page.title or "",
        author=page.author or "",
        date=page.date or "",
        language=language or page.language or "",
    )


def parsed(content: bytes, encoding: str) -> Any:
    """Return the tree of a page.

    Raises:
        UnreadableError: It is none.
    """
    named = _DECLARED.search(content[:_DECLARED_IN])
    text = decoded(content, encoding, declared=named[1].decode("ascii") if named else "")
    text = _XML_DECLARATION.sub("", text, count=1).replace("\0", "")
    if not text.strip():
        raise UnreadableError("is empty: give it a text or delete it")
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, remove_comments=True)
    try:
        tree = lxml.html.document_fromstring(text.encode("utf-8"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableError(f"is no HTML that can be read ({error}): save it anew") from error
    return tree


def all_blocks(tree: Any) -> list[Block]:
    """Return what stands in the body of a page, without what is marked as no part of its text."""
    body = tree.find(".//body")
    return list(blocks_of(tree if body is None else body))


def _titled(blocks: list[Block], title: str) -> list[Block]:
    """Put the title above a text that begins without a heading."""
    if title and not any(block.kind == "heading" for block in blocks[:2]):
        return [Block(kind="heading", text=title), *blocks]
    return blocks
