"""Equal bytes are converted once, whatever reads them later and under which id they stand."""

from dataclasses import replace

import pytest

from flows.night import Request, run_night
from flows.sources import Converter, Folder
from tests.flows.rule_of_thumb import RuleOfThumbExtractor

PAGE = "<html><body><p>Ada works for Acme.</p></body></html>"


class CountingConverter(Converter):
    """Counts what is really converted."""

    n_converted = 0

    def _converted(self, format_, content):
        self.n_converted += 1
        return super()._converted(format_, content)


@pytest.fixture
def converter(tools):
    converter = CountingConverter(known=tools.store.document_of)
    yield converter
    converter.close()


def test_equal_bytes_are_converted_once(folder, tools, converter, triples):
    tools = replace(tools, converter=converter)
    for name in ("a/page.html", "b/page.html"):
        (folder / name).parent.mkdir()
        (folder / name).write_text(PAGE)
    request = Request(documents=Folder(name="notes", path=folder))

    run_night(request, tools)
    run_night(request, replace(tools, extractor=RuleOfThumbExtractor("2")))

    assert converter.n_converted == 1
    assert triples() == {("Ada", "WORKS_FOR", "Acme")}


@pytest.mark.parametrize(
    ("head", "title"),
    [("", "later"), ("<title>On Ada</title>", "On Ada"), ("<title>page</title>", "page")],
)
def test_renamed_file_is_not_converted_again(folder, tools, converter, driver, head, title):
    """It is called after its new name, unless it has a title of its own."""
    (folder / "page.html").write_text(PAGE.replace("<body>", f"<head>{head}</head><body>"))
    request = Request(documents=Folder(name="notes", path=folder), allow_vanished=True)
    tools = replace(tools, converter=converter)
    run_night(request, tools)

    (folder / "sub").mkdir()
    (folder / "page.html").rename(folder / "sub" / "later.html")
    run_night(request, tools)

    assert converter.n_converted == 1
    with driver.session() as session:
        rows = session.run("MATCH (d:Document) RETURN d.id, d.title").values()
    assert rows == [["notes/sub/later.html", title]]


def test_forgotten_bytes_are_known_no_more(folder, tools, converter):
    (folder / "page.html").write_text(PAGE)
    run_night(
        Request(documents=Folder(name="notes", path=folder)), replace(tools, converter=converter)
    )

    tools.store.discard("notes/page.html")

    assert not list(tools.store.folder.glob("bytes/*"))
