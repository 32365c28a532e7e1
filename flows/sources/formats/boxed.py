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
    pictures="pictures",
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

SLIDES = Format(
    name="pptx",
    title="PowerPoint",
    version=1,
    suffixes=(".pptx", ".pptm"),
    conversion="slides",
    needs=("python-pptx", "lxml"),
)
SHEETS = Format(
    name="sheets",
    title="spreadsheets: Excel, OpenDocument",
    version=2,
    suffixes=(".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"),
    conversion="sheets",
    needs=("python-calamine", "lxml"),
)
TABLE = Format(
    name="csv",
    title="tables of text",
    version=2,
    suffixes=(".csv", ".tsv"),
    conversion="tables",
)
PARQUET = Format(
    name="parquet",
    title="Parquet",
    version=1,
    suffixes=(".parquet",),
    conversion="parquet",
    needs=("arro3-io", "arro3-core"),
)
RESTRUCTURED = Format(
    name="rst",
    title="reStructuredText",
    version=2,
    suffixes=(".rst",),
    conversion="restructured",
    needs=("docutils", "lxml"),
)
ARCHIVE = Format(
    name="archive",
    title="archives of all these",
    version=2,
    suffixes=(".zip", ".tar", ".tgz", ".tar.gz", ".tar.bz2", ".tar.xz"),
    conversion="archives",
    is_document=False,
    has_members=True,
)

BOXED = (PDF, HTML, WORD, SLIDES, SHEETS, TABLE, PARQUET, RESTRUCTURED, MAIL)
