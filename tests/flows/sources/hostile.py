"""Files that somebody made to do harm, or that went wrong on their way: one a kind, by name."""

import bz2
import gzip
import io
import json
import os
import socket
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

ZEROS = b"\0" * 20_000_000
LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
DOCTYPE = f'<!DOCTYPE x [<!ENTITY l0 "ha">{LAUGHS}]>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
    'officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def zipped(files: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def word(document: bytes | str, **more: bytes | str) -> bytes:
    files = {"[Content_Types].xml": TYPES, "_rels/.rels": RELATIONS, "word/document.xml": document}
    return zipped(files | more)


def word_of(text: str, doctype: str = "") -> str:
    return (
        f'{doctype}<w:document xmlns:w="{WORD}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )


def pdf(text: str = "Ada works for Acme.", **options: object) -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, **options)
    canvas.drawString(72, 500, text)
    canvas.save()
    return buffer.getvalue()


def raw_pdf(*objects: bytes) -> bytes:
    numbered = (b"%d 0 obj%sendobj\n" % pair for pair in enumerate(objects, 1))
    return b"%PDF-1.7\n" + b"".join(numbered) + b"trailer<</Root 1 0 R>>\n"


def page_with(stream: bytes, filters: bytes) -> bytes:
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R>>",
        b"<</Length %d/Filter[%s]>>stream\n%s\nendstream " % (len(stream), filters, stream),
    )


def tarred(kind: bytes, name: str = "a.txt") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, "/etc/passwd"
        archive.addfile(info)
    return buffer.getvalue()


def tar_of(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def nested_zip(depth: int) -> bytes:
    content = zipped({"a.txt": "Deep."})
    for _ in range(depth):
        content = zipped({"a.zip": content})
    return content


def link_in_zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        info = zipfile.ZipInfo("a.txt")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/passwd")
    return buffer.getvalue()


def locked_zip() -> bytes:
    content = bytearray(zipped({"a.txt": "secret"}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + offset] |= 1
    return bytes(content)


def lying_zip() -> bytes:
    """Say of a long file that it is short."""
    content = zipped({"a.txt": ZEROS[:2_000_000]})
    return content.replace((2_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


def deep_mail(depth: int) -> bytes:
    lines = [b"From: a@x.org\nSubject: deep\n"]
    lines += [
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(depth)
    ]
    return b"".join(lines) + b"Content-Type: text/plain\n\nAda works for Acme.\n"


def mail_of_parts(n: int) -> bytes:
    part = b"--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a.txt\n\nx\n"
    head = b"From: a@x.org\nSubject: s\nContent-Type: multipart/mixed; boundary=b\n\n"
    return head + part * n + b"--b--\n"


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


def workbook(sheet: str, strings: str = "") -> bytes:
    """Return an Excel file with one sheet, of cells and shared strings given as XML."""
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" '
            'ContentType="application/xml"/></Types>',
            "_rels/.rels": RELATIONS.replace("word/document.xml", "xl/workbook.xml"),
            "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{office}"><sheets>'
            '<sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{relations}"><Relationship '
            f'Id="r1" Type="{office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship '
            f'Id="r2" Type="{office}/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>'
            "</worksheet>",
            "xl/sharedStrings.xml": f'<sst xmlns="{main}">{strings}</sst>',
        }
    )


def deep_page_tree(depth: int) -> bytes:
    nodes = (b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (n + 3) for n in range(depth))
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page>>")


def tables_in_tables(depth: int) -> str:
    rows = "<w:tbl><w:tr><w:tc>" * depth + "</w:tc></w:tr></w:tbl>" * depth
    return f'<w:document xmlns:w="{WORD}"><w:body>{rows}</w:body></w:document>'


BAD: dict[str, Callable[[], bytes]] = {
    "empty.pdf": lambda: b"",
    "garbage.pdf": lambda: b"\x93\x01" * 500,
    "truncated.pdf": lambda: pdf()[:300],
    "locked.pdf": lambda: pdf(encrypt="secret"),
    "blank.pdf": lambda: pdf(""),
    "no-page.pdf": lambda: raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Count 0>>"),
    "million-pages.pdf": lambda: raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 1000000>>"
    ),
    "pages-in-a-circle.pdf": lambda: raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"
    ),
    "packed-twice.pdf": lambda: page_with(
        zlib.compress(zlib.compress(ZEROS)), b"/FlateDecode/FlateDecode"
    ),
    "unknown-filter.pdf": lambda: page_with(b"x", b"/NoSuchDecode"),
    "page-tree-in-a-circle.pdf": lambda: raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>",
    ),
    "deep-page-tree.pdf": lambda: deep_page_tree(5_000),
    "fewer-than-no-pages.pdf": lambda: raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count -5>>"
    ),
    "deep-list.pdf": lambda: raw_pdf(b"<</Type/Catalog/X " + b"[" * 100_000 + b">>"),
    "paths-alone.pdf": lambda: page_with(b"0 0 m 1 1 l S " * 100_000, b""),
    "picture.pdf": lambda: b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
    "word.pdf": lambda: word(word_of("Ada works for Acme.")),
    "blank.html": lambda: b"<html><body><script>1</script></body></html>",
    "undecodable.html": lambda: bytes(range(128, 256)) * 3,
    "empty.html": lambda: b" ",
    "no-zip.docx": lambda: b"Ada works for Acme.",
    "old.docx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "no-document.docx": lambda: zipped({"a.txt": "Ada"}),
    "truncated.docx": lambda: word(word_of("Ada works for Acme."))[:-60],
    "laughs.docx": lambda: word(word_of("&l9;", DOCTYPE)),
    "entity.docx": lambda: word(
        word_of("&e;", '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>')
    ),
    "bomb.docx": lambda: word(word_of("Ada"), **{"word/media/a.png": ZEROS}),
    "many-parts.docx": lambda: word(word_of("Ada"), **{f"{n}.xml": "" for n in range(10_001)}),
    "pdf.docx": lambda: pdf(),
    "entities-in-a-circle.docx": lambda: word(
        word_of("&a;", "<!DOCTYPE x [<!ENTITY a '&b;'><!ENTITY b '&a;'>]>")
    ),
    "part-outside.docx": lambda: zipped(
        {
            "[Content_Types].xml": TYPES,
            "_rels/.rels": RELATIONS.replace("word/document.xml", "../../etc/passwd"),
            "word/document.xml": word_of("Ada"),
        }
    ),
    "tables-in-tables.docx": lambda: word(tables_in_tables(3_000)),
    "no-xml.docx": lambda: word("Ada works for Acme."),
    "no-zip.pptx": lambda: b"PK\x03\x04 Ada works for Acme.",
    "word.pptx": lambda: word(word_of("Ada")),
    "no-zip.xlsx": lambda: b"Ada works for Acme.",
    "locked.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "no-workbook.xlsx": lambda: zipped({"xl/worksheets/sheet1.xml": SHEET}),
    "laughs.xlsx": lambda: zipped({"xl/workbook.xml": f"{DOCTYPE}<workbook>&l9;</workbook>"}),
    "page.xlsx": lambda: b"<table><tr><td>Ada</td><td>Acme</td></tr></table>",
    "no-such-string.xlsx": lambda: workbook('<row r="1"><c r="A1" t="s"><v>99999999</v></c></row>'),
    "far-column.xlsx": lambda: workbook('<row r="1"><c r="ZZZZZZ9999999"><v>1</v></c></row>'),
    "corners.xlsx": lambda: workbook(
        '<row r="1"><c r="A1"><v>1</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    ),
    "million-columns.xlsx": lambda: workbook(f'<row r="1">{"<c><v>1</v></c>" * 1_000_000}</row>'),
    "million-strings.xlsx": lambda: workbook("", "<si><t>ab</t></si>" * 1_000_000),
    "no-zip.ods": lambda: b"Ada",
    "blank.csv": lambda: b",,,\n,,,\n",
    "long-cell.csv": lambda: b'a,"' + b"x" * 1_200_000 + b'"\n',
    "undecodable.csv": lambda: bytes(range(128, 256)) * 3,
    "table.parquet": lambda: b"name,firm\nAda,Acme\n",
    "garbage.parquet": lambda: b"Ada works for Acme.",
    "headless.parquet": lambda: b"PAR1" + b"\0" * 100 + b"PAR1",
    "undecodable.rst": lambda: bytes(range(128, 256)) * 3,
    "no-mail.eml": lambda: b"Ada works for Acme.",
    "quoted.eml": lambda: b"From: a@x.org\nSubject: s\n\n> Ada works for Acme.\n",
    "many-parts.eml": lambda: mail_of_parts(1_001),
    "brackets.eml": lambda: b"From: " + b"(" * 100_000 + b"\nSubject: s\n\nAda works for Acme.\n",
    "messages-in-messages.eml": lambda: (
        b"From: a@x.org\n" + b"Content-Type: message/rfc822\n\n" * 3_000
    ),
    "no-messages.mbox": lambda: b"Ada works for Acme.",
    "deep.json": lambda: b"[" * 100_000,
    "number.json": lambda: b'[{"id": ' + b"9" * 5_000 + b"}]",
    "no-documents.json": lambda: json.dumps({"a": 1}).encode(),
    "no-number.jsonl": lambda: b'{"id": NaN, "text": "Ada"}\n',
    "no-json.jsonl": lambda: b"{\n",
    "undecodable.txt": lambda: bytes(range(128, 256)) * 3,
    "archive.txt": lambda: zipped({"a.txt": "Ada works for Acme."}),
    "half-a-letter.txt": lambda: b"\xff\xfeA\0\x00\xd8",
    "above.zip": lambda: zipped({"../a.txt": "Ada"}),
    "absolute.zip": lambda: zipped({"/etc/a.txt": "Ada"}),
    "drive.zip": lambda: zipped({"C:\\a.txt": "Ada"}),
    "link.zip": link_in_zip,
    "locked.zip": locked_zip,
    "lying.zip": lying_zip,
    "bomb.zip": lambda: zipped({"a.txt": ZEROS}),
    "many.zip": lambda: zipped({f"{n}.txt": "" for n in range(10_001)}),
    "nested.zip": lambda: nested_zip(9),
    "truncated.zip": lambda: zipped({"a.txt": os.urandom(900)})[:-70],
    "no-archive.zip": lambda: b"Ada works for Acme.",
    "link.tar": lambda: tarred(tarfile.SYMTYPE),
    "hard-link.tar": lambda: tarred(tarfile.LNKTYPE),
    "pipe.tar": lambda: tarred(tarfile.FIFOTYPE),
    "device.tar": lambda: tarred(tarfile.CHRTYPE),
    "above.tar": lambda: tarred(tarfile.REGTYPE, "../../a.txt"),
    "bomb.tar.gz": lambda: gzip.compress(tar_of(ZEROS), 1),
    "bomb.tar.bz2": lambda: bz2.compress(tar_of(ZEROS)),
    "packed.zip": lambda: gzip.compress(b"Ada works for Acme."),
    "truncated.tgz": lambda: gzip.compress(tar_of(os.urandom(5_000)))[:2_000],
    "no-archive.tar": lambda: b"Ada works for Acme.",
}
"""Files that hold nothing that could be read, by a name that says what is wrong with them."""

ODD: dict[str, Callable[[], bytes]] = {
    "deep.html": lambda: b"<div>" * 50_000 + b"Ada works for Acme.",
    "laughs.xhtml": lambda: f"{DOCTYPE}<html><body>&l9; Ada works.</body></html>".encode(),
    "deep.eml": lambda: deep_mail(300),
    "include.rst": lambda: b"Ada works for Acme.\n\n.. include:: /etc/passwd\n",
    "raw.rst": lambda: b"Ada works for Acme.\n\n.. raw:: html\n   :file: /etc/passwd\n",
    "huge-page.pdf": lambda: pdf(pagesize=(1e9, 1e9)),
    "formula.csv": lambda: b"name,note\nAda,\"=cmd|'/c calc'!A1\"\n",
}
"""Files that may be read or set aside, but must do no harm."""


def special_files(folder: Path) -> Iterator[str]:
    """Put what is no regular file, and what takes no room and is long, into a folder."""
    for name in ("sparse.txt", "sparse.pdf", "sparse.docx", "sparse.zip", "sparse.tar"):
        with (folder / name).open("wb") as file:
            file.truncate(2_000_000_000)
        yield name
    os.mkfifo(folder / "pipe.pdf")
    yield "pipe.pdf"
    (folder / "zero.pdf").symlink_to("/dev/zero")
    yield "zero.pdf"
    (folder / "outside.html").symlink_to("/etc/hostname")
    yield "outside.html"
    (folder / "nowhere.eml").symlink_to(folder / "not-there")
    yield "nowhere.eml"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "socket.zip"))
    yield "socket.zip"
