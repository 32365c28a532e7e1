"""Blocks of an HTML tree: what stands in it, in the order in which a person reads it."""

import re
from collections.abc import Iterator
from typing import Any

from flows.sources.conversions.blocks import Block, folded

SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "form",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "nav",
        "aside",
        "footer",
        "audio",
        "video",
        "canvas",
        "figure",
        "map",
        "dialog",
        "menu",
    ]
)
"""Elements that are not read: they are no text, or no part of what the page is about."""

_HEADING = re.compile(r"h([1-6])$")
_ENDS_LINE = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "br",
        "center",
        "caption",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "hr",
        "header",
        "html",
        "lb",
        "legend",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "quote",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
MAX_DEPTH = 200
"""How deep elements are followed; what is nested deeper is read as the text of this one."""


def blocks_of(tree: Any, skipped: frozenset[str] = SKIPPED) -> Iterator[Block]:
    """Yield the blocks of an element of `lxml`, which may be HTML or what trafilatura makes."""
    yield from _Walk(skipped).through(tree)


class _Walk:
    """A walk through a tree; text is gathered until an element ends the line."""

    def __init__(self, skipped: frozenset[str]) -> None:
        self._skipped = skipped
        self._text: list[str] = []

    def through(self, tree: Any) -> Iterator[Block]:
        yield from self._inside(tree, depth=0, list_level=0)
        yield from self._flush()

    def _flush(self) -> Iterator[Block]:
        text = folded("".join(self._text))
        self._text.clear()
        if text:
            yield Block(text=text)

    def _inside(self, element: Any, depth: int, list_level: int) -> Iterator[Block]:
        if element.text:
            self._text.append(element.text)
        for child in element:
            yield from self._child(child, depth + 1, list_level)
            if child.tail:
                self._text.append(child.tail)

    def _child(self, child: Any, depth: int, list_level: int) -> Iterator[Block]:
        tag = child.tag.lower() if isinstance(child.tag, str) else ""
        if not tag or tag in self._skipped or _is_hidden(child):
            return  # comments and instructions have no tag
        if depth > MAX_DEPTH:
            self._text.append(_all_text(child, self._skipped))
            return
        heading = _HEADING.match(child.get("rend", "") if tag == "head" else tag)
        if heading or tag in ("head", "title"):
            yield from self._flush()
            text = _all_text(child, self._skipped)
            yield Block(kind="heading", text=text, level=int(heading[1]) if heading else 2)
        elif tag in ("ul", "ol", "list"):
            yield from self._flush()
            yield from self._list(child, depth, list_level + 1)
        elif tag in ("tr", "row"):
            yield from self._flush()
            yield from self._row(child)
        elif tag in _ENDS_LINE:
            yield from self._flush()
            yield from self._inside(child, depth, list_level)
            yield from self._flush()
        else:
            yield from self._inside(child, depth, list_level)

    def _list(self, element: Any, depth: int, level: int) -> Iterator[Block]:
        is_ordered = element.tag == "ol" or element.get("rend") == "ol"
        number = 0
        for child in element:
            tag = child.tag.lower() if isinstance(child.tag, str) else ""
            if tag not in ("li", "item"):
                yield from self._child(child, depth + 1, level)
                continue
            number += 1
            marker = f"{number}." if is_ordered else "-"
            for block in _Walk(self._skipped).within(child, depth + 1, level):
                if block.kind == "paragraph":
                    block = Block(kind="item", text=block.text, level=level, marker=marker)
                    marker = "-"
                yield block

    def within(self, element: Any, depth: int, list_level: int) -> Iterator[Block]:
        yield from self._inside(element, depth, list_level)
        yield from self._flush()

    def _row(self, element: Any) -> Iterator[Block]:
        cells = [child for child in element if child.tag in ("td", "th", "cell")]
        nested = [table for cell in cells for table in cell.iter("table")]
        if nested or len(cells) < 2:  # a table for the layout of a page, not of things
            for cell in cells:
                yield from self._inside(cell, 0, 0)
                yield from self._flush()
            return
        yield Block(kind="row", cells=tuple(_all_text(cell, self._skipped) for cell in cells))


def _all_text(element: Any, skipped: frozenset[str]) -> str:
    """Return the text of an element on one line, whatever is nested in it, without recursion."""
    pieces: list[str] = []
    waiting: list[Any] = [element]
    while waiting:
        following = waiting.pop()
        if isinstance(following, str):
            pieces.append(following)
            continue
        tag = following.tag.lower() if isinstance(following.tag, str) else ""
        if not tag or tag in skipped - {"head"}:
            continue
        if tag in _ENDS_LINE:
            pieces.append(" ")
            waiting.append(" ")
        for child in reversed(following):
            waiting += [child.tail or "", child]
        waiting.append(following.text or "")
    return folded("".join(pieces))


def _is_hidden(element: Any) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
    )
