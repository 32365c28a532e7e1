"""Slides, sheets, tables, archives: made by programs that people use, read as they show them."""

import io
import json
import tarfile
import zipfile
from datetime import date
from pathlib import Path

import pptx
import pytest
import xlsxwriter
from arro3.core import Array, DataType, Table
from arro3.io import write_parquet

from extractors.facts import Place

ROWS = [["Name", "Born"], ["Ada", "1815"]]
WRITTEN = "| Name | Born |\n| Ada | 1815 |\n"


def write_xlsx(path: Path) -> None:
    workbook = xlsxwriter.Workbook(str(path))
    workbook.set_properties({"title": "The staff", "author": "Bob"})
    days = workbook.add_format({"num_format": "yyyy-mm-dd"})
    people = workbook.add_worksheet("People")
    people.write_row(0, 0, ["Name", "Born", "Since"])
    people.write_row(1, 0, ["Ada", 1815])
    people.write_datetime(1, 2, date(2024, 3, 1), days)
    hidden = workbook.add_worksheet("Hidden")
    hidden.write_row(0, 0, ["secret", "rows"])
    hidden.hide()
    workbook.close()


def test_slides_are_pages_with_titles_items_rows_and_notes(tmp_path, documents):
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[1])
    slide.shapes.title.text = "People"
    slide.placeholders[1].text = "Ada works for Acme\nBob works for Bell"
    slide.notes_slide.notes_text_frame.text = "Carl works for Dell."
    table = slide.shapes.add_table(2, 2, 0, 0, 100, 100).table
    for row, values in enumerate(ROWS):
        for column, value in enumerate(values):
            table.cell(row, column).text = value
    deck.slides.add_slide(deck.slide_layouts[0]).shapes.title.text = "The end"
    deck.save(tmp_path / "a.pptx")

    made = documents(tmp_path)["s/a.pptx"]

    assert made.text == (
        "# People\n\n- Ada works for Acme\n- Bob works for Bell\n\n"
        f"{WRITTEN}\nCarl works for Dell.\n\n# The end\n"
    )
    assert made.places[-1].page == 2


def test_sheet_is_a_heading_and_rows(tmp_path, documents):
    write_xlsx(tmp_path / "a.xlsx")

    made = documents(tmp_path)["s/a.xlsx"]

    assert (made.title, made.author) == ("The staff", "Bob")
    assert made.text == "## People\n\n| Name | Born | Since |\n| Ada | 1815 | 2024-03-01 |\n"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b"Name,Born\nAda,1815\n"),
        ("a.csv", b"Name;Born\r\nAda;1815\r\n"),
        ("a.csv", b'"Name","Born"\n"Ada","1815"\n\n'),
        ("a.tsv", b"Name\tBorn\nAda\t1815\n"),
        ("a.csv", "Name,Born\nAda,1815\n".encode("utf-16")),
    ],
)
def test_table_of_text_is_rows(name, content, tmp_path, documents):
    (tmp_path / name).write_bytes(content)

    assert documents(tmp_path)[f"s/{name}"].text == WRITTEN


def test_rows_know_their_number_in_the_sheet(tmp_path, documents):
    """Whoever looks a row up finds it there, whatever is empty above it."""
    (tmp_path / "a.csv").write_text("\nName,Born\nAda,1815\n\n,\nBob,1900\nCid,1901\n")
    workbook = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    people = workbook.add_worksheet("People")
    for number, row in [(2, ("Name", "Born")), (3, ("Ada", 1815)), (6, ("Bob", 1900))]:
        people.write_row(number - 1, 2, row)
    people.write_row(6, 2, ("Cid", 1901))
    workbook.close()

    for made in documents(tmp_path).values():
        starts = [made.text.index(f"| {name} |") for name in ("Name", "Bob")]
        assert made.places == tuple(map(Place, starts, [0, 0], [None, None], [2, 6]))


def test_parquet_is_rows_under_the_names_of_its_columns(tmp_path, documents):
    columns = {"Name": Array(["Ada"], DataType.utf8()), "Born": Array([1815], DataType.int64())}
    write_parquet(Table.from_pydict(columns), str(tmp_path / "a.parquet"))

    assert documents(tmp_path)["s/a.parquet"].text == WRITTEN


def test_restructured_text_includes_and_runs_nothing(tmp_path, documents):
    (tmp_path / "a.rst").write_text(
        "Acme\n====\n\nAda *works* for `Acme <http://acme.example>`_.\n\n* one\n* two\n\n"
        ".. include:: /etc/passwd\n\n.. raw:: html\n\n   <b>raw</b>\n"
    )

    assert documents(tmp_path)["s/a.rst"].text == "# Acme\n\nAda works for Acme.\n\n- one\n- two\n"


def test_notes_and_footnotes_of_restructured_text_are_read(tmp_path, documents):
    (tmp_path / "a.rst").write_text(
        "Acme\n====\n\n:Author: Ada Byron\n:Date: 2026-01-02\n\nBob left [1]_.\n\n"
        ".. note:: Carla stayed.\n\n.. figure:: a.png\n\n   Dora in Oslo.\n\n"
        ".. sidebar:: More\n\n   Emil came.\n\n.. [1] He died.\n"
    )

    made = documents(tmp_path)["s/a.rst"]

    assert (made.title, made.author, made.date) == ("Acme", "Ada Byron", "2026-01-02")
    for sentence in ("Bob left", "Carla stayed.", "Dora in Oslo.", "Emil came.", "He died."):
        assert sentence in made.text


def test_json_list_is_a_document_an_object(tmp_path, listed, documents):
    records = [{"id": 1, "text": "Zoë."}, {"id": "b"}, {"id": "c", "title": "T", "text": "Bob."}]
    (tmp_path / "a.json").write_text(json.dumps(records, ensure_ascii=False, indent=1))
    (tmp_path / "b.json").write_text('{"id": "x", "text": "One."}')
    (tmp_path / "c.json").write_text('[{"id": "y", "text": "Two."}, {')

    texts = {id_: made.text for id_, made in documents(tmp_path).items()}

    assert texts == {
        "s/a.json/1": "Zoë.",
        "s/a.json/c": "Bob.",
        "s/b.json/x": "One.",
        "s/c.json/y": "Two.",
    }
    assert [str(aside) for aside in listed(tmp_path).set_aside] == [
        's/a.json/b has no "text" that is a string: give it one',
        "s/c.json, record 2, is not JSON: Expecting property name enclosed in double quotes at "
        "line 1; mend it",
    ]


def packed(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), content)
    return buffer.getvalue()


def test_files_of_an_archive_are_documents(tmp_path, listed, documents):
    write_xlsx(tmp_path / "a.xlsx")
    sheet = (tmp_path / "a.xlsx").read_bytes()
    inner = packed(deep_txt=b"Deep.")
    content = packed(
        notes__a_txt=b"Ada.",
        b_xlsx=sheet,
        c_png=b"PNG",
        d_zip=inner,
        e_jsonl=b'{"id":1,"text":"E"}',
    )
    (tmp_path / "a.zip").write_bytes(content)
    (tmp_path / "a.xlsx").unlink()

    texts = {id_: made.text for id_, made in documents(tmp_path).items()}

    assert texts == {
        "s/a.zip/notes/a.txt": "Ada.",
        "s/a.zip/b.xlsx": "## People\n\n| Name | Born | Since |\n| Ada | 1815 | 2024-03-01 |\n",
        "s/a.zip/d.zip/deep.txt": "Deep.",
        "s/a.zip/e.jsonl/1": "E",
    }
    assert listed(tmp_path).ignored_by_suffix == {".png": 1}


def test_hidden_files_of_an_archive_are_not_looked_at(tmp_path, listed):
    """As in a folder; archives made on a Mac hold one beside each file."""
    names = ("__MACOSX/._a.txt", ".git/config.txt", "notes/.b.txt", "./notes/c.txt")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in names:
            archive.writestr(name, "Ada.")

    found = listed(tmp_path)

    assert [document.id for document in found.documents] == ["s/a.zip/notes/c.txt"]
    assert (found.set_aside, found.ignored_by_suffix) == ((), {})


@pytest.mark.parametrize(("suffix", "mode"), [("tar", "w"), ("tar.gz", "w:gz"), ("tgz", "w:gz")])
def test_files_of_a_tar_are_documents_and_links_are_not_followed(suffix, mode, tmp_path, listed):
    with tarfile.open(tmp_path / f"a.{suffix}", mode) as archive:
        info = tarfile.TarInfo("notes/a.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"Ada."))
        link = tarfile.TarInfo("b.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)

    found = listed(tmp_path)

    assert [document.id for document in found.documents] == [f"s/a.{suffix}/notes/a.txt"]
    assert [str(aside) for aside in found.set_aside] == [
        f"s/a.{suffix}/b.txt is a link or a device: pack the file itself"
    ]
