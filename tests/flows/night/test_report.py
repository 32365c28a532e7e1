"""The report: every listed document is accounted for, wherever a person reads it."""

import io
import re

from rich.console import Console

from flows.cli.render import print_report
from flows.night import Nights


def numbers(report) -> dict[str, int]:
    """Return the numbers of documents that the terminal shows, by name."""
    out = io.StringIO()
    print_report(Console(file=out, width=200), report)
    (line,) = (line for line in out.getvalue().splitlines() if line.strip().startswith("documents"))
    return {name: int(n) for n, name in re.findall(r"(\d+) ([a-z ]+?)(?:   |\s*$)", line)}


def rows(markdown: str) -> dict[str, int]:
    """Return the first table of a page."""
    return {name: int(n) for name, n in re.findall(r"\| ([a-z ]+) \| (\d+) \|", markdown)}


def test_listed_is_upserted_unchanged_or_set_aside_in_terminal_json_and_page(night, folder):
    """Set aside by the listing, the model and the graph alike; and unchanged ones beside them."""
    (folder / "a.txt").write_text("Ada works for Acme.")
    (folder / "b.txt").write_text("Bob works for Acme.")
    night()
    (folder / "b.txt").write_text("Bob works for Bolt.")
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.txt").write_text("UNREADABLE")
    (folder / "e.txt").write_text("BUG")
    long = "x" * 5000
    (folder / "f.jsonl").write_text(
        f'{{"id": "{long}", "text": "Cid works for Acme."}}\n'
        '{"id": "g", "text": "Eve works for Acme."}\n{broken\n'
    )

    report = night()

    of_json = report.to_dict()["documents"]
    wanted = {"listed": 8, "unchanged": 1, "upserted": 2, "set aside": 5}
    for documents in (
        numbers(report),
        rows(report.to_markdown()),
        {name.replace("_", " "): n for name, n in of_json.items()},
    ):
        assert {name: documents[name] for name in wanted} == wanted
    assert report.account.adds_up
    assert report.violations == ()


def test_page_of_nights_that_ended_early_says_why_as_text():
    page = Nights(ended_early="stopped: 2 documents of <b>s</b> are in").to_markdown()

    assert "stopped: 2 documents of" in page
    assert "<b>" not in page
