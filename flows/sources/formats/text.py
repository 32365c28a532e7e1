"""Plain text and Markdown: one file is one document, and its text is what stands in it."""

from flows.sources.formats.format import Format
from flows.sources.values import Content
from flows.text import decode


def convert(content: bytes, stem: str) -> Content:
    """Return the text of a file; its title is its Markdown heading, else its name."""
    text = decode(content)
    return Content(text, title_of(text) or stem)


def title_of(text: str) -> str:
    r"""Return the Markdown heading that a text begins with, or nothing.

    >>> title_of("# Marie Curie\n\nMarie Curie was …")
    'Marie Curie'
    """
    first = text.lstrip().split("\n", 1)[0].strip()
    return first.lstrip("#").strip() if first.startswith("#") else ""


TEXT = Format(name="text", version=1, suffixes=frozenset({".txt", ".md"}), convert=convert)
