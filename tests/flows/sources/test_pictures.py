"""The page that a fact cites, drawn in the sandbox with its sentence marked."""

import io
from pathlib import Path

import pytest
from PIL import Image

from flows.errors import SourceError
from flows.sources import list_folder

SAMPLES = Path(__file__).parents[3] / "samples"
SENTENCE = "In 1884 he founded a glass works in Jena together with Ernst Abbe"


@pytest.fixture
def makers(converter):
    listing = list_folder(SAMPLES, "s", max_bytes=1_000_000, converter=converter)
    return next(listed for listed in listing.documents if listed.file == "companies/makers.pdf")


def n_marked(png: bytes) -> int:
    """Return how many pixels are marked in yellow."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    return sum(n for n, (_, _, blue) in picture.getcolors(1 << 24) if blue < 200)


def test_sentence_is_marked_over_its_lines_and_hyphens(makers, converter):
    marked = converter.picture(makers, 2, SENTENCE)
    plain = converter.picture(makers, 2, "What stands nowhere on it.")

    assert n_marked(marked) > n_marked(plain) + 1000


@pytest.mark.parametrize("page", [0, 3])
def test_page_that_is_not_there_is_refused(page, makers, converter):
    with pytest.raises(SourceError, match=f"has no page {page}: it has 2"):
        converter.picture(makers, page, SENTENCE)


def test_format_without_pages_is_refused(converter):
    listing = list_folder(SAMPLES, "s", max_bytes=1_000_000, converter=converter)
    page = next(
        listed for listed in listing.documents if listed.file == "people/guglielmo-marconi.html"
    )

    with pytest.raises(SourceError, match="pages cannot be drawn"):
        converter.picture(page, 1, "")
