"""Documents of each format, made by programs that people use, become the text they show."""

from email.message import EmailMessage
from pathlib import Path

import docx
import pytest
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table

from extractors.facts import Span
from tests.flows.sources import hostile

PAGE = """<!doctype html><html lang="en"><head><title>Acme | News</title>
<meta name="author" content="Jane Roe">
<meta property="article:published_time" content="2024-03-01"></head><body>
<nav><ul><li><a href="/">Home</a></li></ul></nav><header>News of the day</header>
<article><h1>Acme was founded</h1>
<p>Acme was founded in 1984 by Philips and ASM International in the city of Eindhoven.
It makes lithography machines for the semi&shy;conductor industry.</p>
<h2>People</h2><ul><li>Ada Lovelace works for Acme.</li><li>Bob works for Bell.</li></ul>
<p>The head office of Acme is in Veldhoven, where twenty thousand people work on machines.</p>
<table><tr><th>Name</th><th>Born</th></tr><tr><td>Ada</td><td>1815</td></tr></table>
</article><aside>Related: ten shares to buy</aside>
<footer>Copyright News. We use cookies.</footer><script>alert(1)</script></body></html>"""


PEOPLE = ("", "Ada Lovelace", "Marie Curie", "Charles Babbage")


def write_pdf(path: Path, *, n_pages: int = 3) -> None:
    """Write pages with running heads, numbers, a hyphenated line and a sentence over two pages."""
    canvas = Canvas(str(path), pagesize=A4)
    canvas.setTitle("Annual report")
    canvas.setAuthor("Ada Lovelace")
    for page in range(1, n_pages + 1):
        canvas.setFont("Helvetica", 9)
        canvas.drawString(72, 800, "Confidential report of Acme")
        canvas.drawString(300, 30, f"Page {page}")
        canvas.setFont("Helvetica", 11)
        lines = [
            f"{PEOPLE[page]} is known to Acme, which makes litho-",
            "graphy machines. Its head office is in Veldhoven, a well-known",
            f"town in the south, where {PEOPLE[page]} lives",
        ]
        for number, line in enumerate(lines):
            canvas.drawString(72, 740 - 14 * number, line)
        canvas.showPage()
    canvas.save()


def test_pdf_has_pages_and_neither_running_heads_nor_hyphens(tmp_path, documents):
    write_pdf(tmp_path / "report.pdf")

    document = documents(tmp_path)["s/report.pdf"]

    assert (document.title, document.author) == ("Annual report", "Ada Lovelace")
    assert "lithography machines" in document.text
    assert "well-known town" in document.text
    assert "Confidential" not in document.text
    assert "Page 1" not in document.text
    pages = {
        n: {place.page for place in document.places_of(span_of(document, f"{PEOPLE[n]} is"))}
        for n in (1, 2, 3)
    }
    assert pages == {1: {1}, 2: {2}, 3: {3}}


def span_of(document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def test_pdf_of_a_word_processor_has_headings_items_and_rows(tmp_path, documents):
    styles = getSampleStyleSheet()
    body = styles["BodyText"]
    SimpleDocTemplate(str(tmp_path / "a.pdf")).build(
        [
            Paragraph("People of Acme", styles["Heading1"]),
            Paragraph("Ada Lovelace works for Acme. " * 8, body),
            ListFlowable([ListItem(Paragraph("Bob works for Bell", body))], bulletType="bullet"),
            Table(
                [["Name", "Born"], ["Ada", "1815"], ["Marie", "1867"]],
                style=[("GRID", (0, 0), (-1, -1), 1, "black")],
            ),
        ]
    )

    text = documents(tmp_path)["s/a.pdf"].text

    assert "# People of Acme\n\n" in text
    assert "\n- Bob works for Bell\n" in text
    assert "| Name | Born |\n| Ada | 1815 |\n| Marie | 1867 |" in text


def test_web_page_is_its_main_text(tmp_path, documents):
    (tmp_path / "a.html").write_text(PAGE)

    document = documents(tmp_path)["s/a.html"]

    assert (document.title, document.author, document.date, document.language) == (
        "Acme was founded",
        "Jane Roe",
        "2024-03-01",
        "en",
    )
    assert "semiconductor industry" in document.text
    assert "## People\n\n- Ada Lovelace works for Acme.\n- Bob works for Bell.\n" in document.text
    assert "| Name | Born |\n| Ada | 1815 |" in document.text
    for boilerplate in ("Home", "cookies", "shares", "alert", "News of the day"):
        assert boilerplate not in document.text


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ('<meta charset="windows-1252">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1">', "cp1252"),
        ("", "utf-16"),
        ("", "cp1252"),
        ('<meta charset="utf-8">', "cp1252"),
    ],
)
def test_web_page_is_read_in_its_encoding(head, encoding, tmp_path, documents):
    page = f"<html><head>{head}</head><body><p>Zoë Müller lives in Zürich.</p></body></html>"
    (tmp_path / "a.htm").write_bytes(page.encode(encoding))

    assert documents(tmp_path)["s/a.htm"].text == "Zoë Müller lives in Zürich.\n"


def test_word_file_has_headings_lists_tables_and_no_headers(tmp_path, documents):
    document = docx.Document()
    document.core_properties.title, document.core_properties.author = "Notes", "Ada"
    document.add_heading("People", 1)
    document.add_paragraph("Ada Lovelace works for Acme.")
    document.add_paragraph("Bob works for Bell", style="List Bullet")
    document.add_paragraph("Carl works for Dell", style="List Number")
    table = document.add_table(rows=2, cols=2)
    for row, values in zip(table.rows, (("Name", "Born"), ("Ada", "1815")), strict=True):
        for cell, value in zip(row.cells, values, strict=True):
            cell.text = value
    document.sections[0].header.paragraphs[0].text = "Confidential"
    document.save(tmp_path / "a.docx")

    made = documents(tmp_path)["s/a.docx"]

    assert (made.title, made.author) == ("Notes", "Ada")
    assert made.text == (
        "# People\n\nAda Lovelace works for Acme.\n\n- Bob works for Bell\n1. Carl works for Dell"
        "\n\n| Name | Born |\n| Ada | 1815 |\n"
    )


def test_word_file_reads_as_with_all_changes_accepted(tmp_path, documents):
    document = docx.Document()
    paragraph = document.add_paragraph("Acme is based in ")
    for tag, text_tag, word in (("w:ins", "w:t", "Ghent"), ("w:del", "w:delText", "Paris")):
        change = paragraph._p.makeelement(docx.oxml.ns.qn(tag), {})
        run = change.makeelement(docx.oxml.ns.qn("w:r"), {})
        text = run.makeelement(docx.oxml.ns.qn(text_tag), {})
        text.text = word
        run.append(text)
        change.append(run)
        paragraph._p.append(change)
    document.save(tmp_path / "a.docx")

    assert documents(tmp_path)["s/a.docx"].text == "Acme is based in Ghent\n"


REPLY = """Hi Ada,

Acme was founded in 1984. The plan:

- one
- two

Kind regards
Bob

--\x20
Bob Hope, Bell Ltd.

On Mon, 3 Mar 2024 at 10:00, Ada <ada@example.org> wrote:
> When was Dell founded?
"""


def mail(text: str, **headers: str) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "Bob Hope <bob@example.org>"
    message["Subject"] = "Re: The plan"
    message["Date"] = "Fri, 01 Mar 2024 10:00:00 +0100"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_word_file_without_styles_of_its_own_is_read(tmp_path, documents):
    (tmp_path / "a.docx").write_bytes(hostile.word(hostile.word_of("Ada works for Acme.")))

    assert documents(tmp_path)["s/a.docx"].text == "Ada works for Acme.\n"


def test_mail_is_what_its_writer_wrote(tmp_path, documents):
    (tmp_path / "a.eml").write_bytes(bytes(mail(REPLY)))

    made = documents(tmp_path)["s/a.eml"]

    assert (made.title, made.author, made.date) == ("The plan", "Bob Hope", "2024-03-01")
    assert made.text == (
        "# The plan\n\nHi Ada,\n\nAcme was founded in 1984. The plan:\n\n- one\n- two\n"
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ja.\n\nVon: Ada <a@x.org>\nGesendet: Montag\nAn: Bob\nBetreff: A\n\nWann?\n", "Ja."),
        ("On Mon, 3 Mar 2024, Ada wrote:\n> When?\n\nIn 1984.\n", "In 1984."),
        ("Thanks, that works.\nAcme is old.", "Thanks, that works.\n\nAcme is old."),
        ("A.\n\nMit freundlichen Grüßen\nBob", "A."),
        ("> When?\nIn 1984.\n> Where?\nIn Ghent.", "In 1984.\n\nIn Ghent."),
    ],
)
def test_quotations_and_signatures_are_left_out(text, kept, tmp_path, documents):
    (tmp_path / "a.eml").write_bytes(bytes(mail(text)))

    assert documents(tmp_path)["s/a.eml"].text == f"# The plan\n\n{kept}\n"


def test_html_mail_is_read_without_what_it_quotes(tmp_path, documents):
    message = mail("unread")
    message.clear_content()
    message.set_content(
        "<p>Acme is in London.</p><div class='gmail_quote'>Ada wrote: <blockquote>Old</blockquote>"
        "</div>",
        subtype="html",
    )
    (tmp_path / "a.eml").write_bytes(bytes(message))

    assert documents(tmp_path)["s/a.eml"].text == "# The plan\n\nAcme is in London.\n"


def test_what_is_attached_is_a_document_of_its_own(tmp_path, listed, documents):
    write_pdf(tmp_path / "report.pdf")
    message = mail("See the report.\n")
    pdf = (tmp_path / "report.pdf").read_bytes()
    message.add_attachment(pdf, maintype="application", subtype="pdf", filename="r.pdf")
    message.add_attachment(b"PNG", maintype="image", subtype="png", filename="logo.png")
    message.add_attachment(mail("Forwarded text."))
    (tmp_path / "a.eml").write_bytes(bytes(message))

    read = documents(tmp_path)

    assert set(read) == {"s/report.pdf", "s/a.eml", "s/a.eml/r.pdf", "s/a.eml/Re: The plan.eml"}
    assert read["s/a.eml/r.pdf"].text == read["s/report.pdf"].text
    assert listed(tmp_path).ignored_by_suffix == {".png": 1}


def test_each_message_of_a_mailbox_is_a_document(tmp_path, documents):
    first, second = mail("One.", Message_ID="<1@x>"), mail("From here.\n\nTwo.", Message_ID="<2@x>")
    second.add_attachment("Three.", filename="notes.txt")
    lines = [
        b"From bob@x Mon Jan  1 00:00:00 2024\n" + bytes(message).replace(b"\nFrom ", b"\n>From ")
        for message in (first, second)
    ]
    (tmp_path / "box.mbox").write_bytes(b"\n".join(lines))

    texts = {id_: made.text for id_, made in documents(tmp_path).items()}

    assert texts == {
        "s/box.mbox/1@x.eml": "# The plan\n\nOne.\n",
        "s/box.mbox/2@x.eml": "# The plan\n\nFrom here.\n\nTwo.\n",
        "s/box.mbox/2@x.eml/notes.txt": "Three.\n",
    }


def test_attachment_that_is_gone_has_vanished(tmp_path, listed):
    """A mail holds others: what is not listed below it is not hidden by it."""
    (tmp_path / "a.eml").write_bytes(bytes(mail("Nothing attached.")))

    assert listed(tmp_path).hiding("s/a.eml/r.pdf") is None


def test_samples_are_read_without_what_stands_around_them(listed, documents):
    folder = Path(__file__).parents[3] / "samples"

    read = documents(folder)

    assert listed(folder).set_aside == ()
    assert {listed.format.partition("/")[0] for listed in listed(folder).documents} == {
        *("text", "jsonl", "pdf", "html", "docx", "mail", "csv", "sheets")
    }
    born = "Otto Schott was a German chemist."
    makers = read["s/companies/makers.pdf"]
    assert [place.page for place in makers.places_of(span_of(makers, born))] == [2]
    assert not any("cookies" in made.text or "Kind regards" in made.text for made in read.values())
