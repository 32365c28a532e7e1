"""Sitemaps and lists: which pages they name, and that no other server is asked."""

import gzip
import json

import pytest

from flows.errors import SourceError
from flows.sources import Remote, read_document
from tests.flows.sources.remote import servers

PAGE = "<html><body><article><h1>Ada</h1><p>Ada Lovelace worked in London.</p></article></body>"
SITEMAP = (
    '<?xml version="1.0"?><{kind} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{places}'
    "</{kind}>"
)


def sitemap(*addresses, kind="urlset"):
    inner = "url" if kind == "urlset" else "sitemap"
    places = "".join(f"<{inner}><loc>{address}</loc></{inner}>" for address in addresses)
    return SITEMAP.format(kind=kind, places=places)


def at(site, list_name):
    return Remote(name="site", url=f"{site.address}/{list_name}")


def ids(listing):
    return [document.id for document in listing.documents]


def test_sitemap_of_sitemaps_leads_to_pages(site, look, converter):
    (site.folder / "about").mkdir()
    (site.folder / "about" / "index.html").write_text(PAGE)
    (site.folder / "ada").write_text(PAGE)
    (site.folder / "notes.txt").write_text("Notes")
    there = site.address
    (site.folder / "pages.xml").write_text(
        sitemap(f"{there}/about/", f"{there}/ada", f"{there}/notes.txt")
    )
    (site.folder / "sitemap.xml").write_text(sitemap(f"{there}/pages.xml", kind="sitemapindex"))

    listing = look(at(site, "sitemap.xml"))

    assert ids(listing) == ["site/about/index.html", "site/ada.html", "site/notes.txt"]
    assert "Ada Lovelace worked in London." in read_document(listing.documents[1], converter).text


@pytest.mark.parametrize(
    "content", ["a.txt\n# not this\n\nb.txt\n", json.dumps(["a.txt", {"url": "/b.txt"}])]
)
def test_list_names_pages_in_lines_or_json(content, site, look):
    (site.folder / "a.txt").write_text("Ada")
    (site.folder / "b.txt").write_text("Bob")
    (site.folder / "list").write_text(content)

    assert ids(look(at(site, "list"))) == ["site/a.txt", "site/b.txt"]


def test_compressed_sitemap_is_unpacked_and_a_bomb_is_not(site, look):
    (site.folder / "a.txt").write_text("Ada")
    (site.folder / "good.xml.gz").write_bytes(
        gzip.compress(sitemap(f"{site.address}/a.txt").encode())
    )
    (site.folder / "bomb.xml.gz").write_bytes(gzip.compress(b" " * 60_000_000))

    assert ids(look(at(site, "good.xml.gz"))) == ["site/a.txt"]
    with pytest.raises(SourceError, match="too long when it is unpacked"):
        look(at(site, "bomb.xml.gz"))


def test_address_that_nobody_understands_is_set_aside(site, look):
    (site.folder / "a.txt").write_text("Ada")
    (site.folder / "list").write_text("a.txt\nhttp://[bad/b.txt\n")

    listing = look(at(site, "list"))

    assert ids(listing) == ["site/a.txt"]
    assert [aside.document for aside in listing.set_aside] == ["site/http://[bad/b.txt"]


def test_no_other_server_is_asked(site, tmp_path, look):
    (tmp_path / "inside").mkdir()
    (tmp_path / "inside" / "secret.txt").write_text("secret")
    (site.folder / "a.txt").write_text("Ada")
    with servers.web(tmp_path / "inside") as inside:
        (site.folder / "list").write_text(
            f"a.txt\n{inside.address}/secret.txt\nmoved.txt\nfile:///etc/passwd\n"
        )
        site.answers["/moved.txt"] = (302, f"{inside.address}/secret.txt")

        listing = look(at(site, "list"))
        asked = inside.asked

    assert ids(listing) == ["site/a.txt"]
    assert {aside.document: aside.reason.split(":")[0] for aside in listing.set_aside} == {
        "site/secret.txt": "lies on another server than the list",
        "site/etc/passwd.html": "lies on another server than the list",
        "site/moved.txt": "cannot be read",
    }
    assert asked == []


def test_page_that_fails_is_hidden_and_page_that_is_gone_has_vanished(site, look):
    for name in ("a.txt", "b.txt", "c.txt"):
        (site.folder / name).write_text(name)
    (site.folder / "list").write_text("a.txt\nb.txt\nc.txt\n")
    site.answers |= {"/b.txt": (503, ""), "/c.txt": (404, "")}

    listing = look(at(site, "list"))

    assert ids(listing) == ["site/a.txt"]
    assert str(listing.hiding("site/b.txt")) == (
        "site/b.txt cannot be read: the server answers 503"
    )
    assert listing.hiding("site/c.txt") is None


def test_server_that_says_nothing_of_a_page_is_asked_for_it_every_night(site, look):
    (site.folder / "a.txt").write_text("Ada")
    (site.folder / "list").write_text("a.txt\n")
    site.says_nothing = True

    for _ in range(2):
        assert ids(look(at(site, "list"))) == ["site/a.txt"]

    assert site.asked.count(("GET", "/a.txt")) == 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("<!DOCTYPE x [<!ENTITY e 'e'>]><urlset/>", "it declares entities"),
        ("<html></html>", "is no sitemap but <html>"),
        ("<urlset>", "is no sitemap: "),
        ('[1, "a.txt"]', "something else than addresses"),
        ("[", "is no JSON"),
        ("\x1f\x8bnot packed", "cannot be unpacked"),
    ],
)
def test_list_that_is_none_is_named(content, sentence, site, look):
    (site.folder / "list").write_bytes(content.encode("latin-1"))

    with pytest.raises(SourceError, match=sentence):
        look(at(site, "list"))


def test_list_that_breaks_off_half_way_says_nothing(site, look):
    (site.folder / "a.txt").write_text("Ada")
    (site.folder / "one.xml").write_text(sitemap(f"{site.address}/a.txt"))
    lists = (f"{site.address}/one.xml", f"{site.address}/two.xml")
    (site.folder / "sitemap.xml").write_text(sitemap(*lists, kind="sitemapindex"))
    site.answers["/two.xml"] = (500, "")

    with pytest.raises(SourceError, match="cannot be listed: the server answers 500"):
        look(at(site, "sitemap.xml"))
