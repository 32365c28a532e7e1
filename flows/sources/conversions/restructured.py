"""reStructuredText: what docutils makes of it, without what it would include or run."""

import mimetypes
import re
from typing import Any

import lxml.html
from docutils.core import publish_parts
from docutils.utils import SystemMessage
from docutils.writers import html5_polyglot

from flows.sources.conversions.blocks import content_of
from flows.sources.conversions.trees import SKIPPED, blocks_of
from flows.sources.formats import decoded
from flows.sources.values import Content, UnreadableError

PACKAGES = ("docutils",)
"""What is loaded as a whole before walls are put up."""

_SETTINGS: dict[str, Any] = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "report_level": 5,
    "halt_level": 5,
    "embed_stylesheet": False,
    "stylesheet_path": "",
    "syntax_highlight": "none",
    "math_output": "LaTeX",
    "_disable_config": True,
    "doctitle_xform": False,
    "initial_header_level": 1,
    "line_length_limit": 1_000_000,
    "smart_quotes": False,
}


_SKIPPED = SKIPPED - {"aside", "figure"}
"""What is not read: here notes, footnotes, sidebars and captions are all part of the text."""

_ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d")


class _Writer(html5_polyglot.Writer):  # type: ignore[misc]
    def apply_template(self) -> str:
        """Read no template: only the body is wanted, and no file can be opened."""
        return ""


def warm_up() -> None:
    """Load what is loaded when it is first needed: later no file can be opened any more."""
    mimetypes.init()  # reads files; what shows pictures asks it
    text = "A\n=\n\n* `b <http://c>`_\n\n.. note:: d\n\n.. image:: g\n\n+--+--+\n|e |f |\n+--+--+\n"
    assert convert(text.encode(), "").title == "A"


def convert(content: bytes, encoding: str) -> Content:
    """Return the text of a document.

    Raises:
        UnreadableError: It is no text.
    """
    text = decoded(content, encoding)
    try:
        html = publish_parts(text, writer=_Writer(), settings_overrides=_SETTINGS)["body"]
    except SystemMessage as error:
        raise UnreadableError(f"is no reStructuredText ({error}): mend it") from error
    tree = lxml.html.fromstring(f"<body>{html or ' '}</body>")
    about = _about(tree)
    date = _ISO_DATE.match(about.get("date", ""))
    return content_of(
        blocks_of(tree, _SKIPPED),
        author=about.get("author", ""),
        date=date.group() if date else "",
    )


def _about(tree: Any) -> dict[str, str]:
    """Return the fields that a document begins with, by their names in small letters."""
    fields: dict[str, str] = {}
    for first in tree.xpath("(//p | //ul | //ol | //table | //pre | //dl)[1][self::dl]"):
        for name in first.xpath("dt"):
            value = name.getnext()
            if value is not None:
                fields[name.text_content().rstrip(": ").lower()] = value.text_content().strip()
    return fields
