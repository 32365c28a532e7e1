"""Patterns mean what people who write them mean."""

import pytest

from flows.sources import Folder, list_source
from flows.sources.patterns import matches


@pytest.mark.parametrize(
    ("pattern", "name", "is_match"),
    [
        ("*.md", "a.md", True),
        ("*.md", "b/c/a.md", True),
        ("*.md", "a.mdx", False),
        ("drafts", "drafts", True),
        ("drafts", "2025/drafts", True),
        ("drafts/", "drafts", True),
        ("letters/*.md", "letters/a.md", True),
        ("letters/*.md", "letters/b/a.md", False),
        ("letters/**", "letters/b/a.md", True),
        ("**/a.md", "a.md", True),
        ("**/drafts/*", "x/y/drafts/a.md", True),
        ("/a.md", "b/a.md", False),
        ("a?.md", "ab.md", True),
        ("a[1].md", "a[1].md", True),
        ("a*", "a\nb", True),
    ],
)
def test_pattern_matches(pattern, name, is_match):
    assert matches(name, [pattern]) is is_match


def test_patterns_of_a_source_choose_its_files(tmp_path):
    for name in ("a.md", "b.txt", "c.pdf", "drafts/d.md", "letters/drafts/e.md", "letters/f.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("Ada")
    source = Folder(name="s", path=tmp_path, include=("*.md",), exclude=("drafts",))

    listing = list_source(source, max_bytes=100)

    assert [document.id for document in listing.documents] == ["s/a.md", "s/letters/f.md"]
    assert (list(listing.ignored), listing.n_excluded) == ([], 4)
