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


def test_forgotten_bytes_are_known_no_more(folder, tools, converter):
    (folder / "page.html").write_text(PAGE)
    run_night(
        Request(documents=Folder(name="notes", path=folder)), replace(tools, converter=converter)
    )

    tools.store.discard("notes/page.html")

    assert not list(tools.store.folder.glob("bytes/*"))
