"""Formats whose files are taken apart by large libraries: that is done in the sandbox."""

from flows.sources.formats.format import Format

HTML = Format(
    name="html",
    title="web pages",
    version=1,
    suffixes=(".html", ".htm", ".xhtml"),
    conversion="html",
    needs=("trafilatura", "lxml"),
)
PDF = Format(
    name="pdf",
    title="PDF",
    version=1,
    suffixes=(".pdf",),
    conversion="pdf",
    needs=("liteparse", "pypdfium2"),
)
WORD = Format(
    name="docx",
    title="Word",
    version=1,
    suffixes=(".docx", ".docm"),
    conversion="word",
    needs=("python-docx", "lxml"),
)
MAIL = Format(
    name="mail",
    title="e-mail, with what is attached",
    version=1,
    suffixes=(".eml",),
    conversion="mail",
    has_members=True,
    needs=("mail-parser-reply", "lxml"),
)

BOXED = (PDF, HTML, WORD, MAIL)
