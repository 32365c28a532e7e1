"""A file of each format goes the whole way: into a fact that cites its sentence."""

import io
import json
import tarfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import docx
import pptx
import pytest
import xlsxwriter
from reportlab.pdfgen.canvas import Canvas

SENTENCE = "Ada works for Acme."


def pdf() -> bytes:
    buffer = io.BytesIO()
    canvas = Canvas(buffer)
    canvas.drawString(72, 700, "A page before")
    canvas.showPage()
    canvas.drawString(72, 500, SENTENCE)
    canvas.save()
    return buffer.getvalue()


def word() -> bytes:
    buffer, document = io.BytesIO(), docx.Document()
    document.add_paragraph(SENTENCE)
    document.save(buffer)
    return buffer.getvalue()


def slides() -> bytes:
    buffer, deck = io.BytesIO(), pptx.Presentation()
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "Start"
    deck.slides.add_slide(deck.slide_layouts[1]).placeholders[1].text = SENTENCE
    deck.save(buffer)
    return buffer.getvalue()


def sheet() -> bytes:
    buffer = io.BytesIO()
    workbook = xlsxwriter.Workbook(buffer)
    workbook.add_worksheet("notes").write_row(0, 0, [SENTENCE, "1815"])
    workbook.close()
    return buffer.getvalue()


def mail(content: bytes = b"", name: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["Subject"] = "bob@example.org", "news"
    message.set_content(SENTENCE if not content else "see below")
    if content:
        message.add_attachment(content, maintype="application", subtype="x", filename=name)
    return bytes(message)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("in/a.txt", SENTENCE)
    return buffer.getvalue()


def tarred() -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("a.txt")
        info.size = len(SENTENCE)
        archive.addfile(info, io.BytesIO(SENTENCE.encode()))
    return buffer.getvalue()


RECORD = {"id": "1", "text": SENTENCE}
FILES: dict[str, tuple[Callable[[], bytes], str, int | None]] = {
    "a.txt": (SENTENCE.encode, "", None),
    "b.txt": (lambda: SENTENCE.encode("utf-16"), "", None),
    "a.md": (lambda: f"# Notes\n\n{SENTENCE}\n".encode(), "", None),
    "a.jsonl": (lambda: json.dumps(RECORD).encode(), "/1", None),
    "a.json": (lambda: json.dumps([RECORD]).encode(), "/1", None),
    "a.pdf": (pdf, "", 2),
    "a.html": (lambda: f"<html><body><p>{SENTENCE}</p></body></html>".encode(), "", None),
    "a.docx": (word, "", None),
    "a.pptx": (slides, "", 2),
    "a.xlsx": (sheet, "", None),
    "a.csv": (lambda: f"note,year\n{SENTENCE},1815\n".encode(), "", None),
    "a.rst": (lambda: f"Notes\n=====\n\n{SENTENCE}\n".encode(), "", None),
    "a.eml": (mail, "", None),
    "b.eml": (lambda: mail(pdf(), "a.pdf"), "/a.pdf", 2),
    "a.mbox": (lambda: b"From b@x Mon Jan  1 00:00:00 2024\n" + mail(), "/1.eml", None),
    "a.zip": (zipped, "/in/a.txt", None),
    "a.tar.gz": (tarred, "/a.txt", None),
}


@pytest.mark.parametrize("name", FILES)
def test_file_becomes_a_fact_that_cites_its_sentence(name, night, folder, graph, triples):
    write, below, page = FILES[name]
    (folder / name).write_bytes(write())

    report = night()

    assert report.set_aside == ()
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}
    (fact,) = graph.facts([f"notes/{name}{below}"])
    (witness,) = fact.cited
    assert SENTENCE in witness.text
    assert (witness.document_id, witness.page) == (f"notes/{name}{below}", page)
    assert night().n_unchanged == report.n_upserted
