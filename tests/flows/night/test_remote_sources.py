"""Nights over a place that is no folder: what is read, what stays, and what fails."""

from contextlib import closing
from dataclasses import replace

import pytest

from flows.errors import SourceError
from flows.night import Request, run_night
from flows.sources import Converter, Remote, Seen
from flows.sources.remote import hang_up
from tests.flows.sources.remote import servers


@pytest.fixture
def site(tmp_path):
    (tmp_path / "served").mkdir()
    with servers.web(tmp_path / "served") as said:
        yield said
        hang_up()


@pytest.fixture
def night(site, tools, tmp_path):
    """Spend a night over the site."""
    with closing(Converter(seen=Seen(tmp_path / "seen.sqlite"))) as converter:
        source = Remote(name="notes", url=f"{site.address}/list")
        request = Request(documents=source)
        yield lambda: run_night(request, replace(tools, converter=converter))


def write(site, **texts):
    for stem, text in texts.items():
        (site.folder / f"{stem}.txt").write_text(text)
    names = sorted(path.name for path in site.folder.glob("*.txt"))
    (site.folder / "list").write_text("\n".join(names))


def test_second_night_fetches_nothing_and_a_third_one_what_changed(site, night, triples):
    write(site, a="Ada works for Acme.", b="Bob works for Acme.")
    first = night()
    site.asked.clear()

    second = night()
    n_fetched = site.n_read - 1  # the list
    write(site, a="Ada works for Initech.")
    third = night()

    assert (first.n_upserted, second.n_unchanged, n_fetched) == (2, 2, 0)
    assert (third.n_changed, third.n_unchanged) == (1, 1)
    assert triples() == {("Ada", "WORKS_FOR", "Initech"), ("Bob", "WORKS_FOR", "Acme")}


def test_what_cannot_be_listed_is_not_withdrawn(site, night, triples):
    write(site, a="Ada works for Acme.", b="Bob works for Acme.")
    night()
    before = triples()

    site.answers["/b.txt"] = (503, "")
    half = night()
    site.answers["/list"] = (503, "")
    with pytest.raises(SourceError, match="cannot be listed: the server answers 503"):
        night()

    assert triples() == before
    assert [str(aside) for aside in half.set_aside] == [
        "notes/b.txt cannot be read: the server answers 503"
    ]
