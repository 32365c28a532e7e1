"""Plain text and Markdown: one file is one document, and its text is what stands in it."""

from flows.sources.formats.encoding import decoded
from flows.sources.formats.format import Format
from flows.sources.values import Content


def convert(content: bytes, encoding: str) -> Content:
    """Return the text of a file; its title is the Markdown heading that it begins with."""
    text = decoded(content, encoding)
    return Content(text, title_of(text))


def title_of(text: str) -> str:
    r"""Return the Markdown heading that a text begins with, or nothing.

    >>> title_of("# Marie Curie\n\nMarie Curie was …")
    'Marie Curie'
    """
    first = text.lstrip().split("\n", 1)[0].strip()
    return first.lstrip("#").strip() if first.startswith("#") else ""


TEXT = Format(
    name="text",
    title="plain text, Markdown",
    version=3,
    suffixes=(".txt", ".text", ".md", ".markdown"),
    convert=convert,
)
